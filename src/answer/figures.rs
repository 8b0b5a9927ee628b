//! Whether words state a figure: an amount, a share, a count.
//!
//! In: a sentence. Out: yes or no. The numbers of quarters, years, days and forms count nothing, and nearly every
//! sentence of a call holds one.

#[rustfmt::skip]
const MONTHS: [&str; 12] = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
];
/// Letters that a number of a period or a day is written with: `Q1`, `1H24`, `FY2024`, `30th`.
const OF_TIME: [&str; 8] = ["q", "h", "fy", "st", "nd", "rd", "th", "s"];

/// Whether a sentence holds a number that is more than a name of a time or of a thing.
pub(super) fn states(sentence: &str) -> bool {
    let mut before = "";
    sentence.split_whitespace().any(|word| {
        let after = std::mem::replace(&mut before, word);
        word.contains(|c: char| c.is_ascii_digit()) && !names(word, after)
    })
}

/// Whether a word with a digit names a time or a thing; `after` is the word before it.
fn names(word: &str, after: &str) -> bool {
    let bare = word.trim_matches(|c: char| !(c.is_alphanumeric() || "$€£¥%".contains(c)));
    let lower = bare.to_lowercase().replace(['\'', '’'], "");
    let letters: String = lower.chars().filter(|c| !c.is_ascii_digit()).collect();
    let year = |digits: &str| {
        let year = digits.parse::<u16>().ok().filter(|_| digits.len() == 4);
        year.is_some_and(|year| (1950..2100).contains(&year))
    };
    if letters.is_empty() {
        let is_day = lower.len() < 3 && MONTHS.contains(&after.to_lowercase().as_str());
        let is_quarter = matches!(after, "FY" | "Q" | "H");
        return year(&lower) || is_day || is_quarter;
    }
    // `10-K`, `COVID-19`, `mid-2024`, but not `6-foot`.
    let named = lower.split_once('-').is_some_and(|(lead, rest)| {
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let is_word = |part: &str| part.chars().all(char::is_alphabetic);
        is_word(lead) && is_number(rest) || is_number(lead) && is_word(rest) && rest.len() == 1
    });
    let times = lower.split(['-', '–', '/']);
    named
        || times.into_iter().all(|part| {
            let letters: String = part.chars().filter(|c| !c.is_ascii_digit()).collect();
            year(part) || OF_TIME.contains(&letters.as_str())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_a_share_or_a_count_is_a_figure() {
        for text in [
            "Margin was 27.1%.",
            "It cost $2024 a piece.",
            "We sold 2,024 robots in May.",
            "20 robots a week",
            "a 6-foot fence",
            "between 17% and 19% in Q1 2024",
            "$1.2 billion",
            "Sales were 3x those of Q1.",
        ] {
            assert!(states(text), "{text}");
        }
    }

    #[test]
    fn a_time_a_form_or_the_name_of_a_thing_is_none() {
        for text in [
            "In Q1 we took product earlier, as in 4Q23 and 2H24.",
            "That holds for 2024, fiscal 2025, FY24 and FY '26.",
            "On June 30, the 30th, the hall opened.",
            "See our 10-K (filed in 2023-Q4) on COVID-19.",
            "The 2020s and mid-2024 were good, Q1/Q2 too.",
        ] {
            assert!(!states(text), "{text}");
        }
    }
}
