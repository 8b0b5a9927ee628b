//! How fast the text readers are, whether their time grows with the text alone, and whether anything
//! breaks them.
//!
//! `cargo bench --bench read -- speed [NAME]` and `cargo bench --bench read -- fuzz SECONDS [SEED]`. The samples are
//! those of `tests/formats`. A sample that breaks a reader is written to `broken-sample` and named.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_precision_loss,
    reason = "a program that measures for people and stops at the first thing that is wrong"
)]

#[path = "../../tests/suite/mutate.rs"]
mod mutate;

use mutate::{Dice, check, spoilt};
use onrecord::transcript::{Metadata, open, read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn samples() -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
    let mut found = Vec::new();
    for layout in fs_err::read_dir(folder).expect("samples") {
        for file in fs_err::read_dir(layout.expect("a folder").path()).expect("samples") {
            let path = file.expect("a sample").path();
            // What a child process reads is not read by this program.
            let own = |ending: &std::ffi::OsStr| ending != "read" && ending != "xml";
            if path.extension().is_some_and(own) {
                let bytes = fs_err::read(&path).expect("a sample");
                found.push((path, bytes));
            }
        }
    }
    found.sort();
    found
}

fn main() {
    // `cargo bench` adds flags of its own.
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with("--"))
        .collect();
    let number = |at: usize| args.get(at).and_then(|arg| arg.parse().ok());
    match args.first().map(String::as_str) {
        Some("speed") => speed(args.get(1).map_or("", String::as_str)),
        Some("fuzz") => fuzz(number(1).unwrap_or(60), number(2).unwrap_or(1)),
        _ => speed(""),
    }
}

/// A sample as large as asked for: lines again and again, and for JSON its first list.
fn grown(bytes: &[u8], size: usize) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    if let Some((open, close)) = text
        .find("[{")
        .zip(text.rfind("}]"))
        .filter(|(open, close)| open < close)
    {
        let (head, rest) = text.split_at(open + 1);
        let (items, tail) = rest.split_at(close - open);
        let times = 1 + size / items.len().max(1);
        return [head, &vec![items; times].join(","), tail]
            .concat()
            .into_bytes();
    }
    bytes.repeat(1 + size / bytes.len().max(1))
}

/// The time to read a text, the best of three.
fn time(bytes: &[u8]) -> Duration {
    let once = || {
        let started = Instant::now();
        if let Ok(opened) = open(bytes.to_vec(), None) {
            std::hint::black_box(read(&opened.decoded.text, "x.txt", &Metadata::default()));
        }
        started.elapsed()
    };
    (0..3).map(|_| once()).min().unwrap_or_default()
}

fn speed(name: &str) {
    println!("{:<70} {:>8} {:>10}", "sample, grown", "MB/s", "t(8n)/t(n)");
    let mut all: Vec<(PathBuf, Vec<u8>)> = samples();
    all.push((
        PathBuf::from("one line"),
        b"we sell anvils and the next question comes from bo crane ".to_vec(),
    ));
    all.retain(|(path, _)| path.to_string_lossy().contains(name));
    for (path, bytes) in all {
        let (small, large) = (grown(&bytes, 1 << 20), grown(&bytes, 8 << 20));
        let (one, eight) = (time(&small), time(&large));
        let rate = large.len() as f64 / 1e6 / eight.as_secs_f64();
        let growth = eight.as_secs_f64() / one.as_secs_f64();
        let name = path
            .components()
            .rev()
            .take(2)
            .map(|part| part.as_os_str().to_string_lossy())
            .collect::<Vec<_>>();
        println!(
            "{:<70} {rate:>8.0} {growth:>10.1}",
            name.into_iter().rev().collect::<Vec<_>>().join("/")
        );
    }
}

fn fuzz(seconds: u64, seed: u64) {
    let samples = samples();
    let started = Instant::now();
    let mut dice = Dice::new(seed);
    let mut count = 0_u64;
    let mut slowest = Duration::ZERO;
    while started.elapsed() < Duration::from_secs(seconds) {
        let (path, bytes) = &samples[dice.roll(samples.len())];
        let other = &samples[dice.roll(samples.len())].1;
        let broken = spoilt(bytes, other, &mut dice);
        let begun = Instant::now();
        let result = std::panic::catch_unwind(|| check(&broken, "x.txt"));
        if result.is_err() {
            fs_err::write("broken-sample", &broken).expect("write the sample");
            panic!(
                "`broken-sample`, made of {}, breaks a reader",
                path.display()
            );
        }
        slowest = slowest.max(begun.elapsed());
        count += 1;
    }
    println!(
        "{count} spoilt samples in {seconds} s from seed {seed}, none broke a reader; the slowest took {slowest:?}"
    );
}
