//! Which layout a text has, and by what that was told.
//!
//! In: lines. Out: the layout, the reason, and the sketch that its reader made. The most particular
//! layouts are tried first; each one's own file says whether a text is its. This file knows none of
//! their line shapes.

use super::label::{Labels, Place};
use super::lines::Line;
use super::script::Sketch;
use super::{Layout, Why};
use super::{alone, article, headings, labels, lseg, motley, prose, rendered};
use super::{
    bloomberg, capital_iq, company_paper, factset, public_body, sec_exhibit, seeking_alpha,
    speaker_marks, timed_lines,
};

/// The lines' layout, by what it was told, and what its reader found. A layout that the user names
/// is not doubted.
pub(super) fn recognise(lines: &[Line<'_>], named: Option<Layout>) -> (Layout, Why, Sketch) {
    if let Some(layout) = rendered::layout_of(lines) {
        return (
            layout,
            why("the container's own marks", false),
            rendered::read(lines),
        );
    }
    match named.filter(|layout| !layout.is_rendered()) {
        Some(layout) => (layout, why("`--layout` says so", false), by(layout, lines)),
        None => by_content(lines),
    }
}

fn why(reason: impl Into<String>, unsure: bool) -> Why {
    Why {
        reason: reason.into(),
        unsure,
    }
}

fn by(layout: Layout, lines: &[Line<'_>]) -> Sketch {
    match layout {
        Layout::Motley => motley::read(lines),
        Layout::Lseg => lseg::read(lines),
        Layout::SeekingAlpha => seeking_alpha::read(lines),
        Layout::Factset => factset::read(lines),
        Layout::CapitalIq => capital_iq::read(lines),
        Layout::Bloomberg => bloomberg::read(lines),
        Layout::CompanyPaper => company_paper::read(lines),
        Layout::PublicBody => public_body::read(lines),
        Layout::SecExhibit => sec_exhibit::read(lines),
        Layout::SpeakerMarks => speaker_marks::read(lines),
        Layout::TimedLines | Layout::GoogleMeet => timed_lines::read(lines),
        Layout::Headings => headings::read(lines, &Labels::find(lines, Place::OwnLine)),
        Layout::Labels => labels::read(lines, &labels::find(lines)),
        Layout::Article => article::read(lines),
        _ => prose::read(lines),
    }
}

/// Whether the lines are a layout's.
type Recognises = fn(&[Line<'_>]) -> bool;

/// The layouts that something else than labels tells, the most particular first, each with what
/// tells it.
const PARTICULAR: [(Layout, Recognises, &str); 12] = [
    (
        Layout::Motley,
        motley::recognises,
        "names, `--` and titles under `Prepared Remarks:`",
    ),
    (
        Layout::Factset,
        factset::recognises,
        "rules of dots over names, and the vendor's headings",
    ),
    (
        Layout::CapitalIq,
        capital_iq::recognises,
        "rosters headed `EXECUTIVES` and `ANALYSTS`",
    ),
    (
        Layout::SecExhibit,
        sec_exhibit::recognises,
        "the number of an exhibit, and names in bold type or labels",
    ),
    (
        Layout::Lseg,
        lseg::recognises,
        "headings in capitals over rosters, presentation and questions",
    ),
    (
        Layout::Bloomberg,
        bloomberg::recognises,
        "lines `Q - Name` and `A - Name`, or references to people in braces",
    ),
    (
        Layout::SeekingAlpha,
        seeking_alpha::recognises,
        "rosters, and their names alone on lines",
    ),
    (
        Layout::SpeakerMarks,
        speaker_marks::recognises,
        "lines `speaker` over names",
    ),
    (
        Layout::GoogleMeet,
        timed_lines::is_google_meet,
        "what the tool says of itself, and labels",
    ),
    (
        Layout::TimedLines,
        timed_lines::recognises,
        "lines that hold a time, with a name or alone",
    ),
    (
        Layout::PublicBody,
        public_body::recognises,
        "names in capitals or with an office and a full stop before the words, `Q.` and `A.`, or names over seats",
    ),
    (
        Layout::CompanyPaper,
        company_paper::recognises,
        "names and titles on lines without a colon, and an operator",
    ),
];

/// A layout shows within so many lines; no call has as many.
const SHOWS_WITHIN: usize = 20_000;

fn by_content(lines: &[Line<'_>]) -> (Layout, Why, Sketch) {
    let first = lines.get(..SHOWS_WITHIN).unwrap_or(lines);
    let found = PARTICULAR
        .iter()
        .find(|(_, recognises, _)| recognises(first));
    match found {
        Some(&(layout, _, reason)) => (layout, why(reason, false), by(layout, lines)),
        None => by_labels(lines),
    }
}

/// Layouts that nothing but their labels tells.
fn by_labels(lines: &[Line<'_>]) -> (Layout, Why, Sketch) {
    let own_line = Labels::find(lines, Place::OwnLine);
    let anywhere = labels::find(lines);
    let counted = |labels: &Labels, place: &str| {
        format!(
            "{} labels of {} speakers {place}",
            labels.turns, labels.speakers
        )
    };
    let few = |labels: &Labels| labels.turns < 6;
    if headings::recognises(&own_line) && own_line.turns * 2 > anywhere.turns {
        let why = why(counted(&own_line, "on lines of their own"), few(&own_line));
        (Layout::Headings, why, headings::read(lines, &own_line))
    } else if labels::recognises(lines, &anywhere) {
        let why = why(counted(&anywhere, "before their words"), few(&anywhere));
        (Layout::Labels, why, labels::read(lines, &anywhere))
    } else if alone::recognises(lines) {
        let reason = "names alone on lines, which take turns";
        (Layout::Headings, why(reason, true), alone::read(lines))
    } else if article::recognises(lines) {
        let reason = "headings over paragraphs, or quotes with a name and a title below";
        (Layout::Article, why(reason, true), article::read(lines))
    } else {
        let reason = "no labels, names or times that the text bears out";
        (Layout::Prose, why(reason, true), prose::read(lines))
    }
}
