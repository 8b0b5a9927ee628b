//! The exact scan: every vector of a scope against the question.

use super::Hit;
use crate::embed::{Embedding, dot};
use crate::error::Result;
use crate::library::{Library, Scope};
use crate::units::PassageId;
use std::ops::Range;

/// The `limit` nearest passages with ids in `range`, best first, ties to the lower id.
pub(super) fn scan(
    library: &Library,
    question: &Embedding,
    scope: &Scope,
    range: Range<PassageId>,
    limit: usize,
) -> Result<Vec<Hit>> {
    let mut hits = Vec::new();
    let mut values = vec![0.0_f32; question.values().len()];
    library.scan_vectors(scope, range, |passage, bytes| {
        let (numbers, rest) = bytes.as_chunks::<4>();
        if numbers.len() != values.len() || !rest.is_empty() {
            return Err(library.damaged(format!("the vector of passage {} is cut", passage.0)));
        }
        for (value, number) in values.iter_mut().zip(numbers) {
            *value = f32::from_le_bytes(*number);
        }
        hits.push(Hit {
            passage,
            cosine: dot(question.values(), &values),
        });
        if hits.len() >= 8 * limit.max(64) {
            sort(&mut hits, limit);
        }
        Ok(())
    })?;
    sort(&mut hits, limit);
    Ok(hits)
}

/// Best first, ties to the lower id, no more than `limit`. A cosine that is not a number, from a
/// damaged vector, comes last.
pub(super) fn sort(hits: &mut Vec<Hit>, limit: usize) {
    let key = |hit: &Hit| {
        if hit.cosine.is_nan() {
            f32::NEG_INFINITY
        } else {
            hit.cosine
        }
    };
    hits.sort_by(|a, b| key(b).total_cmp(&key(a)).then(a.passage.cmp(&b.passage)));
    hits.truncate(limit);
}
