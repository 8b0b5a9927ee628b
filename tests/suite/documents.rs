//! Documents are tested: the README's commands run, the reference is the program's own.

use crate::util::{Home, checkout};

fn document(name: &str) -> String {
    fs_err::read_to_string(checkout().join(name)).unwrap()
}

#[test]
fn the_command_reference_is_what_the_program_says() {
    let made = Home::new().ok(&["reference"]).stdout;
    assert_eq!(
        made,
        document("docs/COMMANDS.md"),
        "run `onrecord reference > docs/COMMANDS.md`"
    );
}

#[test]
fn the_reference_of_layouts_is_current() {
    let made = Home::new().ok(&["formats"]).stdout;
    assert_eq!(
        made,
        document("docs/FORMATS.md"),
        "run `onrecord formats > docs/FORMATS.md`"
    );
}

#[test]
fn every_command_that_the_readme_shows_is_understood() {
    let home = Home::new();
    let calls = home.path("calls");
    fs_err::create_dir_all(&calls).unwrap();
    for entry in fs_err::read_dir(checkout().join("data")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "txt") {
            fs_err::copy(&path, calls.join(path.file_name().unwrap())).unwrap();
        }
    }
    let readme = document("README.md");
    let commands = readme
        .lines()
        .filter_map(|line| line.strip_prefix("$ onrecord "));
    let mut ran = 0;
    for line in commands {
        let args = words(line);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let run = home.run(&args);
        // What is on record depends on the model; that the command is understood does not.
        assert!(run.code <= 1, "onrecord {line}\n{run:#?}");
        ran += 1;
    }
    assert!(ran >= 5, "the README shows {ran} commands");
}

/// A command line's words, with double quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (place, part) in line.split('"').enumerate() {
        if place % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[test]
fn the_readme_names_the_two_commands() {
    let readme = document("README.md");
    for command in ["models/fetch && cargo run --release -- demo", "tests/run"] {
        assert!(
            readme.contains(command),
            "the README does not name `{command}`"
        );
    }
    let ci = document(".ci/run");
    assert!(
        ci.contains("tests/run"),
        ".ci/run does not run the README's test command"
    );
}

#[test]
fn every_field_of_an_answer_is_described() {
    let home = Home::new();
    home.add("nimbus.txt", crate::util::NIMBUS);
    let answer = home.ask(&["when does the second forge open"]);
    let contract = document("docs/JSON.md");
    let mut fields = Vec::new();
    collect(&answer, &mut fields);
    assert!(fields.len() > 30, "{fields:?}");
    for field in fields {
        assert!(
            contract.contains(&format!("`{field}`")),
            "docs/JSON.md does not describe `{field}`"
        );
    }
}

fn collect(value: &serde_json::Value, fields: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(object) => {
            for (field, value) in object {
                fields.push(field.clone());
                collect(value, fields);
            }
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| collect(value, fields)),
        _ => {}
    }
}
