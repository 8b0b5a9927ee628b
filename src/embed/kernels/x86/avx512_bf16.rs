//! 512-bit vectors, operands of `bf16`.

use super::super::{Kernel, Left, Meanwhile, PANEL, Panel, Sums, Task, math};
use super::{Avx512, Operands, operands, zmm};
use core::arch::x86_64::*;

/// Exists only where the processor and the system have AVX-512 F, BW, DQ, VL and BF16.
#[derive(Clone, Copy)]
pub(in super::super) struct Avx512Bf16(());

impl Avx512Bf16 {
    pub(in super::super) fn new() -> Option<Self> {
        Avx512::new()?;
        is_x86_feature_detected!("avx512bf16").then_some(Self(()))
    }
}

impl Kernel for Avx512Bf16 {
    zmm::vectors!();
    zmm::operands_of_bf16!();
    const ROWS: usize = 12;

    fn run<T: Task>(self, task: T) -> T::Output {
        // SAFETY: `self` exists, so the processor has these features.
        unsafe { entry(self, task) }
    }

    #[inline(always)]
    fn product<M: Meanwhile>(
        self,
        left: Left<'_>,
        panel: Panel<'_>,
        sums: Sums<'_>,
        meanwhile: &mut M,
    ) {
        let operands = operands(&left, panel, sums, left.rows);
        macro_rules! by_rows {
            ($($rows:literal)+) => {
                // SAFETY: `self` exists, so the processor has AVX-512 F and BF16; `operands` has seen to
                // it that all rows and the panel lie inside their slices.
                unsafe {
                    match left.rows {
                        $($rows => tile::<$rows>(operands),)+
                        _ => unreachable!("no block has more rows"),
                    }
                }
            };
        }
        by_rows!(1 2 3 4 5 6 7 8 9 10 11 12);
        meanwhile.go(self, 0, 1);
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,fma")]
fn entry<T: Task>(kernel: Avx512Bf16, task: T) -> T::Output {
    task.run(kernel)
}

/// `R` rows by one panel, sums in `2 R` registers.
///
/// # Safety
/// The processor has AVX-512 F and BF16; the operands were checked for `R` rows.
#[target_feature(enable = "avx512f,avx512bf16")]
unsafe fn tile<const R: usize>(operands: Operands) {
    let Operands {
        depth,
        a,
        a_stride,
        b,
        c,
        c_stride,
        adds,
        ..
    } = operands;
    let mut sums = [[_mm512_setzero_ps(); 2]; R];
    if adds {
        for (row, sums) in sums.iter_mut().enumerate() {
            // SAFETY: the caller's promise.
            unsafe {
                sums[0] = _mm512_loadu_ps(c.add(row * c_stride));
                sums[1] = _mm512_loadu_ps(c.add(row * c_stride + 16));
            }
        }
    }
    for k in 0..depth {
        // SAFETY: the caller's promise, for every k below `depth` and row below `R`.
        unsafe {
            let right = b.add(k * PANEL);
            let right = [
                pairs(_mm512_loadu_si512(right.cast())),
                pairs(_mm512_loadu_si512(right.add(16).cast())),
            ];
            for (row, sums) in sums.iter_mut().enumerate() {
                let left = *a.add(row * a_stride + k);
                let left = pairs(_mm512_set1_epi32(left.cast_signed()));
                sums[0] = _mm512_dpbf16_ps(sums[0], left, right[0]);
                sums[1] = _mm512_dpbf16_ps(sums[1], left, right[1]);
            }
        }
    }
    for (row, sums) in sums.iter().enumerate() {
        // SAFETY: the caller's promise.
        unsafe {
            _mm512_storeu_ps(c.add(row * c_stride), sums[0]);
            _mm512_storeu_ps(c.add(row * c_stride + 16), sums[1]);
        }
    }
}

/// Lanes as what they hold.
#[inline]
#[target_feature(enable = "avx512f,avx512bf16")]
fn pairs(lanes: __m512i) -> __m512bh {
    // SAFETY: vectors of the same size, and every pattern of bits is a value of both.
    unsafe { core::mem::transmute(lanes) }
}
