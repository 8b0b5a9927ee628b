//! How fast the readers are, whether their time grows with the text alone, and whether anything breaks them.
//!
//! `cargo bench --bench read -- speed [NAME]`, `… -- fuzz SECONDS [SEED] [NAME]` and `… -- pdf [PAGES]`. The samples are those
//! of `tests/formats`, and small documents made here. A sample that breaks a reader is written to `broken-sample` and
//! named; what is mended goes to `tests/broken`, which the tests read again.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_precision_loss,
    clippy::unwrap_used,
    reason = "a program that measures for people and stops at the first thing that is wrong"
)]

mod fuzz;
#[path = "../../tests/suite/made.rs"]
mod made;
#[path = "../../tests/suite/mutate.rs"]
mod mutate;
mod speed;

use onrecord::transcript::Container;
use std::path::{Path, PathBuf};

/// A file of `tests/formats`.
struct Sample {
    /// Its layout's folder and its name.
    name: String,
    bytes: Vec<u8>,
    /// The container that a child process would read.
    container: Option<Container>,
}

fn samples() -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
    let mut found: Vec<PathBuf> = Vec::new();
    for layout in fs_err::read_dir(&folder).expect("samples") {
        let files = fs_err::read_dir(layout.expect("a folder").path()).expect("samples");
        found.extend(files.map(|file| file.expect("a sample").path()));
    }
    found.retain(|path| path.extension().is_some_and(|ending| ending != "read"));
    found.sort();
    let sample = |path: PathBuf| Sample {
        name: path
            .strip_prefix(&folder)
            .expect("inside")
            .display()
            .to_string(),
        bytes: fs_err::read(&path).expect("a sample"),
        container: path
            .extension()
            .and_then(|ending| Container::from_word(ending.to_str()?)),
    };
    found.into_iter().map(sample).collect()
}

fn main() {
    // `cargo bench` adds flags of its own.
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with("--"))
        .collect();
    let number = |at: usize| args.get(at).and_then(|arg| arg.parse().ok());
    let name = |at: usize| args.get(at).map_or("", String::as_str);
    match args.first().map(String::as_str) {
        Some("fuzz") => fuzz::run(number(1).unwrap_or(60), number(2).unwrap_or(1), name(3)),
        Some("pdf") => speed::pdf(name(1).parse().unwrap_or(500)),
        Some("speed") => speed::run(name(1)),
        // A spoilt text that looks like a web page is given to a child of this program, which reads none; those have a turn of their own.
        Some("extract") => std::process::exit(1),
        _ => speed::run(""),
    }
}
