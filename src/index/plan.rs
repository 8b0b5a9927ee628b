//! Which segments to merge next. Pure.
//!
//! **Source**: the logarithmic method of Bentley and Saxe 1980, "Decomposable searching problems I":
//! what is merged is at least as large as what it is merged into, within a factor, so that each passage
//! is merged a number of times that grows with the logarithm of the library.

use std::ops::Range;

/// Passages from which a segment has a graph: from here on a walk is faster than a scan, see
/// `docs/DECISIONS.md`.
pub(super) const LINKED_AT_LEAST: usize = 16_384;
/// Passages without a graph from which they are linked whatever it costs.
const UNLINKED_AT_MOST: usize = 131_072;
/// Passages of a segment at most, which bounds the memory that making it takes.
const LARGEST: usize = 1 << 20;
/// A segment is merged with those after it when it is no larger than they are together times this.
const FACTOR: usize = 2;

/// A segment, as a plan sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) passages: usize,
    /// Of these, those that have been removed.
    pub(super) removed: usize,
    pub(super) is_linked: bool,
}

impl Size {
    /// Whether it holds so much that was removed that it is made again: any, where that is cheap.
    pub(super) fn is_stale(&self) -> bool {
        if self.is_linked {
            self.removed * 8 > self.passages
        } else {
            self.removed > 0
        }
    }
}

/// Neighbouring segments to put one in the place of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// Which.
    pub(super) range: Range<usize>,
    /// Whether the one has a graph; it has one anyway when one of them has.
    pub(super) links: bool,
}

/// The segments to merge next, or the one to link; `None` when all is well. No more than `allowance`
/// passages are linked for it, unless too many are not.
pub(super) fn next(sizes: &[Size], allowance: usize) -> Option<Plan> {
    let unlinked = |sizes: &[Size]| -> usize {
        let sizes = sizes.iter().filter(|size| !size.is_linked);
        sizes.map(|size| size.passages).sum()
    };
    let allowance = if unlinked(sizes) > UNLINKED_AT_MOST {
        usize::MAX
    } else {
        allowance
    };
    let affordable = |range: &Range<usize>| {
        sizes
            .get(range.clone())
            .is_some_and(|sizes| cost(sizes) <= allowance)
    };
    let plan = |range: Range<usize>| Plan {
        links: sizes.get(range.clone()).is_some_and(is_worth_linking),
        range,
    };
    let ends = || (1..=sizes.len()).rev();
    let mut like = ends().map(|end| like_sized(sizes, 0..end));
    if let Some(range) = like.find(|range| range.len() > 1 && affordable(range)) {
        return Some(plan(range));
    }
    let mut single = ends().map(|end| end - 1..end).map(plan);
    if let Some(plan) = single.find(|plan| plan.links && affordable(&plan.range)) {
        return Some(plan);
    }
    // What may not be linked now is at least brought together.
    let first = sizes
        .iter()
        .rposition(|size| size.is_linked)
        .map_or(0, |last| last + 1);
    let mut flat = (first + 1..=sizes.len())
        .rev()
        .map(|end| like_sized(sizes, first..end));
    flat.find(|range| range.len() > 1).map(|range| Plan {
        range,
        links: false,
    })
}

/// The last of some segments that are of like size.
fn like_sized(sizes: &[Size], among: Range<usize>) -> Range<usize> {
    let mut start = among.end;
    let mut together = 0;
    for (at, size) in sizes
        .iter()
        .enumerate()
        .take(among.end)
        .skip(among.start)
        .rev()
    {
        let fits = together + size.passages <= LARGEST && size.passages <= FACTOR * together;
        if start < among.end && !fits {
            break;
        }
        start = at;
        together += size.passages;
    }
    start..among.end
}

fn is_worth_linking(sizes: &[Size]) -> bool {
    let passages: usize = sizes.iter().map(|size| size.passages).sum();
    sizes.iter().any(|size| !size.is_linked) && passages >= LINKED_AT_LEAST
}

/// Passages that have to be linked when these become one: all but those of the largest graph.
fn cost(sizes: &[Size]) -> usize {
    let passages: usize = sizes.iter().map(|size| size.passages).sum();
    let linked = sizes.iter().filter(|size| size.is_linked);
    match linked.map(|size| size.passages).max() {
        Some(largest) => passages - largest,
        None if passages < LINKED_AT_LEAST => 0,
        None => passages,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(passages: usize) -> Size {
        Size {
            passages,
            removed: 0,
            is_linked: false,
        }
    }

    fn linked(passages: usize) -> Size {
        Size {
            is_linked: true,
            ..flat(passages)
        }
    }

    fn merged(sizes: &[Size], allowance: usize) -> Option<(Range<usize>, bool)> {
        next(sizes, allowance).map(|plan| (plan.range, plan.links))
    }

    #[test]
    fn segments_of_like_size_are_merged_and_larger_ones_are_left() {
        let plan = |sizes: &[Size]| merged(sizes, 9999).map(|(range, _)| range);
        assert_eq!(plan(&[flat(1000), flat(100), flat(60)]), Some(1..3));
        assert_eq!(plan(&[flat(1000), flat(400), flat(100)]), None);
        assert_eq!(plan(&[flat(100)]), None);
        assert_eq!(plan(&[]), None);
        // Wherever they stand.
        assert_eq!(plan(&[flat(500), flat(500), flat(20)]), Some(0..2));
        // One after the other makes way for the next.
        assert_eq!(plan(&[flat(300), flat(100), flat(60)]), Some(0..3));
    }

    #[test]
    fn linking_waits_until_it_is_worth_its_cost() {
        let (little, much) = (16_384, 100_000);
        assert_eq!(merged(&[flat(20_000)], little), None);
        assert_eq!(merged(&[flat(20_000)], much), Some((0..1, true)));
        assert_eq!(merged(&[flat(10_000)], much), None);
        assert_eq!(merged(&[linked(50_000), flat(30_000)], little), None);
        assert_eq!(
            merged(&[linked(50_000), flat(30_000)], much),
            Some((0..2, true))
        );
        // Brought together all the same.
        let sizes = [linked(50_000), flat(20_000), flat(15_000)];
        assert_eq!(merged(&sizes, little), Some((1..3, false)));
        assert_eq!(
            merged(&[linked(900_000), flat(140_000)], little),
            Some((1..2, true))
        );
    }

    #[test]
    fn the_number_of_segments_grows_with_the_logarithm() {
        let mut sizes: Vec<Size> = Vec::new();
        let mut most = 0;
        for _ in 0..20_000 {
            sizes.push(flat(75));
            while let Some(Plan { range, links }) = next(&sizes, 16_384) {
                let merged = &sizes[range.clone()];
                let passages = merged.iter().map(|size| size.passages).sum();
                let links = links || merged.iter().any(|size| size.is_linked);
                let size = if links {
                    linked(passages)
                } else {
                    flat(passages)
                };
                sizes.splice(range, [size]);
            }
            most = most.max(sizes.len());
        }
        assert!(most <= 20, "{most} segments");
        assert!(sizes.iter().all(|size| size.passages <= LARGEST));
    }

    #[test]
    fn what_was_removed_leaves_a_small_segment_at_once_and_a_large_one_in_time() {
        let some = |size: Size| Size {
            removed: 10,
            ..size
        };
        assert!(some(flat(1000)).is_stale() && !flat(1000).is_stale());
        assert!(!some(linked(1000)).is_stale() && some(linked(70)).is_stale());
    }
}
