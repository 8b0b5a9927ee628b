//! The words of several segments as those of one.

use super::cursor::Cursor;
use super::dictionary::{Found, Words};
use super::{Postings, TermSource};
use crate::index::blocks::Checked;
use std::collections::VecDeque;

/// Segments whose places follow each other, with the places that their passages get.
pub(in crate::index) struct Merged<'a> {
    sources: Vec<Lines<'a>>,
}

impl<'a> Merged<'a> {
    /// `places` has the new place of each passage, `None` for one that is left out.
    pub(in crate::index) fn new(sources: Vec<(Words<'a>, &'a [Option<u32>])>) -> Self {
        let lines = |(words, places)| Lines {
            words,
            places,
            block: 0,
            waiting: VecDeque::new(),
        };
        Self {
            sources: sources.into_iter().map(lines).collect(),
        }
    }
}

impl TermSource for Merged<'_> {
    fn next(&mut self) -> Checked<Option<(String, Postings)>> {
        loop {
            let mut least: Option<String> = None;
            for source in &mut self.sources {
                if let Some(term) = source.peek()?
                    && least.as_deref().is_none_or(|least| term < least)
                {
                    least = Some(term.to_owned());
                }
            }
            let Some(term) = least else {
                return Ok(None);
            };
            let mut postings = Postings::default();
            for source in &mut self.sources {
                if source.peek()? == Some(term.as_str())
                    && let Some((_, found)) = source.waiting.pop_front()
                {
                    let places = source.places;
                    let place_of = |place: u32| places.get(place as usize).copied().flatten();
                    Cursor::new(source.words, found)?.collect(&mut postings, place_of)?;
                }
            }
            // A word that only removed passages held is no word any more.
            if !postings.places.is_empty() {
                return Ok(Some((term, postings)));
            }
        }
    }
}

/// The lines of a dictionary, in order, a block at a time.
struct Lines<'a> {
    words: Words<'a>,
    places: &'a [Option<u32>],
    block: usize,
    waiting: VecDeque<(String, Found)>,
}

impl Lines<'_> {
    fn peek(&mut self) -> Checked<Option<&str>> {
        while self.waiting.is_empty() && self.block < self.words.block_count() {
            let waiting = &mut self.waiting;
            self.words.each_line(self.block, |term, found| {
                waiting.push_back((term.to_owned(), found));
                false
            })?;
            self.block += 1;
        }
        Ok(self.waiting.front().map(|(term, _)| term.as_str()))
    }
}
