//! Asking: the contract of the answer, filters, batches, and what is shown.

use crate::util::{GLIMMER, Home, NIMBUS, Run};
use serde_json::Value;
use std::io::Write;
use std::process::Stdio;

fn home() -> Home {
    let home = Home::new();
    home.add("nimbus.txt", NIMBUS);
    home.add("glimmer.txt", GLIMMER);
    home
}

fn span(value: &Value) -> std::ops::Range<usize> {
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    number(&value[0])..number(&value[1])
}

#[test]
fn every_quote_is_the_bytes_of_its_file_at_its_span() {
    let home = home();
    let answer = home.ask(&["when does the second forge open"]);
    let quotes = answer["quotes"].as_array().unwrap();
    assert!(!quotes.is_empty());
    for quote in quotes {
        let file = fs_err::read_to_string(quote["source"]["path"].as_str().unwrap()).unwrap();
        assert_eq!(
            &file[span(&quote["source"]["span"])],
            quote["text"].as_str().unwrap()
        );
        let passage = &quote["passage"];
        assert_eq!(
            &file[span(&passage["span"])],
            passage["text"].as_str().unwrap()
        );
        let line = usize::try_from(quote["source"]["lines"][0].as_u64().unwrap()).unwrap();
        let first_word = quote["text"]
            .as_str()
            .unwrap()
            .split_whitespace()
            .next()
            .unwrap();
        assert!(file.lines().nth(line - 1).unwrap().contains(first_word));
        assert_eq!(quote["source"]["state"], "unchanged");
    }
}

#[test]
fn the_answer_keeps_its_contract() {
    let home = home();
    let answer = home.ask(&["when does the second forge open", "--company", "nimbus"]);
    assert_eq!(answer["schema"], "onrecord.answer/1");
    assert_eq!(answer["understood"]["company"], "nimbus");
    assert_eq!(answer["understood"]["searched_for"], "second forge open");
    assert_eq!(answer["coverage"]["calls_searched"], 1);
    assert_eq!(answer["coverage"]["calls_in_library"], 2);
    let quote = &answer["quotes"][0];
    assert_eq!(quote["rank"], 1);
    assert_eq!(quote["speaker"], "Petra Quill");
    assert_eq!(quote["role"], "Chief Executive Officer");
    assert_eq!(quote["section"], "questions");
    assert_eq!(quote["call"]["ticker"], "NMBA");
    assert_eq!(quote["call"]["period"], "Q1 2024");
    assert_eq!(quote["exchange"]["asked_by"], "Ines Vane");
    assert!(
        quote["text"].as_str().unwrap().contains("opens in October"),
        "{quote}"
    );
    assert!(
        quote["exchange"]["question"]
            .as_str()
            .unwrap()
            .contains("second forge"),
        "{quote}"
    );
    for part in ["final", "dense", "lexical"] {
        assert!(quote["score"][part].is_number(), "no {part} in {quote}");
    }
}

#[test]
fn filters_leave_only_what_they_name() {
    let home = home();
    let speakers = |args: &[&str]| -> Vec<String> {
        let answer = home.ask(&[&["the forges and the plant"], args].concat());
        let quotes = [answer["quotes"].clone(), answer["nearest"].clone()];
        let quotes = quotes.iter().filter_map(Value::as_array).flatten();
        quotes
            .map(|quote| quote["speaker"].as_str().unwrap().to_owned())
            .collect()
    };
    for filter in [
        ["--ticker", "glmd"],
        ["--speaker", "reed"],
        ["--role", "analyst"],
        ["--role", "operator"],
    ] {
        assert!(!speakers(&filter).is_empty(), "{filter:?} finds nothing");
    }
    assert!(
        speakers(&["--ticker", "glmd"])
            .iter()
            .all(|who| who == "Odo Marsh")
    );
    assert!(
        speakers(&["--speaker", "reed"])
            .iter()
            .all(|who| who == "Tomas Reed")
    );
    assert!(
        speakers(&["--role", "analyst"])
            .iter()
            .all(|who| who == "Ines Vane")
    );
    assert!(
        speakers(&["--role", "operator"])
            .iter()
            .all(|who| who == "Operator")
    );
    assert!(!speakers(&["--section", "questions"]).contains(&"Tomas Reed".to_owned()));
    assert!(!speakers(&[]).contains(&"Operator".to_owned()));
    let none = home.run(&["ask", "coal", "--period", "Q4 2023"]);
    assert_eq!(none.code, 1, "{none:#?}");
    assert!(
        none.stdout.contains("Not on record") && none.stdout.contains("0 of 2 calls"),
        "{none:#?}"
    );
}

#[test]
fn whoever_is_asked_for_without_a_topic_is_quoted() {
    let home = home();
    for question in [
        "What did Ines Vane ask?",
        "Questions from Larkspur Research",
    ] {
        let answer = home.ask(&[question]);
        assert_eq!(answer["status"], "answered", "{answer}");
        assert_eq!(answer["quotes"][0]["speaker"], "Ines Vane");
        assert_eq!(answer["understood"]["searched_for"], "");
    }
    let answer = home.ask(&["forge", "--speaker", "larkspur research"]);
    let found = [&answer["quotes"][0], &answer["nearest"][0]];
    assert!(
        found.iter().any(|quote| quote["speaker"] == "Ines Vane"),
        "{answer}"
    );
    let nobody = home.run(&["ask", "forge", "--speaker", "nimbus anvil"]);
    assert!(
        nobody.stdout.contains("0 of 2 calls searched"),
        "{}",
        nobody.stdout
    );
}

#[test]
fn a_word_of_assent_is_no_quote() {
    let home = Home::new();
    home.add(
        "chat.txt",
        "Ada Quill: The case is rubber, and the keys are yellow.\nOdo Marsh: Right.\n\
         Ada Quill: The case of the remote is curved.\nOdo Marsh: Right. Nine crowns for the case.\n",
    );
    let answer = home.ask(&["What did Odo Marsh say about the case?", "-n", "9"]);
    let quotes = [&answer["quotes"], &answer["nearest"]];
    let quotes = quotes
        .iter()
        .filter_map(|quotes| quotes.as_array())
        .flatten();
    let texts: Vec<&str> = quotes
        .map(|quote| quote["text"].as_str().unwrap())
        .collect();
    assert!(!texts.is_empty() && !texts.contains(&"Right."), "{texts:?}");
}

#[test]
fn a_batch_answers_in_the_order_of_its_questions() {
    let home = home();
    let file = home.write(
        "questions.jsonl",
        "when does the second forge open\n\
         {\"question\": \"butter prices\", \"call\": \"glimmer.txt\"}\n\n\
         {\"question\": \"butter\", \"call\": \"nowhere.txt\"}\n\
         {\"question\": 7}\n\
         {\"id\": \"q9\", \"question\": \"coal\", \"period\": \"1Q24\", \"role\": \"executive\"}\n",
    );
    let run = home.run(&["ask", "--batch", file.to_str().unwrap()]);
    assert_eq!(run.code, 2, "{run:#?}");
    let lines: Vec<Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let questions: Vec<_> = lines.iter().map(|line| line["question"].as_str()).collect();
    let asked = ["when does the second forge open", "butter prices"].map(Some);
    assert_eq!(questions[..2], asked);
    assert_eq!(questions[4], Some("coal"));
    assert_eq!(lines[2]["schema"], "onrecord.error/1");
    assert_eq!(
        (&lines[2]["line"], &lines[3]["line"]),
        (&Value::from(4), &Value::from(5))
    );
    assert_eq!(lines[1]["quotes"][0]["speaker"], "Odo Marsh");
    let own = |line: &Value| (line["line"].clone(), line.get("id").cloned());
    assert_eq!(own(&lines[1]), (2.into(), None));
    assert_eq!(own(&lines[4]), (6.into(), Some("q9".into())));
}

#[test]
fn a_batch_gives_the_same_answers_as_single_questions() {
    let home = home();
    let single = home.ask(&["what did coal do to the margin"]);
    let mut asking = home.command();
    asking
        .args(["ask", "--batch", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut asking = asking.spawn().unwrap();
    let mut questions = asking.stdin.take().unwrap();
    questions
        .write_all(b"butter\nwhat did coal do to the margin\n")
        .unwrap();
    drop(questions);
    let run = Run::of(&asking.wait_with_output().unwrap());
    let mut batched: Value = serde_json::from_str(run.stdout.lines().nth(1).unwrap()).unwrap();
    assert_eq!(
        batched.as_object_mut().unwrap().remove("line"),
        Some(2.into())
    );
    assert_eq!(batched, single);
}

#[test]
fn a_citation_that_became_part_of_the_question_is_told() {
    let home = home();
    let run = home.run(&["ask", "--explain", "nimbus.txt:5", "what limits the forges"]);
    run.expect_error(&["citation", "--explain=CITATION"]);
}

#[test]
fn the_place_that_ask_prints_opens_with_show() {
    let home = home();
    let run = home.ok(&["ask", "when does the second forge open"]);
    let place = run
        .stdout
        .split_whitespace()
        .find(|word| word.starts_with("nimbus.txt:"))
        .unwrap();
    let shown = home.ok(&["show", place]).stdout;
    assert!(
        shown.contains("Ines Vane") && shown.contains("opens in October"),
        "{shown}"
    );
    let citation = home.ask(&["when does the second forge open"])["quotes"][0]["citation"].clone();
    let shown = home.ok(&["show", citation.as_str().unwrap()]).stdout;
    assert!(
        shown.contains("»The second forge opens in October."),
        "{shown}"
    );
    home.run(&["show", "nimbus.txt:999"])
        .expect_error(&["no place", "up to line"]);
    home.run(&["show", "nobody.txt:1"])
        .expect_error(&["no call `nobody.txt`", "hint"]);
}

#[test]
fn a_source_that_changed_or_went_is_said_and_the_quote_stays() {
    let home = home();
    fs_err::write(home.path("nimbus.txt"), "Something else entirely.").unwrap();
    let run = home.ok(&["ask", "when does the second forge open"]);
    assert!(run.stdout.contains("opens in October"), "{}", run.stdout);
    assert!(
        run.stdout.contains("the file has changed"),
        "{}",
        run.stdout
    );
    fs_err::remove_file(home.path("nimbus.txt")).unwrap();
    let run = home.ok(&["ask", "when does the second forge open"]);
    assert!(run.stdout.contains("the file is gone"), "{}", run.stdout);
}

#[test]
fn nothing_in_a_transcript_acts_on_the_terminal() {
    let home = Home::new();
    let hostile = NIMBUS.replace("in October.", "in Oct\u{1b}[2K\u{9b}1m\u{202e}ober.");
    home.add("nimbus.txt", &hostile);
    for form in [
        &["--limit", "5"][..],
        &["--markdown"],
        &["--json"],
        &["--jsonl"],
    ] {
        let run = home.run(&[&["ask", "when does the second forge open"], form].concat());
        let acts = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!run.stdout.contains(acts), "{form:?}: {:?}", run.stdout);
    }
    let answer = home.ask(&["when does the second forge open"]);
    let texts = answer["quotes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|quote| quote["text"].as_str().unwrap());
    assert!(
        texts.into_iter().any(|text| text.contains('\u{1b}')),
        "JSON keeps the words: {answer:#}"
    );
}

#[test]
fn colours_appear_only_where_they_are_wanted() {
    let home = home();
    let plain = home.ok(&["ask", "coal"]).stdout;
    assert!(!plain.contains('\u{1b}'), "{plain}");
    let forced = home
        .command()
        .args(["ask", "coal"])
        .env("CLICOLOR_FORCE", "1")
        .output()
        .unwrap();
    assert!(Run::of(&forced).stdout.contains('\u{1b}'));
}

#[test]
fn a_closed_pipe_is_success() {
    let home = home();
    let mut asking = home.command();
    let mut asking = asking
        .args(["ask", "coal"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(asking.stdout.take());
    let run = Run::of(&asking.wait_with_output().unwrap());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:#?}");
}

#[test]
fn reading_shows_how_a_file_is_understood() {
    let home = Home::new();
    let path = home.write("nimbus.txt", NIMBUS);
    let run = home.ok(&["read", "--json", path.to_str().unwrap()]);
    let call: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(call["schema"], "onrecord.call/1");
    assert_eq!(call["company"], "Nimbus Anvil Corp");
    let turns = call["turns"].as_array().unwrap();
    assert_eq!(turns.len(), 7, "{call:#}");
    for turn in turns {
        assert_eq!(&NIMBUS[span(&turn["span"])], turn["text"].as_str().unwrap());
    }
    assert_eq!(turns[4]["kind"], "analyst");
    assert!(!home.library().exists(), "reading makes no library");
}

#[test]
fn every_encoding_gives_the_same_words() {
    let home = Home::new();
    let utf16: Vec<u8> = std::iter::once(0xFEFF)
        .chain(NIMBUS.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let dashed = NIMBUS.replace("output.", "output \u{2014} cr\u{e9}dit.");
    let windows: Vec<u8> = dashed
        .chars()
        .map(|c| match c {
            '\u{2014}' => 0x97,
            c => u8::try_from(u32::from(c)).unwrap(),
        })
        .collect();
    let forms: [(&str, Vec<u8>, &str); 4] = [
        ("bom.txt", format!("\u{feff}{NIMBUS}").into_bytes(), NIMBUS),
        ("utf16.txt", utf16, NIMBUS),
        ("windows.txt", windows, &dashed),
        (
            "crlf.txt",
            NIMBUS.replace('\n', "\r\n").into_bytes(),
            NIMBUS,
        ),
    ];
    for (name, bytes, text) in forms {
        let path = home.write(name, bytes);
        let run = home.ok(&["read", "--json", path.to_str().unwrap()]);
        let call: Value = serde_json::from_str(&run.stdout).unwrap();
        let said: Vec<&str> = call["turns"]
            .as_array()
            .unwrap()
            .iter()
            .map(|t| t["text"].as_str().unwrap())
            .collect();
        let words = said
            .join(" ")
            .split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>();
        assert_eq!(said.len(), 7, "{name}");
        assert!(
            text.contains(said[5]) && words.last().unwrap() == "call.",
            "{name}: {said:?}"
        );
        home.ok(&["add", path.to_str().unwrap()]);
    }
    home.expect_sound();
}

#[test]
fn what_stands_between_quotation_marks_is_found_as_it_stands_or_said_to_be_missing() {
    let home = Home::new();
    let said = "Nimbus Anvil Q2 2025 Earnings Call\n\nOperator: Welcome to the call.\n\
        Ada Quill: Growth costs us more coal than last year, and growth of costs is what we look at all day long.\n\
        Bo Crane: It is not growth at all costs any more, and the hammers know it.\n\
        Ada Quill: All costs of growth are known to the forge, at that.\n";
    home.write("calls/anvil.txt", said);
    home.ok(&["add", home.path("calls").to_str().unwrap()]);
    for marked in ["\"growth at all costs\"", "“growth at all costs”"] {
        let answer = home.ask(&[&format!("who said {marked}")]);
        assert_eq!(answer["status"], "answered", "{answer:#}");
        let quote = answer["quotes"][0]["text"].as_str().unwrap();
        assert!(quote.contains("not growth at all costs"), "{quote}");
    }
    let answer = home.ask(&["who said \"growth at no costs\""]);
    assert_ne!(answer["status"], "answered");
    assert_eq!(answer["never_said"][0], "growth at no costs");
    let run = home.run(&["ask", "what did Ada Quill say of \"growth at all costs\""]);
    let expected = "Ada Quill never says “growth at all costs”";
    assert!(run.stdout.contains(expected), "{}", run.stdout);
}
