//! What stands inside of somebody's words and is nobody's: page breaks, stage directions; and when words are said.

use crate::util::Home;
use serde_json::{Value, json};

/// Two pages, each with its foot and head in the middle of a sentence.
const PAGES: &str = "Nimbus Anvil, Inc. (NIMB)\nQ2 2024 Earnings Call\nCorrected Transcript\n23-Apr-2024\n\
    MANAGEMENT DISCUSSION SECTION\nOperator: Good day. [Operator Instructions]\n\
    ........................................\nAda Quill\nChief Executive Officer, Nimbus Anvil, Inc.\n\
    The mines at Dunmorrow that we buy our iron from were\n1-877-FACTSET  www.callstreet.com\n2\n\
    Copyright © 2001-2024 FactSet CallStreet, LLC\nNimbus Anvil, Inc. (NIMB)\nQ2 2024 Earnings Call\nCorrected Transcript\n23-Apr-2024\n\
    flooded in March. [Laughter]\nQUESTION AND ANSWER SECTION\n\
    ........................................\nBo Crane\nAnalyst, Vale Bank LLC                        Q\nHow heavy is an anvil year-over-\n\
    1-877-FACTSET  www.callstreet.com\n3\nCopyright © 2001-2024 FactSet CallStreet, LLC\nNimbus Anvil, Inc. (NIMB)\n\
    Q2 2024 Earnings Call\nCorrected Transcript\n23-Apr-2024\nyear?\n";

/// All quotes of an answer, those that come near included.
fn quotes(answer: &Value) -> Vec<Value> {
    let lists = ["quotes", "nearest"].map(|list| answer[list].as_array().cloned());
    lists.into_iter().flatten().flatten().collect()
}

#[test]
fn a_quote_over_a_page_break_shows_the_cut_and_each_piece_is_in_the_file() {
    let home = Home::new();
    home.add("pages.txt", PAGES);
    let answer = home.ask(&["Dunmorrow mines iron flooded March"]);
    let quote = quotes(&answer).into_iter().next().unwrap();
    let text = quote["text"].as_str().unwrap();
    assert!(
        text.starts_with(
            "The mines at Dunmorrow that we buy our iron from were […] flooded in March."
        ),
        "{quote:#}"
    );
    assert_eq!(quote["source"]["state"], json!("unchanged"));
    let place = |span: &Value| {
        let end = |at: usize| usize::try_from(span[at].as_u64().unwrap()).unwrap();
        PAGES.get(end(0)..end(1)).unwrap().to_owned()
    };
    let pieces = quote["source"]["pieces"].as_array().unwrap();
    let pieces: Vec<String> = pieces.iter().map(place).collect();
    assert_eq!(pieces.join(" […] "), text);
    assert!(place(&quote["source"]["span"]).contains("www.callstreet.com"));
    let shown = home
        .ok(&["show", quote["citation"].as_str().unwrap()])
        .stdout;
    assert!(
        shown.contains("[…]") && !shown.contains("callstreet"),
        "{shown}"
    );
    home.expect_sound();
}

#[test]
fn heads_feet_and_stage_directions_are_found_by_nobody() {
    let home = Home::new();
    home.add("pages.txt", PAGES);
    for words in [
        "Copyright FactSet CallStreet",
        "Corrected Transcript",
        "Laughter",
    ] {
        let answer = home.ask(&[words]);
        assert_eq!(answer["status"], json!("not_found"), "{answer:#}");
        for quote in quotes(&answer) {
            let held = quote["score"]["lexical"].as_f64().unwrap();
            assert!(held == 0.0, "{words}: {quote:#}");
        }
    }
    // A word that a page parts is one.
    let answer = home.ask(&["anvil year-over-year"]);
    let asked = quotes(&answer)
        .into_iter()
        .find(|quote| quote["speaker"] == json!("Bo Crane"));
    assert!(
        asked.unwrap()["text"]
            .as_str()
            .unwrap()
            .contains("year-over- […] year?")
    );
}

#[test]
fn a_quote_has_the_time_of_its_own_sentence() {
    let home = Home::new();
    let cue =
        |time: &str, words: &str| format!("{time}.000 --> {time}.900\n<v Ada Quill>{words}\n\n");
    let mut captions = "WEBVTT\n\n".to_owned();
    captions += &cue(
        "00:00:01",
        "Welcome to the weekly talk on anvils and on hammers.",
    );
    // A quote has three sentences at the most; this one is in another.
    for minute in 1..12 {
        captions += &cue(
            &format!("00:{minute:02}:00"),
            "We then spoke of this and of that, and of much else besides.",
        );
    }
    captions += &cue("00:12:31", "The furnace at Dunmorrow was repaired.");
    home.add("weekly.vtt", &captions);
    let answer = home.ask(&["furnace Dunmorrow repaired"]);
    let quotes = quotes(&answer);
    let quote = quotes
        .iter()
        .find(|quote| quote["text"].as_str().unwrap().contains("furnace"))
        .unwrap();
    // It begins up to two sentences before, each of which has a minute of its own.
    let (milliseconds, clock) = match quote["text"]
        .as_str()
        .unwrap()
        .matches("We then spoke")
        .count()
    {
        0 => (751_000, "12:31"),
        1 => (660_000, "11:00"),
        _ => (600_000, "10:00"),
    };
    assert_eq!(quote["time_ms"], json!(milliseconds), "{quote:#}");
    assert_eq!(quote["turn"], json!(0));
    let shown = home.run(&["ask", "furnace Dunmorrow repaired"]).stdout;
    assert!(shown.contains(&format!("Ada Quill, {clock}")), "{shown}");
    home.expect_sound();
}

#[test]
fn a_library_of_the_version_before_is_brought_up_and_answers() {
    let home = Home::new();
    home.add(
        "pages.txt",
        &PAGES.replace("1-877-FACTSET  www.callstreet.com\n", ""),
    );
    let file = home.library().join("library.db");
    let db = rusqlite::Connection::open(&file).unwrap();
    let cuts: u32 = db
        .query_row(
            "SELECT count(*) FROM turns WHERE cuts IS NOT NULL OR times IS NOT NULL",
            [],
            |row| row.get(0),
        )
        .unwrap();
    db.execute_batch(
        "ALTER TABLE turns DROP COLUMN cuts; ALTER TABLE turns DROP COLUMN times;
         ALTER TABLE calls DROP COLUMN calendar; ALTER TABLE calls DROP COLUMN hour; PRAGMA user_version = 2;",
    )
    .unwrap();
    drop(db);
    let answer = home.run(&["ask", "--json", "mines"]);
    // What was cut stood in the columns that are gone: the turns are no longer what was stored, and that is said.
    if cuts > 0 {
        answer.expect_error(&["not what was stored"]);
        home.ok(&["rebuild"]);
    }
    home.ask(&["mines"]);
    home.expect_sound();
}
