//! Tiers for x86-64.

// In tests the lint does not look.
#![cfg_attr(
    not(test),
    expect(
        clippy::wildcard_imports,
        reason = "instructions are named as the makers name them, with a prefix of their own"
    )
)]

mod amx;
mod avx2;
mod avx512;
mod avx512_bf16;
mod bits;
mod bytes;
mod zmm;

pub(super) use amx::Amx;
pub(super) use avx2::Avx2;
pub(super) use avx512::Avx512;
pub(super) use avx512_bf16::Avx512Bf16;
#[cfg(test)]
pub(super) use bits::available as all_sums_where_set;
pub(super) use bits::{prefetch, sum_where_set};
#[cfg(test)]
pub(super) use bytes::available as all_dot_bytes;
pub(super) use bytes::dot_bytes;

use super::{Left, PANEL, Panel, Sums};

/// Whether AMD made the processor.
pub(super) fn is_amd() -> bool {
    let leaf = core::arch::x86_64::__cpuid(0);
    [leaf.ebx, leaf.edx, leaf.ecx]
        .map(u32::to_le_bytes)
        .as_flattened()
        == b"AuthenticAMD"
}

/// A product's operands as pointers: `rows` rows of `depth` lanes at `a`, `depth` rows of [`PANEL`] lanes
/// at `b`, and room for `rows` rows of [`PANEL`] numbers at `c`, for the `rows` that were checked.
#[derive(Clone, Copy)]
struct Operands {
    depth: usize,
    a: *const u32,
    a_stride: usize,
    b: *const u32,
    /// What will be multiplied soon; nothing says how much is there, so it may only be asked for.
    soon: *const u32,
    c: *mut f32,
    c_stride: usize,
    /// Whether the sums start from what stands at `c`.
    adds: bool,
}

/// The pointers of a product that reads and writes `rows` rows, at least those that count.
///
/// # Panics
/// When they do not lie inside their slices.
#[inline(always)]
fn operands(left: &Left<'_>, panel: Panel<'_>, sums: Sums<'_>, rows: usize) -> Operands {
    assert!(left.rows >= 1 && left.rows <= rows);
    assert!(left.lanes.len() >= (rows - 1) * left.stride + left.depth);
    assert!(panel.lanes.len() >= left.depth * PANEL);
    let Sums {
        numbers,
        stride,
        adds,
    } = sums;
    assert!(numbers.len() >= (rows - 1) * stride + PANEL);
    Operands {
        depth: left.depth,
        a: left.lanes.as_ptr(),
        a_stride: left.stride,
        b: panel.lanes.as_ptr(),
        soon: panel.soon.as_ptr(),
        c: numbers.as_mut_ptr(),
        c_stride: stride,
        adds,
    }
}
