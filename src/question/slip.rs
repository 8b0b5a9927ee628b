//! Whether a word is a slip for another.
//!
//! In: two words in lower case. Out: whether so few letters part them that one was meant for the other.

/// Words with fewer letters have too many neighbours.
const SHORTEST: usize = 5;
/// Words with as many letters may be off by two.
const LONG: usize = 9;

/// Whether a word may be a slip for one of a name.
pub(super) fn is_slip(word: &str, own: &str) -> bool {
    let is_long_enough = own.len() >= SHORTEST && word.len() >= SHORTEST;
    is_long_enough && is_close(word, own, most(own))
}

/// Whether words name somebody with a slip in each at most; a short word beside another is told by that one.
pub(super) fn is_slip_of_name(asked: &[&str], own: &[&str]) -> bool {
    let length: usize = own.iter().map(|word| word.len()).sum();
    let mut pairs = asked.iter().zip(own);
    asked.len() == own.len()
        && asked.len() > 1
        && length > SHORTEST
        && pairs.all(|(word, own)| is_close(word, own, most(own)))
}

fn most(own: &str) -> usize {
    if own.len() >= LONG { 2 } else { 1 }
}

/// Whether two words begin alike and are no more than `most` letters apart: one too many, one missing, one other, or two
/// neighbours exchanged.
///
/// **Source**: the optimal string alignment distance, Boytsov 2011, "Indexing methods for approximate
/// dictionary searching", §2.2.
pub(super) fn is_close(a: &str, b: &str, most: usize) -> bool {
    a.chars().next() == b.chars().next()
        && a.len().abs_diff(b.len()) <= most * char::MAX_LEN_UTF8
        && strsim::osa_distance(a, b) <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_a_letter_is_near_and_another_word_is_not() {
        assert!(is_slip("skechers", "sketchers"));
        assert!(is_slip("brambelforge", "brambleforge"));
        assert!(!is_slip("lark", "park"));
        assert!(!is_slip("glimmer", "glitter"));
        assert!(is_slip_of_name(&["thomas", "reid"], &["tomas", "reed"]));
        assert!(!is_slip_of_name(&["tomas", "vane"], &["tomas", "reed"]));
        assert!(!is_slip_of_name(&["reid"], &["reed"]));
        assert!(!is_slip_of_name(&["al", "lu"], &["al", "li"]));
    }
}
