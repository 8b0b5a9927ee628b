//! Every layout on samples of our own making: what is read is what stands beside each sample.
//!
//! `tests/formats/LAYOUT/NAME` is a sample and `NAME.read` what is read of it, in a short form. A
//! sample whose name begins with `trap` holds what misleads a reader. To write the short forms
//! anew, after a change that was looked at, run this test with `ONRECORD_WRITE_READ=1`.

use crate::mutate::{Dice, check, spoilt};
use crate::util::checkout;
use onrecord::passage::Cuts;
use onrecord::transcript::{
    Call, Container, Decoded, LAYOUTS, Metadata, Part, SpanOf, extract, open, read_calls,
};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn samples() -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for folder in fs_err::read_dir(checkout().join("tests/formats")).unwrap() {
        let folder = folder.unwrap();
        let layout = folder.file_name().to_string_lossy().into_owned();
        for file in fs_err::read_dir(folder.path()).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|ending| ending != "read") {
                found.push((layout.clone(), path));
            }
        }
    }
    found.sort();
    found
}

/// What is read of a file, one line a fact.
fn short(path: &Path) -> (String, String) {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let bytes = fs_err::read(path).unwrap();
    let ending = path.extension().and_then(|ending| ending.to_str());
    let (decoded, container) = if let Some(container) = ending.and_then(Container::from_word) {
        // The child process that reads it is this program; here its reader is called by itself.
        let decoded = Decoded {
            text: extract(container, &bytes).unwrap(),
            encoding: "UTF-8",
            span_of: SpanOf::StoredText,
            problems: Vec::new(),
        };
        (decoded, container)
    } else {
        match open(bytes, None) {
            Ok(opened) => (opened.decoded, opened.container),
            Err(why) => return (String::new(), format!("not read: {why}\n")),
        }
    };
    let calls = read_calls(&decoded, &name, &Metadata::default());
    let read = calls
        .iter()
        .map(|part| short_of(part, &container.to_string()));
    let (layouts, read): (Vec<_>, Vec<_>) = read.unzip();
    (layouts[0].clone(), read.join("\n\n"))
}

fn short_of(part: &Part<'_>, container: &str) -> (String, String) {
    let (reading, text) = (&part.reading, part.text);
    let call = &reading.call;
    let mut out = format!("{}, {}: {}\n", container, call.layout, reading.why.reason);
    let facts = &call.metadata;
    for (key, fact) in [
        ("title", facts.title.clone()),
        ("company", facts.company.clone()),
        ("ticker", facts.ticker.clone()),
        ("period", facts.period.map(|period| period.to_string())),
        ("calendar", facts.calendar.map(|period| period.to_string())),
        ("date", facts.date.map(|date| date.to_string())),
        ("hour", facts.hour.clone()),
    ] {
        if let Some(fact) = fact {
            let _ = writeln!(out, "{key}: {fact}");
        }
    }
    for problem in &reading.problems {
        let _ = writeln!(out, "problem: {}: {}", problem.line, problem.message);
    }
    turns(call, text, &mut out);
    (call.layout.facts().name.to_owned(), out)
}

fn turns(call: &Call, text: &str, out: &mut String) {
    for turn in &call.turns {
        let time = turn
            .time
            .map_or(String::new(), |time| format!("{} ms ", time.0));
        let who = [&turn.speaker, &turn.role, &turn.affiliation];
        let who: Vec<&str> = who
            .iter()
            .map(|part| part.as_deref().unwrap_or("-"))
            .collect();
        let words = Cuts::of([turn]).quoted(text, turn.span);
        assert!(!words.is_empty() && words == words.trim());
        let _ = writeln!(
            out,
            "\n{time}{} ({:?}, {:?})\n{words}",
            who.join(" | "),
            turn.kind,
            turn.section
        );
        for (at, time) in &turn.times {
            let words = text.get(*at..).unwrap().split_whitespace().take(3);
            let words: Vec<&str> = words.collect();
            let _ = writeln!(out, "  {} ms: {} …", time.0, words.join(" "));
        }
    }
}

#[test]
fn every_sample_is_read_as_it_was() {
    let write = std::env::var_os("ONRECORD_WRITE_READ").is_some();
    let mut wrong = Vec::new();
    for (folder, path) in samples() {
        let (layout, found) = short(&path);
        let kept = PathBuf::from(format!("{}.read", path.display()));
        if write {
            fs_err::write(&kept, &found).unwrap();
        }
        let expected = fs_err::read_to_string(&kept).unwrap_or_default();
        if found != expected {
            wrong.push(format!(
                "{}:\n{found}\n--- expected ---\n{expected}",
                path.display()
            ));
        }
        if layout != folder {
            wrong.push(format!("{} is read as `{layout}`", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_layout_has_three_samples_and_one_of_them_is_a_trap() {
    let samples = samples();
    for facts in LAYOUTS {
        let own: Vec<_> = samples
            .iter()
            .filter(|(layout, _)| layout == facts.name)
            .collect();
        let is_trap = |path: &Path| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("trap")
        };
        assert!(own.len() >= 3, "{} has {} samples", facts.name, own.len());
        assert!(
            own.iter().any(|(_, path)| is_trap(path)),
            "{} has no trap",
            facts.name
        );
    }
}

#[test]
fn samples_that_once_broke_a_reader_do_so_no_more() {
    let kept = fs_err::read_dir(checkout().join("tests/broken")).unwrap();
    let kept: Vec<PathBuf> = kept.map(|file| file.unwrap().path()).collect();
    assert!(!kept.is_empty());
    for path in kept {
        check(&fs_err::read(path).unwrap(), "x.txt");
    }
}

#[test]
fn spoilt_samples_break_no_reader() {
    let samples: Vec<Vec<u8>> = samples()
        .iter()
        .map(|(_, path)| fs_err::read(path).unwrap())
        .collect();
    let mut dice = Dice::new(7);
    for _ in 0..4_000 {
        let one = &samples[dice.roll(samples.len())];
        let other = &samples[dice.roll(samples.len())];
        check(&spoilt(one, other, &mut dice), "x.txt");
    }
}
