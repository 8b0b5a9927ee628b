//! The readers against real transcripts, each measured by an independent count of the same file.
//!
//! The files are not part of this repository. Where the folder `../shared` is absent, every test
//! says so loudly and passes.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    reason = "a failed check shall stop the test, and its figures shall be seen"
)]

use onrecord::transcript::{Call, Document, Kind, Layout, Metadata, Section, decode, read};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// The least share of turns whose boundaries, speaker and section must be right.
const LEAST_RIGHT: f64 = 0.995;

/// A file as it stands and as it was read.
struct Sample {
    name: String,
    text: String,
    call: Call,
}

/// A turn as an independent count sees it: speaker, section, first line, last line.
type Counted = (String, Section, u32, u32);

impl Sample {
    fn turns(&self) -> Vec<Counted> {
        let speaker = |turn: &onrecord::transcript::Turn| turn.speaker.clone().unwrap_or_default();
        let turns = self.call.turns.iter();
        turns
            .map(|turn| {
                (
                    speaker(turn),
                    turn.section,
                    turn.lines.first,
                    turn.lines.last,
                )
            })
            .collect()
    }

    /// How many words stand inside turns.
    fn words_in_turns(&self) -> usize {
        let words = |turn: &onrecord::transcript::Turn| {
            turn.span
                .slice(&self.text)
                .unwrap()
                .split_whitespace()
                .count()
        };
        self.call.turns.iter().map(words).sum()
    }

    /// What the stem of a file such as `NIMB-2024-Q1.txt` holds, split at the dashes.
    fn stem(&self) -> Vec<String> {
        self.name
            .trim_end_matches(".txt")
            .split('-')
            .map(str::to_owned)
            .collect()
    }
}

/// Reads every file of a folder under `../shared`, in order; says so loudly where it is absent.
///
/// Checks what holds for any reading: turns are slices, in order, disjoint, trimmed and filled.
fn samples(folder: &str) -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared")
        .join(folder);
    let Ok(entries) = fs_err::read_dir(&folder) else {
        println!(
            "\n*** SKIPPED: no transcripts at `{}`; nothing was checked ***\n",
            folder.display()
        );
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| sample(path)).collect()
}

fn sample(path: &Path) -> Sample {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let text = decode(fs_err::read(path).unwrap())
        .unwrap_or_else(|why| panic!("{name}: {why}"))
        .text;
    let call = read(&text, &name, &Metadata::default()).call;
    let mut end = 0;
    for turn in &call.turns {
        let words = turn
            .span
            .slice(&text)
            .unwrap_or_else(|| panic!("{name}: not a slice: {turn:?}"));
        assert!(
            !words.is_empty() && words == words.trim(),
            "{name}: {turn:?}"
        );
        assert!(
            turn.span.start() >= end,
            "{name}: {turn:?} begins before {end}"
        );
        end = turn.span.end();
    }
    Sample { name, text, call }
}

/// Compares turns with their independent count, and gives how many of each there are.
fn compare(sample: &Sample, counted: &[Counted]) -> (usize, usize) {
    let found: HashSet<Counted> = sample.turns().into_iter().collect();
    for missed in counted.iter().filter(|turn| !found.contains(*turn)) {
        println!("{}: not read as {missed:?}", sample.name);
    }
    let right = counted.iter().filter(|turn| found.contains(*turn)).count();
    (right, counted.len().max(found.len()))
}

fn assert_share(what: &str, (right, all): (usize, usize), least: f64) {
    #[expect(clippy::cast_precision_loss, reason = "counts of turns are small")]
    let share = right as f64 / all.max(1) as f64;
    println!("{what}: {right} of {all} ({:.2} %)", share * 100.0);
    assert!(all == 0 || share >= least, "{what}: {share}");
}

fn sum(pairs: impl Iterator<Item = (usize, usize)>) -> (usize, usize) {
    pairs.fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1))
}

/// The turns of a page with one node a line, counted by its `--` lines.
fn count_motley(text: &str) -> Vec<Counted> {
    let lines: Vec<&str> = text.split('\n').map(str::trim_end).collect();
    let mut counted: Vec<Counted> = Vec::new();
    let mut section = None;
    let mut at = 0;
    while at < lines.len() && !lines[at].starts_with("Duration:") {
        let line = lines[at];
        let number = u32::try_from(at).unwrap() + 1;
        let bare = line == "Operator" || line == "Unknown speaker";
        if line == "Prepared Remarks:" {
            section = Some(Section::Prepared);
        } else if line == "Questions & Answers:" {
            section = Some(Section::Questions);
        } else if let Some(section) = section {
            if lines.get(at + 1) == Some(&"--") {
                counted.push((line.to_owned(), section, number + 3, number + 3));
                at += 2;
            } else if bare {
                counted.push((line.to_owned(), section, number + 1, number + 1));
            } else if let Some(turn) = counted.last_mut() {
                turn.3 = number;
            }
        }
        at += 1;
    }
    counted
}

#[test]
fn motley_turns_match_an_independent_count() {
    let samples = samples("corpora/motley");
    assert_share(
        "motley turns",
        sum(samples.iter().map(|s| compare(s, &count_motley(&s.text)))),
        LEAST_RIGHT,
    );
}

#[test]
fn motley_pages_say_what_call_they_are() {
    for sample in samples("corpora/motley") {
        let (name, call, metadata) = (&sample.name, &sample.call, &sample.call.metadata);
        let head: Vec<&str> = sample.text.lines().take(20).collect();
        let stem = sample.stem();
        assert_eq!(
            (call.layout, call.document),
            (Layout::Motley, Document::Transcript),
            "{name}"
        );
        assert_eq!(metadata.ticker.as_ref(), stem.first(), "{name}");
        // The page writes the initials of one company as a word.
        let company = head[1].replace("U.s.a.", "U.S.A.");
        assert_eq!(metadata.company.as_ref(), Some(&company), "{name}");
        assert_eq!(
            metadata.period.unwrap().to_string(),
            format!("{} {}", stem[2], stem[1]),
            "{name}"
        );
        let date = head.iter().find(|line| line.contains(", 20")).unwrap();
        assert_eq!(
            metadata.date,
            onrecord::transcript::Date::parse(date),
            "{name}"
        );
        for section in [Section::Prepared, Section::Questions] {
            assert!(
                call.turns.iter().any(|turn| turn.section == section),
                "{name}: no {section:?}"
            );
        }
    }
}

#[test]
fn motley_speakers_have_titles_and_kinds() {
    let samples = samples("corpora/motley");
    let turns = || {
        samples
            .iter()
            .flat_map(|s| &s.call.turns)
            .filter(|turn| turn.kind != Kind::Operator)
    };
    let titled = turns()
        .filter(|turn| turn.role.is_some() && turn.kind != Kind::Other)
        .count();
    assert_share("motley turns with a title", (titled, turns().count()), 0.99);
}

/// The turns of an export, counted by its blank lines, and the names on its rosters.
fn count_lseg(text: &str) -> (Vec<Counted>, HashMap<String, String>) {
    let lines: Vec<&str> = text.split('\n').map(str::trim).collect();
    let place = |heading: &str| lines.iter().position(|line| *line == heading).unwrap();
    let (speech, questions, end) = (
        place("PRESENTATION"),
        place("QUESTIONS AND ANSWERS"),
        place("DISCLAIMER"),
    );
    let mut roster = HashMap::new();
    for block in lines[..speech].split(|line| line.is_empty() || line.ends_with("PARTICIPANTS")) {
        if let Some((name, title)) = block.split_first() {
            roster.insert(name.split(';').next().unwrap().to_owned(), title.join(" "));
        }
    }
    let mut counted = Vec::new();
    let mut at = speech + 1;
    while at < end {
        let is_first = lines[at - 1].is_empty() && !lines[at].is_empty();
        let last = (at..end)
            .find(|&next| lines[next].is_empty() || next == questions)
            .unwrap_or(end)
            - 1;
        if !is_first {
            at += 1;
            continue;
        }
        let mut first = at + 1;
        let mut title = roster.get(lines[at]).map_or("", String::as_str);
        while let Some(rest) = title
            .strip_prefix(lines[first])
            .filter(|_| !title.is_empty())
        {
            (title, first) = (rest.trim_start(), first + 1);
        }
        let section = if at < questions {
            Section::Prepared
        } else {
            Section::Questions
        };
        let number = |line: usize| u32::try_from(line).unwrap() + 1;
        let name = lines[at].split(';').next().unwrap();
        counted.push((name.to_owned(), section, number(first), number(last)));
        at = last + 1;
    }
    (counted, roster)
}

#[test]
fn lseg_turns_match_an_independent_count() {
    let samples = samples("corpora/lseg");
    assert_share(
        "lseg turns",
        sum(samples.iter().map(|s| compare(s, &count_lseg(&s.text).0))),
        LEAST_RIGHT,
    );
}

#[test]
fn lseg_speakers_are_on_the_roster_and_have_its_titles() {
    let (mut titled, mut all) = (0, 0);
    for sample in samples("corpora/lseg") {
        let (name, metadata) = (&sample.name, &sample.call.metadata);
        let (_, roster) = count_lseg(&sample.text);
        assert_eq!(sample.call.layout, Layout::Lseg, "{name}");
        assert_eq!(metadata.period.unwrap().to_string(), "Q3 2022", "{name}");
        assert!(
            metadata.company.is_some() && metadata.title.is_some(),
            "{name}: {metadata:?}"
        );
        for turn in &sample.call.turns {
            let speaker = turn.speaker.as_deref().unwrap();
            let is_listed = roster.contains_key(speaker);
            assert!(
                is_listed || speaker == "Operator" || speaker.starts_with("Unidentified "),
                "{name}: {speaker}"
            );
            assert_ne!(turn.kind, Kind::Other, "{name}: {speaker}");
            let states_title = roster.get(speaker).is_some_and(|title| !title.is_empty());
            all += usize::from(states_title);
            titled +=
                usize::from(states_title && turn.role.is_some() && turn.affiliation.is_some());
        }
    }
    assert_share("lseg turns with a title", (titled, all), 0.99);
}

#[test]
fn every_label_of_the_translated_call_opens_a_turn() {
    let Some(sample) = samples("seeds")
        .into_iter()
        .find(|sample| sample.name.starts_with("002"))
    else {
        return;
    };
    let text = sample.text.split_once("Presentation Segment\n").unwrap().1;
    let (prepared, questions) = text.split_once("Q&A Session\n").unwrap();
    let labels = |text: &str| -> Vec<String> {
        let labels = text.lines().filter(|line| line.ends_with(':'));
        labels
            .map(|line| line.split([',', ':']).next().unwrap().to_owned())
            .collect()
    };
    let speakers = |section: Section| -> Vec<String> {
        let turns = sample
            .call
            .turns
            .iter()
            .filter(|turn| turn.section == section);
        turns.filter_map(|turn| turn.speaker.clone()).collect()
    };
    assert_eq!(sample.call.layout, Layout::Headings);
    assert_eq!(speakers(Section::Prepared), labels(prepared));
    assert_eq!(speakers(Section::Questions), labels(questions));
    assert!(
        sample
            .call
            .turns
            .iter()
            .all(|turn| (turn.kind == Kind::Other) == turn.speaker.is_none())
    );
    let metadata = &sample.call.metadata;
    let found = [metadata.company.as_deref(), metadata.ticker.as_deref()];
    assert_eq!(found, [Some("Amazon"), Some("AMZN")]);
    assert_eq!(metadata.period.unwrap().to_string(), "Q2 2025");
    assert_eq!(metadata.date.unwrap().to_string(), "2025-07-31");
    let exchanges = onrecord::transcript::exchanges(&sample.call.turns, &sample.text);
    let asked: Vec<_> = exchanges
        .iter()
        .map(|exchange| exchange.question.0 as usize)
        .collect();
    let analysts = sample
        .call
        .turns
        .iter()
        .filter(|turn| turn.kind == Kind::Analyst);
    assert_eq!(
        asked,
        analysts
            .map(|turn| turn.index.0 as usize)
            .collect::<Vec<_>>()
    );
}

#[test]
fn the_quotes_of_the_article_carry_their_speakers() {
    let Some(sample) = samples("seeds")
        .into_iter()
        .find(|sample| sample.name.starts_with("000"))
    else {
        return;
    };
    assert_eq!(
        (sample.call.layout, sample.call.document),
        (Layout::Article, Document::Article)
    );
    let lines: Vec<&str> = sample.text.lines().collect();
    let quoted: Vec<_> = sample
        .call
        .turns
        .iter()
        .filter(|turn| turn.speaker.is_some())
        .collect();
    assert_eq!(quoted.len(), 2);
    for turn in quoted {
        let below = lines[turn.lines.last as usize];
        let label = format!(
            "{}, {}",
            turn.speaker.as_deref().unwrap(),
            turn.role.as_deref().unwrap()
        );
        assert_eq!((label.as_str(), turn.kind), (below, Kind::Executive));
    }
    assert_eq!(sample.call.metadata.ticker.as_deref(), Some("AMZN"));
    assert_eq!(sample.call.metadata.period.unwrap().to_string(), "Q2 2025");
}

#[test]
fn every_word_of_a_wall_of_text_is_inside_a_turn() {
    for sample in samples("corpora/asr-oneline") {
        let name = &sample.name;
        assert_eq!(
            sample.words_in_turns(),
            sample.text.split_whitespace().count(),
            "{name}"
        );
        assert_eq!(
            (sample.call.layout, sample.call.document),
            (Layout::Prose, Document::Transcript),
            "{name}"
        );
        assert!(
            sample.call.metadata.period.is_some() && sample.call.metadata.ticker.is_some(),
            "{name}"
        );
    }
}

/// Splits a line after the first colon that is not inside parentheses.
fn split_label(line: &str) -> (&str, &str) {
    let mut depth = 0;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b':' if depth == 0 => return (&line[..at], &line[at + 1..]),
            _ => {}
        }
    }
    panic!("no label: {line}");
}

#[test]
fn every_word_of_a_meeting_is_inside_the_turn_of_its_speaker() {
    let mut all = (0, 0);
    for sample in samples("corpora/qmsum") {
        let lines = sample.text.lines().map(split_label);
        let counted: Vec<(u32, &str, &str)> = (1..)
            .zip(lines)
            .map(|(number, (label, words))| (number, label, words.trim()))
            .filter(|(_, _, words)| !words.is_empty())
            .collect();
        let words: usize = counted
            .iter()
            .map(|(_, _, words)| words.split_whitespace().count())
            .sum();
        assert_eq!(sample.words_in_turns(), words, "{}", sample.name);
        assert_eq!(
            (sample.call.layout, sample.call.turns.len()),
            (Layout::Labels, counted.len()),
            "{}",
            sample.name
        );
        let is_right =
            |(turn, (number, label, words)): (&onrecord::transcript::Turn, &(u32, &str, &str))| {
                let speaker = turn.speaker.as_deref().unwrap();
                turn.lines.first == *number
                    && turn.span.slice(&sample.text) == Some(words)
                    && label.starts_with(speaker.trim_end_matches(')'))
            };
        all.0 += sample
            .call
            .turns
            .iter()
            .zip(&counted)
            .filter(|pair| is_right(*pair))
            .count();
        all.1 += counted.len();
    }
    assert_share("meeting turns", all, 1.0);
}
