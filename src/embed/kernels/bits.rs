//! Sums of small numbers over the set bits of a row, for vectors that are kept at a bit a number.
//!
//! In: numbers in planes, and bits. Out: exact sums. Chosen once for the processor, as the products of
//! bytes are.

use std::sync::LazyLock;

/// Bits that a number has.
pub const PLANES: usize = 6;

/// Sixty-four numbers below 2^[`PLANES`]: the first word holds the lowest bit of each, number 0 at its
/// lowest bit. As many words as a register has; those past [`PLANES`] count for nothing.
pub type Planes = [u64; 8];

/// The sum of the numbers that have a bit set, and how many bits are set.
type Sum = fn(&[Planes], &[u8]) -> (u32, u32);

/// The fastest that this processor has.
static SUM: LazyLock<Sum> = LazyLock::new(|| {
    #[cfg(target_arch = "x86_64")]
    if let Some(sum) = super::x86::sum_where_set() {
        return sum;
    }
    portable
});

/// The sum of the numbers whose bits are set, and how many are set, as far as the shorter row goes: eight
/// bytes of bits, lowest first, for each sixty-four numbers.
pub fn sum_where_set(numbers: &[Planes], bits: &[u8]) -> (u32, u32) {
    SUM(numbers, bits)
}

/// On any processor; compiled anew, with its instructions, where one counts bits itself.
#[inline(always)]
pub(super) fn portable(numbers: &[Planes], bits: &[u8]) -> (u32, u32) {
    let (words, _) = bits.as_chunks::<8>();
    let (mut counts, mut set) = ([0_u64; 8], 0);
    for (planes, word) in numbers.iter().zip(words) {
        let word = u64::from_le_bytes(*word);
        set += word.count_ones();
        for (count, plane) in counts.iter_mut().zip(planes) {
            *count += u64::from((word & plane).count_ones());
        }
    }
    let sums = (0..PLANES).zip(counts).map(|(plane, count)| count << plane);
    (u32::try_from(sums.sum::<u64>()).unwrap_or(u32::MAX), set)
}

/// Asks for bytes that will be looked at soon, so that they are on their way when they are.
#[inline]
pub fn prefetch(bytes: &[u8]) {
    #[cfg(target_arch = "x86_64")]
    super::x86::prefetch(bytes);
    #[cfg(not(target_arch = "x86_64"))]
    let _ = bytes;
}
