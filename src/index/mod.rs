//! The passages nearest to a question, by meaning and by words.
//!
//! In: the library's passages, and a question's vector and terms. Out: passages by exact cosine, and
//! passages by BM25, best first. The only room that imports `hnsw_rs`; it knows nothing of how the two
//! are brought together.
//!
//! The index is a few immutable files (`segment`), each over a range of passage ids, and the library
//! lists those that count. Everything under `index/` is derived: it can be deleted at any time. What is
//! not in a file, because the file is missing or damaged or not yet written, is put together in memory
//! from the library when it is asked for, so that answers stay the same.

mod blocks;
mod draft;
mod exact;
mod graph;
mod growth;
mod kept;
mod passages;
mod plan;
mod rows;
mod scan;
mod segment;
mod sketch;
mod threads;
mod walk;
mod words;

pub use growth::{Effort, Refreshed, Step, check, discard, mend, reading, refresh};
pub use words::{Stems, has_words, is_form_of, is_pair, runs, words};

use crate::embed::{Embedding, Quantised};
use crate::error::Result;
use crate::library::{Library, Live, Person, Scope};
use crate::units::PassageId;
use blocks::{Checked, Damage};
use passages::Allowed;
use segment::{Segment, Stamp};
use std::cell::{OnceCell, RefCell};
use std::ops::Range;
use std::rc::Rc;
use words::{Forms, Ranking};

/// Allowed passages up to which a segment with a graph is scanned all the same: what a filter leaves is
/// found faster, and exactly.
const SCANNED: usize = 65_536;
/// Candidates that a walk keeps for each passage wanted, and at least: a question is further from all
/// passages than these are from each other, and harder to come near to; and sketches say only about how near a
/// passage is. See `docs/DECISIONS.md`.
const WALK_SURPLUS: usize = 8;
const NARROWEST: usize = 400;
/// Passages of which the words' order is looked at; a thousand changes no figure.
const RESCORED: usize = 400;

/// A passage and its exact cosine with the question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// The passage.
    pub passage: PassageId,
    /// In `[-1, 1]`, up to rounding.
    pub cosine: f32,
}

/// A passage that shares words with the question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WordHit {
    /// The passage.
    pub passage: PassageId,
    /// BM25 and what neighbouring terms add, higher is better.
    pub score: f32,
}

/// A word of a question, as it is searched.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighted {
    /// Its stem; it is found in all forms of it.
    pub stem: String,
    /// Its weight.
    pub idf: f32,
    /// Whether it brings passages, or only adds to the scores of those that others bring. What brings
    /// too many costs more than it finds.
    pub brings: bool,
}

/// How to search for near vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// By the segments.
    Indexed,
    /// By all of the library's vectors: the oracle.
    Exact,
}

/// The index of a library at one state of it.
pub struct Index<'a> {
    library: &'a Library,
    stamp: Stamp,
    live: Live,
    /// In the order of their ids.
    segments: RefCell<Vec<Segment>>,
    notes: RefCell<Vec<String>>,
    /// Who speaks, once somebody asked.
    everybody: OnceCell<Rc<[Person]>>,
}

/// What was found wrong in which segment.
struct Broken(usize, Damage);

/// What a search over segments gives.
type Searched<T> = std::result::Result<T, Broken>;

impl<'a> Index<'a> {
    /// Opens the index as the library lists it now.
    ///
    /// # Errors
    /// Those of the library; a damaged file is a note (see [`Index::notes`]), not an error.
    pub fn open(library: &'a Library) -> Result<Self> {
        let (live, stamp) = (library.live()?, Stamp::of(library)?);
        let mut index = Self {
            library,
            stamp,
            segments: RefCell::new(Vec::new()),
            notes: RefCell::new(Vec::new()),
            everybody: OnceCell::new(),
            live,
        };
        let mut segments = Vec::new();
        let mut end = PassageId(0);
        for record in &index.live.segments {
            match Segment::open(&growth::folder(library), &index.stamp, record) {
                Ok(segment) => {
                    segments.extend(index.in_memory(&(end..segment.ids.start))?);
                    end = segment.ids.end;
                    segments.push(segment);
                }
                Err(damage) => index.notes.get_mut().push(damage.0),
            }
        }
        segments.extend(index.in_memory(&(end..index.live.end))?);
        index.segments.replace(segments);
        Ok(index)
    }

    /// Segments in memory of passages that no file answers for.
    fn in_memory(&self, ids: &Range<PassageId>) -> Result<Vec<Segment>> {
        let mut segments = Vec::new();
        for ids in draft::pieces(ids) {
            segments.extend(draft::in_memory(self.library, &self.stamp, &ids)?);
        }
        Ok(segments)
    }

    /// The library.
    pub fn library(&self) -> &'a Library {
        self.library
    }

    /// Who speaks in any call at this state of the library: read once, however many questions name somebody.
    ///
    /// # Errors
    /// Those of the library.
    pub fn everybody(&self) -> Result<Rc<[Person]>> {
        if let Some(known) = self.everybody.get() {
            return Ok(known.clone());
        }
        let people: Rc<[Person]> = self.library.people(None)?.into();
        Ok(self.everybody.get_or_init(|| people).clone())
    }

    /// What is wrong with the files, a sentence each; answers are right all the same.
    pub fn notes(&self) -> Vec<String> {
        self.notes.borrow().clone()
    }

    /// Runs a search; where a file turns out to be damaged, again without it.
    fn searched<T>(&self, search: impl Fn(&[Segment]) -> Searched<T>) -> Result<T> {
        loop {
            let done = search(&self.segments.borrow());
            let Broken(number, damage) = match done {
                Ok(done) => return Ok(done),
                Err(broken) => broken,
            };
            let mut segments = self.segments.borrow_mut();
            let Some(ids) = segments.get(number).map(|segment| segment.ids.clone()) else {
                return Err(self.library.damaged(damage.0));
            };
            let file = self.live.segments.iter().find(|record| record.ids == ids);
            let Some(file) = file else {
                return Err(self.library.damaged(damage.0));
            };
            let note = format!("`index/{}`: {}", file.file, damage.0);
            self.notes.borrow_mut().push(note);
            segments.splice(number..=number, self.in_memory(&ids)?);
        }
    }

    /// What a scope leaves of each segment.
    fn allowed(&self, scope: &Scope) -> Result<impl Fn(&Segment) -> Checked<Allowed>> {
        let ids = self.library.passage_ranges(scope)?;
        Ok(move |segment: &Segment| {
            Allowed::new(segment, scope, ids.as_deref(), &self.live.removed)
        })
    }

    /// The `limit` passages of the scope that are nearest to `question`, by exact cosine, best first, ties
    /// to the lower id.
    ///
    /// # Errors
    /// Those of the library.
    pub fn nearest(
        &self,
        question: &Embedding,
        scope: &Scope,
        search: Search,
        limit: usize,
    ) -> Result<Vec<Hit>> {
        if search == Search::Exact {
            let all = PassageId(0)..self.live.end;
            return exact::scan(self.library, question, scope, all, limit);
        }
        let allowed = self.allowed(scope)?;
        let width = limit.saturating_mul(WALK_SURPLUS).max(NARROWEST);
        let quantised = Quantised::new(question);
        let aim = walk::Aim {
            exact: question,
            bytes: &quantised,
        };
        let mut near = self.searched(|segments| {
            let mut all: Vec<Found> = Vec::new();
            for (number, segment) in segments.iter().enumerate() {
                let near = || -> Checked<_> {
                    let allowed = allowed(segment)?;
                    let many = allowed.is_whole(segment) || allowed.len() > SCANNED;
                    if segment.is_linked() && many {
                        walk::walk(segment, aim, &allowed, width)
                    } else {
                        scan::scan(segment, &quantised, &allowed, limit)
                    }
                };
                let near = near().map_err(|damage| Broken(number, damage))?;
                all.extend(near.iter().map(|near| Found {
                    cosine: near.cosine,
                    segment: number,
                    place: near.place,
                }));
            }
            promising(&mut all, limit);
            let id = |found: &Found| {
                let segment = segments.get(found.segment)?;
                let id = segment.passages().id(found.place);
                Some(id.map_err(|damage| Broken(found.segment, damage)))
            };
            all.iter().filter_map(id).collect::<Searched<Vec<_>>>()
        })?;
        // In the order in which their vectors are stored.
        near.sort_unstable();
        let mut hits = Vec::with_capacity(near.len());
        for passage in near {
            let cosine = self.library.passage_cosine(passage, question)?;
            hits.push(Hit { passage, cosine });
        }
        exact::sort(&mut hits, limit);
        Ok(hits)
    }

    /// The `limit` passages of the scope that share most with the terms, best first, ties to the lower
    /// id.
    ///
    /// # Errors
    /// Those of the library.
    pub fn by_words(
        &self,
        terms: &[Weighted],
        scope: &Scope,
        limit: usize,
    ) -> Result<Vec<WordHit>> {
        let allowed = self.allowed(scope)?;
        let average = self.words_in_a_passage()?;
        self.searched(|segments| {
            let mut ranking = Ranking::new(terms, average, RESCORED.max(limit));
            for (number, segment) in segments.iter().enumerate() {
                let search = allowed(segment)
                    .and_then(|allowed| ranking.search((number, segment), &allowed));
                search.map_err(|damage| Broken(number, damage))?;
            }
            ranking.finish(segments, limit)
        })
    }

    /// Adds up a count over the segments, less that over what was removed from them.
    fn sum(&self, count: impl Fn(&Segment, Option<&Range<u32>>) -> Checked<u64>) -> Result<u64> {
        self.searched(|segments| {
            let mut sum = 0;
            for (number, segment) in segments.iter().enumerate() {
                let counted = || -> Checked<u64> {
                    let mut counted = count(segment, None)?;
                    for removed in &self.live.removed {
                        let meets =
                            removed.start < segment.ids.end && segment.ids.start < removed.end;
                        if meets {
                            let places = segment.passages().places(removed)?;
                            counted = counted.saturating_sub(count(segment, Some(&places))?);
                        }
                    }
                    Ok(counted)
                };
                sum += counted().map_err(|damage| Broken(number, damage))?;
            }
            Ok(sum)
        })
    }

    /// Passages that can be found.
    ///
    /// # Errors
    /// Those of the library.
    pub fn passages(&self) -> Result<u64> {
        self.sum(|segment, places| Ok(places.map_or(segment.len(), ExactSizeIterator::len) as u64))
    }

    fn words_in_a_passage(&self) -> Result<f32> {
        let words = self.sum(|segment, places| match places {
            None => Ok(segment.word_count()),
            Some(places) => {
                let passages = segment.passages();
                let words = places
                    .clone()
                    .map(|place| Ok(u64::from(passages.entry(place)?.words)));
                words.sum()
            }
        })?;
        #[expect(clippy::cast_precision_loss, reason = "counts of words")]
        let average = words as f32 / self.passages()?.max(1) as f32;
        Ok(average)
    }

    /// In how many passages of the library a word occurs, in any of its forms; a passage with two of them
    /// counts twice.
    ///
    /// # Errors
    /// Those of the library.
    pub fn document_frequency(&self, stem: &str) -> Result<u64> {
        self.sum(|segment, places| match places {
            None => segment.words().in_body(stem),
            Some(places) => Forms::new(segment, stem)?.in_body_at(places),
        })
    }

    /// Postings of a word, in any of its forms: what it takes to look at all passages that it brings, those that
    /// hold it in their header only included.
    ///
    /// # Errors
    /// Those of the library.
    pub fn postings(&self, stem: &str) -> Result<u64> {
        self.sum(|segment, removed| match removed {
            None => segment.words().postings(stem),
            // They are looked at too.
            Some(_) => Ok(0),
        })
    }

    /// Whether a passage of the scope holds a word, in any of its forms.
    ///
    /// # Errors
    /// Those of the library.
    pub fn holds(&self, stem: &str, scope: &Scope) -> Result<bool> {
        let allowed = self.allowed(scope)?;
        self.searched(|segments| {
            for (number, segment) in segments.iter().enumerate() {
                let held =
                    allowed(segment).and_then(|allowed| words::is_held(segment, &allowed, stem));
                if held.map_err(|damage| Broken(number, damage))? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    /// Whether any passage of the scope says these words, one after the other, in forms of the same stems.
    ///
    /// # Errors
    /// Those of the library.
    pub fn mentions(&self, phrase: &str, scope: &Scope) -> Result<bool> {
        Ok(!self.saying(phrase, scope, 1)?.is_empty())
    }

    /// The first passages of the scope that say these words so, at most `most`; by id.
    ///
    /// # Errors
    /// Those of the library.
    pub fn saying(&self, phrase: &str, scope: &Scope, most: usize) -> Result<Vec<PassageId>> {
        let stems = Stems::default();
        let stems: Vec<String> = words(phrase).iter().map(|word| stems.stem(word)).collect();
        let allowed = self.allowed(scope)?;
        self.searched(|segments| {
            let mut found = Vec::new();
            for (number, segment) in segments.iter().enumerate() {
                let said = || -> Checked<Vec<PassageId>> {
                    let left = most.saturating_sub(found.len());
                    let places = words::said_at(segment, &allowed(segment)?, &stems, left)?;
                    let passages = segment.passages();
                    places.into_iter().map(|place| passages.id(place)).collect()
                };
                let said = said().map_err(|damage| Broken(number, damage))?;
                found.extend(said);
            }
            Ok(found)
        })
    }

    /// Segments, and how many of them have a graph.
    pub fn segment_count(&self) -> (usize, usize) {
        let segments = self.segments.borrow();
        (
            segments.len(),
            segments
                .iter()
                .filter(|segment| segment.is_linked())
                .count(),
        )
    }
}

/// A passage near a question, by bytes.
struct Found {
    cosine: f32,
    segment: usize,
    place: u32,
}

/// Keeps those whose cosines of bytes leave them a chance to be among the `limit` best by exact ones.
fn promising(near: &mut Vec<Found>, limit: usize) {
    near.sort_unstable_by(|a, b| {
        let places = || (a.segment, a.place).cmp(&(b.segment, b.place));
        b.cosine.total_cmp(&a.cosine).then_with(places)
    });
    let last = limit.checked_sub(1).and_then(|last| near.get(last));
    let floor = last.map_or(f32::NEG_INFINITY, |last| last.cosine - 2.0 * scan::MARGIN);
    near.truncate(near.partition_point(|near| near.cosine >= floor));
}
