//! Labels on lines of their own, the words below: `Ada Quill, Chief Financial Officer:`.
//!
//! Translated and republished transcripts look like this. An editorial preamble often comes first;
//! it is kept as nobody's turns, while the lines that only name the call are metadata. Sections
//! have headings such as `Presentation Segment` and `Q&A Session`.

use super::furniture::furniture;
use super::label::Labels;
use super::lines::Line;
use super::names::is_name;
use super::script::{Script, Sketch};
use super::{Kind, Participant, Section, front, roster, section};
use std::rc::Rc;

/// The longest list of those who are heard.
const LONGEST_LIST: usize = 600;

/// Whether the lines are such a text, by the labels found in it.
pub(super) fn recognises(labels: &Labels) -> bool {
    labels.turns >= 2 && labels.speakers >= 2
}

/// Reads such a text.
pub(super) fn read(lines: &[Line<'_>], labels: &Labels) -> Sketch {
    let (script, roster) = read_labelled(lines, labels);
    script.into_sketch(roster)
}

/// Walks through a text whose turns open with labels.
pub(super) fn read_labelled(lines: &[Line<'_>], labels: &Labels) -> (Script, Vec<Participant>) {
    let mut script = Script::new(Section::Other);
    let mut part = Part::Preamble;
    let mut people = Vec::new();
    for (line, is_page) in lines.iter().zip(furniture(lines)) {
        if is_page {
            script.interrupt();
        } else if let Some(found) = labels.opening(line) {
            part = Part::Call;
            script.known_speaker_at(Rc::clone(found.who), None);
            script.words(found.words);
        } else if let Some(section) = section::heading(line.words()) {
            part = Part::Call;
            script.enter(section);
        } else if let (true, Some(kind)) = (part != Part::Call, roster::heading(line.words())) {
            part = Part::Roster(kind);
            script.close();
        } else if let (true, Some(first)) = (part != Part::Call, line.words().strip_prefix("Who:"))
        {
            part = Part::Roster(Kind::Other);
            people.extend(roster::entry(first.trim(), Kind::Other));
            script.close();
        } else if part != Part::Call && is_occasion(line.words()) {
            part = Part::Preamble;
            script.close();
        } else {
            match part {
                Part::Roster(kind) => people.extend(roster::entry(line.words(), kind)),
                Part::Call if ends_call(line.words()) || calls_witnesses(line.words()) => {
                    script.close();
                }
                Part::Call => script.words(line.words_span()),
                Part::Preamble => preamble(&mut script, line),
            }
        }
    }
    (script, people)
}

/// What stands below the last words.
fn ends_call(words: &str) -> bool {
    words == "END" || words == "END OF CALL" || words.starts_with("This article was generated")
}

/// What a committee's record has between two that are heard.
fn calls_witnesses(words: &str) -> bool {
    [
        "Examination of witness",
        "Examination of Witness",
        "Witnesses: ",
    ]
    .iter()
    .any(|lead| words.starts_with(lead))
        && words.len() <= LONGEST_LIST
}

/// Where in the document a line stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Preamble,
    /// A list of people who do the same on the call.
    Roster(Kind),
    Call,
}

/// `What: Earnings Conference Call`, `When: …`, under which papers list what a call is.
fn is_occasion(words: &str) -> bool {
    ["What:", "When:", "Where:"]
        .iter()
        .any(|lead| words.starts_with(lead))
}

/// Whether a line lists nothing but the names of some people.
fn is_names(words: &str) -> bool {
    let names = || words.split([',', ';']).map(str::trim);
    names().count() > 1 && names().all(|name| name.contains(' ') && is_name(name))
}

/// One line before the call. Paragraphs stay together up to a blank line, or up to a line that
/// introduces what follows it; lines that only name the call are no words.
pub(super) fn preamble(script: &mut Script, line: &Line<'_>) {
    let words = line.words();
    if words.is_empty() || front::is_front_matter(words) || front::is_day(words) || is_names(words)
    {
        script.close();
        return;
    }
    if words.ends_with([':', '：']) {
        script.close();
    }
    script.words(line.words_span());
}

#[cfg(test)]
mod tests {
    use super::super::layout::testing::{Seen, seen};
    use super::super::{Document, Kind, Layout, Section};

    const TEXT: &str = "\nNimbus Anvil conference call: anvils fall short!\n\nThe chief admitted a shortage.\nOther news is mixed.\n\
        Here are the key points:\nIron stalls: iron grew by 4%.\nThe following is the full transcript:\n\
        Nimbus Anvil Q2 2025 Earnings Call\nEvent Date: July 31, 2025\nCompany Name: Nimbus Anvil\nSource: Nimbus\n\
        For more, please visit {NIMB US Equity EVT BB-1 }\nPresentation Segment\nOperator:\nGood day.\n\
        Ada Quill, CEO and President, Iron:\nThanks. Three things:\nFirst, iron.\nSecond, steel.\nQ&A Session\nOperator:\nBo Crane, please.\n\
        Bo Crane, Analyst:\nHow heavy?\nAda Quill, CEO and President, Iron:\nVery.\n";

    #[test]
    fn every_label_on_its_own_line_opens_a_turn() {
        let seen = seen(TEXT);
        assert_eq!(seen.layout, Layout::Headings);
        let expected = [
            "-: Nimbus Anvil conference call: anvils fall short!",
            "-: The chief admitted a shortage.\nOther news is mixed.",
            "-: Here are the key points:\nIron stalls: iron grew by 4%.",
            "-: The following is the full transcript:",
            "Operator: Good day.",
            "Ada Quill: Thanks. Three things:\nFirst, iron.\nSecond, steel.",
            "Operator: Bo Crane, please.",
            "Bo Crane: How heavy?",
            "Ada Quill: Very.",
        ];
        assert_eq!(seen.turns(), expected);
    }

    #[test]
    fn sections_and_kinds_are_right() {
        let Seen { call, .. } = seen(TEXT);
        let found: Vec<_> = call
            .turns
            .iter()
            .map(|turn| (turn.section, turn.kind))
            .collect();
        assert_eq!(found[0], (Section::Other, Kind::Other));
        assert_eq!(found[4], (Section::Prepared, Kind::Operator));
        assert_eq!(found[5], (Section::Prepared, Kind::Executive));
        assert_eq!(found[7], (Section::Questions, Kind::Analyst));
        assert_eq!(call.document, Document::Transcript);
    }

    #[test]
    fn lines_that_name_the_call_are_metadata() {
        let metadata = seen(TEXT).call.metadata;
        assert_eq!(
            metadata.title.as_deref(),
            Some("Nimbus Anvil Q2 2025 Earnings Call")
        );
        assert_eq!(metadata.company.as_deref(), Some("Nimbus Anvil"));
        assert_eq!(metadata.ticker.as_deref(), Some("NIMB"));
        assert_eq!(metadata.period.unwrap().to_string(), "Q2 2025");
        assert_eq!(metadata.date.unwrap().to_string(), "2025-07-31");
    }

    #[test]
    fn a_roster_gives_titles_and_no_turns() {
        let text = "Company Participants\nAda Quill - Chief Executive Officer\n\nConference Call Participants\nBo Crane - Vale Bank\n\n\
                    Operator:\nGood day.\nAda Quill:\nThanks.\nBo Crane:\nHow heavy?\nAda Quill:\nVery.\n";
        let seen = seen(text);
        assert_eq!(seen.turns().len(), 4);
        let found: Vec<_> = seen
            .call
            .turns
            .iter()
            .map(|turn| (turn.kind, turn.section))
            .collect();
        assert_eq!(found[1], (Kind::Executive, Section::Prepared));
        assert_eq!(found[2], (Kind::Analyst, Section::Questions));
        assert_eq!(seen.call.turns[2].affiliation.as_deref(), Some("Vale Bank"));
    }

    #[test]
    fn a_text_cut_anywhere_is_still_read() {
        for end in 0..TEXT.len() {
            seen(TEXT.get(..end).unwrap());
        }
    }
}
