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
fn questions_are_answered_from_one_state_while_calls_are_replaced() {
    let home = Home::new();
    let path = home.add("nimbus.txt", NIMBUS);
    let questions = "when does the second forge open\n".repeat(40);
    let file = home.write("questions.txt", questions);
    let asking = || {
        let mut asking = home.command();
        asking.args(["ask", "--batch", file.to_str().unwrap()]);
        asking
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let mut asked = Vec::new();
    for number in 0..4 {
        asked.push(asking());
        fs_err::write(&path, NIMBUS.replace("October", &format!("week {number}"))).unwrap();
        home.ok(&["add", path.to_str().unwrap()]);
    }
    for asking in asked {
        let run = Run::of(&asking.wait_with_output().unwrap());
        assert_eq!(run.code, 0, "{run:#?}");
        assert_eq!(run.stdout.lines().count(), 40);
    }
    home.expect_sound();
}

#[test]
fn who_is_credited_is_checked_as_the_words_are() {
    for damage in [
        "UPDATE turns SET speaker = 'Somebody Else'",
        "UPDATE calls SET company = 'Other Corp'",
        "UPDATE sentences SET span_start = span_start - 300, span_end = span_end - 300 WHERE span_start > 600",
    ] {
        let home = Home::new();
        home.add("nimbus.txt", NIMBUS);
        let db = Connection::open(home.library().join("library.db")).unwrap();
        assert!(db.execute(damage, []).unwrap() > 0, "{damage}");
        drop(db);
        home.run(&["ask", "when does the second forge open"])
            .expect_error(&["damaged"]);
    }
}

#[test]
fn a_library_on_a_full_disk_says_so_and_keeps_what_it_reported() {
    let home = Home::new();
    many(&home, "calls", 40);
    let script = format!(
        "mkdir -p library && mount -t tmpfs -o size=700k none library && \
         '{}' add calls; code=$?; cp -a library kept; exit $code",
        env!("CARGO_BIN_EXE_onrecord")
    );
    let mut command = home.command();
    let environment: Vec<_> = command
        .get_envs()
        .map(|(key, value)| (key.to_owned(), value.unwrap().to_owned()))
        .collect();
    command = std::process::Command::new("unshare");
    command
        .args(["-m", "sh", "-c", &script])
        .current_dir(home.path("."))
        .envs(environment);
    let output = command.output();
    let made = |output: &std::process::Output| {
        let stderr = String::from_utf8_lossy(&output.stderr);
        !["unshare:", "mount:"]
            .iter()
            .any(|tool| stderr.contains(tool))
    };
    let Some(output) = output.as_ref().ok().filter(|output| made(output)) else {
        println!("SKIPPED: no file system of its own for a test here ({output:?})");
        return;
    };
    let run = Run::of(output);
    run_says_no_space(&run);
    let calls = home
        .command()
        .args(["calls", "--library", "kept"])
        .output()
        .unwrap();
    let calls = Run::of(&calls).stdout;
    for line in run.stdout.lines().filter(|line| line.starts_with("added")) {
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
    let sound = home
        .command()
        .args(["doctor", "--full", "--library", "kept"])
        .output()
        .unwrap();
    assert_eq!(Run::of(&sound).code, 0, "{sound:#?}");
}

fn run_says_no_space(run: &Run) {
    assert_eq!(run.code, 2, "{run:#?}");
    for words in [
        "no space is left",
        "hint",
        "what was reported as added is kept",
    ] {
        assert!(run.stderr.contains(words), "no `{words}` in {}", run.stderr);
    }
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
        "UPDATE calls SET text_sha256 = 'x'",
        "UPDATE calls SET company = 'Other Corp'",
        "UPDATE calls SET period = 'Q1 1999'",
        "UPDATE turns SET speaker = 'Somebody Else' WHERE turn = 1",
        "UPDATE turns SET kind = 'x' WHERE turn = 1",
        "UPDATE turns SET first_line = first_line + 1 WHERE turn = 1",
        "UPDATE turns SET question_turn = 1 WHERE turn = 5",
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

#[test]
fn a_damaged_index_answers_alike_says_so_once_and_is_made_again() {
    let home = Home::new();
    home.add("nimbus.txt", NIMBUS);
    let ask = || home.run(&["ask", "--json", "capacity"]);
    let sound = ask();
    let index = home.library().join("index");
    let entries = fs_err::read_dir(&index).unwrap();
    let mut files = entries.map(|entry| entry.unwrap().path());
    let file = files.find(|path| path.extension().is_some_and(|ending| ending == "segment"));
    let file = file.unwrap();
    let mut bytes = fs_err::read(&file).unwrap();
    bytes[4096 + 20] ^= 8;
    fs_err::write(&file, bytes).unwrap();
    let damaged = ask();
    assert_eq!((damaged.code, &damaged.stdout), (sound.code, &sound.stdout));
    assert!(
        damaged.stderr.contains("is not what its checksum says"),
        "{}",
        damaged.stderr
    );
    assert!(
        damaged.stderr.contains("the index was made again"),
        "{}",
        damaged.stderr
    );
    let again = ask();
    assert_eq!((&again.stdout, again.stderr.as_str()), (&sound.stdout, ""));
    home.expect_sound();
}
