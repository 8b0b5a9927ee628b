//! From text to a call: which layout it is, and what every layout has in common.
//!
//! In: a text, the file's name, and what the user said of the call. Out: a [`Reading`]. The layout
//! is recognised by the content; a layout's own file knows its line shapes, this one knows none.

use super::lines::{Line, LineIndex, lines};
use super::recognise::recognise;
use super::roster::Roster;
use super::script::{Draft, Sketch, change, speakers};
use super::{Call, Document, Kind, Layout, Metadata, Problem, Reading, Turn};
use super::{conduct, introduced, label, metadata, section, unheard};
use crate::units::TurnIndex;
use foldhash::HashSet;
use std::rc::Rc;

/// What is the matter where a list of speakers is of no use.
pub(super) const NOBODY_MET: &str = "nobody speaks here whom the list of speakers names";

/// How many lines of a text without speakers can name the call.
const FRONT_LINES: usize = 5;

/// Reads a text as a call. What the user gave goes before anything found.
///
/// Never fails: what is not understood is kept as nobody's turns, or named as a problem.
pub fn read(text: &str, file_name: &str, given: &Metadata) -> Reading {
    let lines: Vec<Line<'_>> = lines(text).collect();
    let forced = given.told.as_ref().and_then(|told| told.layout);
    let (layout, why, mut sketch) = recognise(&lines, forced);
    let untitled = sketch.roster.iter().all(|who| who.role.is_none());
    if untitled {
        introduced::titles(&mut sketch.drafts, text);
    }
    if !sketch.roster.iter().any(|who| who.kind == Kind::Analyst) {
        conduct::infer(&mut sketch.drafts, text);
    }
    if untitled {
        introduced::firms(&mut sketch.drafts, text);
    }
    if sketch.roster.is_empty() {
        conduct::infer_press(&mut sketch.drafts, text);
    }
    let told = given.told.as_ref();
    let is_met = told.is_none_or(|told| told.correct(&mut sketch.drafts));
    let participants = join(&mut sketch);
    section::infer(&mut sketch.drafts, text);

    let index = LineIndex::new(text);
    let mut problems = problems(&sketch.drafts, &lines, &index, layout);
    let drafts: Vec<Draft> = sketch
        .drafts
        .into_iter()
        .filter(|draft| !draft.span.is_empty())
        .collect();
    let (front, speech) = match sketch.document {
        Document::Transcript => front_and_speech(text, &lines, &drafts),
        // An article speaks of many periods; only its headline says which it is about.
        Document::Article => (
            lines.iter().take(FRONT_LINES).map(Line::words).collect(),
            "",
        ),
    };
    let (found, disagreements) = metadata::gather(metadata::Sources {
        stated: sketch.metadata,
        front: &front,
        speech,
        beside: given.told.as_ref().and_then(|told| told.beside.as_ref()),
        file_name,
    });
    problems
        .extend(unheard::another_call(&lines, &drafts, &found).filter(|_| !layout.is_rendered()));
    if given.period.is_none() {
        problems.extend(disagreements);
    }
    if !is_met {
        let message = NOBODY_MET.to_owned();
        problems.push(Problem { line: 1, message });
    }
    problems.sort_by_key(|problem| problem.line);

    let turns = (0..)
        .zip(drafts)
        .map(|(position, draft)| turn(position, draft, &index))
        .collect();
    let call = Call {
        document: sketch.document,
        layout,
        metadata: Metadata {
            told: None,
            ..given.clone().or(found)
        },
        participants,
        turns,
    };
    Reading {
        call,
        why,
        problems,
    }
}

/// Completes every label with what the rest of the document says of the person, and lists the
/// people.
fn join(sketch: &mut Sketch) -> Vec<super::Participant> {
    let mut people = Roster::default();
    // Two labels may say the same of somebody.
    let (mut met, mut labels) = (HashSet::default(), HashSet::default());
    let labels = speakers(&sketch.drafts).filter(|who| labels.insert(Rc::as_ptr(who)));
    let all = sketch.roster.iter().chain(labels.map(Rc::as_ref));
    all.filter(|who| met.insert(*who))
        .for_each(|who| people.meet(who));
    change(&mut sketch.drafts, |who| *who = people.completed(who));
    people.into_people()
}

/// What is the matter with the drafts.
fn problems(
    drafts: &[Draft],
    lines: &[Line<'_>],
    index: &LineIndex,
    layout: Layout,
) -> Vec<Problem> {
    let mut problems = unheard::problems(lines, drafts, layout);
    if matches!(layout, Layout::Labels | Layout::Headings) {
        problems.extend(label::doubtful(lines, drafts));
    }
    let silent = drafts.iter().filter(|draft| draft.span.is_empty()).count();
    if silent > 0 {
        let first = drafts
            .iter()
            .position(|draft| draft.span.is_empty())
            .unwrap_or_default();
        // A label has no span; the words before it end on a line above.
        let before = drafts
            .get(..first)
            .and_then(<[Draft]>::last)
            .map(|draft| draft.span.end());
        let line = before.map_or(1, |end| index.line(end).saturating_add(1));
        let (label, has) = if silent == 1 {
            ("label has", "it")
        } else {
            ("labels have", "them")
        };
        problems.push(Problem {
            line,
            message: format!("{silent} {label} no words after {has}"),
        });
    }
    let message = if drafts.iter().any(|draft| draft.who.is_some()) {
        return problems;
    } else if drafts.is_empty() && lines.iter().any(|line| !line.is_blank()) {
        "no words of anybody were recognised"
    } else if drafts.is_empty() {
        "there is no text"
    } else {
        "no speakers were recognised; the text is kept without them"
    };
    problems.push(Problem {
        line: 1,
        message: message.to_owned(),
    });
    problems
}

/// The lines before anybody speaks, and the text from the first words on.
fn front_and_speech<'a>(
    text: &'a str,
    lines: &[Line<'a>],
    drafts: &[Draft],
) -> (Vec<&'a str>, &'a str) {
    let speaker = drafts.iter().find(|draft| draft.who.is_some());
    let end = speaker.map_or(text.len(), |draft| draft.span.start());
    let limit = if speaker.is_some() {
        usize::MAX
    } else {
        FRONT_LINES
    };
    let front = lines
        .iter()
        .take_while(|line| line.span.end() < end)
        .take(limit);
    let start = speaker
        .or(drafts.first())
        .map_or(text.len(), |draft| draft.span.start());
    (
        front.map(Line::words).collect(),
        text.get(start..).unwrap_or_default(),
    )
}

fn turn(position: u32, draft: Draft, index: &LineIndex) -> Turn {
    let kind = draft.who.as_ref().map_or(Kind::Other, |who| who.kind);
    let (speaker, role, affiliation) = match draft.who {
        Some(who) => {
            let who = Rc::unwrap_or_clone(who);
            (Some(who.name), who.role, who.affiliation)
        }
        None => (None, None, None),
    };
    Turn {
        index: TurnIndex(position),
        speaker,
        role,
        affiliation,
        kind,
        section: draft.section,
        span: draft.span,
        lines: index.lines(draft.span),
        time: draft.time,
        cuts: draft.cuts,
        times: draft.times,
    }
}

/// For the tests of every layout: reading a text and holding what always holds against it.
#[cfg(test)]
pub(super) mod testing {
    use super::super::Layout;
    use super::*;

    /// A text as it was read.
    pub(in super::super) struct Seen {
        pub(in super::super) call: Call,
        pub(in super::super) layout: Layout,
        pub(in super::super) problems: Vec<Problem>,
        text: String,
    }

    impl Seen {
        /// The turns as `Speaker: words`, `-` for nobody, with `[…]` for what is cut out of them.
        pub(in super::super) fn turns(&self) -> Vec<String> {
            let name = |turn: &Turn| turn.speaker.clone().unwrap_or("-".to_owned());
            let words = |turn: &Turn| {
                let (mut start, mut words) = (turn.span.start(), String::new());
                for cut in &turn.cuts {
                    words += self.text.get(start..cut.start()).unwrap();
                    words += " […] ";
                    start = cut.end();
                }
                words + self.text.get(start..turn.span.end()).unwrap()
            };
            self.call
                .turns
                .iter()
                .map(|turn| format!("{}: {}", name(turn), words(turn)))
                .collect()
        }
    }

    /// Reads `text` under a name that says nothing, and checks the promises on turns.
    pub(in super::super) fn seen(text: &str) -> Seen {
        let Reading { call, problems, .. } = read(text, "notes.txt", &Metadata::default());
        let mut end = 0;
        for (position, turn) in (0..).zip(&call.turns) {
            assert_eq!(turn.index, TurnIndex(position));
            assert!(turn.span.start() >= end, "{turn:?} begins before {end}");
            let words = turn
                .span
                .slice(text)
                .unwrap_or_else(|| panic!("no slice: {turn:?}"));
            assert!(!words.is_empty() && words == words.trim(), "{words:?}");
            let ends = turn.cuts.iter().flat_map(|cut| [cut.start(), cut.end()]);
            assert!(ends.clone().is_sorted() && ends.clone().all(|at| text.is_char_boundary(at)));
            assert!(
                ends.into_iter()
                    .all(|at| turn.span.start() < at && at < turn.span.end())
            );
            end = turn.span.end();
        }
        Seen {
            layout: call.layout,
            call,
            problems,
            text: text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Layout;
    use super::super::period::Period;
    use super::testing::seen;
    use super::*;

    #[test]
    fn what_the_user_gave_goes_before_anything_found() {
        let given = Metadata {
            period: Period::parse("Q3 2024"),
            ticker: Some("ANVL".to_owned()),
            ..Metadata::default()
        };
        let text =
            "Nimbus Anvil (NIMB) Q2 2025 Earnings Call\nOperator: Hi.\nAda Quill, CEO: Hi.\n";
        let reading = read(text, "NIMB_2025_Q1.txt", &given);
        let metadata = reading.call.metadata;
        assert_eq!(metadata.period, given.period);
        assert_eq!(metadata.ticker, given.ticker);
        assert_eq!(metadata.company.as_deref(), Some("Nimbus Anvil"));
        assert_eq!(reading.problems, []);
    }

    #[test]
    fn no_text_at_all_breaks_the_reader() {
        let long_line = "anvil ".repeat(200_000);
        let labels_only = "Ada Quill:\n".repeat(5_000);
        let rules_only = "--\n".repeat(5_000);
        let blank = "\n".repeat(100_000);
        let deep = "(".repeat(100_000);
        let nasty = [
            "",
            "\u{FEFF}",
            "\u{FEFF}\n",
            "\r",
            "\r\n\r\n",
            " ",
            ":",
            "：",
            "--",
            "Operator:",
            "Operator",
            "(",
            "\"",
            "“",
            "\u{200B}: \u{200B}",
            "é:",
            "Ada Quill:\u{2028}x",
            "\u{0}\u{1}:\u{7F}",
            "PRESENTATION\nQUESTIONS AND ANSWERS",
            "CORPORATE PARTICIPANTS\n;\n;;\nPRESENTATION\n;",
            "Prepared Remarks:",
            "Prepared Remarks:\n--\n--\n--",
            "\"\"\nAda Quill, CEO",
            "“”\nAda Quill, CEO",
            "**:** x",
            "A:\nB:\nA:\nB:",
            "İ: x\nİ: y\nİ: z",
            "𝔸𝕕𝕒: x\n𝔸𝕕𝕒: y",
            "١Q٢٥",
            "Q2 ２０２５",
            "Ada\u{A0}Quill:\u{A0}x\nBo\u{A0}Crane:\u{200B}",
            "ﬁ:\n\u{0301}:\n",
            &long_line,
            &labels_only,
            &rules_only,
            &blank,
            &deep,
        ];
        for text in nasty {
            seen(text);
        }
    }

    #[test]
    fn line_ends_and_marks_that_nobody_sees_change_nothing() {
        for text in [
            "Prepared Remarks:\nOperator\nGood day.\nAda Quill\n--\nChief Executive Officer\nThanks.\nQuestions & Answers:\nOperator\nNext.",
            "PRESENTATION\n \nOperator\nGood day.\n \nAda Quill\nNimbus - CEO\nThanks.\nQUESTIONS AND ANSWERS\n \nOperator\nNext.",
            "Operator:\nGood day.\nAda Quill, CEO:\nThanks.\nQ&A Session\nOperator:\nNext.",
            "Operator: Good day.\nAda Quill, CEO: Thanks.\nOperator: Next.",
        ] {
            let expected = [
                "Operator: Good day.",
                "Ada Quill: Thanks.",
                "Operator: Next.",
            ];
            let layout = seen(text).layout;
            for odd in [
                text.to_owned(),
                text.replace('\n', "\r\n"),
                text.replace('\n', "\r"),
                format!("\u{FEFF}{text}\n"),
                text.replace(" & ", "\u{A0}&\u{A0}")
                    .replace("S AND ", "S\u{A0}AND\u{200B} "),
                text.replace("\nOperator", "\n\u{200B}Operator"),
            ] {
                let seen = seen(&odd);
                assert_eq!(seen.turns(), expected, "{odd:?}");
                assert_eq!(seen.layout, layout, "{odd:?}");
            }
        }
    }

    #[test]
    fn reading_takes_time_in_proportion_to_the_text() {
        let shapes = [
            "Ada Quill: We make anvils, as we -- said.\n",
            "Ada Quill\n--\nChief Executive Officer\nYes.\n",
            "\"Yes.\"\nAda Quill, CEO\n",
            "Name Number: yes\nOther Name: no\n",
            " \nAda Quill\nAnvil - CEO\nYes\n",
            "Heading\nA paragraph.\n\n",
            "(((: \n",
            "Operator\nDi Vale, please.\nAda Quill, CEO\nYes.\nAda\nNo.\nBo Crane, CFO\nYes.\n",
            "Q. Is it?\nA. Yes.\nMR. VALE: No.\n",
            "    Senator Quill. Yes.\n    Mr. Crane. No.\n",
        ];
        for shape in shapes {
            let started = std::time::Instant::now();
            seen(&shape.repeat(20_000));
            assert!(
                started.elapsed().as_secs() < 10,
                "{shape:?}: {:?}",
                started.elapsed()
            );
        }
    }

    #[test]
    fn the_layout_is_shown_and_stored_by_its_name() {
        assert_eq!(serde_json::to_string(&Layout::Lseg).unwrap(), "\"lseg\"");
        assert_eq!(Layout::Lseg.to_string(), "LSEG StreetEvents export");
    }
}
