//! What a user sees of reading: reasons, corrections, people, facts beside a file, folders watched.

use crate::util::{Home, beside};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

const CAPTIONS: &str = "WEBVTT\n\n00:12:31.500 --> 00:12:33.000\nSpeaker 1: Anvils of iron are heavy.\n\n\
    00:12:34.000 --> 00:12:35.000\nSpeaker 2: How heavy are anvils of iron?\n\n00:12:36.000 --> 00:12:37.000\nSpeaker 1: Very.\n";

const MAP: &str = "\"Speaker 1\" = { name = \"Ada Quill\", role = \"Chief Executive Officer\" }\n\"Speaker 2\" = \"Bo Crane\"\n";

fn people(home: &Home, args: &[&str]) -> Vec<String> {
    let run = home.ok(&[&["people", "--json"], args].concat());
    let list: Value = serde_json::from_str(&run.stdout).unwrap();
    let shown = |person: &Value| {
        format!("{} {} {}", person["name"], person["kind"], person["turns"]).replace('"', "")
    };
    list["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(shown)
        .collect()
}

#[test]
fn what_told_the_layout_is_explained_and_can_be_overridden() {
    let home = Home::new();
    let path = home.write("notes.bin", CAPTIONS);
    let shown = home
        .ok(&["read", "--explain", path.to_str().unwrap()])
        .stdout;
    assert!(shown.contains("layout    WebVTT captions"), "{shown}");
    assert!(
        shown.contains("captions: it begins with `WEBVTT`"),
        "{shown}"
    );
    let shown = home
        .ok(&[
            "read",
            "--explain",
            "--layout",
            "prose",
            path.to_str().unwrap(),
        ])
        .stdout;
    assert!(shown.contains("layout    text without speakers"), "{shown}");
    assert!(shown.contains("`--layout` says so"), "{shown}");
    let run = home.run(&["read", "--layout", "nobodys", path.to_str().unwrap()]);
    assert!(
        run.code == 2 && run.stderr.contains("the layouts are: motley"),
        "{run:#?}"
    );
    // What was said when a call was added still holds when it is read again.
    home.ok(&["add", "--layout", "prose", path.to_str().unwrap()]);
    home.ok(&["rebuild"]);
    assert!(home.ok(&["calls", "--json"]).stdout.contains("\"prose\""));
    home.expect_sound();
}

#[test]
fn a_map_of_speakers_corrects_a_call_for_good() {
    let home = Home::new();
    let path = home.write("call.vtt", CAPTIONS);
    let map = home.write("map.toml", MAP);
    home.ok(&["add", path.to_str().unwrap()]);
    assert_eq!(
        people(&home, &[]),
        ["Speaker 1 other 2", "Speaker 2 other 1"]
    );
    let run = home.ok(&[
        "add",
        "--speakers",
        map.to_str().unwrap(),
        path.to_str().unwrap(),
    ]);
    assert!(run.stdout.starts_with("replaced"), "{run:#?}");
    let right = ["Ada Quill executive 2", "Bo Crane other 1"];
    assert_eq!(people(&home, &[]), right);
    home.ok(&["rebuild"]);
    let run = home.ok(&["add", path.to_str().unwrap()]);
    assert!(run.stdout.starts_with("kept"), "{run:#?}");
    assert_eq!(people(&home, &[]), right);
    assert_eq!(
        people(&home, &["--role", "executive"]),
        ["Ada Quill executive 2"]
    );
    home.expect_sound();
}

#[test]
fn an_unknown_speaker_is_somebody_else_in_every_call() {
    let home = Home::new();
    for (name, words) in [("a.txt", "iron"), ("b.txt", "coal")] {
        home.add(name, &format!("Unknown Speaker 2: We buy {words}.\nAda Quill: Why {words}?\nUnknown Speaker 2: So.\nAda Quill: Ah.\n"));
    }
    assert_eq!(
        people(&home, &[]),
        [
            "Ada Quill other 4",
            "Unknown Speaker 2 other 2",
            "Unknown Speaker 2 other 2"
        ]
    );
    let shown = home.ok(&["people", "--speaker", "quill"]).stdout;
    assert!(
        shown.contains("Ada Quill") && shown.contains("2 calls") && !shown.contains("Unknown"),
        "{shown}"
    );
    assert_eq!(home.run(&["people", "--speaker", "nobody"]).code, 1);
}

#[test]
fn the_time_of_a_quote_is_shown_as_a_clock() {
    let home = Home::new();
    home.add("call.vtt", CAPTIONS);
    let run = home.run(&["ask", "how heavy are anvils of iron"]);
    assert!(run.stdout.contains("Speaker 2, 12:34"), "{run:#?}");
    let answer = home.ask(&["how heavy are anvils of iron"]);
    let quotes = [&answer["quotes"], &answer["nearest"]];
    let times: Vec<&Value> = quotes
        .iter()
        .filter_map(|quotes| quotes.as_array())
        .flatten()
        .map(|quote| &quote["time_ms"])
        .collect();
    assert!(times.contains(&&json!(754_000)), "{answer}");
}

#[test]
fn facts_beside_a_file_fill_its_gaps_and_conflicts_are_shown() {
    let home = Home::new();
    let path = home.write(
        "calls/NIMB_2024_Q1.txt",
        "Operator: Hello.\nAda Quill, CEO: Hello.\nOperator: Bye.\n",
    );
    home.write(
        "calls/call.toml",
        "company = \"Nimbus Anvil\"\nperiod = \"Q2 2024\"\n",
    );
    home.write(
        "calls/NIMB_2024_Q1.toml",
        "date = 2024-07-31\n[speakers]\n\"Ada Quill\" = { role = \"Founder\" }\n",
    );
    let shown = home.ok(&["read", path.to_str().unwrap()]).stdout;
    for part in [
        "company   Nimbus Anvil",
        "date      2024-07-31",
        "period    Q2 2024",
        "the file beside it says Q2 2024 and the file's name Q1 2024",
        "Founder",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    let run = home.ok(&["add", home.path("calls").to_str().unwrap()]);
    assert!(
        run.stdout.contains("1 call added") && run.stderr.is_empty(),
        "{run:#?}"
    );
    home.ok(&["rebuild"]);
    assert!(
        home.ok(&["calls", "--company", "nimbus"])
            .stdout
            .contains("Q2 2024")
    );
    home.write("calls/call.toml", "compny = \"x\"");
    let run = home.ok(&["read", path.to_str().unwrap()]);
    assert!(
        run.stderr.contains("is passed over") && run.stderr.contains("compny"),
        "{run:#?}"
    );
}

#[test]
fn a_watched_folder_is_added_as_it_fills() {
    let home = Home::new();
    home.write(
        "calls/a.txt",
        "Operator: Hello.\nAda Quill, CEO: Iron.\nOperator: Bye.\n",
    );
    let mut child = home
        .command()
        .args(["add", "--watch", "calls"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut wait_for = |what: &str| lines.any(|line| line.unwrap().contains(what));
    assert!(wait_for("1 call added"));
    home.write(
        "calls/new/b.srt",
        "1\n00:00:01,000 --> 00:00:02,000\nCoal is dear.\n",
    );
    assert!(wait_for("b.srt"));
    assert!(wait_for("1 call added"));
    child.kill().unwrap();
    child.wait().unwrap();
    home.expect_sound();
}

/// The words of all turns of a file, as the program reads it.
fn words_read(home: &Home, path: &Path) -> (usize, usize) {
    let run = home.ok(&["read", "--json", path.to_str().unwrap()]);
    let call: Value = serde_json::from_str(&run.stdout).unwrap();
    let turns = call["turns"].as_array().unwrap();
    let words = turns
        .iter()
        .map(|turn| turn["text"].as_str().unwrap().split_whitespace().count());
    (words.sum(), turns.len())
}

#[test]
fn no_word_and_no_change_of_speaker_of_a_token_file_is_lost() {
    let Some(folder) = beside("corpora/rev-nlp") else {
        return;
    };
    let home = Home::new();
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs_err::read_to_string(&path).unwrap();
        let rows: Vec<Vec<&str>> = text
            .lines()
            .skip(1)
            .map(|row| row.split('|').collect())
            .collect();
        let words: usize = rows
            .iter()
            .map(|row| row[0].split_whitespace().count())
            .sum();
        let turns = 1 + rows
            .windows(2)
            .filter(|pair| pair[0][1] != pair[1][1])
            .count();
        assert_eq!(
            words_read(&home, &path),
            (words, turns),
            "{}",
            path.display()
        );
    }
}

#[test]
fn no_word_of_a_table_is_lost() {
    let Some(folder) = beside("corpora/fomc") else {
        return;
    };
    let home = Home::new();
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs_err::read_to_string(&path).unwrap();
        // A row is a number, a name without a comma and a sentence, and no sentence holds a line end.
        let sentences = text
            .lines()
            .skip(1)
            .map(|row| row.splitn(3, ',').last().unwrap());
        let words: usize = sentences
            .clone()
            .map(|sentence| sentence.split_whitespace().count())
            .sum();
        // What leaked from the pages is nobody's: heads of eight words, in two parts each, and names in capitals at ends.
        let heads = text.matches("’s Press Conference").count();
        assert_eq!(heads, text.matches("FINAL").count());
        let is_capital = |word: &str| word.len() > 1 && word.chars().all(char::is_uppercase);
        let is_label = |sentence: &&str| {
            let words: Vec<&str> = sentence.trim_end_matches('"').split_whitespace().collect();
            let [.., first, last] = words.as_slice() else {
                return false;
            };
            is_capital(first) && last.strip_suffix('.').is_some_and(is_capital)
        };
        let labels = sentences.filter(is_label).count();
        let marks = 2 * heads;
        let read = words_read(&home, &path).0 - marks;
        let words = words - 8 * heads - 2 * labels;
        assert_eq!(read, words, "{}", path.display());
    }
}
