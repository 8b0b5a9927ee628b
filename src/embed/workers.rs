//! Threads that each run whole batches: much of a forward pass in candle runs on one thread whatever
//! the machine has, so a batch a core is faster than two cores a batch (see `docs/DECISIONS.md`).

use crate::error::{Error, Result};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// More threads than any machine has cores for end a process instead of speeding it up.
const MOST_THREADS: usize = 1024;

/// Threads to use: as many as there are cores, or as `$ONRECORD_THREADS` says; at least 1.
///
/// # Errors
/// [`Error::Threads`] where it says anything but such a number.
pub fn threads() -> Result<usize> {
    let Some(asked) = std::env::var_os("ONRECORD_THREADS").filter(|asked| !asked.is_empty()) else {
        return Ok(std::thread::available_parallelism().map_or(1, usize::from));
    };
    let asked = asked.to_string_lossy().into_owned();
    match asked.trim().parse() {
        Ok(threads) if (1..=MOST_THREADS).contains(&threads) => Ok(threads),
        _ => Err(Error::Threads(asked)),
    }
}

/// One pool of one thread a core, or as many as `$ONRECORD_THREADS` says: what candle starts inside stays on that core.
pub(super) struct Workers(Vec<ThreadPool>);

impl Workers {
    pub(super) fn new() -> io::Result<Self> {
        let cores = threads().map_err(io::Error::other)?;
        let pool = || {
            ThreadPoolBuilder::new()
                .num_threads(1)
                .build()
                .map_err(io::Error::other)
        };
        Ok(Self((0..cores).map(|_| pool()).collect::<io::Result<_>>()?))
    }

    /// Runs `job` for 0, 1, … `count - 1`, spread over the threads, and hands each result to `done`
    /// on the calling thread, in the order in which they end. The first error of `done` stops the
    /// handing out of jobs and is returned.
    pub(super) fn each<T: Send, E>(
        &self,
        count: usize,
        job: impl Fn(usize) -> T + Sync,
        mut done: impl FnMut(T) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            // A bound of one result a thread: memory does not grow with the number of jobs.
            let (results, from_jobs) = mpsc::sync_channel(self.0.len());
            for pool in self.0.iter().take(count) {
                let (results, next, job) = (results.clone(), &next, &job);
                scope.spawn(move || {
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        // A closed channel means that an error has stopped the work.
                        if index >= count || results.send(pool.install(|| job(index))).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(results);
            from_jobs.into_iter().try_for_each(&mut done)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_runs_once_and_an_error_stops_the_rest() {
        let workers = Workers::new().unwrap();
        let mut seen = Vec::new();
        let all: std::result::Result<(), ()> = workers.each(
            100,
            |i| i,
            |i| {
                seen.push(i);
                Ok(())
            },
        );
        seen.sort_unstable();
        assert_eq!((all, seen), (Ok(()), (0..100).collect()));
        let stopped = workers.each(100, |i| i, |i| if i == 3 { Err(i) } else { Ok(()) });
        assert_eq!(stopped, Err(3));
    }
}
