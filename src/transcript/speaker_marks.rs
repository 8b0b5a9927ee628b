//! The text of a service's transcripts: a line `speaker`, a line with the name, and the words below.

use super::Section;
use super::lines::Line;
use super::names::{is_name, is_numbered, is_operator, is_unknown};
use super::people::from_label;
use super::script::{Script, Sketch};

/// What stands on a line of its own over a name.
const MARK: &str = "speaker";

/// Whether the lines are such a text: three marks or more, each over a name.
pub(super) fn recognises(lines: &[Line<'_>]) -> bool {
    (0..lines.len())
        .filter(|&at| header(lines, at).is_some())
        .take(3)
        .count()
        == 3
}

/// The name under a mark at line `at`, and how many lines both take.
fn header<'a>(lines: &[Line<'a>], at: usize) -> Option<(&'a str, usize)> {
    if !lines
        .get(at)?
        .words()
        .trim_end_matches(':')
        .eq_ignore_ascii_case(MARK)
    {
        return None;
    }
    let below = lines
        .get(at + 1..)?
        .iter()
        .take_while(|line| line.is_blank())
        .count();
    let words = lines.get(at + 1 + below)?.words();
    let name = from_label(words).name;
    let fits = is_operator(words) || is_unknown(words) || is_numbered(words) || is_name(&name);
    (fits && words.len() <= 120).then_some((words, below + 2))
}

/// Reads such a text.
pub(super) fn read(lines: &[Line<'_>]) -> Sketch {
    let mut script = Script::new(Section::Other);
    let mut at = 0;
    let first = (0..lines.len()).find(|&at| header(lines, at).is_some());
    while let Some(line) = lines.get(at) {
        if let Some((name, length)) = header(lines, at) {
            script.speaker(from_label(name));
            at += length;
            continue;
        }
        if first.is_none_or(|first| at >= first) {
            script.words(line.words_span());
        }
        at += 1;
    }
    script.into_sketch(Vec::new())
}
