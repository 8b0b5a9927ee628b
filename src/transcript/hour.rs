//! The hour of a call as a source states it, with its time zone: `8:30 a.m. ET`, `10:00PM GMT`.
//!
//! In: a line. Out: the words that state an hour, verbatim. Without a zone an hour says little, and none is guessed.

/// Zones as they are written.
#[rustfmt::skip]
const ZONES: [&str; 28] = [
    "ET", "EST", "EDT", "CT", "CST", "CDT", "MT", "MST", "MDT", "PT", "PST", "PDT", "GMT", "UTC", "BST", "CET", "CEST", "WET", "EET",
    "JST", "HKT", "IST", "AEST", "AEDT", "SGT", "Eastern", "Central", "Pacific",
];

/// The first hour with a zone in `line`.
pub(super) fn find_in(line: &str) -> Option<&str> {
    let mut from = 0;
    while let Some(at) = line.get(from..)?.find(|c: char| c.is_ascii_digit()) {
        let start = from + at;
        let rest = line.get(start..)?;
        if let Some(length) = hour(rest) {
            return rest.get(..length);
        }
        from = start
            + rest
                .bytes()
                .take_while(|byte| byte.is_ascii_digit() || *byte == b':')
                .count()
                .max(1);
    }
    None
}

/// The length of the hour that a text begins with.
fn hour(text: &str) -> Option<usize> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut at = digits(text);
    let has_minutes = text.get(at..)?.starts_with(':') && digits(text.get(at + 1..)?) == 2;
    if at == 0 || at > 2 || text.get(..at)?.parse::<u8>().ok()? > 24 {
        return None;
    }
    at += if has_minutes { 3 } else { 0 };
    let space = |at: usize| {
        text.get(at..).map_or(0, |rest| {
            rest.len() - rest.trim_start_matches([' ', '\u{A0}']).len()
        })
    };
    let half = text.get(at + space(at)..)?;
    let half = ["a.m.", "p.m.", "am", "pm"]
        .iter()
        .find(|half| {
            half.len() <= text.len()
                && text
                    .get(at + space(at)..)
                    .and_then(|t| t.get(..half.len()))
                    .is_some_and(|t| t.eq_ignore_ascii_case(half))
        })
        .filter(|_| !half.is_empty());
    match half {
        Some(half) => at += space(at) + half.len(),
        None if !has_minutes => return None,
        None => {}
    }
    at += text.get(at..)?.len()
        - text
            .get(at..)?
            .trim_start_matches([' ', '\u{A0}', ',', '('])
            .len();
    let zone = text.get(at..)?;
    let end = zone
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(zone.len());
    let zone = zone.get(..end)?;
    if !ZONES.contains(&zone) {
        return None;
    }
    // `Eastern Time`, `Eastern Daylight Time`.
    let long = [" Standard Time", " Daylight Time", " Time"];
    let rest = text.get(at + end..)?;
    let more = long
        .iter()
        .find(|more| zone.len() > 4 && rest.starts_with(**more));
    Some(at + end + more.map_or(0, |more| more.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_found_with_its_zone() {
        for (line, expected) in [
            ("8:30 a.m. ET", Some("8:30 a.m. ET")),
            (
                "November 7, 2024 / 10:00PM GMT, Q3 2024",
                Some("10:00PM GMT"),
            ),
            ("January 30, 2025 5:00 PM ET", Some("5:00 PM ET")),
            ("7 March 2024, 14:45 CET", Some("14:45 CET")),
            (
                "at 9 a.m. Eastern Daylight Time",
                Some("9 a.m. Eastern Daylight Time"),
            ),
            ("27-Apr-10 8:30pm GMT", Some("8:30pm GMT")),
            ("5:00 PM", None),
            ("2025 ET", None),
            ("10 Central Avenue", None),
            ("", None),
        ] {
            assert_eq!(find_in(line), expected, "{line}");
        }
    }
}
