//! From turns to what is embedded: passages of whole sentences.
//!
//! In: a call, its text, and a way to count the model's tokens. Out: passages of about 120 words,
//! none longer than the model reads, each with its sentences as spans of the text. Pure.
//!
//! A passage stays inside one turn, except that very short neighbours ("Yes." "And margins?" "Up.")
//! are packed together, because a passage of three words has no meaning of its own to embed.

mod cuts;
mod sentence;

pub use cuts::{Cuts, ELISION, quoted};
pub use sentence::sentences;

use crate::transcript::{Call, Kind, Section, Turn};
use crate::units::{ByteSpan, TokenCount, TurnIndex};

/// Names the rules of this room. It is part of a library's fingerprint: a library whose passages
/// were cut by other rules has to be rebuilt before new calls are added to it.
pub const PASSAGE_RULES: &str = "passages-2";

/// Words a passage aims at (measured: 120 words beat whole turns and lone sentences).
const TARGET_WORDS: usize = 120;
/// Turns shorter than this are packed with short neighbours.
const SHORT_TURN_WORDS: usize = 40;

/// What is embedded: sentences of one turn, or of several very short ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// In the order of the text; never empty.
    pub sentences: Vec<Sentence>,
    /// What the speakers do; packed turns share it or it is [`Kind::Other`].
    pub kind: Kind,
    /// The section all its turns stand in.
    pub section: Section,
}

/// One sentence, or a part of one that is too long to embed whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The turn it was said in.
    pub turn: TurnIndex,
    /// Its words in the stored text, and whatever page break stands between them.
    pub span: ByteSpan,
}

impl Passage {
    /// From the first sentence to the last, speaker labels between packed turns included.
    pub fn span(&self) -> ByteSpan {
        let mut spans = self.sentences.iter().map(|sentence| sentence.span);
        let first = spans.next().unwrap_or_default();
        spans.fold(first, ByteSpan::join)
    }

    /// First and last turn.
    pub fn turns(&self) -> (TurnIndex, TurnIndex) {
        let turn = |sentence: Option<&Sentence>| sentence.map_or(TurnIndex(0), |s| s.turn);
        (turn(self.sentences.first()), turn(self.sentences.last()))
    }

    /// The words to embed: the sentences as they are heard, with one space between, and each one's span in them.
    pub fn body(&self, text: &str, cuts: &Cuts) -> (String, Vec<ByteSpan>) {
        body(text, cuts, &self.sentences)
    }
}

/// What is heard of these sentences, with one space between, and each one's span in it.
pub fn body(text: &str, cuts: &Cuts, sentences: &[Sentence]) -> (String, Vec<ByteSpan>) {
    let mut body = String::new();
    let mut spans = Vec::with_capacity(sentences.len());
    for sentence in sentences {
        if !body.is_empty() {
            body.push(' ');
        }
        let start = body.len();
        body.push_str(&cuts.heard(text, sentence.span));
        spans.push(ByteSpan::new(start, body.len()));
    }
    (body, spans)
}

/// The model's limit, and how to count towards it.
pub struct Fit<'a> {
    /// The most tokens a passage may have, special ones included.
    pub limit: TokenCount,
    /// Counts the tokens of a text, special ones included.
    pub count: &'a dyn Fn(&str) -> TokenCount,
}

/// A call's words, and what is heard of them.
struct Spoken<'a> {
    text: &'a str,
    cuts: Cuts,
    fit: &'a Fit<'a>,
}

impl Spoken<'_> {
    fn fits(&self, sentences: &[Sentence]) -> bool {
        (self.fit.count)(&body(self.text, &self.cuts, sentences).0) <= self.fit.limit
    }

    fn sentences(&self, turn: &Turn) -> impl Iterator<Item = Sentence> {
        let turn_of = turn.index;
        let spans = self.cuts.sentences(self.text, turn.span).into_iter();
        spans.map(move |span| Sentence {
            turn: turn_of,
            span,
        })
    }
}

/// Cuts a call into passages, in the order of the text. Every sentence of every turn is in exactly
/// one passage; what nobody says, as a stage direction, is in none.
pub fn passages(call: &Call, text: &str, fit: &Fit<'_>) -> Vec<Passage> {
    let spoken = Spoken {
        text,
        cuts: Cuts::of(&call.turns),
        fit,
    };
    let mut passages = Vec::new();
    let mut short: Vec<&Turn> = Vec::new();
    for turn in &call.turns {
        let is_short = word_count(text, turn.span) < SHORT_TURN_WORDS;
        if !(is_short && fits_with(&short, turn, text)) {
            pack(&mut short, &spoken, &mut passages);
        }
        short.push(turn);
        if !is_short {
            pack(&mut short, &spoken, &mut passages);
        }
    }
    pack(&mut short, &spoken, &mut passages);
    passages
}

/// Whether a short turn may join the run of short turns before it. The operator's words stay apart:
/// they never rank, and must not take an answer with them.
fn fits_with(run: &[&Turn], turn: &Turn, text: &str) -> bool {
    let Some(last) = run.last() else { return true };
    let words: usize = run.iter().map(|turn| word_count(text, turn.span)).sum();
    last.section == turn.section
        && (last.kind == Kind::Operator) == (turn.kind == Kind::Operator)
        && words + word_count(text, turn.span) <= TARGET_WORDS
}

/// Turns the run into passages and empties it.
fn pack(run: &mut Vec<&Turn>, spoken: &Spoken<'_>, passages: &mut Vec<Passage>) {
    let Some(first) = run.first() else { return };
    let section = first.section;
    let kind = if run.iter().all(|turn| turn.kind == first.kind) {
        first.kind
    } else {
        Kind::Other
    };
    let sentences: Vec<Sentence> = run
        .iter()
        .flat_map(|turn| spoken.sentences(turn))
        .flat_map(|sentence| cut_to_fit(sentence, spoken))
        .collect();
    for group in group(&sentences, spoken) {
        passages.push(Passage {
            sentences: group,
            kind,
            section,
        });
    }
    run.clear();
}

/// Splits the sentences into groups of nearly equal length, each about the target and none above
/// the model's limit.
fn group(sentences: &[Sentence], spoken: &Spoken<'_>) -> Vec<Vec<Sentence>> {
    let text = spoken.text;
    let words: usize = sentences.iter().map(|s| word_count(text, s.span)).sum();
    // An even share each, so that a turn of 130 words does not leave a tail of 10.
    let share = words.div_ceil(words.div_ceil(TARGET_WORDS).max(1));
    let mut groups = Vec::new();
    let mut current: Vec<Sentence> = Vec::new();
    let mut current_words = 0;
    for &sentence in sentences {
        let more = word_count(text, sentence.span);
        // Over the share by less than the sentence would leave it under: take it in.
        let full = current_words + more / 2 > share;
        current.push(sentence);
        if current.len() > 1 && (full || !spoken.fits(&current)) {
            current.pop();
            groups.push(std::mem::replace(&mut current, vec![sentence]));
            current_words = 0;
        }
        current_words += more;
    }
    if !current.is_empty() {
        groups.push(current);
    }
    groups
}

/// A sentence that the model could not read whole, in parts that it can.
fn cut_to_fit(sentence: Sentence, spoken: &Spoken<'_>) -> Vec<Sentence> {
    let (text, fit) = (spoken.text, spoken.fit);
    let mut done = Vec::new();
    let mut rest = vec![sentence];
    while let Some(part) = rest.pop() {
        let short =
            word_count(text, part.span) <= TARGET_WORDS && part.span.len() <= 4 * fit.limit.0;
        if short && spoken.fits(&[part]) {
            done.push(part);
        } else if let Some((left, right)) = sentence::halve(text, part.span) {
            for span in [right, left] {
                let span = spoken.cuts.trimmed(text, span);
                if !span.is_empty() {
                    rest.push(Sentence { span, ..part });
                }
            }
        } else {
            done.push(part);
        }
    }
    done
}

fn word_count(text: &str, span: ByteSpan) -> usize {
    span.slice(text)
        .map_or(0, |words| words.split_whitespace().count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::{Metadata, read};

    fn words(text: &str) -> TokenCount {
        TokenCount(text.split_whitespace().count() + 2)
    }

    fn cut(text: &str, limit: usize) -> Vec<Passage> {
        let call = read(text, "call.txt", &Metadata::default()).call;
        passages(
            &call,
            text,
            &Fit {
                limit: TokenCount(limit),
                count: &words,
            },
        )
    }

    fn lengths(text: &str, limit: usize) -> Vec<usize> {
        cut(text, limit)
            .iter()
            .map(|p| p.body(text, &Cuts::default()).0.split_whitespace().count())
            .collect()
    }

    #[test]
    fn a_long_turn_is_cut_into_even_passages_of_whole_sentences() {
        let text = format!(
            "Ann Oak: {}\nBo Elm: Fine.\nAnn Oak: Good.",
            "We grew ten percent. ".repeat(40)
        );
        let lengths = lengths(&text, 256);
        assert_eq!(lengths, [80, 80, 2], "{lengths:?}");
    }

    #[test]
    fn very_short_turns_are_packed_and_each_sentence_knows_its_turn() {
        let text = "Ann Oak: Is it up?\nBo Elm: Yes.\nAnn Oak: Much?\nBo Elm: Ten percent.\n";
        let passages = cut(text, 256);
        assert_eq!(passages.len(), 1);
        let turns: Vec<_> = passages[0].sentences.iter().map(|s| s.turn.0).collect();
        assert_eq!(turns, [0, 1, 2, 3]);
        assert_eq!(
            passages[0].body(text, &Cuts::default()).0,
            "Is it up? Yes. Much? Ten percent."
        );
    }

    #[test]
    fn no_passage_is_longer_than_the_model_reads() {
        let run_on = "and then we said that it was fine, ".repeat(60);
        let text = format!("Ann Oak: {run_on}\nBo Elm: Yes.\nAnn Oak: Well.\n");
        for passage in cut(&text, 50) {
            assert!(words(&passage.body(&text, &Cuts::default()).0) <= TokenCount(50));
        }
        let kept: usize = lengths(&text, 50).iter().sum();
        assert_eq!(kept, run_on.split_whitespace().count() + 2);
    }
}
