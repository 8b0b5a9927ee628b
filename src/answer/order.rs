//! The order of quotes: nothing twice, and everything that was asked about.

use super::Quote;
use std::collections::HashSet;

/// Keeps the best of quotes that say the same words, as when one call is there from two vendors.
pub(super) fn drop_repeats(quotes: &mut Vec<Quote>) {
    let mut seen = HashSet::new();
    quotes.retain(|quote| seen.insert(crate::index::words(&quote.text).join(" ")));
}

/// Where several things are asked about, the best quote of each goes before the second of any.
pub(super) fn cover(quotes: &mut Vec<Quote>, parts: usize) {
    if parts < 2 {
        return;
    }
    // Two parts may share a call, and so a passage; it counts for the one that it serves better.
    let mut passages = HashSet::new();
    quotes.retain(|quote| passages.insert((quote.call.row, quote.passage)));
    let mut taken = vec![0_usize; parts];
    let mut order: Vec<(usize, Quote)> = Vec::with_capacity(quotes.len());
    for quote in quotes.drain(..) {
        let round = taken.get_mut(quote.part).map_or(0, |taken| {
            *taken += 1;
            *taken
        });
        order.push((round, quote));
    }
    // A stable sort: within a round the better quote stays first.
    order.sort_by_key(|(round, _)| *round);
    quotes.extend(order.into_iter().map(|(_, quote)| quote));
}
