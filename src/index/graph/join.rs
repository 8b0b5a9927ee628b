//! Larger graphs, joined from small ones.

use super::part::{Part, build};
use super::{Graph, LINKS, UPPER_LINKS, relinked, select};
use crate::index::rows::{Near, Rows};
use crate::index::threads::{self, spread, spread_with};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Rows that `hnsw_rs` inserts into one graph.
const PART: usize = 4096;
/// Candidates from the other graph that a join weighs for each row.
const JOINED: usize = 128;
/// Of these, those nearest to which a row is offered as a neighbour, whether it keeps them or not.
const OFFERED: usize = 6;

/// What a walk looks for: the `width` nearest to a row, in a layer.
#[derive(Clone, Copy)]
struct Wanted {
    place: u32,
    layer: usize,
    width: usize,
}

impl Graph {
    /// Links `members`, which have no links yet and are in ascending order, to each other and to all that
    /// is linked already. `done` hears of rows linked since it heard last.
    pub(in crate::index) fn grow(
        &mut self,
        rows: &Rows,
        members: &[u32],
        mut done: impl FnMut(usize),
    ) {
        let parts: Vec<&[u32]> = members.chunks(PART).collect();
        let mut seen = Vec::new();
        // A part a thread at once: no more than those wait in memory to be joined.
        for wave in parts.chunks(threads::count()) {
            for (part, members) in spread(wave, |members| build(rows, members))
                .into_iter()
                .zip(wave)
            {
                self.join(rows, &part, &mut seen);
                done(members.len());
            }
        }
    }

    /// Takes over a part, and links each of its rows with what is near it in the graph so far.
    fn join(&mut self, rows: &Rows, part: &Part, seen: &mut Vec<Seen>) {
        seen.resize_with(threads::count(), Seen::default);
        let lowest = self.meet(rows, &part.lowest, 0, seen);
        let mut upper = Vec::new();
        for (layer, own) in (1..).zip(&part.upper) {
            let own: Vec<_> = own
                .iter()
                .map(|(place, near)| (*place, near.clone()))
                .collect();
            upper.push(self.meet(rows, &own, layer, seen));
        }
        for (place, near) in lowest {
            self.link(place, &near);
        }
        let higher = part.upper.len() > self.upper.len();
        for (layer, met) in (1..).zip(upper) {
            for (place, near) in met {
                self.link_in(place, layer, near);
            }
        }
        if higher || self.entry.is_none() {
            self.entry = part.entry;
        }
    }

    /// What the neighbours of rows of a part, and of the rows that they meet, become in a layer.
    fn meet(
        &self,
        rows: &Rows,
        part: &[(u32, Vec<u32>)],
        layer: usize,
        seen: &mut [Seen],
    ) -> Vec<(u32, Vec<u32>)> {
        let most = if layer == 0 { LINKS } else { UPPER_LINKS };
        let width = if layer == 0 { JOINED } else { JOINED / 2 };
        let chunk = part.len().div_ceil(seen.len()).max(1);
        let met = spread_with(part.chunks(chunk), seen, |own, seen| {
            let meet = |(place, near): &(u32, Vec<u32>)| {
                let place = *place;
                let wanted = Wanted {
                    place,
                    layer,
                    width,
                };
                let found = self.walk(rows, wanted, seen);
                let own = near.iter().map(|other| rows.near(place, *other));
                let kept = select(rows, own.chain(found.iter().copied()).collect(), most);
                // The row is offered to those that it keeps, and to the very nearest.
                let met = |near: &(usize, &Near)| near.0 < OFFERED || kept.contains(&near.1.place);
                let back = found.iter().enumerate().filter(met);
                let back = back.map(|(_, near)| (near.place, Near { place, ..*near }));
                let back: Vec<_> = back.collect();
                ((place, kept), back)
            };
            own.iter().map(meet).collect::<Vec<_>>()
        });
        let (mut met, back): (Vec<_>, Vec<_>) = met.into_iter().flatten().unzip();
        // Each row that was met weighs those that met it beside its own.
        let mut back: Vec<(u32, Near)> = back.into_iter().flatten().collect();
        back.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        let groups: Vec<&[(u32, Near)]> = back.chunk_by(|a, b| a.0 == b.0).collect();
        let chunk = groups.len().div_ceil(seen.len()).max(1);
        let chunks: Vec<_> = groups.chunks(chunk).collect();
        let relinked = spread(&chunks, |groups| {
            let relink = |group: &&[(u32, Near)]| {
                let place = group.first().map_or(0, |(place, _)| *place);
                let own = self.near_in(place, layer).iter();
                let own = own.map(|other| rows.near(place, *other));
                let all = own.chain(group.iter().map(|(_, near)| *near)).collect();
                (place, relinked(rows, all, most))
            };
            groups.iter().map(relink).collect::<Vec<_>>()
        });
        met.extend(relinked.into_iter().flatten());
        met
    }

    /// The rows that a walk finds nearest, best first.
    fn walk(&self, rows: &Rows, wanted: Wanted, seen: &mut Seen) -> Vec<Near> {
        let Wanted {
            place,
            layer,
            width,
        } = wanted;
        let Some(entry) = self.entry.filter(|_| layer <= self.upper.len()) else {
            return Vec::new();
        };
        let mut start = rows.near(place, entry);
        for upper in (layer + 1..=self.upper.len()).rev() {
            loop {
                let near = self.near_in(start.place, upper).iter();
                let best = near.map(|other| rows.near(place, *other)).max();
                match best.filter(|best| *best > start) {
                    Some(best) => start = best,
                    None => break,
                }
            }
        }
        seen.restart(self.degrees.len());
        seen.add(start.place);
        let mut open = BinaryHeap::from([start]);
        let mut best = BinaryHeap::from([Reverse(start)]);
        while let Some(near) = open.pop() {
            let worst = best.peek().map_or(start, |worst| worst.0);
            if best.len() >= width && near < worst {
                break;
            }
            for &other in self.near_in(near.place, layer) {
                if !seen.add(other) {
                    continue;
                }
                let next = rows.near(place, other);
                if best.len() < width || best.peek().is_some_and(|worst| next > worst.0) {
                    open.push(next);
                    best.push(Reverse(next));
                    if best.len() > width {
                        best.pop();
                    }
                }
            }
        }
        best.into_sorted_vec()
            .into_iter()
            .map(|near| near.0)
            .collect()
    }
}

/// Which rows a walk has seen.
#[derive(Default)]
struct Seen {
    walk: u32,
    last: Vec<u32>,
}

impl Seen {
    fn restart(&mut self, rows: usize) {
        self.last.resize(rows, 0);
        self.walk = self.walk.checked_add(1).unwrap_or_else(|| {
            self.last.fill(0);
            1
        });
    }

    /// Whether it is seen for the first time.
    fn add(&mut self, place: u32) -> bool {
        match self.last.get_mut(place as usize) {
            Some(last) if *last != self.walk => {
                *last = self.walk;
                true
            }
            _ => false,
        }
    }
}
