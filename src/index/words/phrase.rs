//! Whether words are said, and where: one, or several one after the other.

use super::cursor::Cursor;
use super::row::Forms;
use crate::index::blocks::Checked;
use crate::index::passages::Allowed;
use crate::index::segment::Segment;

/// Whether an allowed passage holds a stem in any of its forms, in its body or its header.
pub(in crate::index) fn is_held(segment: &Segment, allowed: &Allowed, stem: &str) -> Checked<bool> {
    let (mut forms, passages) = (Forms::new(segment, stem)?, segment.passages());
    for range in &allowed.places {
        let mut from = range.start;
        while let Some(place) = forms.next(from)?.filter(|place| *place < range.end) {
            if allowed.suits(passages.entry(place)?) {
                return Ok(true);
            }
            from = place + 1;
        }
    }
    Ok(false)
}

/// The first allowed passages whose bodies hold these stems, one after the other; at most `most`.
pub(in crate::index) fn said_at(
    segment: &Segment,
    allowed: &Allowed,
    stems: &[String],
    most: usize,
) -> Checked<Vec<u32>> {
    let mut places = Vec::new();
    let words = segment.words();
    let mut cursors = Vec::with_capacity(stems.len());
    for stem in stems {
        let Some(found) = words.find(stem)? else {
            return Ok(places);
        };
        cursors.push(Cursor::new(words, found)?);
    }
    let mut from = 0;
    while places.len() < most
        && let Some(place) = meeting(&mut cursors, from)?
    {
        if allowed.holds(place) && stand_together(&cursors)? {
            places.push(place);
        }
        from = place + 1;
    }
    Ok(places)
}

/// The first place from `from` on that all cursors have; they stand there then.
fn meeting(cursors: &mut [Cursor<'_>], mut from: u32) -> Checked<Option<u32>> {
    if cursors.is_empty() {
        return Ok(None);
    }
    loop {
        let mut furthest = from;
        for cursor in &mut *cursors {
            cursor.seek(furthest)?;
            let Some(place) = cursor.place() else {
                return Ok(None);
            };
            furthest = place;
        }
        if cursors
            .iter()
            .all(|cursor| cursor.place() == Some(furthest))
        {
            return Ok(Some(furthest));
        }
        from = furthest;
    }
}

fn stand_together(cursors: &[Cursor<'_>]) -> Checked<bool> {
    let Some((first, rest)) = cursors.split_first() else {
        return Ok(false);
    };
    let mut starts = first.positions()?;
    for (distance, cursor) in (1..).zip(rest) {
        let here = cursor.positions()?;
        starts.retain(|start| here.binary_search(&(start + distance)).is_ok());
    }
    Ok(!starts.is_empty())
}
