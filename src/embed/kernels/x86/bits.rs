//! Sums over set bits, with the instruction that counts them.

use crate::embed::kernels::bits::{Planes, portable};
use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

/// Numbers and bits to a sum and a count.
type Sum = fn(&[Planes], &[u8]) -> (u32, u32);

/// The fastest sum that the processor has.
pub(in crate::embed::kernels) fn sum_where_set() -> Option<Sum> {
    available().into_iter().next()
}

/// All that the processor has, fastest first.
pub(in crate::embed::kernels) fn available() -> Vec<Sum> {
    let mut found: Vec<Sum> = Vec::new();
    if is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512vpopcntdq")
    {
        // SAFETY: the processor has what the function is compiled for.
        found.push(|numbers, bits| unsafe { vpopcnt(numbers, bits) });
    }
    if is_x86_feature_detected!("popcnt") {
        // SAFETY: as above.
        found.push(|numbers, bits| unsafe { popcnt(numbers, bits) });
    }
    found
}

#[target_feature(enable = "avx512f,avx512vl,avx512vpopcntdq")]
fn vpopcnt(numbers: &[Planes], bits: &[u8]) -> (u32, u32) {
    portable(numbers, bits)
}

#[target_feature(enable = "popcnt")]
fn popcnt(numbers: &[Planes], bits: &[u8]) -> (u32, u32) {
    portable(numbers, bits)
}

/// Asks for the first cache lines of some bytes, two at most.
#[inline]
pub(in crate::embed::kernels) fn prefetch(bytes: &[u8]) {
    const LINE: usize = 64;
    for line in bytes.chunks(LINE).take(2) {
        // SAFETY: the instruction is part of SSE, which every x86-64 has, and reads nothing that the program sees.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) };
    }
}
