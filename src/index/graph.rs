//! Building a graph with `hnsw_rs`, and taking it over as a segment of our own.

use super::segment::{Layer, Record, Segment};
use super::{SEGMENT_IDS, Stamp};
use crate::embed::{Embedding, Quantised, dot};
use crate::units::PassageId;
use hnsw_rs::prelude::{Distance, Hnsw};
use std::collections::BTreeMap;
use std::ops::Range;

/// Neighbours of a point in an upper layer; the lowest layer has twice as many.
///
/// **Source**: Malkov and Yashunin 2018, "Efficient and robust approximate nearest neighbor search
/// using Hierarchical Navigable Small World graphs", §4.1 (M and efConstruction).
const NEIGHBOURS: usize = 16;
/// Candidates that are weighed for each new point.
const CANDIDATES: usize = 200;
const MOST_LAYERS: usize = 16;

/// One minus the cosine of unit vectors, never below zero: `hnsw_rs` asserts that a distance is not
/// negative, and rounding makes a cosine slightly more than one.
struct CosineDistance;

impl Distance<f32> for CosineDistance {
    fn eval(&self, a: &[f32], b: &[f32]) -> f32 {
        (1.0 - dot(a, b)).max(0.0)
    }
}

/// Builds the segment of `vectors`, which come in ascending order of ids. Points are inserted one by
/// one, so that the same vectors give the same graph.
pub(super) fn build(
    stamp: Stamp,
    range: Range<PassageId>,
    vectors: &[(PassageId, Embedding)],
) -> Segment {
    debug_assert!(i64::try_from(vectors.len()).is_ok_and(|count| count <= SEGMENT_IDS));
    let graph: Hnsw<'_, f32, CosineDistance> = Hnsw::new(
        NEIGHBOURS,
        vectors.len(),
        MOST_LAYERS,
        CANDIDATES,
        CosineDistance,
    );
    for (index, (_, vector)) in vectors.iter().enumerate() {
        graph.insert_slice((vector.values(), index));
    }
    let mut layers: Vec<BTreeMap<u16, Vec<u16>>> = Vec::new();
    let points = graph.get_point_indexation();
    for top in 0..=usize::from(graph.get_max_level_observed()) {
        for point in points.get_layer_iterator(top) {
            let Ok(index) = u16::try_from(point.get_origin_id()) else {
                continue;
            };
            // A point stands in its top layer and in all below it.
            for (layer, near) in point
                .get_neighborhood_id()
                .into_iter()
                .enumerate()
                .take(top + 1)
            {
                let near = near
                    .iter()
                    .filter_map(|n| u16::try_from(n.get_origin_id()).ok());
                if layers.len() <= layer {
                    layers.resize_with(layer + 1, BTreeMap::new);
                }
                if let Some(layer) = layers.get_mut(layer) {
                    layer.insert(index, near.collect());
                }
            }
        }
    }
    let records = vectors.iter().map(|(id, vector)| Record {
        passage: *id,
        vector: Quantised::new(vector),
    });
    let layers = layers.into_iter().map(Layer).collect();
    Segment {
        stamp,
        range,
        records: records.collect(),
        layers,
    }
}
