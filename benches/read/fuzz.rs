//! Spoilt samples, read until the time is over: each layout and each container takes its turn.
//!
//! Texts are read in this process, and so are web pages, XML, Word and EPUB files, whose bytes are spoilt as well as what is
//! packed in them. A spoilt PDF is read by the program, whose child may die: then the program says so and goes on.

use crate::made;
use crate::mutate::{Dice, check, check_text, spoilt};
use crate::samples;
use crate::speed::computed;
use onrecord::transcript::{Container, extract};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

/// One of how many turns of a PDF is taken: each starts two processes.
const PDF_TURNS: usize = 40;

/// Something to spoil, under the name of its reader.
struct Target {
    reader: String,
    bytes: Vec<u8>,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Document(Container),
    /// The paragraphs of a document that is packed anew.
    Packed(Container),
    Pdf,
}

/// Readers by name, so that each has the same share of the time, however many samples it has.
fn targets(name: &str) -> Vec<Vec<Target>> {
    let mut readers: BTreeMap<String, Vec<Target>> = BTreeMap::new();
    let mut add = |reader: &str, bytes: Vec<u8>, kind: Kind| {
        readers.entry(reader.to_owned()).or_default().push(Target {
            reader: reader.to_owned(),
            bytes,
            kind,
        });
    };
    let mut call = Vec::new();
    for sample in samples() {
        let layout = sample.name.split(['/', '\\']).next().unwrap_or_default();
        if let Some(container) = sample.container {
            let reader = format!("{container}");
            add(&reader, sample.bytes, Kind::Document(container));
        } else {
            if layout == "labels" {
                call.clone_from(&sample.bytes);
            }
            add(layout, sample.bytes, Kind::Text);
        }
    }
    let call = String::from_utf8_lossy(&call).into_owned();
    let lines: Vec<&str> = call
        .lines()
        .filter(|line| !line.contains(['(', ')']))
        .collect();
    add(
        "a web page",
        made::page(&lines),
        Kind::Document(Container::Html),
    );
    for container in [Container::Docx, Container::Epub] {
        let reader = format!("{container}");
        let whole = if container == Container::Docx {
            made::word(&lines)
        } else {
            made::book(&lines)
        };
        add(&reader, whole, Kind::Document(container));
        add(&reader, call.clone().into_bytes(), Kind::Packed(container));
    }
    add("a PDF document", made::pdf(2, &lines), Kind::Pdf);
    readers.retain(|reader, _| reader.contains(name));
    readers.into_values().collect()
}

/// Spoils and reads for so many seconds of this thread's computing, where the system counts it.
pub(crate) fn run(seconds: u64, seed: u64, name: &str) {
    let all = targets("");
    let readers = targets(name);
    let (started, before) = (Instant::now(), computed());
    let spent = || {
        let counted = computed()
            .zip(before)
            .and_then(|(now, then)| now.checked_sub(then));
        counted.unwrap_or_else(|| started.elapsed())
    };
    let mut dice = Dice::new(seed);
    let mut counts: BTreeMap<String, (u64, Duration, Duration)> = BTreeMap::new();
    while spent() < Duration::from_secs(seconds) {
        let reader = &readers[dice.roll(readers.len())];
        let target = &reader[dice.roll(reader.len())];
        if matches!(target.kind, Kind::Pdf) && readers.len() > 1 && dice.roll(PDF_TURNS) > 0 {
            continue;
        }
        let others = &all[dice.roll(all.len())];
        let other = &others[dice.roll(others.len())].bytes;
        let broken = spoilt(&target.bytes, other, &mut dice);
        let begun = Instant::now();
        if std::panic::catch_unwind(|| once(target.kind, &broken)).is_err() {
            fs_err::write("broken-sample", &broken).expect("write the sample");
            panic!("`broken-sample` breaks the reader of {}", target.reader);
        }
        let took = begun.elapsed();
        let entry = counts.entry(target.reader.clone()).or_default();
        *entry = (entry.0 + 1, entry.1 + took, entry.2.max(took));
    }
    println!(
        "{:<40} {:>10} {:>10} {:>12}",
        "reader", "samples", "seconds", "slowest, ms"
    );
    for (reader, (count, all, slowest)) in &counts {
        println!(
            "{reader:<40} {count:>10} {:>10.1} {:>12.1}",
            all.as_secs_f64(),
            slowest.as_secs_f64() * 1000.0
        );
    }
    println!("{seconds} s from seed {seed}: nothing broke a reader");
}

fn once(kind: Kind, broken: &[u8]) {
    match kind {
        Kind::Text => check(broken, "x.txt"),
        Kind::Document(container) => {
            if let Ok(text) = extract(container, broken) {
                check_text(&text, "x.txt");
            }
        }
        Kind::Packed(container) => packed(container, broken),
        Kind::Pdf => pdf(broken),
    }
}

/// Markup and all else that was spoilt stands inside of a sound archive.
fn packed(container: Container, broken: &[u8]) {
    let text = String::from_utf8_lossy(broken);
    let bytes = if container == Container::Docx {
        let document = format!(
            "<w:document><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
        );
        made::archive(&[("word/document.xml", document.as_bytes())])
    } else {
        let page = format!("<html><body><p>{text}</p></body></html>");
        made::archive(&[
            ("mimetype", b"application/epub+zip"),
            (
                "META-INF/container.xml",
                b"<container><rootfile full-path=\"p.opf\"/></container>",
            ),
            (
                "p.opf",
                b"<package><item id=\"a\" href=\"a.xhtml\"/><itemref idref=\"a\"/></package>",
            ),
            ("a.xhtml", page.as_bytes()),
        ])
    };
    if let Ok(text) = extract(container, &bytes) {
        check_text(&text, "x.txt");
    }
}

/// The program reads it, or says why not; it never dies of it.
fn pdf(broken: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(broken).expect("written");
    let run = Command::new(env!("CARGO_BIN_EXE_onrecord"))
        .args(["read", "--json"])
        .arg(file.path())
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(
        matches!(run.status.code(), Some(0 | 2)) && !said.contains("panicked"),
        "{:?}: {said}",
        run.status
    );
}
