//! onrecord: ask your calls, get quotes you can stand behind.
//!
//! A local question-and-answer assistant over call transcripts. The flow is the order of the rooms;
//! each uses only what stands before it:
//!
//! ```text
//! source bytes → transcript (call, turns) → passage → embed → library (SQLite) + index (segments)
//! question → retrieve (dense + lexical, fused) → answer or silence → quote (verified) → output
//! ```
//!
//! The binary is a thin door to [`run`]; the rooms are public so that tests, benchmarks and the
//! curious can enter each by itself.

pub mod units;

pub mod error;

pub mod transcript;

pub mod passage;

pub mod embed;

pub mod library;

pub mod index;

pub mod question;

pub mod retrieve;

pub mod answer;

pub mod quote;

pub mod eval;

pub mod output;

mod cli;
mod commands;

pub use commands::{Outcome, run};
