//! The index is disposable: it changes speed, never answers.

use onrecord::embed::{Embedding, PassageVectors};
use onrecord::index::{self, Effort, Index, Search, Weighted, WordHit};
use onrecord::library::{Embedded, Library, ModelRecord, NewCall, Scope};
use onrecord::passage::{Passage, Sentence};
use onrecord::transcript::{Kind, Metadata, Place, Section, Source, read};
use onrecord::units::{ByteSpan, TurnIndex};
use std::ops::Range;
use std::path::{Path, PathBuf};

const DIMENSION: usize = 128;

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
    fill(&mut library, folder, "wall", 0..count);
    library
}

/// Adds a call with a passage for each number.
fn fill(library: &mut Library, folder: &Path, name: &str, numbers: Range<usize>) {
    const WORDS: [&str; 7] = ["lark", "larks", "gull", "plover", "teal", "wren", "crane"];
    let sentence = |number: usize| {
        let words = (0..3).map(|at| WORDS[(number * (at + 2) + number / 7) % 7]);
        format!("{} {number}. ", words.collect::<Vec<_>>().join(" "))
    };
    let text: String = numbers.clone().map(sentence).collect();
    let file = folder.join(format!("{name}.txt"));
    fs_err::write(&file, &text).unwrap();
    let source = Source::read(&file).unwrap().unwrap();
    let reading = read(&text, "wall.txt", &Metadata::default());
    let mut start = 0;
    let passages: Vec<Embedded> = text
        .split_inclusive(". ")
        .zip(numbers)
        .map(|(words, number)| {
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
                place: Place::default(),
                text: &source.decoded.text,
                given: &Metadata::default(),
                replaces: &[],
                reading: &reading,
                passages: &passages,
            },
            &model,
        )
        .unwrap();
}

/// What is found near some vectors, and by some words.
#[derive(Debug, PartialEq)]
struct Found(Vec<Vec<index::Hit>>, Vec<Vec<WordHit>>);

fn found(library: &Library, search: Search) -> (Found, Vec<String>) {
    let index = Index::open(library).unwrap();
    let whole = Scope::default();
    let near = (0..40).map(|n| index.nearest(&vector(n * 97), &whole, search, 20).unwrap());
    let near = near.collect();
    let term = |stem: &str| Weighted {
        stem: stem.to_owned(),
        brings: true,
        idf: 1.0
            / (1.0 + f32::from(u16::try_from(index.document_frequency(stem).unwrap()).unwrap())),
    };
    let asked = [
        vec!["lark", "gull"],
        vec!["teal"],
        vec!["wren", "17", "crane"],
        vec!["emu"],
    ];
    let by_words = asked.iter().map(|stems| {
        let terms: Vec<Weighted> = stems.iter().map(|stem| term(stem)).collect();
        index.by_words(&terms, &whole, 30).unwrap()
    });
    let by_words = by_words.collect();
    (Found(near, by_words), index.notes())
}

fn refresh(library: &mut Library, effort: Effort) -> index::Refreshed {
    index::refresh(library, effort, &mut |_| ()).unwrap()
}

/// The files of segments.
fn files(library: &Library) -> Vec<PathBuf> {
    let entries = fs_err::read_dir(library.folder().join("index")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "segment"))
        .collect();
    files.sort();
    files
}

/// Neighbours that the index misses, of all that the scan finds.
fn missed(found: &Found, exact: &Found) -> (usize, usize) {
    let pairs = found.0.iter().zip(&exact.0);
    let missed =
        pairs.map(|(found, exact)| exact.iter().filter(|hit| !found.contains(hit)).count());
    (missed.sum(), exact.0.iter().map(Vec::len).sum())
}

#[test]
fn a_library_answers_alike_with_its_index_without_it_and_with_a_damaged_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = library(folder.path(), 700);
    let (expected, notes) = found(&library, Search::Exact);
    assert!(notes.is_empty() && expected.1[0].len() == 30 && expected.1[3].is_empty());
    // In no file yet.
    assert_eq!(found(&library, Search::Indexed).0, expected);
    assert_eq!(refresh(&mut library, Effort::All).written, 1);
    assert_eq!(found(&library, Search::Indexed), (expected, Vec::new()));
    let (expected, _) = found(&library, Search::Exact);
    let [file] = &files(&library)[..] else {
        panic!("{:?}", files(&library));
    };
    let whole = fs_err::read(file).unwrap();
    // Damaged: said once, answered alike, repaired.
    for at in (0..whole.len()).step_by(whole.len() / 40) {
        let mut damaged = whole.clone();
        damaged[at] ^= 1 << (at % 8);
        fs_err::write(file, &damaged).unwrap();
        let (answers, notes) = found(&library, Search::Indexed);
        assert_eq!(answers, expected, "a flipped bit at {at} changed an answer");
        assert!(notes.len() <= 1, "{notes:?}");
        assert_eq!(index::check(&library, true).unwrap().len(), 1, "byte {at}");
    }
    for len in [0, 10, 4096, whole.len() / 2, whole.len() - 1] {
        fs_err::write(file, &whole[..len]).unwrap();
        let (answers, notes) = found(&library, Search::Indexed);
        assert_eq!(
            (answers, notes.len()),
            (found(&library, Search::Exact).0, 1)
        );
    }
    assert_eq!(refresh(&mut library, Effort::All).repaired.len(), 1);
    let again = files(&library);
    assert_eq!(
        fs_err::read(&again[0]).unwrap(),
        whole,
        "the same passages give the same file"
    );
    // Deleted.
    fs_err::remove_dir_all(library.folder().join("index")).unwrap();
    assert_eq!(found(&library, Search::Indexed).0, expected);
    refresh(&mut library, Effort::All);
    assert_eq!(found(&library, Search::Indexed), (expected, Vec::new()));
}

#[test]
fn a_segment_of_another_library_or_an_older_state_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    let mut libraries = [one, other].map(|folder| {
        fs_err::create_dir_all(&folder).unwrap();
        library(&folder, 50)
    });
    for library in &mut libraries {
        refresh(library, Effort::All);
    }
    let [one, other] = libraries;
    let (here, there) = (files(&one), files(&other));
    fs_err::copy(&there[0], &here[0]).unwrap();
    let (answers, notes) = found(&one, Search::Indexed);
    assert_eq!(answers, found(&one, Search::Exact).0);
    assert!(notes[0].contains("another library"), "{notes:?}");
    // A file of the same ids that was true before.
    let old = fs_err::read(&there[0]).unwrap();
    let mut other = other;
    let index = other.folder().join("index");
    fill(&mut other, folder.path(), "more", 50..90);
    refresh(&mut other, Effort::All);
    let file = files(&other)[0].clone();
    fs_err::write(&file, old).unwrap();
    let (answers, notes) = found(&other, Search::Indexed);
    assert_eq!(answers, found(&other, Search::Exact).0);
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(index.exists());
}

#[test]
fn a_segment_of_an_older_format_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = library(folder.path(), 50);
    refresh(&mut library, Effort::All);
    let (expected, _) = found(&library, Search::Exact);
    for version in 1..=4 {
        let file = files(&library)[0].clone();
        let now = fs_err::read(&file).unwrap();
        let old = format!("tests/segments/version-{version}.segment");
        let old = Path::new(env!("CARGO_MANIFEST_DIR")).join(old);
        fs_err::copy(old, &file).unwrap();
        let (answers, notes) = found(&library, Search::Indexed);
        assert_eq!(answers, expected);
        assert!(notes[0].contains("another version"), "{notes:?}");
        assert_eq!(refresh(&mut library, Effort::All).repaired.len(), 1);
        assert_eq!(fs_err::read(&files(&library)[0]).unwrap(), now);
        assert_eq!(found(&library, Search::Indexed), (answers, Vec::new()));
    }
}

#[test]
fn a_grown_index_answers_as_one_that_is_made_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = Library::open_or_create(&folder.path().join("library")).unwrap();
    let mut most = 0;
    for call in 0..60 {
        let numbers = call * 40..call * 40 + 20 + call % 20;
        fill(
            &mut library,
            folder.path(),
            &format!("call-{call}"),
            numbers,
        );
        if call % 7 == 3 {
            let gone = library.calls().unwrap()[call % 5].row;
            library.remove(gone).unwrap();
        }
        refresh(&mut library, Effort::Added(40));
        most = most.max(files(&library).len());
        assert!(index::check(&library, true).unwrap().is_empty());
    }
    assert!(most <= 8, "{most} files");
    let (grown, notes) = found(&library, Search::Indexed);
    assert!(notes.is_empty());
    assert_eq!(grown, found(&library, Search::Exact).0);
    // What was removed is in no file any more, because all files are small.
    assert!(library.live().unwrap().removed.is_empty());
    index::discard(&mut library).unwrap();
    assert!(files(&library).is_empty());
    refresh(&mut library, Effort::All);
    assert_eq!(found(&library, Search::Indexed).0, grown);
}

#[test]
fn a_large_library_is_linked_and_what_is_removed_from_it_is_not_found() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = library(folder.path(), 17_000);
    refresh(&mut library, Effort::All);
    let index = Index::open(&library).unwrap();
    assert_eq!(index.segment_count(), (1, 1));
    drop(index);
    let (indexed, exact) = (
        found(&library, Search::Indexed).0,
        found(&library, Search::Exact).0,
    );
    let (misses, all) = missed(&indexed, &exact);
    println!("{misses} of {all} neighbours missed by the index");
    assert!(misses * 50 <= all, "{misses} of {all} missed");
    assert_eq!(indexed.1, exact.1);
    // A damaged graph.
    let file = files(&library)[0].clone();
    let whole = fs_err::read(&file).unwrap();
    let mut damaged = whole.clone();
    damaged
        .chunks_mut(4096)
        .skip(10)
        .step_by(3)
        .for_each(|block| block[100] ^= 16);
    fs_err::write(&file, damaged).unwrap();
    let (answers, notes) = found(&library, Search::Indexed);
    assert_eq!(
        (answers, notes.len()),
        (found(&library, Search::Exact).0, 1)
    );
    fs_err::write(&file, &whole).unwrap();
    // A second call grows the graph by its own passages.
    fill(&mut library, folder.path(), "second", 17_000..26_000);
    refresh(&mut library, Effort::All);
    assert_eq!(Index::open(&library).unwrap().segment_count(), (1, 1));
    let (misses, all) = missed(
        &found(&library, Search::Indexed).0,
        &found(&library, Search::Exact).0,
    );
    assert!(misses * 50 <= all, "{misses} of {all} missed after growth");
    // The first call goes.
    let first = library.calls().unwrap();
    let first = first
        .iter()
        .find(|call| call.source_path.ends_with("wall.txt"))
        .unwrap();
    library.remove(first.row).unwrap();
    let (indexed, exact) = (
        found(&library, Search::Indexed).0,
        found(&library, Search::Exact).0,
    );
    assert_eq!(indexed.1, exact.1);
    let (misses, all) = missed(&indexed, &exact);
    assert!(
        misses * 20 <= all,
        "{misses} of {all} missed among removed ones"
    );
    refresh(&mut library, Effort::All);
    assert!(library.live().unwrap().removed.is_empty());
    let (misses, all) = missed(&found(&library, Search::Indexed).0, &exact);
    assert!(misses * 50 <= all, "{misses} of {all} missed after a merge");
}

#[test]
fn the_same_passages_give_the_same_graph_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = library(folder.path(), 17_000);
    refresh(&mut library, Effort::All);
    let first = fs_err::read(&files(&library)[0]).unwrap();
    index::discard(&mut library).unwrap();
    refresh(&mut library, Effort::All);
    assert!(fs_err::read(&files(&library)[0]).unwrap() == first);
}

#[test]
fn words_one_after_the_other_are_found_in_all_their_forms() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = library(folder.path(), 300);
    for written in [false, true] {
        if written {
            refresh(&mut library, Effort::All);
        }
        let index = Index::open(&library).unwrap();
        // Passage 5 says `plover larks crane 5`.
        let says = |phrase: &str| index.mentions(phrase, &Scope::default()).unwrap();
        assert!(says("Plover lark crane 5"));
        assert!(!says("5 crane") && !says("emu") && !says("plover crane 5"));
        let (lark, gull) = (
            index.document_frequency("lark"),
            index.document_frequency("gull"),
        );
        assert!(lark.unwrap() > gull.unwrap());
        assert_eq!(index.passages().unwrap(), 300);
    }
}
