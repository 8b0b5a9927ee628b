//! A `WordPiece` vocabulary that is ready as soon as it is read.
//!
//! In: the tokens in the order of their ids. Out: the longest token that a word begins or goes on
//! with. It knows nothing of text, files or special tokens.
//!
//! A token of up to 15 bytes is one number: its bytes, its length, and where in a word it stands. So
//! a prefix of a word is cut by a mask and compared in one step, and the table is built in one pass
//! over the tokens without a string of its own.

/// What a token that goes on with a word is written with, in every vocabulary of this kind.
pub(super) const CONTINUES: &[u8] = b"##";

/// The longest token that is one number: 16 bytes less the one for length and place.
const SHORT: usize = 15;

/// Zeros after the bytes of a [`Padded`], so that 16 can be read from any of them.
const PADDING: usize = SHORT + 1;

/// Where in a word a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// At its beginning.
    Start,
    /// After other tokens of the same word.
    Inside,
}

/// Bytes to look up, with room to read past their end.
pub(super) struct Padded(Vec<u8>);

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

impl Padded {
    pub(super) fn new(text: &str) -> Self {
        let mut bytes = Vec::with_capacity(text.len() + PADDING);
        bytes.extend_from_slice(text.as_bytes());
        bytes.extend_from_slice(&[0; PADDING]);
        Self(bytes)
    }

    pub(super) fn make_ascii_lowercase(&mut self) {
        self.0.make_ascii_lowercase();
    }

    /// The bytes themselves; none where the range is not inside them.
    pub(super) fn get(&self, range: std::ops::Range<usize>) -> &[u8] {
        self.0.get(range).unwrap_or_default()
    }

    /// The 16 bytes from `at` as a number, the first one lowest.
    fn number(&self, at: usize) -> Option<u128> {
        let bytes = self.0.get(at..)?.first_chunk()?;
        Some(u128::from_le_bytes(*bytes))
    }
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
fn placed(token: &[u8]) -> (Place, &[u8]) {
    match token.strip_prefix(CONTINUES) {
        Some(rest) => (Place::Inside, rest),
        None => (Place::Start, token),
    }
}

impl Vocabulary {
    /// From the tokens in the order of their ids.
    pub(super) fn new(tokens: &[&[u8]]) -> Self {
        let bits = tokens.len().next_power_of_two().ilog2().max(1);
        let shift = u64::BITS - bits;
        let mut long = Vec::new();
        let mut longest = 0;
        let mut short = Vec::with_capacity(tokens.len());
        let mut buckets = vec![0_u32; (1 << bits) + 1];
        for (id, token) in (0_u32..).zip(tokens) {
            let (place, bytes) = placed(token);
            longest = longest.max(bytes.len());
            if bytes.len() > SHORT {
                long.push((place, Box::from(bytes), id));
                continue;
            }
            let mut number = [0; 16];
            for (to, from) in number.iter_mut().zip(bytes) {
                *to = *from;
            }
            let key = key(u128::from_le_bytes(number), bytes.len(), place);
            let bucket = bucket(key, shift);
            if let Some(count) = buckets.get_mut(bucket) {
                *count += 1;
            }
            short.push((key, id, bucket));
        }
        long.sort_unstable();
        let (keys, ids) = place(&short, &mut buckets);
        Self {
            buckets,
            keys,
            ids,
            long,
            longest,
            shift,
        }
    }

    /// The longest token that stands at the start of `word`, or inside a word that `word` is the
    /// rest of: its id and its length in bytes.
    pub(super) fn longest(
        &self,
        text: &Padded,
        word: std::ops::Range<usize>,
        place: Place,
    ) -> Option<(u32, usize)> {
        let most = word.len().min(self.longest);
        let long = (SHORT + 1..=most).rev();
        let long = long.filter_map(|length| {
            let bytes = text.get(word.start..word.start + length);
            Some((self.long(bytes, place)?, length))
        });
        let number = text.number(word.start)?;
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

/// Puts keys into the order of their buckets, and turns the buckets' counts into their beginnings.
fn place(short: &[(u128, u32, usize)], buckets: &mut [u32]) -> (Vec<u128>, Vec<u32>) {
    let mut end = 0;
    for count in buckets.iter_mut() {
        end += *count;
        *count = end;
    }
    let mut keys = vec![0; short.len()];
    let mut ids = vec![0; short.len()];
    // From the last to the first, so that each bucket's end moves down to its beginning and equal
    // keys stay in the order of their ids.
    for (key, id, bucket) in short.iter().rev() {
        let Some(end) = buckets.get_mut(*bucket) else {
            continue;
        };
        *end -= 1;
        let at = *end as usize;
        if let (Some(to), Some(to_id)) = (keys.get_mut(at), ids.get_mut(at)) {
            *to = *key;
            *to_id = *id;
        }
    }
    (keys, ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn longest(tokens: &[&str], word: &str, place: Place) -> Option<(u32, usize)> {
        let tokens: Vec<_> = tokens.iter().map(|token| token.as_bytes()).collect();
        Vocabulary::new(&tokens).longest(&Padded::new(word), 0..word.len(), place)
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
