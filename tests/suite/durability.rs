//! What users may rely on when processes die or meet.

use crate::util::{GLIMMER, Home, NIMBUS, Run};
use rusqlite::Connection;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

/// Calls that differ in a word, so that each is a call of its own.
fn many(home: &Home, folder: &str, count: usize) {
    for number in 0..count {
        let text = NIMBUS.replace("in October", &format!("in week {number} of {folder}"));
        home.write(&format!("{folder}/call-{number:03}.txt"), text);
    }
}

#[test]
fn a_killed_add_keeps_every_call_that_it_reported() {
    let home = Home::new();
    many(&home, "calls", 30);
    for reported in [1, 3, 7] {
        let mut adding = home.command();
        let mut adding = adding
            .args(["add", "calls"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(adding.stdout.take().unwrap()).lines();
        let lines: Vec<String> = lines
            .map_while(Result::ok)
            .filter(|line| line.starts_with("added"))
            .take(reported)
            .collect();
        adding.kill().unwrap();
        adding.wait().unwrap();
        let calls = home.ok(&["calls"]).stdout;
        for line in &lines {
            let id = line
                .split_whitespace()
                .skip_while(|word| *word != "→")
                .nth(1)
                .unwrap();
            assert!(
                calls.contains(id),
                "{id} was reported and is not there:\n{calls}"
            );
        }
        home.expect_sound();
    }
    home.ok(&["add", "calls"]);
    assert_eq!(home.ok(&["calls"]).stdout.lines().count(), 31);
    home.expect_sound();
}

#[test]
fn two_processes_add_and_one_asks_at_once() {
    let home = Home::new();
    home.add("glimmer.txt", GLIMMER);
    many(&home, "one", 12);
    many(&home, "two", 12);
    // A folder that both of them add.
    many(&home, "both", 6);
    let add = |folder: &str| {
        let mut command = home.command();
        command
            .args(["add", folder, "both"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let (one, two) = (add("one"), add("two"));
    for _ in 0..5 {
        let answer = home.ask(&["what happened to butter prices", "--call", "glimmer.txt"]);
        assert_eq!(answer["quotes"][0]["speaker"], "Odo Marsh");
    }
    for adding in [one, two] {
        let run = Run::of(&adding.wait_with_output().unwrap());
        assert_eq!(run.code, 0, "{run:#?}");
    }
    assert_eq!(
        home.ok(&["calls"]).stdout.lines().count(),
        1 + 1 + 12 + 12 + 6
    );
    home.expect_sound();
}

#[test]
fn damage_to_the_stored_text_is_found_before_a_quote_is_printed() {
    let home = Home::new();
    home.add("nimbus.txt", NIMBUS);
    let db = Connection::open(home.library().join("library.db")).unwrap();
    db.execute(
        "UPDATE texts SET text = replace(text, 'October', 'January')",
        [],
    )
    .unwrap();
    drop(db);
    home.run(&["ask", "when does the second forge open"])
        .expect_error(&["damaged", "doctor --full"]);
    assert_eq!(home.run(&["doctor", "--full"]).code, 3);
}

#[test]
fn the_oracle_finds_every_kind_of_damage() {
    for damage in [
        "DELETE FROM texts",
        "UPDATE turns SET span_start = span_start + 1 WHERE turn = 2",
        "DELETE FROM turns WHERE turn = 3",
        "UPDATE sentences SET span_end = span_end + 400 WHERE position = 0",
        "DELETE FROM sentences WHERE passage = 1",
        "UPDATE passage_vectors SET vector = zeroblob(128) WHERE passage = 1",
        "UPDATE passage_vectors SET vector = x'00' WHERE passage = 2",
        "DELETE FROM passage_vectors WHERE passage = 2",
        "UPDATE sentence_vectors SET vectors = x'0102' WHERE passage = 1",
        "DELETE FROM sentence_vectors WHERE passage = 2",
        "DELETE FROM words WHERE rowid = 1",
        "UPDATE calls SET text_sha256 = 'x'",
    ] {
        let home = Home::new();
        home.add("nimbus.txt", NIMBUS);
        home.expect_sound();
        let db = Connection::open(home.library().join("library.db")).unwrap();
        db.pragma_update(None, "foreign_keys", false).unwrap();
        assert!(
            db.execute(damage, []).unwrap() > 0,
            "{damage} changed nothing"
        );
        drop(db);
        let run = home.run(&["doctor", "--full"]);
        assert_eq!(run.code, 3, "{damage}\n{run:#?}");
    }
}

#[test]
fn a_writer_that_waits_too_long_is_told_who_is_in_the_way() {
    // The wait is the program's own; it is short where the user says so.
    let home = Home::new();
    home.add("nimbus.txt", NIMBUS);
    home.write("glimmer.txt", GLIMMER);
    let db = Connection::open(home.library().join("library.db")).unwrap();
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    let run = home
        .command()
        .args(["add", "glimmer.txt"])
        .env("ONRECORD_PATIENCE_MS", "50")
        .output();
    Run::of(&run.unwrap()).expect_error(&["is locked", "another process is writing", "hint"]);
    home.ok(&["ask", "when does the second forge open"]);
    db.execute_batch("ROLLBACK").unwrap();
    home.ok(&["add", "glimmer.txt"]);
    home.expect_sound();
}
