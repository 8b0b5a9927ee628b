//! Many calls out of few: passages of real calls, spread so that they stay neighbours.
//!
//! In: a library of real calls. Out: calls of invented companies, as many as are wanted, the same for the
//! same seed. A passage is a real one whose words are in part replaced by others as frequent; its
//! vector, and those of its sentences, are moved by the differences of other real ones, so that the
//! cloud keeps its shape: it is dense where the real one is.

use crate::Fallible;
use onrecord::embed::{Embedding, PassageVectors};
use onrecord::library::{Embedded, Library};
use onrecord::passage::{Passage, Sentence};
use onrecord::transcript::{
    Call, Container, Date, Decoded, Document, Kind, Layout, LineIndex, Metadata, Period, Reading,
    Section, Source, SpanOf, Turn, Why, sha256_hex,
};
use onrecord::units::{ByteSpan, TurnIndex};

/// Passages of a call.
pub(crate) const PASSAGES: usize = 75;
/// Calls of a company.
const PERIODS: usize = 20;
/// How far a vector is moved along the difference of two others, twice.
const MOVES: [f32; 2] = [0.45, 0.3];
/// One word in so many is replaced.
const REPLACED: usize = 7;

/// A real passage.
struct Base {
    vector: Embedding,
    sentences: Vec<(String, Embedding)>,
}

/// What synthetic calls are made from.
pub(crate) struct Synthetic {
    bases: Vec<Base>,
    words: Vec<String>,
}

impl Synthetic {
    /// All passages of a library but the operator's.
    pub(crate) fn new(library: &Library) -> Fallible<Self> {
        let dimension = library.dimension()?;
        let mut bases = Vec::new();
        for call in library.calls()? {
            let text = library.text(call.row)?;
            for id in library.passages_of(call.row)? {
                let passage = library.passage(id)?;
                if passage.kind == Kind::Operator {
                    continue;
                }
                let vectors = library.sentence_vectors(id, dimension)?;
                let texts = passage.sentences.iter().map(|sentence| {
                    let text = sentence.span.slice(&text).unwrap_or_default();
                    text.split_whitespace().collect::<Vec<_>>().join(" ")
                });
                let exact = vectors.iter().map(|vector| {
                    let values = vector.bytes().iter().map(|byte| f32::from(*byte)).collect();
                    Embedding::normalised(values).ok_or("a sentence without direction")
                });
                let exact: Vec<Embedding> = exact.collect::<Result<_, _>>()?;
                bases.push(Base {
                    vector: library.passage_vector(id, dimension)?,
                    sentences: texts.zip(exact).collect(),
                });
            }
        }
        let words = bases.iter().flat_map(|base| &base.sentences);
        let words = words
            .flat_map(|(text, _)| text.split(' '))
            .filter(|word| is_plain(word));
        let words = words.map(str::to_owned).collect();
        Ok(Self { bases, words })
    }

    /// Call `number`.
    pub(crate) fn call(&self, number: usize) -> (Source, Reading, Vec<Embedded>) {
        let mut random = Random::new(number as u64);
        let company = company(number / PERIODS);
        let mut text = String::new();
        let (mut turns, mut passages) = (Vec::new(), Vec::new());
        for at in 0..PASSAGES {
            let base = &self.bases[random.below(self.bases.len())];
            let (speaker, kind, section) = speaker(at, number / PERIODS);
            text.push_str(&speaker);
            text.push_str(": ");
            let start = text.len();
            let turn = TurnIndex(u32::try_from(at).unwrap_or(0));
            let sentences = self.said(base, turn, &mut text, &mut random);
            let span = ByteSpan::new(start, text.len());
            turns.push((turn, speaker, kind, section, span));
            text.push('\n');
            let vectors = self.vectors(base, &mut random);
            let passage = Passage {
                sentences,
                kind,
                section,
            };
            passages.push(Embedded { passage, vectors });
        }
        let lines = LineIndex::new(&text);
        let turns = turns.into_iter().map(|said| turn(said, &lines)).collect();
        let reading = Reading {
            call: Call {
                document: Document::Transcript,
                layout: Layout::Labels,
                metadata: metadata(company, number),
                participants: Vec::new(),
                turns,
            },
            why: Why {
                reason: "it was made so".to_owned(),
                unsure: false,
            },
            problems: Vec::new(),
        };
        let source = Source {
            path: format!("/synthetic/{number:06}.txt").into(),
            sha256: sha256_hex(text.as_bytes()),
            decoded: Decoded {
                text,
                encoding: "UTF-8",
                span_of: SpanOf::SourceFile,
                problems: Vec::new(),
            },
            container: Container::Text,
            why: String::new(),
        };
        (source, reading, passages)
    }

    /// Appends a passage's words, and gives the places of its sentences.
    fn said(
        &self,
        base: &Base,
        turn: TurnIndex,
        text: &mut String,
        random: &mut Random,
    ) -> Vec<Sentence> {
        let mut sentences = Vec::new();
        for (words, _) in &base.sentences {
            let from = text.len();
            self.reword(words, text, random);
            let span = ByteSpan::new(from, text.len());
            sentences.push(Sentence { turn, span });
            text.push(' ');
        }
        text.pop();
        sentences
    }

    fn vectors(&self, base: &Base, random: &mut Random) -> PassageVectors {
        let others = [(); 4].map(|()| random.below(self.bases.len()));
        let sentences = base.sentences.iter();
        PassageVectors {
            passage: self.moved(&base.vector, others),
            sentences: sentences
                .map(|(_, vector)| self.moved(vector, others))
                .collect(),
        }
    }

    fn reword(&self, words: &str, to: &mut String, random: &mut Random) {
        for (at, word) in words.split(' ').enumerate() {
            if at > 0 {
                to.push(' ');
            }
            let replaced = is_plain(word) && random.below(REPLACED) == 0;
            let other = &self.words[random.below(self.words.len())];
            to.push_str(if replaced { other } else { word });
        }
    }

    fn moved(&self, vector: &Embedding, others: [usize; 4]) -> Embedding {
        let [a, b, c, d] = others.map(|other| self.bases[other].vector.values());
        let values = vector
            .values()
            .iter()
            .enumerate()
            .map(|(at, value)| value + MOVES[0] * (a[at] - b[at]) + MOVES[1] * (c[at] - d[at]));
        // Four differences never cancel a vector to nothing.
        Embedding::normalised(values.collect()).unwrap_or_else(|| vector.clone())
    }

    /// The vector of a question that is to be found near passages: a passage that no call has.
    pub(crate) fn question(&self, number: usize) -> Embedding {
        let mut random = Random::new(u64::MAX - number as u64);
        let base = &self.bases[random.below(self.bases.len())];
        let others = [(); 4].map(|()| random.below(self.bases.len()));
        self.moved(&base.vector, others)
    }
}

fn is_plain(word: &str) -> bool {
    word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn speaker(at: usize, company: usize) -> (String, Kind, Section) {
    let name = |role: usize| format!("{} {}", syllables(company * 7 + role), syllables(role + 40));
    match at {
        0..10 => (name(0), Kind::Executive, Section::Prepared),
        10..30 => (name(1), Kind::Executive, Section::Prepared),
        _ if at.is_multiple_of(3) => (name(2 + at % 4), Kind::Analyst, Section::Questions),
        _ => (name(at % 2), Kind::Executive, Section::Questions),
    }
}

fn company(number: usize) -> String {
    format!("{} Imaginary {number} Inc.", syllables(number))
}

/// A turn of somebody of whom only the name is known.
fn turn(
    (index, speaker, kind, section, span): (TurnIndex, String, Kind, Section, ByteSpan),
    lines: &LineIndex,
) -> Turn {
    Turn {
        index,
        speaker: Some(speaker),
        role: None,
        affiliation: None,
        kind,
        section,
        span,
        lines: lines.lines(span),
        time: None,
        cuts: Vec::new(),
        times: Vec::new(),
    }
}

/// An invented name.
fn syllables(number: usize) -> String {
    const FIRST: [&str; 12] = [
        "Vel", "Quin", "Zor", "Mab", "Tri", "Osk", "Lum", "Fen", "Gra", "Hex", "Ith", "Jov",
    ];
    const LAST: [&str; 12] = [
        "ora", "dar", "ix", "elin", "umber", "ado", "esk", "oon", "ary", "ivo", "ulm", "eth",
    ];
    format!("{}{}", FIRST[number % 12], LAST[number / 12 % 12])
}

fn metadata(company: String, number: usize) -> Metadata {
    let at = number % PERIODS;
    let year = 2021 + at / 4;
    let period: Option<Period> = format!("Q{} {year}", at % 4 + 1).parse().ok();
    let date: Option<Date> = format!("{year}-{:02}-15", at % 4 * 3 + 2).parse().ok();
    Metadata {
        title: Some(format!("{company} call {number}")),
        company: Some(company),
        ticker: Some(format!("Z{}", number / PERIODS)),
        period,
        date,
        ..Metadata::default()
    }
}

/// Numbers that repeat from run to run.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        // Marsaglia 2003, "Xorshift RNGs", with the multiplication of xorshift64*.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).unwrap_or(0) % bound
    }
}
