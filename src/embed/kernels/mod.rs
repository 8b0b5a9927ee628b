//! What a forward pass asks of a processor, in one tier for each kind of processor.
//!
//! In: numbers in memory. Out: numbers in memory. This room knows nothing of models or texts, and it is
//! the only one with `unsafe`.
//!
//! A tier is a value of a type that implements [`Kernel`]. The value exists only where the processor
//! has what the tier needs, so its methods are safe to call: the value is the proof. All tiers share
//! one flow (`embed/bert/`), one set of formulas ([`math`]) and one memory layout:
//!
//! - A **lane** is four bytes of operand: one `f32`, or two `bf16` that are neighbours along the depth
//!   of a matrix product.
//! - The left operand is row-major, a row after `stride` lanes.
//! - The right operand comes in **panels** of [`PANEL`] columns, `(depth in lanes, PANEL)` each, so
//!   that a product reads it from front to back.

#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a tier's entry is not compiled for the tier"
)]

mod bits;
mod buffer;
mod bytes;
mod lanes;
pub(super) mod math;
mod portable;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(test)]
mod tests;

pub use bits::{PLANES, Planes, prefetch, sum_where_set};
pub(crate) use buffer::Buffer;
pub use bytes::{dot_bytes, signed};
pub(crate) use lanes::Lanes;

use std::fmt;

/// Columns of the right operand that one product covers.
pub(super) const PANEL: usize = 32;

/// Rows come in blocks of so many: a product may read the left operand's, and write the result's, up to
/// the next whole block, and what they hold there does not matter.
pub(super) const BLOCK: usize = 16;

/// The left operand of a product: `rows` rows of `depth` lanes.
#[derive(Clone, Copy)]
pub(super) struct Left<'a> {
    /// From the first row's first lane on, to the end of the last [`BLOCK`].
    pub(super) lanes: &'a [u32],
    /// Lanes from one row to the next.
    pub(super) stride: usize,
    /// Rows that count, at most [`Kernel::ROWS`].
    pub(super) rows: usize,
    /// Lanes that are multiplied in each row.
    pub(super) depth: usize,
}

/// The right operand of a product.
#[derive(Clone, Copy)]
pub(super) struct Panel<'a> {
    /// `(depth in lanes, PANEL)`.
    pub(super) lanes: &'a [u32],
    /// Lanes that will be multiplied soon; a tier may ask for some of them meanwhile, from the first on.
    pub(super) soon: &'a [u32],
}

/// Where a product goes: rows of [`PANEL`] numbers, with room to the end of the last [`BLOCK`].
pub(super) struct Sums<'a> {
    /// From the first row's first number on.
    pub(super) numbers: &'a mut [f32],
    /// Numbers from one row to the next.
    pub(super) stride: usize,
    /// Whether the product is added to what stands there.
    pub(super) adds: bool,
}

/// Work for vectors that does not need a product's result: where tiles multiply, vectors have nothing else to do.
pub(super) trait Meanwhile {
    /// Does the `part`th of so many parts; all are asked for, in order.
    fn go<K: Kernel>(&mut self, kernel: K, part: usize, parts: usize);
}

impl Meanwhile for () {
    #[inline(always)]
    fn go<K: Kernel>(&mut self, _: K, _: usize, _: usize) {}
}

/// A tier: vectors of `f32`, and products of operands.
pub(super) trait Kernel: Copy + Send + Sync {
    /// A vector of [`Kernel::WIDTH`] numbers.
    type V: Copy;
    /// Numbers in a vector; [`PANEL`] is a multiple of twice as many.
    const WIDTH: usize;
    /// The most rows of one product.
    const ROWS: usize;
    /// Numbers in a lane of an operand.
    const DEPTH: usize;

    /// Runs `task` compiled for this tier.
    fn run<T: Task>(self, task: T) -> T::Output;

    /// The same number in every place.
    fn splat(self, value: f32) -> Self::V;
    /// The first [`Kernel::WIDTH`] numbers of `from`.
    fn load(self, from: &[f32]) -> Self::V;
    /// Writes to the first [`Kernel::WIDTH`] places of `to`.
    fn store(self, to: &mut [f32], values: Self::V);
    /// `a + b`.
    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    /// `a − b`.
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    /// `a × b`.
    fn mul(self, a: Self::V, b: Self::V) -> Self::V;
    /// `a × b + c`.
    fn fma(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// The smaller of each pair.
    fn min(self, a: Self::V, b: Self::V) -> Self::V;
    /// The larger of each pair.
    fn max(self, a: Self::V, b: Self::V) -> Self::V;
    /// The nearest whole numbers.
    fn round(self, a: Self::V) -> Self::V;
    /// `1 / a`, as exact as the tier's operands are.
    fn reciprocal(self, a: Self::V) -> Self::V;
    /// `a × 2^n` for whole `n` from −126 to 127.
    fn scale_by_power(self, a: Self::V, n: Self::V) -> Self::V;
    /// The sum of all places.
    fn sum(self, a: Self::V) -> f32;
    /// The largest of all places.
    fn largest(self, a: Self::V) -> f32;

    /// Writes two vectors as `2 × WIDTH / DEPTH` lanes of an operand.
    fn narrow(self, pair: [Self::V; 2], to: &mut [u32]);

    /// `sums = left × panel`, or `sums += left × panel`, and what there is to do meanwhile.
    ///
    /// # Panics
    /// When an operand is shorter than its shape says, or has more than [`Kernel::ROWS`] rows.
    fn product<M: Meanwhile>(
        self,
        left: Left<'_>,
        panel: Panel<'_>,
        sums: Sums<'_>,
        meanwhile: &mut M,
    );

    /// Rows of an operand become panels whose columns they are: `rows × depth` lanes after `stride`,
    /// to `rows / PANEL` panels `(depth, PANEL)`; columns past `rows` are left as they are.
    fn columns(self, rows: Left<'_>, panels: &mut [u32]) {
        for row in 0..rows.rows {
            let panel = row / PANEL * rows.depth * PANEL + row % PANEL;
            for lane in 0..rows.depth {
                panels[panel + lane * PANEL] = rows.lanes[row * rows.stride + lane];
            }
        }
    }

    /// Rows of an operand become one panel whose rows they are: the first `PANEL / DEPTH` lanes of each
    /// row, to a panel of `panel.len() / PANEL` lanes of depth, zero past the last row.
    fn rows(self, rows: Left<'_>, panel: &mut [u32]);

    /// 2^x for x ≤ 127 (below −125: nearly zero), as exactly as the tier's operands are.
    #[inline(always)]
    fn exp2(self, a: Self::V) -> Self::V {
        math::exp2(self, a)
    }

    /// x Φ(x), as exactly as the tier's operands are.
    #[inline(always)]
    fn gelu(self, a: Self::V) -> Self::V {
        math::gelu(self, a)
    }
}

/// What is compiled once for each tier.
pub(super) trait Task {
    /// What comes out.
    type Output;
    /// Does it; must be inlined into the tier's entry, or its vectors are not the tier's.
    fn run<K: Kernel>(self, kernel: K) -> Self::Output;
}

/// The kinds of processor that have a tier of their own, fastest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Tiles of `bf16` (Intel AMX).
    Amx,
    /// 512-bit vectors with products of `bf16` pairs.
    Avx512Bf16,
    /// 512-bit vectors of `f32`.
    Avx512,
    /// 256-bit vectors of `f32`.
    Avx2,
    /// Any processor, by the `gemm` crate.
    Portable,
}

impl Tier {
    /// All, fastest first.
    pub const ALL: [Self; 5] = [
        Self::Amx,
        Self::Avx512Bf16,
        Self::Avx512,
        Self::Avx2,
        Self::Portable,
    ];

    /// The name that `$ONRECORD_KERNEL` takes and `status` shows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Amx => "amx",
            Self::Avx512Bf16 => "avx512-bf16",
            Self::Avx512 => "avx512",
            Self::Avx2 => "avx2",
            Self::Portable => "portable",
        }
    }

    /// Those that are used here without being asked for, fastest first.
    pub fn best() -> Vec<Self> {
        let tiers = Self::ALL.into_iter();
        tiers
            .filter(|tier| tier.is_worthwhile() && tier.is_available())
            .collect()
    }

    /// Whether this machine can run it.
    pub fn is_available(self) -> bool {
        self.with(Available).is_some()
    }

    /// Numbers of an operand in one lane: tiers of the same depth share packed weights.
    pub(super) fn depth(self) -> usize {
        match self {
            Self::Amx | Self::Avx512Bf16 => 2,
            Self::Avx512 | Self::Avx2 | Self::Portable => 1,
        }
    }

    /// Whether the tier is chosen without being asked for, where it is available.
    ///
    /// Intel's cores multiply `bf16` vectors at half the speed of `f32` ones, AMD's at twice it.
    fn is_worthwhile(self) -> bool {
        #[cfg(target_arch = "x86_64")]
        if self == Self::Avx512Bf16 {
            return x86::is_amd();
        }
        true
    }

    /// Runs the task on this tier; `None` where the machine lacks it.
    pub(super) fn with<T: Task>(self, task: T) -> Option<T::Output> {
        #[cfg(target_arch = "x86_64")]
        {
            match self {
                Self::Amx => x86::Amx::new().map(|kernel| kernel.run(task)),
                Self::Avx512Bf16 => x86::Avx512Bf16::new().map(|kernel| kernel.run(task)),
                Self::Avx512 => x86::Avx512::new().map(|kernel| kernel.run(task)),
                Self::Avx2 => x86::Avx2::new().map(|kernel| kernel.run(task)),
                Self::Portable => Some(portable::Portable.run(task)),
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        (self == Self::Portable).then(|| portable::Portable.run(task))
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

struct Available;

impl Task for Available {
    type Output = ();
    fn run<K: Kernel>(self, _: K) {}
}
