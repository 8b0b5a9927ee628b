//! Adding, replacing and removing calls.

use crate::util::{GLIMMER, Home, NIMBUS};
use std::path::Path;

#[test]
fn adding_a_file_twice_adds_one_call() {
    let home = Home::new();
    let path = home.add("nimbus.txt", NIMBUS);
    let again = home.ok(&["add", path.to_str().unwrap()]);
    assert!(again.stdout.contains("already there"), "{}", again.stdout);
    let copy = home.write("copy/of-nimbus.txt", NIMBUS);
    let copied = home.ok(&["add", copy.to_str().unwrap()]);
    assert!(copied.stdout.contains("0 calls added"), "{}", copied.stdout);
    assert_eq!(home.ok(&["calls"]).stdout.lines().count(), 2);
}

#[test]
fn a_file_that_changed_replaces_its_call() {
    let home = Home::new();
    let path = home.add("nimbus.txt", NIMBUS);
    fs_err::write(&path, NIMBUS.replace("October", "November")).unwrap();
    let again = home.ok(&["add", path.to_str().unwrap()]);
    assert!(again.stdout.starts_with("replaced"), "{}", again.stdout);
    assert_eq!(home.ok(&["calls"]).stdout.lines().count(), 2);
    let quotes = home.ask(&["when does the second forge open"])["quotes"].to_string();
    assert!(
        quotes.contains("November") && !quotes.contains("October"),
        "{quotes}"
    );
    home.expect_sound();
}

#[test]
fn what_was_named_and_is_no_transcript_is_a_failure_and_in_a_folder_it_is_not() {
    let home = Home::new();
    home.write("calls/a.txt", NIMBUS);
    home.write("calls/b.txt", "   \n");
    assert_eq!(home.run(&["add", "calls"]).code, 0);
    let run = home.run(&["add", "calls/b.txt"]);
    assert_eq!(run.code, 2, "{run:#?}");
    assert!(run.stdout.contains("holds no text"), "{run:#?}");
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let home = Home::new();
    home.write("calls/a.txt", NIMBUS);
    home.write("calls/b.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    home.write("calls/c.txt", "   \n");
    home.write("calls/d.txt", GLIMMER);
    let run = home.run(&["add", "calls", "gone.txt"]);
    assert_eq!(run.code, 2, "{run:#?}");
    assert!(run.stdout.contains("2 calls added"), "{}", run.stdout);
    assert!(
        run.stdout.contains("a PNG image") && run.stdout.contains("holds no text"),
        "{run:#?}"
    );
    assert!(run.stderr.contains("gone.txt"), "{}", run.stderr);
    home.expect_sound();
}

#[test]
fn what_the_user_says_of_a_call_wins() {
    let home = Home::new();
    home.write("nimbus.txt", NIMBUS);
    home.ok(&[
        "add",
        "nimbus.txt",
        "--company",
        "Other Name",
        "--period",
        "Q3 2023",
        "--ticker",
        "oth",
    ]);
    let calls = home.ok(&["calls", "--json"]).stdout;
    for fact in ["\"Other Name\"", "\"Q3 2023\"", "\"OTH\"", "oth-2023-q3-"] {
        assert!(calls.contains(fact), "no {fact} in {calls}");
    }
}

#[test]
fn facts_can_be_corrected_by_adding_again() {
    let home = Home::new();
    home.add("nimbus.txt", NIMBUS);
    let again = home.ok(&["add", "nimbus.txt", "--company", "Right Name"]);
    assert!(again.stdout.starts_with("replaced"), "{}", again.stdout);
    assert!(
        home.ok(&["calls", "--json"])
            .stdout
            .contains("\"Right Name\"")
    );
    home.ok(&["rebuild"]);
    assert!(
        home.ok(&["calls", "--json"])
            .stdout
            .contains("\"Right Name\"")
    );
    assert_eq!(home.ok(&["calls"]).stdout.lines().count(), 2);
    home.expect_sound();
}

#[test]
fn a_file_that_moved_is_found_again() {
    let home = Home::new();
    home.add("nimbus.txt", NIMBUS);
    let place = home.ok(&["ask", "when does the second forge open"]).stdout;
    let place = place
        .split_whitespace()
        .find(|word| word.starts_with("nimbus.txt:"))
        .unwrap()
        .to_owned();
    fs_err::create_dir_all(home.path("moved")).unwrap();
    fs_err::rename(home.path("nimbus.txt"), home.path("moved/nimbus.txt")).unwrap();
    assert!(
        home.ok(&["show", &place])
            .stdout
            .contains("the file is gone")
    );
    let again = home.ok(&["add", "moved"]);
    assert!(again.stdout.starts_with("moved"), "{}", again.stdout);
    let answer = home.ask(&["when does the second forge open"]);
    assert_eq!(answer["quotes"][0]["source"]["state"], "unchanged");
    home.expect_sound();
}

#[test]
fn files_that_exchange_their_contents_keep_every_call() {
    let home = Home::new();
    let texts = [
        NIMBUS.to_owned(),
        GLIMMER.to_owned(),
        NIMBUS.replace("October", "November"),
    ];
    for (name, text) in ["a", "b", "c"].iter().zip(&texts) {
        home.add(&format!("calls/{name}.txt"), text);
    }
    for (name, text) in ["a", "b", "c"]
        .iter()
        .zip([&texts[1], &texts[2], &texts[0]])
    {
        home.write(&format!("calls/{name}.txt"), text);
    }
    home.ok(&["add", "calls"]);
    let calls = home.ok(&["calls"]).stdout;
    assert_eq!(calls.lines().count(), 4, "{calls}");
    for name in ["a.txt", "b.txt", "c.txt"] {
        assert!(calls.contains(name), "{calls}");
    }
    assert!(!calls.contains("changed"), "{calls}");
    home.expect_sound();
}

#[test]
fn a_second_correction_keeps_the_first() {
    let home = Home::new();
    let path = home.add("nimbus.txt", NIMBUS);
    let path = path.to_str().unwrap();
    home.ok(&["add", "--company", "Otherwise Ltd", path]);
    home.ok(&["add", "--period", "Q1 1999", path]);
    let calls = home.ok(&["calls"]).stdout;
    assert!(
        calls.contains("Otherwise Ltd") && calls.contains("Q1 1999"),
        "{calls}"
    );
}

#[test]
fn a_path_never_means_another_file_of_that_name() {
    let home = Home::new();
    home.add("old/call.txt", NIMBUS);
    home.add("other/call.txt", GLIMMER);
    home.write("new/call.txt", "Ada Quill: Not added.\n");
    assert_eq!(home.run(&["remove", "new/call.txt"]).code, 2);
    assert_eq!(home.run(&["remove", "."]).code, 2);
    // A file that is gone is known by the path that it was read from.
    fs_err::remove_file(home.path("old/call.txt")).unwrap();
    home.ok(&["remove", "old/call.txt"]);
    let calls = home.ok(&["calls"]).stdout;
    assert!(
        calls.contains("other/call.txt") && calls.lines().count() == 2,
        "{calls}"
    );
}

#[test]
fn a_citation_of_a_file_with_odd_spaces_is_understood() {
    let home = Home::new();
    home.add("my  calls/the  call.txt", NIMBUS);
    let asked = home.ok(&["ask", "when does the second forge open"]).stdout;
    let line = asked.lines().find(|line| line.contains("the  call.txt:"));
    let citation = line.unwrap().split("  ✓").next().unwrap().trim();
    home.ok(&["show", citation]);
}

#[test]
fn a_transcript_can_come_from_standard_input() {
    let home = Home::new();
    let file = home.write("nimbus.txt", NIMBUS);
    let input = fs_err::File::open(file).unwrap().into_file();
    let run = home
        .command()
        .args(["add", "-"])
        .stdin(input)
        .output()
        .unwrap();
    let run = crate::util::Run::of(&run);
    assert_eq!(run.code, 0, "{run:#?}");
    let answer = home.ask(&["coal"]);
    assert_eq!(answer["quotes"][0]["source"]["state"], "missing");
    home.expect_sound();
}

#[test]
fn a_removed_call_leaves_no_byte_behind() {
    let home = Home::new();
    home.add(
        "nimbus.txt",
        &NIMBUS.replace("anvil output", "quixotry zymurgy output"),
    );
    home.add("glimmer.txt", GLIMMER);
    assert!(
        held_in(&home.library(), "zymurgy"),
        "the word is nowhere to begin with"
    );
    home.ok(&["remove", "nimbus.txt"]);
    for word in ["zymurgy", "zymurgi", "Larkspur", "nimbus.txt"] {
        assert!(
            !held_in(&home.library(), word),
            "`{word}` is still in the library's files"
        );
    }
    assert_eq!(home.ok(&["calls"]).stdout.lines().count(), 2);
    home.expect_sound();
}

#[test]
fn removing_a_call_that_is_not_there_removes_nothing() {
    let home = Home::new();
    home.add("nimbus.txt", NIMBUS);
    home.run(&["remove", "nimbus.txt", "glimmer.txt"])
        .expect_error(&["no call `glimmer.txt`"]);
    assert_eq!(home.ok(&["calls"]).stdout.lines().count(), 2);
}

#[test]
fn rebuilding_keeps_calls_and_answers() {
    let home = Home::new();
    home.write("nimbus.txt", NIMBUS);
    home.ok(&["add", "nimbus.txt", "--company", "Nimbus Anvil Works"]);
    let before = home.ask(&["what limits the forges"]);
    home.ok(&["rebuild"]);
    assert_eq!(home.ask(&["what limits the forges"]), before);
    home.expect_sound();
}

#[test]
fn calls_are_listed_by_filter() {
    let home = Home::new();
    home.add("nimbus.txt", NIMBUS);
    home.add("glimmer.txt", GLIMMER);
    let lines = |args: &[&str]| {
        home.run(&[&["calls"], args].concat())
            .stdout
            .lines()
            .count()
    };
    assert_eq!(lines(&[]), 3);
    assert_eq!(lines(&["--company", "nimbus"]), 2);
    assert_eq!(lines(&["--period", "FY 2024"]), 3);
    assert_eq!(lines(&["--speaker", "marsh"]), 2);
    assert_eq!(home.run(&["calls", "--ticker", "ZZZZ"]).code, 1);
}

#[test]
fn a_ticker_is_no_beginning_of_a_name() {
    let home = Home::new();
    home.write("nimbus.txt", NIMBUS);
    home.write("glimmer.txt", GLIMMER);
    home.ok(&["add", "nimbus.txt", "--ticker", "G"]);
    home.ok(&["add", "glimmer.txt"]);
    let listed = home.ok(&["calls", "--company", "g"]).stdout;
    assert!(
        listed.contains("nimbus.txt") && !listed.contains("glimmer.txt"),
        "{listed}"
    );
}

#[test]
fn a_name_that_nothing_has_brings_the_one_that_was_meant() {
    let home = Home::new();
    home.add("nimbus.txt", NIMBUS);
    let meant = |args: &[&str]| home.run(&[args, &["--company", "nimbsu"]].concat()).stderr;
    for command in [&["calls"][..], &["people"], &["ask", "coal"]] {
        assert!(meant(command).contains("did you mean `Nimbus Anvil Corp`?"));
    }
    let speaker = home.run(&["people", "--speaker", "Petra Quil"]).stderr;
    assert!(!speaker.contains("did you mean"), "{speaker}");
    let speaker = home.run(&["people", "--speaker", "Petar Quill"]).stderr;
    assert!(speaker.contains("did you mean `Petra Quill`?"), "{speaker}");
}

#[test]
fn a_year_and_a_short_year_are_periods_of_a_filter() {
    let home = Home::new();
    home.add("nimbus.txt", NIMBUS);
    for period in ["2024", "q1 24", "Q1'24", "1Q24"] {
        assert_eq!(home.run(&["calls", "--period", period]).code, 0, "{period}");
    }
    home.run(&["calls", "--period", "soon"])
        .expect_error(&["expected one period"]);
}

fn held_in(folder: &Path, word: &str) -> bool {
    fs_err::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        let bytes = if path.is_file() {
            fs_err::read(path).unwrap()
        } else {
            Vec::new()
        };
        bytes
            .windows(word.len())
            .any(|window| window == word.as_bytes())
    })
}
