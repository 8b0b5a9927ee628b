//! How far a long command is: on a terminal a line that moves, elsewhere nothing.

use crate::index::Step;
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::{Duration, Instant};

/// Passages whose linking takes more than ten seconds.
const TELLING: usize = 65_536;

/// The progress of reading and embedding files, by their bytes.
pub struct Progress {
    bar: ProgressBar,
    started: Instant,
    passages: u64,
    files: (usize, usize),
}

impl Progress {
    /// Starts over `files` files of `bytes` bytes together.
    pub fn new(files: usize, bytes: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
        let shape = "{wide_bar:.cyan/dim} {percent:>3}% · {msg}";
        // The shape is ours and constant; a bar without it would still count.
        if let Ok(style) = ProgressStyle::with_template(shape) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        let progress = Self {
            bar,
            started: Instant::now(),
            passages: 0,
            files: (0, files),
        };
        progress.show();
        progress
    }

    /// `passages` more are embedded, and with them `bytes` more of the files are done.
    pub fn embedded(&mut self, passages: usize, bytes: u64) {
        self.passages += passages as u64;
        self.bar.inc(bytes);
        self.show();
    }

    /// A file is done, and the bar stands at `bytes`.
    pub fn file_done(&mut self, bytes: u64) {
        self.files.0 += 1;
        self.bar.set_position(bytes);
        self.show();
    }

    /// A file took no work: what it holds is none of what there is to do.
    pub fn file_passed_over(&mut self, bytes: u64) {
        self.files.0 += 1;
        let all = self.bar.length().unwrap_or(0);
        self.bar.set_length(all.saturating_sub(bytes));
        self.show();
    }

    /// So many pages of `all` of a document are read.
    pub fn page(&self, done: usize, all: usize) {
        self.bar.set_message(format!("read page {done} of {all}"));
    }

    fn show(&self) {
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let rate = self.passages as f64 / self.started.elapsed().as_secs_f64().max(0.001);
        let (done, all) = self.files;
        let mut message = format!("{done}/{all} files");
        if self.passages > 0 {
            let left = HumanDuration(self.bar.eta());
            message += &format!(" · {rate:.0} passages/s · {left} left");
        }
        self.bar.set_message(message);
    }

    /// The index is being brought up to date. What takes a while says beforehand what it takes.
    pub fn index(&self, step: Step) {
        match step {
            Step::Read(passages) => {
                let passages = super::counted(passages, "passage");
                self.bar.set_message(format!("indexed {passages}"));
            }
            Step::Linked { done, all, memory } => {
                if done == 0 && all >= TELLING {
                    let note = format!(
                        "linking {}, with about {} MB of memory",
                        super::counted(all, "passage"),
                        super::grouped(memory / 1_000_000)
                    );
                    self.above(|| super::note(&note));
                }
                self.bar.set_length(all as u64);
                self.bar.set_position(done as u64);
                self.bar.set_message("linking passages");
            }
        }
    }

    /// Runs `print` while the bar is out of the way.
    pub fn above<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
