//! What stands around a passage: a topic is spread over neighbours, whoever speaks.
//!
//! In: the best candidates. Out: for each, how near its two neighbours in the call are to the question, as a
//! share of the nearest candidate's cosine.

use super::fuse::Ranked;
use crate::embed::Embedding;
use crate::error::Result;
use crate::library::Library;
use crate::units::{CallRow, PassageId};
use std::collections::BTreeMap;

/// How near the passages before and after each of `ranked` are, from 0 to about 1; `calls` says whose each is.
///
/// # Errors
/// Those of the library.
pub(super) fn around(
    library: &Library,
    question: &Embedding,
    ranked: &[Ranked],
    calls: &[CallRow],
) -> Result<Vec<f32>> {
    let best = ranked
        .iter()
        .map(|ranked| ranked.dense)
        .fold(f32::EPSILON, f32::max);
    let mut cosines: BTreeMap<PassageId, f32> = ranked
        .iter()
        .map(|ranked| (ranked.passage, ranked.dense))
        .collect();
    let mut found = Vec::with_capacity(ranked.len());
    for (ranked, call) in ranked.iter().zip(calls) {
        let (mut sum, mut count) = (0.0, 0.0);
        for passage in library.beside(*call, ranked.passage)? {
            let known = cosines.get(&passage).copied();
            let cosine = match known {
                Some(known) => known,
                None => library.passage_cosine(passage, question)?,
            };
            cosines.insert(passage, cosine);
            sum += cosine;
            count += 1.0;
        }
        found.push(if count > 0.0 { sum / count / best } else { 0.0 });
    }
    Ok(found)
}
