//! What a layout reader writes down while it walks through the lines.
//!
//! In: in the order of the text, who begins to speak, in which section, and which bytes are words.
//! Out: drafts of turns with disjoint ascending spans. This file knows no layout's line shapes.

use super::{Document, Metadata, Participant, Section};
use crate::units::{ByteSpan, Millis};
use foldhash::{HashMap, HashSet};
use std::rc::Rc;

/// Somebody who speaks. A person speaks many times, and is kept once.
pub(super) type Speaker = Rc<Participant>;

/// What a layout reader hands over.
#[derive(Debug)]
pub(super) struct Sketch {
    /// What kind of document it takes the text for.
    pub(super) document: Document,
    /// People listed outside of the speech.
    pub(super) roster: Vec<Participant>,
    /// The turns, in order.
    pub(super) drafts: Vec<Draft>,
    /// What the layout's own front matter says of the call.
    pub(super) metadata: Metadata,
}

/// A turn before names are joined with the roster and lines are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    /// Who speaks, as the label says; `None` for text without one.
    pub(super) who: Option<Speaker>,
    /// Where in the call.
    pub(super) section: Section,
    /// The words; empty for a label that has none.
    pub(super) span: ByteSpan,
    /// When it begins, where the source says so.
    pub(super) time: Option<Millis>,
    /// What stands inside of the words and is nobody's, as a page's foot; ascending.
    pub(super) cuts: Vec<ByteSpan>,
    /// When words inside of it are said: from which byte on, ascending.
    pub(super) times: Vec<(usize, Millis)>,
}

/// The drafts so far.
#[derive(Debug)]
pub(super) struct Script {
    drafts: Vec<Draft>,
    section: Section,
    last: Last,
    people: HashSet<Speaker>,
}

/// What becomes of words that follow the last draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    /// They join it.
    Open,
    /// They join it, and what stands between is cut.
    Interrupted,
    /// They are nobody's.
    Closed,
}

impl Script {
    /// An empty script that begins in `section`.
    pub(super) fn new(section: Section) -> Self {
        Self {
            drafts: Vec::new(),
            section,
            last: Last::Closed,
            people: HashSet::default(),
        }
    }

    /// From here on the text is in `section`; whoever spoke has ended.
    pub(super) fn enter(&mut self, section: Section) {
        self.section = section;
        self.last = Last::Closed;
    }

    /// Whoever spoke has ended; what follows, if nobody is named, is nobody's.
    pub(super) fn close(&mut self) {
        self.last = Last::Closed;
    }

    /// Something that is no speech, as a page's foot, stands here. Whoever speaks goes on after it.
    pub(super) fn interrupt(&mut self) {
        if self.last == Last::Open {
            self.last = Last::Interrupted;
        }
    }

    /// Somebody begins to speak.
    pub(super) fn speaker(&mut self, who: Participant) {
        self.speaker_at(who, None);
    }

    /// Somebody begins to speak at a known time.
    pub(super) fn speaker_at(&mut self, who: Participant, time: Option<Millis>) {
        let known = self.people.get(&who).map(Rc::clone);
        let who = known.unwrap_or_else(|| {
            let new = Rc::new(who);
            self.people.insert(Rc::clone(&new));
            new
        });
        self.known_speaker_at(who, time);
    }

    /// Somebody whom the caller keeps begins to speak.
    pub(super) fn known_speaker_at(&mut self, who: Speaker, time: Option<Millis>) {
        self.begin(Some(who), ByteSpan::default(), time);
    }

    /// Words of nobody who is named begin here.
    pub(super) fn nobody(&mut self, time: Option<Millis>) {
        self.begin(None, ByteSpan::default(), time);
    }

    /// Words of whoever speaks, up to the end of `span`; of nobody where nobody does.
    pub(super) fn words(&mut self, span: ByteSpan) {
        match (self.drafts.last_mut(), self.last) {
            _ if span.is_empty() => {}
            (Some(draft), Last::Open | Last::Interrupted) if draft.span.is_empty() => {
                draft.span = span;
                self.last = Last::Open;
            }
            (Some(draft), Last::Open) => draft.span = draft.span.join(span),
            (Some(draft), Last::Interrupted) => {
                draft
                    .cuts
                    .push(ByteSpan::new(draft.span.end(), span.start()));
                draft.span = draft.span.join(span);
                self.last = Last::Open;
            }
            _ => self.begin(None, span, None),
        }
    }

    /// What is said from the byte `at` on, up to the next such place, is said at `time`.
    pub(super) fn time(&mut self, at: usize, time: Millis) {
        if let Some(draft) = self.drafts.last_mut() {
            draft.times.push((at, time));
        }
    }

    fn begin(&mut self, who: Option<Speaker>, span: ByteSpan, time: Option<Millis>) {
        self.drafts.push(Draft {
            who,
            section: self.section,
            span,
            time,
            cuts: Vec::new(),
            times: Vec::new(),
        });
        self.last = Last::Open;
    }

    /// What a transcript's reader hands over that found nothing but speech and a roster.
    pub(super) fn into_sketch(self, roster: Vec<Participant>) -> Sketch {
        Sketch {
            document: Document::Transcript,
            roster,
            drafts: self.drafts,
            metadata: Metadata::default(),
        }
    }

    /// The drafts, in order.
    pub(super) fn into_drafts(self) -> Vec<Draft> {
        self.drafts
    }
}

/// Everybody who speaks, once or a few times each, in the order of the first turns.
pub(super) fn speakers(drafts: &[Draft]) -> impl Iterator<Item = &Speaker> {
    let mut met = HashSet::default();
    let all = drafts.iter().filter_map(|draft| draft.who.as_ref());
    all.filter(move |who| met.insert(Rc::as_ptr(who)))
}

/// Changes what is known of those who speak, each person once for all turns.
pub(super) fn change(drafts: &mut [Draft], mut change: impl FnMut(&mut Participant)) {
    // While one of the old people is in a draft to come, no new one can have its place in memory.
    let mut changed: HashMap<*const Participant, Speaker> = HashMap::default();
    for who in drafts.iter_mut().filter_map(|draft| draft.who.as_mut()) {
        let new = changed.entry(Rc::as_ptr(who)).or_insert_with(|| {
            let mut new = Participant::clone(who);
            change(&mut new);
            Rc::new(new)
        });
        *who = Rc::clone(new);
    }
}

#[cfg(test)]
mod tests {
    use super::super::people::named;
    use super::*;

    #[test]
    fn words_join_the_speaker_until_somebody_else_or_a_section_begins() {
        let mut script = Script::new(Section::Prepared);
        script.words(ByteSpan::new(0, 2));
        script.speaker(named("Ada Quill"));
        script.words(ByteSpan::new(5, 7));
        script.words(ByteSpan::new(8, 9));
        script.enter(Section::Questions);
        script.words(ByteSpan::new(12, 13));
        let drafts = script.into_drafts();
        let spans: Vec<_> = drafts
            .iter()
            .map(|draft| <[usize; 2]>::from(draft.span))
            .collect();
        assert_eq!(spans, [[0, 2], [5, 9], [12, 13]]);
        let named: Vec<_> = drafts.iter().map(|draft| draft.who.is_some()).collect();
        assert_eq!(named, [false, true, false]);
        assert_eq!(
            drafts.last().map(|draft| draft.section),
            Some(Section::Questions)
        );
    }
}
