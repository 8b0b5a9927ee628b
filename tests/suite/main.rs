//! The promises of the program, kept in one test binary so that the tree is linked once.
//!
//! Tests that read real transcripts or the real model's weights, neither of which is part of the
//! repository, say loudly that they were skipped where those are absent.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::string_slice,
    reason = "a failed check shall stop the test, and its figures shall be seen"
)]

mod add;
mod ask;
mod bad_input;
mod breaks;
mod containers;
mod demo;
mod documents;
mod durability;
mod embedding;
mod explain;
mod formats;
mod index;
mod kernels;
mod made;
mod model_folder;
mod mutate;
mod reading;
mod real_calls;
mod rooms;
mod several;
mod slices;
mod sought;
mod transcripts;
mod understanding;
mod util;
