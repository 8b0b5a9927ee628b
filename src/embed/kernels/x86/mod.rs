//! Tiers for x86-64.

mod amx;
mod avx2;
mod avx512;
mod avx512_bf16;
mod zmm;

pub(super) use amx::Amx;
pub(super) use avx2::Avx2;
pub(super) use avx512::Avx512;
pub(super) use avx512_bf16::Avx512Bf16;

use super::{Left, PANEL};

/// Whether AMD made the processor.
pub(super) fn is_amd() -> bool {
    let leaf = core::arch::x86_64::__cpuid(0);
    [leaf.ebx, leaf.edx, leaf.ecx]
        .map(u32::to_le_bytes)
        .as_flattened()
        == b"AuthenticAMD"
}

/// The checks that make a product's pointers good: `read` rows of the left operand and `written` rows
/// of the result lie inside their slices.
#[inline(always)]
fn check(left: &Left<'_>, panel: &[u32], out: (usize, usize), read: usize, written: usize) {
    let (out_len, out_stride) = out;
    assert!(left.rows >= 1 && left.rows <= read && read <= written);
    assert!(left.lanes.len() >= (read - 1) * left.stride + left.depth);
    assert!(panel.len() >= left.depth * PANEL);
    assert!(out_len >= (written - 1) * out_stride + PANEL);
}
