//! Products of bytes by VNNI, else by AVX2.

#[cfg_attr(
    not(test),
    expect(
        clippy::wildcard_imports,
        reason = "instructions are named as the makers name them, with a prefix of their own"
    )
)]
use core::arch::x86_64::*;

/// Two rows of equal length to their product.
type Dot = fn(&[i8], &[i8]) -> i32;

/// The fastest product that the processor has.
pub(in crate::embed::kernels) fn dot_bytes() -> Option<Dot> {
    available().into_iter().next()
}

/// All that the processor has, fastest first.
pub(in crate::embed::kernels) fn available() -> Vec<Dot> {
    let mut found: Vec<Dot> = Vec::new();
    if is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vnni")
    {
        // SAFETY: the processor has what the function is compiled for.
        found.push(|a, b| unsafe { vnni(a, b) });
    }
    if is_x86_feature_detected!("avx2") {
        // SAFETY: as above.
        found.push(|a, b| unsafe { avx2(a, b) });
    }
    found
}

/// The instruction multiplies unsigned bytes by signed ones, so 128 is added to `a` and taken off again.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn vnni(a: &[i8], b: &[i8]) -> i32 {
    const WIDTH: usize = 64;
    let shift = _mm512_set1_epi8(-128);
    let (mut shifted, mut surplus) = (_mm512_setzero_si512(), _mm512_setzero_si512());
    let mut at = 0;
    let len = a.len().min(b.len());
    while at < len {
        let left = (len - at).min(WIDTH);
        let mask = u64::MAX >> (WIDTH - left);
        // SAFETY: the mask keeps the reads inside both slices.
        let (x, y) = unsafe {
            (
                _mm512_maskz_loadu_epi8(mask, a.as_ptr().add(at)),
                _mm512_maskz_loadu_epi8(mask, b.as_ptr().add(at)),
            )
        };
        shifted = _mm512_dpbusd_epi32(shifted, _mm512_xor_si512(x, shift), y);
        surplus = _mm512_dpbusd_epi32(surplus, shift, y);
        at += WIDTH;
    }
    _mm512_reduce_add_epi32(_mm512_sub_epi32(shifted, surplus))
}

/// Pairs of 16-bit products cannot overflow, because no byte is −128.
#[target_feature(enable = "avx2")]
fn avx2(a: &[i8], b: &[i8]) -> i32 {
    const WIDTH: usize = 16;
    let (a_chunks, a_rest) = a.as_chunks::<WIDTH>();
    let (b_chunks, b_rest) = b.as_chunks::<WIDTH>();
    let mut sums = _mm256_setzero_si256();
    for (x, y) in a_chunks.iter().zip(b_chunks) {
        // SAFETY: each reads the sixteen bytes of its array.
        let (x, y) = unsafe {
            (
                _mm_loadu_si128(x.as_ptr().cast()),
                _mm_loadu_si128(y.as_ptr().cast()),
            )
        };
        let products = _mm256_madd_epi16(_mm256_cvtepi8_epi16(x), _mm256_cvtepi8_epi16(y));
        sums = _mm256_add_epi32(sums, products);
    }
    let halves = _mm_add_epi32(
        _mm256_castsi256_si128(sums),
        _mm256_extracti128_si256::<1>(sums),
    );
    let pairs = _mm_add_epi32(halves, _mm_unpackhi_epi64(halves, halves));
    let sum = _mm_add_epi32(pairs, _mm_shuffle_epi32::<1>(pairs));
    _mm_cvtsi128_si32(sum) + super::super::bytes::portable(a_rest, b_rest)
}
