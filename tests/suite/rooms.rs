//! The order of the rooms, and which door each library stands behind.

use crate::util::checkout;
use std::collections::BTreeMap;
use std::path::Path;

/// In reading order: a room may use only what stands before it.
const ROOMS: [&str; 14] = [
    "units",
    "error",
    "transcript",
    "passage",
    "embed",
    "library",
    "index",
    "question",
    "retrieve",
    "answer",
    "quote",
    "eval",
    "output",
    "cli",
];

/// Each library and the only room that may import it.
const DOORS: [(&str, &[&str]); 20] = [
    ("candle", &["embed"]),
    ("tokenizers", &["embed"]),
    ("rayon", &["embed"]),
    ("gemm", &["embed"]),
    ("crc32fast", &["embed", "index"]),
    ("libc", &["embed"]),
    ("hnsw_rs", &["index"]),
    ("rusqlite", &["library"]),
    ("clap", &["cli", "commands"]),
    ("indicatif", &["output"]),
    ("anstream", &["output"]),
    ("encoding_rs", &["transcript"]),
    ("scraper", &["transcript"]),
    ("quick_xml", &["transcript"]),
    ("zip", &["transcript"]),
    ("pdf_extract", &["transcript"]),
    ("toml", &["transcript"]),
    ("ignore::gitignore", &["transcript"]),
    ("rustix", &["transcript"]),
    ("rust_stemmers", &["index"]),
];

/// Crates that open connections.
const NETWORK: [&str; 12] = [
    "reqwest",
    "ureq",
    "hf-hub",
    "curl",
    "curl-sys",
    "native-tls",
    "openssl",
    "openssl-sys",
    "hyper",
    "rustls",
    "tokio",
    "isahc",
];

/// Every source file, its room, and its code without comments.
fn files() -> Vec<(String, String, String)> {
    let mut files = Vec::new();
    walk(&checkout().join("src"), &mut files);
    assert!(
        files.len() > 40,
        "only {} source files were found",
        files.len()
    );
    files
}

fn walk(folder: &Path, files: &mut Vec<(String, String, String)>) {
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path
                .strip_prefix(checkout().join("src"))
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            let room = name.split(['/', '.']).next().unwrap().to_owned();
            let code = fs_err::read_to_string(&path).unwrap();
            let code: Vec<&str> = code
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect();
            files.push((name, room, code.join("\n")));
        }
    }
}

#[test]
fn a_room_uses_only_what_stands_before_it() {
    let place: BTreeMap<&str, usize> = ROOMS
        .iter()
        .enumerate()
        .map(|(place, room)| (*room, place))
        .collect();
    for (name, room, code) in files() {
        let Some(own) = place.get(room.as_str()) else {
            continue;
        };
        for used in code.split("crate::").skip(1) {
            let used = used
                .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .next()
                .unwrap();
            let there = place.get(used).copied();
            assert!(
                there.is_some_and(|used| used <= *own),
                "{name} uses `{used}`"
            );
        }
    }
}

#[test]
fn nobody_imports_the_commands() {
    for (name, room, code) in files() {
        let outside = room != "commands" && name != "lib.rs";
        assert!(
            !(outside && code.contains("commands::")),
            "{name} imports `commands`"
        );
        let reads_typed = ["commands", "cli", "lib"].contains(&room.as_str());
        assert!(
            reads_typed || !code.contains("cli::"),
            "{name} imports `cli`"
        );
    }
}

#[test]
fn each_library_stands_behind_one_door() {
    for (name, room, code) in files() {
        for (library, rooms) in DOORS {
            let imports =
                code.contains(&format!("{library}::")) || code.contains(&format!("{library}_"));
            assert!(
                !imports || rooms.contains(&room.as_str()),
                "{name} imports `{library}`"
            );
        }
    }
}

#[test]
fn only_the_output_room_writes_to_the_terminal() {
    let program = files()
        .into_iter()
        .filter(|(name, ..)| !name.ends_with("tests.rs"));
    for (name, room, code) in program {
        for writer in ["stdout()", "stderr()", "println!", "eprintln!"] {
            assert!(
                room == "output" || !code.contains(writer),
                "{name} writes by `{writer}`"
            );
        }
    }
}

#[test]
fn no_room_but_the_kernels_may_be_unsafe() {
    for (name, _, code) in files() {
        let kernels = name.starts_with("embed/kernels/");
        assert!(kernels || !code.contains("unsafe "), "{name} is unsafe");
    }
}

#[test]
fn no_network_client_is_in_the_tree() {
    let lock = fs_err::read_to_string(checkout().join("Cargo.lock")).unwrap();
    let packages: Vec<&str> = lock
        .lines()
        .filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
        .collect();
    assert!(
        packages.contains(&"candle-core"),
        "the lock file was not understood"
    );
    for client in NETWORK {
        assert!(!packages.contains(&client), "`{client}` is in the tree");
    }
}

#[test]
fn every_dependency_says_why_it_is_there() {
    let manifest = fs_err::read_to_string(checkout().join("Cargo.toml")).unwrap();
    let mut section = "";
    let mut explained = false;
    let mut seen = 0;
    for line in manifest.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
            explained = false;
        } else if line.starts_with('#') {
            explained = true;
        } else if section.ends_with("dependencies") && !line.is_empty() {
            assert!(explained, "`{line}` has no reason above it");
            seen += 1;
        }
    }
    assert!(seen > 15, "only {seen} dependencies were found");
}

#[test]
fn the_binary_is_a_thin_door() {
    let main = fs_err::read_to_string(checkout().join("src/main.rs")).unwrap();
    assert!(main.lines().count() <= 40, "{} lines", main.lines().count());
}
