//! A graph of near neighbours over vectors in memory: made, joined, and thinned.
//!
//! In: rows of bytes. Out: for each row its neighbours in each layer. `hnsw_rs` makes small graphs,
//! which fit the processor's caches; larger ones are joined from those. Inserting 200,000 vectors one
//! by one with `hnsw_rs` alone costs four times as much, see `docs/DECISIONS.md`. The same rows give
//! the same graph, on any number of threads.
//!
//! **Source**: Malkov and Yashunin 2018, "Efficient and robust approximate nearest neighbor search
//! using Hierarchical Navigable Small World graphs": the layers, and algorithms 2 (walk) and 4 (which
//! neighbours to keep).

mod join;
mod part;

use super::rows::{Near, Rows};
use std::collections::BTreeMap;

/// Neighbours of a row in an upper layer (M).
pub(in crate::index) const UPPER_LINKS: usize = 16;
/// Neighbours of a row in the lowest layer, which holds all rows.
pub(in crate::index) const LINKS: usize = 2 * UPPER_LINKS;

/// The neighbours of the rows of one layer above the lowest.
pub(in crate::index) type Upper = BTreeMap<u32, Vec<u32>>;

/// Neighbours, by the places of rows.
pub(in crate::index) struct Graph {
    /// [`LINKS`] places a row, of which [`Graph::degrees`] count.
    links: Vec<u32>,
    degrees: Vec<u8>,
    /// The second layer first.
    pub(in crate::index) upper: Vec<Upper>,
    /// Where a walk begins; `None` while the graph is empty.
    pub(in crate::index) entry: Option<u32>,
}

impl Graph {
    /// A graph without links over `rows` rows.
    pub(in crate::index) fn empty(rows: usize) -> Self {
        Self {
            links: vec![0; rows * LINKS],
            degrees: vec![0; rows],
            upper: Vec::new(),
            entry: None,
        }
    }

    /// The neighbours of a row in the lowest layer.
    pub(in crate::index) fn near(&self, place: u32) -> &[u32] {
        let place = place as usize;
        let degree = self
            .degrees
            .get(place)
            .map_or(0, |degree| usize::from(*degree));
        self.links
            .get(place * LINKS..place * LINKS + degree)
            .unwrap_or_default()
    }

    /// Sets the neighbours of a row in the lowest layer, [`LINKS`] of them at most.
    pub(in crate::index) fn link(&mut self, place: u32, near: &[u32]) {
        let place = place as usize;
        let near = near.get(..near.len().min(LINKS)).unwrap_or_default();
        if let Some(links) = self
            .links
            .get_mut(place * LINKS..place * LINKS + near.len())
            && let Some(degree) = self.degrees.get_mut(place)
        {
            links.copy_from_slice(near);
            *degree = u8::try_from(near.len()).unwrap_or(u8::MAX);
        }
    }

    /// The neighbours of a row in a layer, 0 being the lowest.
    pub(in crate::index) fn near_in(&self, place: u32, layer: usize) -> &[u32] {
        match layer.checked_sub(1) {
            None => self.near(place),
            Some(upper) => {
                let near = self.upper.get(upper).and_then(|layer| layer.get(&place));
                near.map_or(&[], Vec::as_slice)
            }
        }
    }

    /// Takes over the links of a graph whose rows have new places. Where neighbours are gone, theirs take
    /// part in the choice of new ones.
    pub(in crate::index) fn take_over(&mut self, rows: &Rows, old: &Self, places: &[Option<u32>]) {
        let place_of = |old: u32| places.get(old as usize).copied().flatten();
        for layer in 0..=old.upper.len() {
            let most = if layer == 0 { LINKS } else { UPPER_LINKS };
            let all: Vec<u32> = match layer.checked_sub(1) {
                None => (0..u32::try_from(places.len()).unwrap_or(u32::MAX)).collect(),
                Some(at) => old
                    .upper
                    .get(at)
                    .into_iter()
                    .flat_map(|l| l.keys().copied())
                    .collect(),
            };
            for was in all {
                let Some(place) = place_of(was) else {
                    continue;
                };
                let near = old.near_in(was, layer);
                let mut now: Vec<u32> = near.iter().filter_map(|other| place_of(*other)).collect();
                if now.len() < near.len() {
                    let gone = near.iter().filter(|other| place_of(**other).is_none());
                    let beyond = gone.flat_map(|other| old.near_in(*other, layer));
                    now.extend(
                        beyond
                            .filter_map(|other| place_of(*other))
                            .filter(|other| *other != place),
                    );
                    let candidates = now.iter().map(|other| rows.near(place, *other)).collect();
                    now = select(rows, candidates, most);
                }
                self.link_in(place, layer, now);
            }
        }
        while self.upper.last().is_some_and(BTreeMap::is_empty) {
            self.upper.pop();
        }
        let highest = self
            .upper
            .last()
            .and_then(|layer| layer.keys().next().copied());
        let all = 0..u32::try_from(self.degrees.len()).unwrap_or(u32::MAX);
        let first = || all.into_iter().find(|place| !self.near(*place).is_empty());
        let same = old.entry.and_then(place_of);
        let same = same.filter(|_| self.upper.len() == old.upper.len());
        self.entry = same.or(highest).or_else(first);
    }

    /// Sets the neighbours of a row in a layer, 0 being the lowest.
    fn link_in(&mut self, place: u32, layer: usize, near: Vec<u32>) {
        let Some(upper) = layer.checked_sub(1) else {
            return self.link(place, &near);
        };
        while self.upper.len() <= upper {
            self.upper.push(Upper::new());
        }
        if let Some(layer) = self.upper.get_mut(upper) {
            layer.insert(place, near);
        }
    }
}

/// The neighbours that a row has after others have been offered to it: all, while there is room.
fn relinked(rows: &Rows, mut offered: Vec<Near>, most: usize) -> Vec<u32> {
    offered.sort_unstable_by(|a, b| b.cmp(a));
    offered.dedup_by_key(|near| near.place);
    if offered.len() <= most {
        return offered.iter().map(|near| near.place).collect();
    }
    select(rows, offered, most)
}

/// Of candidates the nearest that are not nearer to one kept before than to the row itself, `most` of
/// them at most, nearest first.
fn select(rows: &Rows, mut candidates: Vec<Near>, most: usize) -> Vec<u32> {
    candidates.sort_unstable_by(|a, b| b.cmp(a));
    candidates.dedup_by_key(|near| near.place);
    let mut kept: Vec<u32> = Vec::with_capacity(most);
    for near in candidates {
        if kept.len() >= most {
            break;
        }
        if kept
            .iter()
            .all(|other| rows.cosine(near.place, *other) < near.cosine)
        {
            kept.push(near.place);
        }
    }
    kept
}
