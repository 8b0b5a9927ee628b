//! What users get wrong: each a clear error, or a stated skip; nothing lost, never a panic.

use crate::util::{Home, NIMBUS, Run, tiny_model};
use std::path::Path;

fn with_call() -> Home {
    let home = Home::new();
    home.add("nimbus.txt", NIMBUS);
    home
}

/// A copy of the tiny model that can be broken.
fn own_model(home: &Home) -> std::path::PathBuf {
    let folder = home.path("model");
    copy(&tiny_model(), &folder);
    folder
}

fn copy(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs_err::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let home = Home::new();
    home.run(&["add", "gone.txt"])
        .expect_error(&["cannot read a transcript", "gone.txt"]);
    assert!(
        !home.library().exists(),
        "nothing was added, so nothing is made"
    );
}

#[test]
fn work_is_finished_although_nobody_listens() {
    let home = Home::new();
    for (name, text) in [("a", "coal"), ("b", "peat"), ("c", "wood")] {
        home.write(&format!("calls/{name}.txt"), NIMBUS.replace("coal", text));
    }
    let deaf = |args: &[&str]| {
        let mut command = home.command();
        let mut running = command
            .args(args)
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(running.stdout.take());
        assert!(running.wait().unwrap().success());
    };
    deaf(&["add", "calls"]);
    assert_eq!(home.ok(&["calls"]).stdout.lines().count(), 4);
    deaf(&["remove", "a.txt", "b.txt", "c.txt"]);
    assert_eq!(home.run(&["calls"]).code, 1);
}

#[test]
fn a_folder_without_transcripts_is_said() {
    let home = Home::new();
    home.write("empty/chart.png", b"\x89PNG");
    let run = home.run(&["add", "empty"]);
    run.expect_error(&["no transcripts", "hint"]);
    assert!(
        run.stderr.contains("left out empty/chart.png"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_library_that_is_not_there_is_named() {
    let home = Home::new();
    home.run(&["ask", "coal"])
        .expect_error(&["there is no library", "onrecord add"]);
    home.run(&["calls"]).expect_error(&["there is no library"]);
}

#[test]
fn an_empty_question_is_refused() {
    let home = with_call();
    for question in ["", "  ", "?!…"] {
        home.run(&["ask", question])
            .expect_error(&["the question is empty", "hint"]);
    }
}

#[test]
fn a_question_of_a_hundred_thousand_words_is_refused_by_its_length() {
    let home = with_call();
    let question = "coal ".repeat(100_000);
    let file = home.write("question.txt", &question);
    let run = home.run(&["ask", "--batch", file.to_str().unwrap()]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("too long") && run.stderr.contains("100000 tokens"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_model_that_is_named_and_not_there_is_never_replaced() {
    let home = with_call();
    home.run(&["ask", "coal", "--model", "no-such-model"])
        .expect_error(&[
            "cannot find a sentence model",
            "no-such-model",
            "models/fetch",
        ]);
    let run = home
        .command()
        .args(["ask", "coal"])
        .env("ONRECORD_MODEL", "/nowhere")
        .output()
        .unwrap();
    // The library's own record comes before the environment.
    assert_eq!(Run::of(&run).code, 0);
    let run = Home::new()
        .command()
        .args(["add", "-"])
        .env("ONRECORD_MODEL", "/nowhere")
        .output();
    Run::of(&run.unwrap()).expect_error(&["cannot find a sentence model", "/nowhere"]);
}

#[test]
fn a_truncated_model_is_refused() {
    let home = Home::new();
    home.write("nimbus.txt", NIMBUS);
    let model = own_model(&home);
    let weights = fs_err::read(model.join("model.safetensors")).unwrap();
    for keep in [0, 5, 1000, weights.len() / 2, weights.len() - 1] {
        fs_err::write(model.join("model.safetensors"), &weights[..keep]).unwrap();
        home.run(&["add", "nimbus.txt", "--model", model.to_str().unwrap()])
            .expect_error(&["cannot use the model", "model.safetensors", "models/fetch"]);
    }
    fs_err::remove_file(model.join("model.safetensors")).unwrap();
    home.run(&["add", "nimbus.txt", "--model", model.to_str().unwrap()])
        .expect_error(&["cannot use the model", "model.safetensors"]);
}

#[test]
fn a_tokenizer_that_knows_more_than_the_model_is_refused() {
    let home = Home::new();
    home.write("nimbus.txt", NIMBUS);
    let model = own_model(&home);
    let tokenizer = fs_err::read_to_string(model.join("tokenizer.json")).unwrap();
    let mut tokenizer: serde_json::Value = serde_json::from_str(&tokenizer).unwrap();
    let words = tokenizer["model"]["vocab"].as_object_mut().unwrap();
    let count = words.len();
    words.insert("anothermodelsword".to_owned(), serde_json::json!(count));
    fs_err::write(model.join("tokenizer.json"), tokenizer.to_string()).unwrap();
    home.run(&["add", "nimbus.txt", "--model", model.to_str().unwrap()])
        .expect_error(&[
            "cannot use the model",
            "tokenizer.json",
            &format!("the model {count}"),
        ]);
}

#[test]
fn an_architecture_that_is_not_ours_is_refused_with_ours() {
    let home = Home::new();
    home.write("nimbus.txt", NIMBUS);
    let model = own_model(&home);
    let config = fs_err::read_to_string(model.join("config.json")).unwrap();
    fs_err::write(
        model.join("config.json"),
        config.replace("\"bert\"", "\"mamba\""),
    )
    .unwrap();
    home.run(&["add", "nimbus.txt", "--model", model.to_str().unwrap()])
        .expect_error(&["is not supported", "mamba", "bert"]);
}

#[test]
fn a_library_of_another_model_is_refused_with_a_way_out() {
    let home = with_call();
    let model = own_model(&home);
    let mut weights = fs_err::read(model.join("model.safetensors")).unwrap();
    let last = weights.len() - 2;
    weights[last] ^= 1;
    fs_err::write(model.join("model.safetensors"), weights).unwrap();
    let model = model.to_str().unwrap();
    home.run(&["ask", "coal", "--model", model]).expect_error(&[
        "cannot use the library",
        "built with",
        "onrecord rebuild",
    ]);
    home.write("other.txt", NIMBUS.replace("coal", "peat"));
    home.run(&["add", "other.txt", "--model", model])
        .expect_error(&["cannot use the library"]);
    home.ok(&["rebuild", "--model", model]);
    home.ok(&["ask", "coal", "--model", model]);
    home.expect_sound();
}

#[test]
fn a_library_of_a_newer_version_is_left_alone() {
    let home = with_call();
    let file = home.library().join("library.db");
    let db = rusqlite::Connection::open(&file).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let before = fs_err::read(&file).unwrap();
    home.run(&["ask", "coal"])
        .expect_error(&["newer program", "version 99"]);
    assert_eq!(fs_err::read(&file).unwrap(), before);
}

#[test]
fn a_file_of_another_program_is_left_alone() {
    let home = Home::new();
    home.write("library/library.db", "my shopping list");
    home.write("nimbus.txt", NIMBUS);
    home.run(&["add", "nimbus.txt"])
        .expect_error(&["is not a library"]);
    fs_err::remove_file(home.library().join("library.db")).unwrap();
    let db = rusqlite::Connection::open(home.library().join("library.db")).unwrap();
    db.execute_batch("CREATE TABLE recipes (name TEXT)")
        .unwrap();
    let before = fs_err::read(home.library().join("library.db")).unwrap();
    for version in [0, -1, 7] {
        db.pragma_update(None, "user_version", version).unwrap();
        home.run(&["add", "nimbus.txt"])
            .expect_error(&["is not a library", "another program"]);
    }
    db.pragma_update(None, "user_version", 0).unwrap();
    drop(db);
    let after = fs_err::read(home.library().join("library.db")).unwrap();
    // But for the counter of its own changes.
    assert!(after[..24] == before[..24] && after[100..] == before[100..]);
}

#[test]
fn a_call_that_is_not_there_is_answered_with_those_that_are() {
    let home = with_call();
    home.run(&["ask", "coal", "--call", "crocs"])
        .expect_error(&["no call `crocs`", "nmba-2024-q1"]);
}

#[test]
fn values_that_make_no_sense_are_refused_with_an_example() {
    let home = with_call();
    for (flag, value, example) in [
        ("--period", "Q7 2024", "Q2 2025"),
        ("--date-from", "yesterday", "2025-07-31"),
        ("--role", "king", "executive"),
    ] {
        home.run(&["ask", "coal", flag, value])
            .expect_error(&[value, example]);
    }
}

#[test]
fn the_disk_being_full_is_said_and_loses_nothing() {
    // A device that is always full stands in for standard output.
    let home = with_call();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let Ok(full) = full else {
        println!("SKIPPED: no /dev/full on this machine");
        return;
    };
    let run = home
        .command()
        .args(["ask", "coal"])
        .stdout(full)
        .output()
        .unwrap();
    let run = Run::of(&run);
    assert_eq!(run.code, 2, "{run:#?}");
    assert!(
        run.stderr.contains("cannot write the answer"),
        "{}",
        run.stderr
    );
    home.expect_sound();
}
