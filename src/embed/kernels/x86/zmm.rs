//! What the tiers with 512-bit vectors share.

/// The methods of [`Kernel`] on vectors, for a tier whose values exist only where
/// the processor has AVX-512 F, BW, DQ and VL.
macro_rules! vectors {
    () => {
        type V = __m512;
        const WIDTH: usize = 16;

        #[inline(always)]
        fn splat(self, value: f32) -> __m512 {
            // SAFETY: `self` exists, so the processor has the instruction; the same for all below.
            unsafe { _mm512_set1_ps(value) }
        }

        #[inline(always)]
        fn load(self, from: &[f32]) -> __m512 {
            assert!(from.len() >= 16);
            // SAFETY: sixteen numbers are there.
            unsafe { _mm512_loadu_ps(from.as_ptr()) }
        }

        #[inline(always)]
        fn store(self, to: &mut [f32], values: __m512) {
            assert!(to.len() >= 16);
            // SAFETY: sixteen places are there.
            unsafe { _mm512_storeu_ps(to.as_mut_ptr(), values) }
        }

        #[inline(always)]
        fn add(self, a: __m512, b: __m512) -> __m512 {
            // SAFETY: see `splat`.
            unsafe { _mm512_add_ps(a, b) }
        }

        #[inline(always)]
        fn sub(self, a: __m512, b: __m512) -> __m512 {
            // SAFETY: see `splat`.
            unsafe { _mm512_sub_ps(a, b) }
        }

        #[inline(always)]
        fn mul(self, a: __m512, b: __m512) -> __m512 {
            // SAFETY: see `splat`.
            unsafe { _mm512_mul_ps(a, b) }
        }

        #[inline(always)]
        fn fma(self, a: __m512, b: __m512, c: __m512) -> __m512 {
            // SAFETY: see `splat`.
            unsafe { _mm512_fmadd_ps(a, b, c) }
        }

        #[inline(always)]
        fn min(self, a: __m512, b: __m512) -> __m512 {
            // SAFETY: see `splat`.
            unsafe { _mm512_min_ps(a, b) }
        }

        #[inline(always)]
        fn max(self, a: __m512, b: __m512) -> __m512 {
            // SAFETY: see `splat`.
            unsafe { _mm512_max_ps(a, b) }
        }

        #[inline(always)]
        fn round(self, a: __m512) -> __m512 {
            // SAFETY: see `splat`.
            unsafe { _mm512_roundscale_ps::<0>(a) }
        }

        #[inline(always)]
        fn scale_by_power(self, a: __m512, n: __m512) -> __m512 {
            // SAFETY: see `splat`.
            unsafe { _mm512_scalef_ps(a, n) }
        }

        #[inline(always)]
        fn sum(self, a: __m512) -> f32 {
            // SAFETY: see `splat`.
            unsafe { _mm512_reduce_add_ps(a) }
        }

        #[inline(always)]
        fn largest(self, a: __m512) -> f32 {
            // SAFETY: see `splat`.
            unsafe { _mm512_reduce_max_ps(a) }
        }

        #[inline(always)]
        fn columns(self, rows: Left<'_>, panels: &mut [u32]) {
            super::zmm::columns(self, rows, panels);
        }
    };
}
pub(super) use vectors;

/// The methods of [`Kernel`] on `bf16` operands, for a tier whose values exist
/// only where the processor has AVX-512 BF16, too.
macro_rules! operands_of_bf16 {
    () => {
        const DEPTH: usize = 2;

        #[inline(always)]
        fn reciprocal(self, a: __m512) -> __m512 {
            // SAFETY: see `splat`. Good to 14 bits, of which an operand keeps eight.
            unsafe { _mm512_rcp14_ps(a) }
        }

        #[inline(always)]
        fn exp2(self, a: __m512) -> __m512 {
            math::exp2_short(self, a)
        }

        #[inline(always)]
        fn gelu(self, a: __m512) -> __m512 {
            math::gelu_short(self, a)
        }

        #[inline(always)]
        fn narrow(self, pair: [__m512; 2], to: &mut [u32]) {
            assert!(to.len() >= 16);
            // SAFETY: see `splat`; sixteen lanes are there. A vector of `bf16` and one of bits have
            // the same size, and every pattern is a value of both.
            unsafe {
                let lanes: __m512i = core::mem::transmute(_mm512_cvtne2ps_pbh(pair[1], pair[0]));
                _mm512_storeu_si512(to.as_mut_ptr().cast(), lanes);
            }
        }

        #[inline(always)]
        fn rows(self, rows: Left<'_>, panel: &mut [u32]) {
            super::zmm::interleave(self, rows, panel);
        }
    };
}
pub(super) use operands_of_bf16;

use super::super::{Kernel, Left, PANEL};
use core::arch::x86_64::*;

/// [`Kernel::columns`] by blocks of 16 × 16 lanes.
#[inline(always)]
pub(super) fn columns<K: Kernel<V = __m512>>(_: K, rows: Left<'_>, panels: &mut [u32]) {
    let Left {
        lanes,
        stride,
        rows,
        depth,
    } = rows;
    assert!(depth % 16 == 0 && rows >= 1);
    let blocks = rows.div_ceil(16);
    assert!(lanes.len() >= (rows - 1) * stride + depth);
    assert!(panels.len() >= rows.div_ceil(PANEL) * PANEL * depth);
    for block in 0..blocks {
        let panel = block / 2 * depth * PANEL + block % 2 * 16;
        for part in (0..depth).step_by(16) {
            // SAFETY: a kernel on 512-bit vectors exists, so the processor has AVX-512 F. The block's
            // rows before `rows`, and its sixteen columns of the panel, lie inside the slices.
            unsafe {
                let from = lanes.as_ptr().add(block * 16 * stride + part);
                let to = panels.as_mut_ptr().add(panel + part * PANEL);
                transpose(from, stride, (rows - block * 16).min(16), to);
            }
        }
    }
}

/// Sixteen lanes of each of `rows` rows become columns; what lies past the rows repeats the last one.
///
/// # Safety
/// The processor has AVX-512 F; `rows` is 1 to 16; so many rows of sixteen lanes lie at `from`, and
/// sixteen rows of sixteen lanes, `PANEL` apart, at `to`.
#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn transpose(from: *const u32, stride: usize, rows: usize, to: *mut u32) {
    let mut r = [_mm512_setzero_si512(); 16];
    let mut t = r;
    for (i, row) in r.iter_mut().enumerate() {
        // SAFETY: the caller's promise.
        *row = unsafe { _mm512_loadu_si512(from.add(i.min(rows - 1) * stride).cast()) };
    }
    for i in 0..8 {
        t[2 * i] = _mm512_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
        t[2 * i + 1] = _mm512_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
    }
    for i in 0..4 {
        r[4 * i] = _mm512_unpacklo_epi64(t[4 * i], t[4 * i + 2]);
        r[4 * i + 1] = _mm512_unpackhi_epi64(t[4 * i], t[4 * i + 2]);
        r[4 * i + 2] = _mm512_unpacklo_epi64(t[4 * i + 1], t[4 * i + 3]);
        r[4 * i + 3] = _mm512_unpackhi_epi64(t[4 * i + 1], t[4 * i + 3]);
    }
    for half in 0..2 {
        for i in 0..4 {
            let (a, b) = (r[8 * half + i], r[8 * half + 4 + i]);
            t[4 * half + i] = _mm512_shuffle_i32x4::<0x88>(a, b);
            t[8 + 4 * half + i] = _mm512_shuffle_i32x4::<0xdd>(a, b);
        }
    }
    // Column c of the block: a quarter 2 or 3 in the second half of `t`, then odd quarters last.
    for i in 0..4 {
        let columns = [
            (i, _mm512_shuffle_i32x4::<0x88>(t[i], t[4 + i])),
            (8 + i, _mm512_shuffle_i32x4::<0xdd>(t[i], t[4 + i])),
            (4 + i, _mm512_shuffle_i32x4::<0x88>(t[8 + i], t[12 + i])),
            (12 + i, _mm512_shuffle_i32x4::<0xdd>(t[8 + i], t[12 + i])),
        ];
        for (column, lanes) in columns {
            // SAFETY: the caller's promise.
            unsafe { _mm512_storeu_si512(to.add(column * PANEL).cast(), lanes) };
        }
    }
}

/// [`Kernel::rows`] for operands of `bf16`: rows `2i` and `2i + 1` become lane row `i`.
#[inline(always)]
pub(super) fn interleave<K: Kernel<V = __m512>>(_: K, rows: Left<'_>, panel: &mut [u32]) {
    let Left {
        lanes,
        stride,
        rows,
        ..
    } = rows;
    assert!(rows >= 1 && lanes.len() >= (rows - 1) * stride + 16);
    assert!(panel.len() >= rows.div_ceil(2) * PANEL);
    for (pair, to) in panel.chunks_exact_mut(PANEL).enumerate() {
        if pair * 2 >= rows {
            to.fill(0);
            continue;
        }
        // SAFETY: a kernel on 512-bit vectors exists, so the processor has AVX-512 F and BW. Row
        // `2 × pair` is one of `rows`, of sixteen lanes each, the next is read only if it is, too,
        // and `to` has 32 lanes.
        unsafe {
            let from = lanes.as_ptr().add(2 * pair * stride);
            let first = _mm512_loadu_si512(from.cast());
            let second = if pair * 2 + 1 < rows {
                _mm512_loadu_si512(from.add(stride).cast())
            } else {
                _mm512_setzero_si512()
            };
            let [left, right] = zip(first, second);
            _mm512_storeu_si512(to.as_mut_ptr().cast(), left);
            _mm512_storeu_si512(to.as_mut_ptr().add(16).cast(), right);
        }
    }
}

/// Numbers of 16 bits of `a` and `b` in turn.
///
/// # Safety
/// The processor has AVX-512 F and BW.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
unsafe fn zip(a: __m512i, b: __m512i) -> [__m512i; 2] {
    // The 32-bit place i holds the indices of its two halves: number i of a, then of b.
    let mut pairs = [0_i32; 32];
    for (i, pair) in (0..).zip(&mut pairs) {
        *pair = i | (i + 32) << 16;
    }
    // SAFETY: 32 numbers are there.
    let (left, right) = unsafe {
        let left = _mm512_loadu_si512(pairs.as_ptr().cast());
        (left, _mm512_loadu_si512(pairs.as_ptr().add(16).cast()))
    };
    [
        _mm512_permutex2var_epi16(a, left, b),
        _mm512_permutex2var_epi16(a, right, b),
    ]
}
