//! Work for all cores, whose results come in the order of the work.

use std::sync::LazyLock;

/// Threads to use; what is no number of threads is refused before anything begins.
static COUNT: LazyLock<usize> = LazyLock::new(|| crate::embed::threads().unwrap_or(1));

/// Threads to use, at least 1.
pub(super) fn count() -> usize {
    *COUNT
}

/// The work on each of a few pieces, a thread a piece.
pub(super) fn spread<T: Sync, R: Send>(pieces: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let mut nothing = vec![(); pieces.len()];
    spread_with(pieces.iter(), &mut nothing, |piece, ()| work(piece))
}

/// The work on each of a few pieces, a thread a piece, each with something of its own to work with.
pub(super) fn spread_with<T: Send, S: Send, R: Send>(
    pieces: impl Iterator<Item = T>,
    with: &mut [S],
    work: impl Fn(T, &mut S) -> R + Sync,
) -> Vec<R> {
    let work = &work;
    std::thread::scope(|scope| {
        let started: Vec<_> = pieces
            .zip(with)
            .map(|(piece, with)| scope.spawn(move || work(piece, with)))
            .collect();
        let ended = started.into_iter().map(std::thread::ScopedJoinHandle::join);
        // A thread that panicked has said why; so does this one.
        ended
            .map(|result| result.unwrap_or_else(|why| std::panic::resume_unwind(why)))
            .collect()
    })
}
