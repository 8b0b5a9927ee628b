//! A `WordPiece` vocabulary that is ready as soon as it is read.
//!
//! In: the tokens in the order of their ids, and words. Out: the longest token that a word begins or
//! goes on with. It knows nothing of texts, files or special tokens.
//!
//! A token of up to 15 bytes is one number: its bytes, its length, and where in a word it stands. So
//! a prefix of a word is cut by a mask and compared in one step, and a table of numbers is built so
//! fast (in a quarter of a millisecond for 30,000 tokens) that a stored one would only be longer to
//! read and to check.

use std::ops::Range;

/// What a token that goes on with a word is written with, in every vocabulary of this kind.
pub(super) const CONTINUES: &[u8] = b"##";

/// The longest token that is one number: 16 bytes less the one for length and place.
const SHORT: usize = 15;

/// Where in a word a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// At its beginning.
    Start,
    /// After other tokens of the same word.
    Inside,
}

/// Finds tokens by the bytes of words.
pub(super) struct Vocabulary {
    /// For each hash, where its tokens begin in `keys`; a last one, where all end.
    buckets: Vec<u32>,
    /// The short tokens, in the order of their hashes.
    keys: Vec<u128>,
    /// The id of each key.
    ids: Vec<u32>,
    /// The others, sorted.
    long: Vec<(Place, Box<[u8]>, u32)>,
    /// Bytes of the longest token.
    longest: usize,
    /// Takes the upper bits of a hash.
    shift: u32,
}

/// The 16 bytes from `at` as a number, the first one lowest; zeros after the end.
fn number(bytes: &[u8], at: usize) -> u128 {
    let rest = bytes.get(at..).unwrap_or_default();
    if let Some(whole) = rest.first_chunk() {
        return u128::from_le_bytes(*whole);
    }
    let rest = rest.iter().rev();
    rest.fold(0, |number, byte| number << 8 | u128::from(*byte))
}

/// The first `length` bytes of `number` as a token at `place`; `length` is at most [`SHORT`].
fn key(number: u128, length: usize, place: Place) -> u128 {
    let bytes = number & !(u128::MAX << (8 * length));
    let tag = length | if place == Place::Inside { 0x80 } else { 0 };
    bytes | (tag as u128) << (8 * SHORT)
}

/// Two odd factors, one a half, so that the upper bits depend on every byte.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the lower half, and then the upper"
)]
fn hash(key: u128) -> u64 {
    let (low, high) = (key as u64, (key >> 64) as u64);
    (low ^ high.rotate_left(32).wrapping_mul(0xA24B_AED4_963E_E407))
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// A token as it is looked up: without the mark of one that goes on with a word.
struct Token {
    id: u32,
    place: Place,
    start: usize,
    length: usize,
}

impl Token {
    /// None of a long one.
    fn key(&self, bytes: &[u8]) -> Option<u128> {
        (self.length <= SHORT).then(|| key(number(bytes, self.start), self.length, self.place))
    }
}

/// The tokens of a list.
fn tokens<'a>(lengths: &'a [u8], bytes: &'a [u8]) -> impl Iterator<Item = Token> + 'a {
    let mut end = 0;
    (0..).zip(lengths).map(move |(id, length)| {
        let start = end;
        end += usize::from(*length);
        let token = bytes.get(start..end).unwrap_or_default();
        let (place, mark) = if token.starts_with(CONTINUES) {
            (Place::Inside, CONTINUES.len())
        } else {
            (Place::Start, 0)
        };
        Token {
            id,
            place,
            start: start + mark,
            length: end - start - mark,
        }
    })
}

impl Vocabulary {
    /// From the lengths of the tokens, in the order of their ids, and their bytes, one after another.
    pub(super) fn new(lengths: &[u8], bytes: &[u8]) -> Self {
        let bits = lengths.len().next_power_of_two().ilog2().max(1);
        let mut vocabulary = Self {
            buckets: vec![0; (1 << bits) + 1],
            keys: Vec::new(),
            ids: Vec::new(),
            long: Vec::new(),
            longest: 0,
            shift: u64::BITS - bits,
        };
        // Twice: once to count what shares a hash, and once to put each in its place.
        tokens(lengths, bytes).for_each(|token| vocabulary.count(&token, bytes));
        vocabulary.make_room();
        tokens(lengths, bytes).for_each(|token| vocabulary.put(&token, bytes));
        vocabulary.long.sort_unstable();
        vocabulary
    }

    /// Takes a token into its bucket's count, or among the long ones.
    fn count(&mut self, token: &Token, bytes: &[u8]) {
        self.longest = self.longest.max(token.length);
        if let Some(key) = token.key(bytes) {
            let bucket = bucket(key, self.shift);
            if let Some(count) = self.buckets.get_mut(bucket) {
                *count += 1;
            }
        } else {
            let bytes = bytes.get(token.start..token.start + token.length);
            let bytes = Box::from(bytes.unwrap_or_default());
            self.long.push((token.place, bytes, token.id));
        }
    }

    /// Each bucket's count becomes the end of its keys.
    fn make_room(&mut self) {
        let mut end = 0;
        for count in &mut self.buckets {
            end += *count;
            *count = end;
        }
        self.keys = vec![0; end as usize];
        self.ids = vec![0; end as usize];
    }

    /// Puts a token before those that its bucket has already; after the last of them, each bucket is
    /// the beginning of its keys.
    fn put(&mut self, token: &Token, bytes: &[u8]) {
        let Some(key) = token.key(bytes) else { return };
        let Some(end) = self.buckets.get_mut(bucket(key, self.shift)) else {
            return;
        };
        *end -= 1;
        let at = *end as usize;
        if let (Some(to_key), Some(to_id)) = (self.keys.get_mut(at), self.ids.get_mut(at)) {
            (*to_key, *to_id) = (key, token.id);
        }
    }

    /// The longest token that `word`, a range of `text`, begins with, or goes on with where it is
    /// the rest of a longer word: its id and its length in bytes.
    pub(super) fn longest(
        &self,
        text: &[u8],
        word: Range<usize>,
        place: Place,
    ) -> Option<(u32, usize)> {
        let most = word.len().min(self.longest);
        let long = (SHORT + 1..=most).rev();
        let long = long.filter_map(|length| {
            let bytes = text.get(word.start..word.start + length)?;
            Some((self.long(bytes, place)?, length))
        });
        let number = number(text, word.start);
        let short = (1..=most.min(SHORT)).rev();
        let short =
            short.filter_map(|length| Some((self.short(key(number, length, place))?, length)));
        long.chain(short).next()
    }

    fn long(&self, bytes: &[u8], place: Place) -> Option<u32> {
        let order = |(at, token, _): &(Place, Box<[u8]>, u32)| (*at, &**token).cmp(&(place, bytes));
        let found = self.long.binary_search_by(order).ok()?;
        self.long.get(found).map(|(_, _, id)| *id)
    }

    fn short(&self, key: u128) -> Option<u32> {
        let bucket = bucket(key, self.shift);
        let start = *self.buckets.get(bucket)? as usize;
        let end = *self.buckets.get(bucket + 1)? as usize;
        let found = self.keys.get(start..end)?.iter().position(|k| *k == key)?;
        self.ids.get(start + found).copied()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a bucket is below the number of tokens, or the next power of two"
)]
fn bucket(key: u128, shift: u32) -> usize {
    (hash(key) >> shift) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn longest(tokens: &[&str], word: &str, place: Place) -> Option<(u32, usize)> {
        let lengths: Vec<u8> = tokens
            .iter()
            .map(|token| u8::try_from(token.len()).unwrap())
            .collect();
        let vocabulary = Vocabulary::new(&lengths, tokens.concat().as_bytes());
        vocabulary.longest(word.as_bytes(), 0..word.len(), place)
    }

    #[test]
    fn the_longest_token_wins_and_its_place_decides() {
        let tokens = ["un", "##un", "unit", "##units", "u", "##"];
        assert_eq!(longest(&tokens, "units", Place::Start), Some((2, 4)));
        assert_eq!(longest(&tokens, "units", Place::Inside), Some((3, 5)));
        assert_eq!(longest(&tokens, "up", Place::Start), Some((4, 1)));
        assert_eq!(longest(&tokens, "up", Place::Inside), None);
    }

    #[test]
    fn tokens_around_the_length_of_a_number_are_found() {
        let word = "abcdefghijklmnopqrstuvwxyz";
        for length in 1..=word.len() {
            let token: String = word.chars().take(length).collect();
            let inside = format!("##{token}");
            assert_eq!(
                longest(&["z", &token], word, Place::Start),
                Some((1, length))
            );
            assert_eq!(
                longest(&["z", &inside], word, Place::Inside),
                Some((1, length))
            );
            assert_eq!(longest(&["z", &inside], word, Place::Start), None);
        }
    }

    #[test]
    fn a_nul_is_a_byte_like_any_other() {
        assert_eq!(longest(&["a"], "a\0", Place::Start), Some((0, 1)));
        assert_eq!(longest(&["a", "a\0"], "a\0", Place::Start), Some((1, 2)));
        assert_eq!(longest(&["a", "a\0"], "a", Place::Start), Some((0, 1)));
    }

    #[test]
    fn an_empty_vocabulary_knows_nothing() {
        assert_eq!(longest(&[], "word", Place::Start), None);
    }
}
