//! The index is disposable: it changes speed, never answers.

use onrecord::embed::{Embedding, PassageVectors};
use onrecord::index::{self, SEGMENT_IDS, Search};
use onrecord::library::{Embedded, Library, ModelRecord, NewCall, Scope};
use onrecord::passage::{Passage, Sentence};
use onrecord::transcript::{Kind, Metadata, Section, Source, read};
use onrecord::units::{ByteSpan, TurnIndex};
use std::path::Path;

const DIMENSION: usize = 16;

/// A unit vector that repeats from run to run, in one of a few hundred neighbourhoods.
fn vector(number: usize) -> Embedding {
    let wave = |i: usize| {
        let near = u16::try_from((number % 331) * (i + 3) % 997).unwrap();
        let own = u16::try_from(number * (i + 7) % 991).unwrap();
        f32::from(near).sin() + 0.4 * f32::from(own).cos()
    };
    Embedding::normalised((0..DIMENSION).map(wave).collect()).unwrap()
}

/// A library of one call with `count` passages.
fn library(folder: &Path, count: usize) -> Library {
    let mut library = Library::open_or_create(&folder.join("library")).unwrap();
    fill(&mut library, folder, count);
    library
}

/// Adds a call with `count` passages.
fn fill(library: &mut Library, folder: &Path, count: usize) {
    let text: String = (0..count)
        .map(|number| format!("Word {number}. "))
        .collect();
    let file = folder.join("wall.txt");
    fs_err::write(&file, &text).unwrap();
    let source = Source::read(&file).unwrap().unwrap();
    let reading = read(&text, "wall.txt", &Metadata::default());
    let mut start = 0;
    let passages: Vec<Embedded> = text
        .split_inclusive(". ")
        .enumerate()
        .map(|(number, words)| {
            let span = ByteSpan::new(start, start + words.trim_end().len());
            start += words.len();
            let sentence = Sentence {
                turn: TurnIndex(0),
                span,
            };
            let (kind, section) = (Kind::Other, Section::Other);
            let passage = Passage {
                sentences: vec![sentence],
                kind,
                section,
            };
            let vector = vector(number);
            Embedded {
                passage,
                vectors: PassageVectors {
                    sentences: vec![vector.clone()],
                    passage: vector,
                },
            }
        })
        .collect();
    let model = ModelRecord {
        name: "waves".into(),
        path: "waves".into(),
        fingerprint: "waves".into(),
        dimension: DIMENSION,
    };
    library
        .add(
            &NewCall {
                source: &source,
                given: &Metadata::default(),
                replaces: None,
                reading: &reading,
                passages: &passages,
            },
            &model,
        )
        .unwrap();
}

#[test]
fn a_library_answers_alike_with_its_index_without_it_and_with_a_damaged_one() {
    let folder = tempfile::tempdir().unwrap();
    let count = usize::try_from(SEGMENT_IDS).unwrap() + 500;
    let library = library(folder.path(), count);
    assert_eq!(index::refresh(&library).unwrap().built, 1);
    assert!(index::check(&library).unwrap().is_empty());
    let whole = Scope::default();
    let near =
        |search, number| index::nearest(&library, &vector(number), &whole, search, 20).unwrap();
    let numbers = (0..count).step_by(997);
    let mut missed = 0;
    for number in numbers.clone() {
        let (indexed, exact) = (near(Search::Indexed, number), near(Search::Exact, number));
        missed += exact
            .hits
            .iter()
            .filter(|hit| !indexed.hits.contains(hit))
            .count();
    }
    let asked = numbers.clone().count() * 20;
    println!("{missed} of {asked} neighbours missed by the index");
    assert!(missed * 50 <= asked, "{missed} of {asked} missed");
    let segment = library.folder().join("index/segment-000000.hnsw");
    let bytes = fs_err::read(&segment).unwrap();
    // Damaged: said, answered by the scan, repaired.
    let mut damaged = bytes.clone();
    damaged[bytes.len() / 2] ^= 4;
    fs_err::write(&segment, damaged).unwrap();
    let answer = near(Search::Indexed, 5);
    assert_eq!(answer.hits, near(Search::Exact, 5).hits);
    assert!(answer.notes[0].contains("checksum"), "{:?}", answer.notes);
    assert_eq!(index::check(&library).unwrap().len(), 1);
    assert_eq!(index::refresh(&library).unwrap().repaired.len(), 1);
    assert_eq!(
        fs_err::read(&segment).unwrap(),
        bytes,
        "the same vectors give the same segment"
    );
    // A call that is removed takes the segments with it that hold its vectors.
    let ids = library
        .passages_of(library.calls().unwrap()[0].row)
        .unwrap();
    index::forget(&library, &ids[count - 1..]).unwrap();
    assert!(segment.exists(), "the newest passage is in no segment");
    index::forget(&library, &ids[..1]).unwrap();
    assert!(!segment.exists());
    assert_eq!(index::refresh(&library).unwrap().built, 1);
    // Deleted: nothing to say, the same answers.
    fs_err::remove_dir_all(library.folder().join("index")).unwrap();
    let answer = near(Search::Indexed, 5);
    assert_eq!(
        (answer.hits, answer.notes.len()),
        (near(Search::Exact, 5).hits, 0)
    );
}

#[test]
fn a_segment_that_holds_removed_passages_is_built_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = library(folder.path(), 20);
    let one = library.calls().unwrap()[0].row;
    // A second call fills the rest of the first range of ids.
    let other = folder.path().join("other");
    fs_err::create_dir_all(&other).unwrap();
    let count = usize::try_from(SEGMENT_IDS).unwrap();
    fill(&mut library, &other, count);
    assert_eq!(index::refresh(&library).unwrap().built, 1);
    let segment = library.folder().join("index/segment-000000.hnsw");
    let before = fs_err::metadata(&segment).unwrap().len();
    // The removal was cut off before it reached the index.
    library.remove(one).unwrap();
    assert_eq!(index::check(&library).unwrap().len(), 1);
    assert_eq!(index::refresh(&library).unwrap().built, 1);
    assert!(fs_err::metadata(&segment).unwrap().len() < before);
}

#[test]
fn a_small_library_has_no_segment_and_is_scanned() {
    let folder = tempfile::tempdir().unwrap();
    let library = library(folder.path(), 300);
    assert_eq!(index::refresh(&library).unwrap().built, 0);
    let near = index::nearest(&library, &vector(7), &Scope::default(), Search::Indexed, 1).unwrap();
    let cosine = near.hits[0].cosine;
    assert!((cosine - 1.0).abs() < 1e-5, "{cosine}");
}
