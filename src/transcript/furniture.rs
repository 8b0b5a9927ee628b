//! What a page carries beside its text: running heads and feet, page numbers, the lines around them.
//!
//! In: lines. Out: which of them are furniture. They stay in the text and are nobody's words. A
//! line is furniture by what it says (`Page 3 of 18`, a copyright, a vendor's address), or because
//! it stands next to such lines again and again. What a speaker's label opens is speech, and so is a sentence
//! that only some pages have.

use super::candidate::{Place, candidate, may_name};
use super::lines::Line;
use super::roster::heading;
use super::words::{is_digits, is_page_number};
use foldhash::{HashMap, HashSet};

/// The longest line that can be furniture.
const LONGEST: usize = 160;

/// A running head stands on this many pages at the least.
const LEAST_PAGES: usize = 2;

/// The lines of a cover, blank ones not counted; one page that repeats one of them has a running head.
const COVER: usize = 8;

/// How far from a certain piece of furniture a running head may stand, blank lines not counted.
const REACH: usize = 6;

/// Fewer numbers than these count nothing, and no page is shorter.
const COUNTED_PAGES: usize = 3;
const SHORTEST_PAGE: usize = 8;

/// The longest line that is a page's number.
const LONGEST_NUMBER: usize = 9;

/// How often a line stands in the text, and how far from which certain pieces of furniture.
#[derive(Default)]
struct Standing {
    count: usize,
    on_cover: bool,
    pages: HashMap<isize, usize>,
}

impl Standing {
    /// At the same place of page after page, and nowhere else but on a cover. Whoever happens to
    /// speak at the top of two pages speaks elsewhere too.
    fn is_head(&self, offset: isize, least: usize) -> bool {
        let pages = self.pages.get(&offset).copied().unwrap_or_default();
        let least = if self.on_cover && self.count > pages {
            least.min(1)
        } else {
            least
        };
        pages >= least && self.count <= pages + 2
    }
}

/// Whether each line is furniture.
pub(super) fn furniture(lines: &[Line<'_>]) -> Vec<bool> {
    let mut found: Vec<bool> = lines.iter().map(|line| is_certain(line.words())).collect();
    for at in counted(lines).into_iter().chain(of_pages(lines)) {
        if let Some(is) = found.get_mut(at) {
            *is = true;
        }
    }
    if !found.contains(&true) {
        return found;
    }
    let filled: Vec<(usize, &str)> = lines
        .iter()
        .map(Line::words)
        .enumerate()
        .filter(|(_, words)| !words.is_empty())
        .collect();
    let certain: Vec<usize> = (0..filled.len())
        .filter(|&at| {
            filled
                .get(at)
                .is_some_and(|(line, _)| found.get(*line) == Some(&true))
        })
        .collect();
    let cover = filled.iter().take(COVER);
    let cover = cover
        .take_while(|(_, words)| heading(words).is_none())
        .count();
    let speakers = speakers(lines);
    let may_be = |at: usize| {
        let line = filled.get(at).and_then(|(line, _)| lines.get(*line));
        let line = line.filter(|line| may_be(line.words()) && !is_labelled(line, &speakers));
        line.map(Line::words)
    };
    let mut standings: HashMap<String, Standing> = HashMap::default();
    for (at, words) in (0..filled.len()).filter_map(|at| Some((at, may_be(at)?))) {
        let standing = standings.entry(shape(words)).or_default();
        standing.count += 1;
        standing.on_cover |= at < cover;
        if let Some(offset) = nearest(&certain, at) {
            *standing.pages.entry(offset).or_default() += 1;
        }
    }
    let may_stand = |at: usize| {
        let offset = nearest(&certain, at);
        offset.zip(may_be(at)).is_some_and(|(offset, words)| {
            let standing = standings.get(&shape(words));
            let least = if is_sentence(words) {
                LEAST_PAGES.max(certain.len() / 2)
            } else {
                LEAST_PAGES
            };
            is_page_number(words) || standing.is_some_and(|found| found.is_head(offset, least))
        })
    };
    // Nothing but furniture stands between a running head and what is certain.
    let spread = |order: &mut dyn Iterator<Item = usize>, found: &mut Vec<bool>| {
        let mut touches = false;
        for at in order {
            let Some(place) = filled.get(at).and_then(|(line, _)| found.get_mut(*line)) else {
                continue;
            };
            *place = *place || touches && may_stand(at);
            touches = *place;
        }
    };
    spread(&mut (0..filled.len()), &mut found);
    spread(&mut (0..filled.len()).rev(), &mut found);
    found
}

/// The labels that open lines of different words: those of people who speak.
fn speakers<'a>(lines: &[Line<'a>]) -> HashSet<&'a str> {
    let mut said: HashMap<&str, &str> = HashMap::default();
    let mut found = HashSet::default();
    for line in lines {
        if let Some(label) = inline(line).filter(|label| !found.contains(label)) {
            let first = *said.entry(label).or_insert_with(|| line.words());
            if first != line.words() && may_name(label) {
                found.insert(label);
            }
        }
    }
    found
}

/// Whether a line opens with the label of somebody who speaks. Where two do, so does whatever else looks like a label.
fn is_labelled(line: &Line<'_>, speakers: &HashSet<&str>) -> bool {
    inline(line)
        .is_some_and(|label| speakers.contains(label) || speakers.len() >= 2 && may_name(label))
}

fn inline<'a>(line: &Line<'a>) -> Option<&'a str> {
    let found = candidate(line).filter(|found| found.place == Place::Inline)?;
    Some(found.label)
}

fn is_sentence(words: &str) -> bool {
    words.ends_with(['.', '?', '!'])
}

/// How far the nearest certain piece of furniture stands, below zero where it follows, if one is
/// within reach.
fn nearest(certain: &[usize], at: usize) -> Option<isize> {
    let next = certain.partition_point(|&page| page < at);
    let near = [next.checked_sub(1), Some(next)];
    let near = near
        .into_iter()
        .flatten()
        .filter_map(|place| certain.get(place).copied());
    let page = near
        .filter(|page| page.abs_diff(at) <= REACH)
        .min_by_key(|page| page.abs_diff(at))?;
    isize::try_from(at)
        .ok()?
        .checked_sub(isize::try_from(page).ok()?)
}

/// The numbers alone on lines that count the pages of a text: three or more that go up by one, a page apart.
fn counted(lines: &[Line<'_>]) -> Vec<usize> {
    let numbers = lines.iter().enumerate();
    let numbers: Vec<(usize, u32)> = numbers
        .filter_map(|(at, line)| Some((at, number(line.words())?)))
        .collect();
    let follows = |pair: &[(usize, u32)]| {
        let [(at, number), (next_at, next)] = pair else {
            return false;
        };
        number + 1 == *next && at + SHORTEST_PAGE <= *next_at
    };
    let runs = numbers.chunk_by(|a, b| follows(&[*a, *b]));
    let runs = runs.filter(|run| run.len() >= COUNTED_PAGES);
    runs.flatten().map(|(at, _)| *at).collect()
}

/// The number in `7`, `- 7 -` and `7/8`.
fn number(words: &str) -> Option<u32> {
    let bare = words.trim_matches(['-', '–', ' ']);
    let bare = bare.split_once('/').map_or(bare, |(page, _)| page);
    let is_short = words.len() <= LONGEST_NUMBER && bare.len() <= 3;
    bare.parse().ok().filter(|_| is_short)
}

/// The numbers of pages: lines of digits that count up by one.
pub(super) fn page_numbers(lines: &[Line<'_>]) -> Vec<bool> {
    let mut found = vec![false; lines.len()];
    let mut next = None;
    for (line, is) in lines.iter().zip(&mut found) {
        let number: Option<u32> = line
            .words()
            .parse()
            .ok()
            .filter(|_| line.words().len() <= 3);
        let (Some(number), expected) = (number, next) else {
            continue;
        };
        if expected.is_none_or(|expected| expected == number) && (expected.is_some() || number <= 3)
        {
            *is = true;
            next = Some(number + 1);
        }
    }
    found
}

fn may_be(words: &str) -> bool {
    !words.is_empty() && words.len() <= LONGEST && !super::names::is_operator(words)
}

/// The words with every number as one sign, so that pages differ in nothing; a sentence with other figures is another.
fn shape(words: &str) -> String {
    if is_sentence(words) {
        return words.to_owned();
    }
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '0'..='9' if out.ends_with('#') => {}
            '0'..='9' => out.push('#'),
            _ => out.push(c),
        }
    }
    out
}

/// Lines that are furniture as they stand.
const ALONE: [&str; 4] = [
    "table of contents",
    "corrected transcript",
    "raw transcript",
    "bloomberg transcript",
];

/// Whether a line can be nothing else.
fn is_certain(words: &str) -> bool {
    // All of them hold a digit or one of a few signs, as few lines of speech do.
    let may_be = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'/' | b'|' | 0xC2);
    let alone = ALONE.iter().any(|alone| words.eq_ignore_ascii_case(alone));
    if alone || words.is_empty() || words.len() > LONGEST || !words.bytes().any(may_be) {
        return alone;
    }
    let lower = words.to_lowercase();
    let is_vendor = [
        "www.callstreet.com",
        "1-877-factset",
        "www.streetevents.com",
        "spglobal.com/marketintelligence",
        "bloomberg transcript",
    ]
    .iter()
    .any(|vendor| lower.contains(vendor));
    let is_copyright = ["copyright ©", "© 20", "copyright (c)"]
        .iter()
        .any(|start| lower.starts_with(start));
    is_vendor || is_copyright || ends_in_page(&lower) || is_print(&lower)
}

/// `Page 3`, `3 of 18` and whatever ends in `Page 3 of 18`.
fn ends_in_page(lower: &str) -> bool {
    let lower = lower.trim_start_matches('[').trim_end_matches(']');
    let digits = |text: &str| !text.is_empty() && is_digits(text);
    let tail = lower.rsplit_once("page ").map(|(_, tail)| tail);
    tail.is_some_and(|tail| of_page(tail).is_some())
        || lower.strip_prefix("page ").is_some_and(digits)
}

/// `3 of 18`.
fn of_page(text: &str) -> Option<(u32, u32)> {
    let (page, all) = text.split_once(" of ")?;
    let is_number = !page.is_empty() && is_digits(page) && is_digits(all);
    is_number.then_some((page.parse().ok()?, all.parse().ok()?))
}

/// Lines that are nothing but `3 of 18`, where others count the same pages: one alone may be all that somebody answers.
fn of_pages(lines: &[Line<'_>]) -> Vec<usize> {
    let told = |(at, line): (usize, &Line<'_>)| Some((at, of_page(line.words())?));
    let told: Vec<(usize, (u32, u32))> = lines.iter().enumerate().filter_map(told).collect();
    let mut pages: HashMap<u32, (u32, u32)> = HashMap::default();
    for (_, (page, all)) in &told {
        let (first, last) = pages.entry(*all).or_insert((*page, *page));
        (*first, *last) = ((*first).min(*page), (*last).max(*page));
    }
    let counts = |(_, (_, all)): &(usize, (u32, u32))| {
        pages.get(all).is_some_and(|(first, last)| first < last)
    };
    told.into_iter().filter(counts).map(|(at, _)| at).collect()
}

/// What a browser prints at a page's ends: `11/7/24, 3:05 PM  Title` and `https://… 3/17`.
fn is_print(lower: &str) -> bool {
    let page = |text: &str| {
        text.split_once('/').is_some_and(|(page, all)| {
            let digits = |text: &str| {
                (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
            };
            digits(page) && digits(all)
        })
    };
    let foot = lower.starts_with("https://")
        && lower
            .rsplit_once([' ', '\t', '\u{A0}'])
            .is_some_and(|(_, last)| page(last));
    let head = lower.split_once(", ").is_some_and(|(day, rest)| {
        let is_day = day.len() <= 10
            && day.matches('/').count() == 2
            && day.bytes().all(|b| b.is_ascii_digit() || b == b'/');
        let mut words = rest.split_whitespace();
        is_day
            && words.next().is_some_and(|time| time.contains(':'))
            && matches!(words.next(), Some("am" | "pm"))
    });
    foot || head
}

#[cfg(test)]
mod tests {
    use super::super::lines::lines;
    use super::*;

    #[test]
    fn speech_at_the_foot_of_pages_is_no_furniture() {
        let page = |n: u32, last: &str| {
            let said = ["Iron", "Steel", "Zinc", "Lead", "Tin", "Coal"];
            let of = said.get(n as usize - 1).unwrap();
            format!(
                "Ada Quill: {of} is dear.\nBo Crane: {of} again?\n{last}\nNimbus call {n}\nPage {n} of 6\n\n"
            )
        };
        let kept = |last: &dyn Fn(u32) -> String| -> usize {
            let text: String = (1..=6).map(|n| page(n, &last(n))).collect();
            let lines: Vec<_> = lines(&text).collect();
            let found = furniture(&lines);
            let kept = lines
                .iter()
                .zip(found)
                .filter(|(line, is)| !line.is_blank() && !is);
            kept.count()
        };
        assert_eq!(kept(&|_| "Di Thorn: Aye.".to_owned()), 18);
        assert_eq!(
            kept(&|n| format!("Ada Quill: Margin in segment {n} was {n}0%.")),
            18
        );
        assert_eq!(
            kept(&|n| format!("Revenue in region {n} was {n}3 million.")),
            18
        );
        let some = |n: u32| {
            if n <= 2 {
                "Thank you."
            } else {
                "Ada Quill: So it is."
            }
        };
        assert_eq!(kept(&|n| some(n).to_owned()), 18);
        assert_eq!(kept(&|_| "All rights are reserved.".to_owned()), 12);
    }

    #[test]
    fn numbers_that_count_pages_are_furniture_with_the_heads_beside_them() {
        let page = |n: usize, foot: &str| {
            let said = |of: &str| format!("{of} {} is dear.\n", "ab".repeat(n));
            let said: String = ["Iron", "Steel", "Zinc", "Lead", "Tin", "Coal"]
                .map(said)
                .concat();
            format!("{said}\n{foot}\n\nNimbus Anvil\nHalf year call\n\n")
        };
        let kept = |foot: &dyn Fn(usize) -> String| -> usize {
            let text: String = (1..=4).map(|n| page(n, &foot(n))).collect();
            let lines: Vec<_> = lines(&text).collect();
            let found = furniture(&lines);
            let kept = lines
                .iter()
                .zip(found)
                .filter(|(line, is)| !line.is_blank() && !is);
            kept.count()
        };
        assert_eq!(kept(&|n| (n + 11).to_string()), 24);
        assert_eq!(kept(&|n| format!("- {n} -")), 24);
        assert_eq!(kept(&|n| format!("{n}/4")), 24);
        assert_eq!(kept(&|n| (n * 5).to_string()), 36);
    }

    #[test]
    fn running_heads_are_told_by_what_stands_beside_them() {
        let speech =
            |of: &str| format!("{of} is dear.\nCoal is not.\nYes.\nYes.\nYes.\n{of}, no.\n");
        let page =
            |n: u32, of: &str| format!("Nimbus Anvil (NIMB)\n{n}\n\nPage {n} of 9\n{}", speech(of));
        let spoken = ["Iron", "Steel", "Zinc", "Lead"].map(speech);
        let text = format!(
            "{}{}{}12\n{}It is on page 4 of 9 things.\n",
            speech("Iron"),
            page(2, "Steel"),
            page(3, "Zinc"),
            page(4, "Lead")
        );
        let lines: Vec<_> = lines(&text).collect();
        let found = furniture(&lines);
        let kept: Vec<&str> = lines
            .iter()
            .zip(found)
            .filter(|(_, is)| !is)
            .map(|(line, _)| line.words())
            .filter(|w| !w.is_empty())
            .collect();
        let mut expected: Vec<&str> = spoken.iter().flat_map(|speech| speech.lines()).collect();
        expected.push("It is on page 4 of 9 things.");
        assert_eq!(kept, expected);
    }
}
