//! A call as a quote needs it: its text, and who says what where.
//!
//! In: a call's row. Out: [`CallText`], whole and checked, or only the turns that candidates stand in: most of the calls
//! that are weighed are not quoted, and what is quoted is checked when it is printed.

use crate::error::Result;
use crate::library::{CallSummary, Library, StoredTurn};
use crate::passage::Cuts;
use crate::transcript::{LineIndex, Turn};
use crate::units::{ByteSpan, CallRow, LineRange, TurnIndex};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::RangeInclusive;

/// A call as a quote needs it.
pub struct CallText {
    /// What it is.
    pub call: CallSummary,
    /// Its stored text.
    pub text: String,
    /// Its turns, in order; of a call that was weighed and not yet checked, those that were asked for.
    pub turns: Vec<StoredTurn>,
    /// What in its turns is nobody's words.
    pub cuts: Cuts,
    lines: OnceCell<LineIndex>,
}

impl CallText {
    /// Reads a call from the library, text and attribution checked.
    ///
    /// # Errors
    /// [`crate::error::Error::LibraryDamaged`] when they are not what was stored.
    pub fn read(library: &Library, row: CallRow) -> Result<Self> {
        let (call, text, turns) = library.verified(row)?;
        Ok(Self::new(call, text, turns))
    }

    /// Reads what it takes to weigh some of its turns, unchecked.
    pub(super) fn glance(library: &Library, row: CallRow) -> Result<Self> {
        Ok(Self::new(
            library.call(row)?,
            library.text(row)?,
            Vec::new(),
        ))
    }

    fn new(call: CallSummary, text: String, turns: Vec<StoredTurn>) -> Self {
        Self {
            cuts: Cuts::of(turns.iter().map(|stored| &stored.turn)),
            call,
            text,
            turns,
            lines: OnceCell::new(),
        }
    }

    /// Reads turns that are not there yet.
    pub(super) fn add(
        &mut self,
        library: &Library,
        turns: RangeInclusive<TurnIndex>,
    ) -> Result<()> {
        let mut missing = (turns.start().0..=turns.end().0).map(TurnIndex);
        if missing.all(|turn| self.turn(turn).is_some()) {
            return Ok(());
        }
        let before = std::mem::take(&mut self.turns).into_iter();
        let others = before.filter(|stored| !turns.contains(&stored.turn.index));
        let mut all: Vec<StoredTurn> = others.collect();
        all.extend(library.turns_in(self.call.row, turns)?);
        all.sort_by_key(|stored| stored.turn.index);
        self.cuts = Cuts::of(all.iter().map(|stored| &stored.turn));
        self.turns = all;
        Ok(())
    }

    /// What is heard of a span, for comparing it with what was asked.
    pub fn heard(&self, span: ByteSpan) -> Cow<'_, str> {
        self.cuts.heard(&self.text, span)
    }

    /// A turn by its number.
    pub fn turn(&self, index: TurnIndex) -> Option<&StoredTurn> {
        let number = |stored: &StoredTurn| stored.turn.index;
        let at = self.turns.binary_search_by_key(&index, number).ok()?;
        self.turns.get(at)
    }

    /// The lines of a span of a turn.
    pub fn lines(&self, turn: &Turn, span: ByteSpan) -> LineRange {
        LineIndex::lines_from(&self.text, (turn.span.start(), turn.lines.first), span)
    }

    /// The line of its file that a byte of its text stands on.
    pub fn line(&self, at: usize) -> u32 {
        let index = self.lines.get_or_init(|| LineIndex::new(&self.text));
        index.line(at) + self.call.place.lines
    }
}
