//! Files that hold several calls: each is a call of its own, cited with the lines and bytes of the file.

use crate::util::{GLIMMER, Home, NIMBUS, beside};
use onrecord::transcript::{Metadata, Source, read, read_calls};
use onrecord::units::ByteSpan;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const BUTTER: &str = "how did butter prices develop";

fn calls(home: &Home) -> Vec<Value> {
    let run = home.run(&["calls", "--json"]);
    let list: Value = serde_json::from_str(&run.stdout).unwrap();
    list["calls"].as_array().unwrap().clone()
}

fn ids(home: &Home) -> Vec<String> {
    let id = |call: &Value| call["id"].as_str().unwrap().to_owned();
    calls(home).iter().map(id).collect()
}

fn first_quote(home: &Home, question: &str) -> Value {
    let answer = home.ask(&[question]);
    let lists = ["quotes", "nearest"].map(|list| answer[list].as_array().cloned());
    lists.into_iter().flatten().flatten().next().unwrap()
}

fn bundle() -> String {
    [NIMBUS, "\n", GLIMMER].concat()
}

#[test]
fn every_call_of_a_file_is_added_with_its_own_facts_and_cited_with_the_files_lines_and_bytes() {
    let home = Home::new();
    let file = home.write("calls.txt", bundle());
    let added = home.ok(&["add", "calls.txt"]).stdout;
    assert!(
        added.contains("added     calls.txt:1 → nmba-2024-q1-"),
        "{added}"
    );
    assert!(
        added.contains("added     calls.txt:11 → glmd-2024-q2-"),
        "{added}"
    );
    assert!(added.contains("2 calls added"), "{added}");
    let facts = |call: &Value| json!([call["ticker"], call["period"], call["part"], call["turns"]]);
    let found: Vec<Value> = calls(&home).iter().map(facts).collect();
    assert_eq!(
        found,
        [
            json!(["GLMD", "Q2 2024", 2, 3]),
            json!(["NMBA", "Q1 2024", 1, 7])
        ]
    );

    let quote = first_quote(&home, BUTTER);
    let source = &quote["source"];
    assert_eq!(quote["call"]["ticker"], "GLMD");
    assert_eq!(source["state"], "unchanged");
    assert_eq!(source["lines"], json!([14, 14]));
    let [start, end] =
        [0, 1].map(|at| usize::try_from(source["span"][at].as_u64().unwrap()).unwrap());
    assert_eq!(bundle().get(start..end), quote["text"].as_str());
    let citation = quote["citation"].as_str().unwrap();
    for cited in [
        citation,
        &format!("calls.txt#{start}-{end}"),
        "calls.txt:14",
    ] {
        let shown = home.ok(&["show", cited]).stdout;
        assert!(shown.contains("calls.txt:11"), "{cited}: {shown}");
        assert!(
            shown.contains("    14  ") && shown.contains("Milk volumes"),
            "{cited}: {shown}"
        );
    }
    home.run(&["show", "calls.txt@1"])
        .expect_error(&["several calls are named `calls.txt`"]);
    home.expect_sound();
    fs_err::write(file, NIMBUS).unwrap();
    assert_eq!(first_quote(&home, BUTTER)["source"]["state"], "changed");
}

#[test]
fn calls_of_a_file_are_kept_replaced_and_removed_together_or_one_by_one() {
    let home = Home::new();
    home.add("calls.txt", &bundle());
    let all = ids(&home);
    let again = home.ok(&["add", "calls.txt"]).stdout;
    assert!(
        again.contains("0 calls added (0 turns, 0 passages), 2 already there"),
        "{again}"
    );
    home.write("copy.txt", bundle());
    let copy = home.ok(&["add", "copy.txt"]).stdout;
    assert_eq!(
        copy.matches("already there, from calls.txt").count(),
        2,
        "{copy}"
    );

    home.ok(&["remove", &all[0]]);
    assert_eq!(ids(&home), all[1..]);
    let back = home.ok(&["add", "calls.txt"]).stdout;
    assert!(
        back.contains("1 call added") && back.contains("1 already there"),
        "{back}"
    );
    assert_eq!(ids(&home), all);
    home.ok(&["rebuild"]);
    assert_eq!(ids(&home), all);
    assert_eq!(
        first_quote(&home, BUTTER)["source"]["lines"],
        json!([14, 14])
    );
    home.expect_sound();

    let one = home.ask(&["--call", "calls.txt", BUTTER]);
    assert_eq!(one["coverage"]["calls_searched"], 2);
    home.write("calls.txt", bundle().replace("butter", "cream"));
    let changed = home.ok(&["add", "calls.txt"]).stdout;
    assert_eq!(
        changed.matches("replaced  calls.txt:").count(),
        2,
        "{changed}"
    );
    assert_eq!(ids(&home).len(), 2);
    home.write("calls.txt", GLIMMER);
    home.ok(&["add", "calls.txt"]);
    assert_eq!(calls(&home)[0]["part"], Value::Null);
    assert_eq!(ids(&home).len(), 1);
    home.add("calls.txt", &bundle());
    let removed = home.ok(&["remove", "calls.txt"]).stdout;
    assert_eq!(removed.lines().count(), 2, "{removed}");
    assert!(ids(&home).is_empty());
    home.expect_sound();
}

#[test]
fn a_list_of_calls_in_json_gives_each_and_so_do_documents_on_lines_of_their_own() {
    let home = Home::new();
    let call = |symbol: &str, words: &str| {
        json!({"symbol": symbol, "quarter": 2, "year": 2024, "date": "2024-07-30 17:00:00",
               "content": format!("Operator: Welcome.\nAda Quill: {words}\nOperator: Bye.")})
    };
    let [one, two] = [
        call("NIMB", "Anvils are heavy."),
        call("GLMD", "Butter is cheap."),
    ];
    home.write(
        "list.json",
        json!([one, two, {"note": "nothing"}]).to_string(),
    );
    home.write("lines.json", format!("{one}\n{two}\n"));
    for file in ["list.json", "lines.json"] {
        let read = home.ok(&["read", "--json", file]).stdout;
        let read: Vec<Value> = read
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let facts: Vec<_> = read
            .iter()
            .map(|call| [&call["ticker"], &call["part"]])
            .collect();
        assert_eq!(
            facts,
            [[&json!("NIMB"), &json!(1)], [&json!("GLMD"), &json!(2)]],
            "{file}"
        );
        let problems = read[0]["problems"].to_string();
        assert_eq!(
            problems.contains("entries that are no call: 1"),
            file == "list.json",
            "{problems}"
        );
        home.ok(&["add", file]);
        let quote = first_quote(&home, "is butter cheap");
        assert_eq!(quote["call"]["ticker"], "GLMD");
        let place = format!("{file}:{}", quote["source"]["lines"][0]);
        assert!(
            home.ok(&["show", &place])
                .stdout
                .contains("»Butter is cheap.«")
        );
        home.expect_sound();
        home.ok(&["remove", file]);
    }
}

#[test]
fn who_speaks_on_one_call_of_a_file_need_not_speak_on_another() {
    let home = Home::new();
    home.write("calls.txt", bundle());
    home.write("who.toml", "\"Odo Marsh\" = \"Odo B. Marsh\"\n");
    home.ok(&["add", "calls.txt"]);
    let added = home
        .ok(&["add", "--speakers", "who.toml", "calls.txt"])
        .stdout;
    assert_eq!(added.matches("replaced").count(), 2, "{added}");
    assert!(!added.contains("problem"), "{added}");
    let people = home.ok(&["people"]).stdout;
    assert!(
        people.contains("Odo B. Marsh") && people.contains("Petra Quill"),
        "{people}"
    );
    home.ok(&["rebuild"]);
    assert!(home.ok(&["people"]).stdout.contains("Odo B. Marsh"));
    home.expect_sound();
}

/// The table of calls as version 4 had it, with the first call of each file.
const BACK_TO_4: &str = "PRAGMA foreign_keys = OFF; BEGIN;
    DELETE FROM calls WHERE part > 1;
    CREATE TABLE old_calls (
        row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, document TEXT NOT NULL, layout TEXT NOT NULL, title TEXT,
        company TEXT, ticker TEXT, period TEXT, date TEXT, source_path TEXT NOT NULL, source_sha256 TEXT NOT NULL UNIQUE,
        encoding TEXT NOT NULL, span_of TEXT NOT NULL, text_sha256 TEXT NOT NULL, given TEXT NOT NULL, facts_sha256 TEXT NOT NULL,
        calendar TEXT, hour TEXT) STRICT;
    INSERT INTO old_calls SELECT row, id, document, layout, title, company, ticker, period, date, source_path, source_sha256,
        encoding, span_of, text_sha256, given, facts_sha256, calendar, hour FROM calls;
    DROP TABLE calls; ALTER TABLE old_calls RENAME TO calls; CREATE INDEX calls_by_path ON calls (source_path);
    UPDATE sqlite_sequence SET seq = 7 WHERE name = 'calls';
    PRAGMA user_version = 4; COMMIT;";

#[test]
fn a_library_of_one_call_a_file_is_brought_up_and_loses_nothing() {
    let home = Home::new();
    home.add("butter.txt", GLIMMER);
    home.add("anvils.txt", NIMBUS);
    let question = "when does the second forge open";
    let before = (
        ids(&home),
        first_quote(&home, question),
        home.ok(&["people"]).stdout,
    );
    let db = rusqlite::Connection::open(home.library().join("library.db")).unwrap();
    db.execute_batch(BACK_TO_4).unwrap();
    drop(db);
    let after = (
        ids(&home),
        first_quote(&home, question),
        home.ok(&["people"]).stdout,
    );
    assert_eq!(before, after);
    home.expect_sound();
    // No row is given out twice, and what hangs on a removed call goes with it.
    home.add("both.txt", &bundle());
    home.ok(&["remove", "anvils.txt"]);
    let db = rusqlite::Connection::open(home.library().join("library.db")).unwrap();
    let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT max(row) FROM calls"), 9);
    assert_eq!(
        count("SELECT count(*) FROM turns WHERE call NOT IN (SELECT row FROM calls)"),
        0
    );
    drop(db);
    home.expect_sound();
}

#[test]
fn the_first_call_of_a_file_that_an_earlier_version_added_is_replaced_by_all() {
    let home = Home::new();
    home.add("calls.txt", &bundle());
    home.ok(&["remove", &ids(&home)[0]]);
    let db = rusqlite::Connection::open(home.library().join("library.db")).unwrap();
    db.execute_batch("UPDATE calls SET part = 0").unwrap();
    drop(db);
    let added = home.ok(&["add", "calls.txt"]).stdout;
    assert_eq!(added.matches("replaced  calls.txt:").count(), 2, "{added}");
    assert_eq!(ids(&home).len(), 2);
    home.expect_sound();
}

#[test]
fn a_headline_of_another_call_alone_begins_none() {
    let home = Home::new();
    // A page's head, a slide's title and a reading list are no calls.
    let heads = NIMBUS.replace(
        "Tomas Reed",
        "Nimbus Anvil Corp (NMBA) Q1 2024 Earnings Call\nTomas Reed",
    );
    let list = format!(
        "{NIMBUS}\nGlimmer Lake Dairies (GLMD) Q2 2024 Earnings Call\nTarn Mills (TRNM) Q2 2024 Earnings Call\n"
    );
    let article = format!(
        "{NIMBUS}\nGlimmer Lake Dairies (GLMD) Q2 2024: Butter Is Cheap\nWelcome to our summary of the call. Milk rose.\n"
    );
    for (name, text) in [
        ("heads.txt", heads),
        ("list.txt", list),
        ("article.txt", article),
    ] {
        home.write(name, text);
        let added = home.ok(&["add", name]).stdout;
        assert!(added.contains("1 call added"), "{name}: {added}");
    }
}

/// What is read of files one after the other is what is read of each.
fn read_together(files: &[&Path]) {
    let sources: Vec<Source> = files
        .iter()
        .map(|file| Source::read(file).unwrap().unwrap())
        .collect();
    let mut all = Source::read(files[0]).unwrap().unwrap().decoded;
    all.text = sources
        .iter()
        .map(|source| source.decoded.text.as_str())
        .collect();
    let given = Metadata::default();
    let parts = read_calls(&all, "all.txt", &given);
    assert_eq!(parts.len(), files.len());
    let mut end = 0;
    for (part, source) in parts.iter().zip(&sources) {
        let alone = read(&source.decoded.text, "", &given);
        assert_eq!(part.place.start, end);
        end += part.text.len();
        assert_eq!(part.text, source.decoded.text, "{}", source.path.display());
        assert_eq!(part.reading.call.metadata, alone.call.metadata);
        assert_eq!(part.reading.call.turns.len(), alone.call.turns.len());
        for (turn, own) in part.reading.call.turns.iter().zip(&alone.call.turns) {
            assert_eq!(
                (&turn.speaker, turn.span, turn.section),
                (&own.speaker, own.span, own.section)
            );
            let span: ByteSpan = part.place.in_file(turn.span);
            assert_eq!(span.slice(&all.text), own.span.slice(&source.decoded.text));
            let before = all.text.get(..span.start()).unwrap().matches('\n').count();
            assert_eq!(usize::try_from(turn.lines.first).unwrap(), before + 1);
        }
    }
    assert_eq!(end, all.text.len());
}

#[test]
fn real_calls_one_after_the_other_are_read_as_each_is_alone() {
    for corpus in ["corpora/lseg", "corpora/motley"] {
        let Some(folder) = beside(corpus) else {
            continue;
        };
        let mut files: Vec<_> = fs_err::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        files.sort();
        for pair in files.chunks_exact(2) {
            read_together(&[&pair[0], &pair[1]]);
        }
        let all: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
        read_together(&all);
    }
}
