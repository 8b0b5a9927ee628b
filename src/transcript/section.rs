//! The parts of a call: headings that name them, and where questions begin without a heading.
//!
//! In: a line, or drafts of turns with their speakers' kinds. Out: a [`Section`]. This file knows
//! nothing of labels.

use super::conduct;
use super::script::Draft;
use super::words::{Words, plain};
use super::{Kind, Section};

/// Headings as they are written, in lower case.
#[rustfmt::skip]
static PREPARED: Words<18> = Words::of([
    "prepared remarks", "presentation", "presentation segment", "presentation session",
    "presentation section", "management discussion", "management discussion section",
    "opening remarks", "management remarks", "prepared remarks section",
    "management presentation", "corporate presentation",
    "演讲环节", "演示环节", "管理层发言", "管理层陈述", "发言环节", "陈述环节",
]);
#[rustfmt::skip]
static QUESTIONS: Words<34> = Words::of([
    "questions & answers", "questions and answers", "question & answer", "question and answer",
    "question-and-answer", "question answer", "question-and-answer session", "question and answer session",
    "question & answer session", "questions and answers session", "question and answer section",
    "question and answer segment", "question-and-answer segment", "q&a", "q&a session",
    "q&a segment", "q&a section", "q & a session",
    "q&a环节", "q&a 环节", "问答环节", "问答部分", "提问环节",
    "fragen und antworten", "fragerunde", "preguntas y respuestas", "sesión de preguntas y respuestas", "turno de preguntas",
    "perguntas e respostas", "sessão de perguntas e respostas", "questions-réponses", "questions et réponses",
    "session de questions-réponses", "domande e risposte",
]);

/// The longest line that is looked at as a heading.
const LONGEST_HEADING: usize = 60;

/// The section that a line is the heading of.
pub(super) fn heading(line: &str) -> Option<Section> {
    if line.len() > LONGEST_HEADING {
        return None;
    }
    let line = plain(line);
    let bare = line.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '：' | '*' | '#' | '=' | '-' | '_')
    });
    // In small letters it is a word of a sentence whose lines were broken.
    if bare.starts_with(char::is_lowercase) {
        None
    } else if PREPARED.has(bare) {
        Some(Section::Prepared)
    } else {
        QUESTIONS.has(bare).then_some(Section::Questions)
    }
}

/// Fills in the sections of a call whose source has no heading over its questions.
///
/// Questions begin with the first analyst, or with the operator's turn just before; where nobody is
/// known to be an analyst, with the operator's call for questions. A source without either, as a plain meeting, keeps the sections it has.
pub(super) fn infer(drafts: &mut [Draft], text: &str) {
    let kind = |draft: &Draft| draft.who.as_ref().map(|who| who.kind);
    if let Some(first) = drafts
        .iter()
        .position(|draft| draft.section == Section::Questions)
    {
        return before_questions(drafts, first);
    }
    let Some(analyst) = drafts
        .iter()
        .position(|draft| kind(draft) == Some(Kind::Analyst))
        .or_else(|| {
            conduct::first_question(drafts, text).filter(|&first| speaks_before(drafts, first))
        })
    else {
        return;
    };
    let before = analyst.checked_sub(1).filter(|&before| {
        drafts
            .get(before)
            .is_some_and(|draft| kind(draft) == Some(Kind::Operator))
    });
    let first_question = before.unwrap_or(analyst);
    let first_speaker = drafts
        .iter()
        .position(|draft| draft.who.is_some())
        .unwrap_or(analyst);
    for (index, draft) in drafts.iter_mut().enumerate().skip(first_speaker) {
        let prepared = index < first_question;
        draft.section = if prepared {
            Section::Prepared
        } else {
            Section::Questions
        };
    }
}

/// Where only the questions have a heading, what the people of a call say before it is prepared.
fn before_questions(drafts: &mut [Draft], first: usize) {
    let before = drafts.get_mut(..first).unwrap_or_default();
    let kind = |draft: &Draft| draft.who.as_ref().map(|who| who.kind);
    let is_call = before
        .iter()
        .any(|draft| matches!(kind(draft), Some(Kind::Executive | Kind::Operator)));
    if is_call && before.iter().all(|draft| draft.section == Section::Other) {
        let named = before.iter_mut().filter(|draft| draft.who.is_some());
        named.for_each(|draft| draft.section = Section::Prepared);
    }
}

/// Whether somebody of the company spoke before the turn at `first`: only then is it a call.
fn speaks_before(drafts: &[Draft], first: usize) -> bool {
    let is_executive = |draft: &Draft| {
        draft
            .who
            .as_ref()
            .is_some_and(|who| who.kind == Kind::Executive)
    };
    drafts.iter().take(first).any(is_executive)
}

#[cfg(test)]
mod tests {
    use super::super::Participant;
    use super::super::people::{named, with_title};
    use super::*;
    use crate::units::ByteSpan;

    #[test]
    fn headings_are_known_with_and_without_marks() {
        assert_eq!(heading("Q&A Session"), Some(Section::Questions));
        assert_eq!(heading("## Questions & Answers:"), Some(Section::Questions));
        assert_eq!(heading("PRESENTATION"), Some(Section::Prepared));
        assert_eq!(heading("Presentation of the prize"), None);
        assert_eq!(heading(""), None);
    }

    fn sections(people: &[Participant]) -> Vec<Section> {
        let draft = |who: &Participant| Draft {
            who: Some(who.clone().into()),
            section: Section::Other,
            span: ByteSpan::new(0, 1),
            time: None,
            cuts: Vec::new(),
            times: Vec::new(),
        };
        let mut drafts: Vec<Draft> = people.iter().map(draft).collect();
        infer(&mut drafts, "");
        drafts.iter().map(|draft| draft.section).collect()
    }

    #[test]
    fn without_a_heading_questions_begin_with_the_operator_before_the_first_analyst() {
        use Section::{Prepared, Questions};
        let (chief, analyst) = (
            with_title("Ada Quill", Some("CEO"), None),
            with_title("Bo Crane", Some("Analyst"), None),
        );
        let operator = named("Operator");
        let people = [operator.clone(), chief.clone(), operator, analyst, chief];
        assert_eq!(
            sections(&people),
            [Prepared, Prepared, Questions, Questions, Questions]
        );
    }

    #[test]
    fn a_meeting_has_no_sections() {
        assert_eq!(sections(&[named("Ada"), named("Bo")]), [Section::Other; 2]);
    }
}
