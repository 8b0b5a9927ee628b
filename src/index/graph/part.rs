//! Small graphs, which `hnsw_rs` makes.

use super::{LINKS, UPPER_LINKS, Upper, relinked};
use crate::index::rows::Rows;
use hnsw_rs::prelude::{Distance, Hnsw};

/// Candidates that `hnsw_rs` weighs for each row (efConstruction).
const CANDIDATES: usize = 64;
const MOST_LAYERS: usize = 16;

/// One minus the cosine of rows, never below zero: `hnsw_rs` asserts that a distance is not negative,
/// and rounding makes a cosine slightly more than one. A row's scale is its last four bytes.
struct CosineDistance;

impl Distance<i8> for CosineDistance {
    fn eval(&self, a: &[i8], b: &[i8]) -> f32 {
        (1.0 - Rows::cosine_with_tails(a, b)).max(0.0)
    }
}

/// A graph over some of the rows, before it is joined.
pub(super) struct Part {
    pub(super) lowest: Vec<(u32, Vec<u32>)>,
    pub(super) upper: Vec<Upper>,
    pub(super) entry: Option<u32>,
}

/// A graph over `members` by `hnsw_rs`, inserted one by one, and straightened: it drops the furthest
/// neighbour of a row that has too many, where the rule of `select` keeps a better choice.
pub(super) fn build(rows: &Rows, members: &[u32]) -> Part {
    let graph: Hnsw<'_, i8, CosineDistance> = Hnsw::new(
        UPPER_LINKS,
        members.len(),
        MOST_LAYERS,
        CANDIDATES,
        CosineDistance,
    );
    for &place in members {
        graph.insert_slice((&rows.with_tail(place), place as usize));
    }
    let mut layers: Vec<Upper> = Vec::new();
    let mut entry = None;
    let points = graph.get_point_indexation();
    for top in 0..=usize::from(graph.get_max_level_observed()) {
        for point in points.get_layer_iterator(top) {
            let Ok(place) = u32::try_from(point.get_origin_id()) else {
                continue;
            };
            entry = Some(place);
            // A point stands in its top layer and in all below it.
            let near = point.get_neighborhood_id().into_iter().take(top + 1);
            for (layer, near) in near.enumerate() {
                if layers.len() <= layer {
                    layers.push(Upper::new());
                }
                let near = near
                    .iter()
                    .filter_map(|n| u32::try_from(n.get_origin_id()).ok());
                if let Some(layer) = layers.get_mut(layer) {
                    layer.insert(place, near.collect());
                }
            }
        }
    }
    let mut layers = layers.into_iter();
    let lowest = straightened(rows, &layers.next().unwrap_or_default());
    Part {
        lowest,
        upper: layers.collect(),
        entry,
    }
}

fn straightened(rows: &Rows, layer: &Upper) -> Vec<(u32, Vec<u32>)> {
    let mut both = layer.clone();
    for (place, near) in layer {
        for other in near {
            both.entry(*other).or_default().push(*place);
        }
    }
    let relink = |(place, near): (u32, Vec<u32>)| {
        let all = near.into_iter().map(|other| rows.near(place, other));
        (place, relinked(rows, all.collect(), LINKS))
    };
    both.into_iter().map(relink).collect()
}
