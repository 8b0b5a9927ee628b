//! Tiles of `bf16`: Intel's Advanced Matrix Extensions.
//!
//! **Source**: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, chapter 18, and
//! the kernel's `Documentation/arch/x86/xstate.rst` for the permission. The intrinsics are not stable in
//! Rust, `asm!` is. No compiled code uses tile registers, so they keep their numbers from one block to the next; no
//! compiler promises that, so every build is held to it by the tests of products and by the golden texts.

use super::super::{Kernel, Left, Meanwhile, PANEL, Panel, Sums, Task, math};
use super::{Avx512Bf16, Operands, operands, zmm};
use core::arch::asm;
use core::arch::x86_64::*;
use std::sync::LazyLock;

/// Exists only where the processor and the system have AMX-TILE and AMX-BF16 beside AVX-512 BF16, and
/// the system lets this process use the tiles.
#[derive(Clone, Copy)]
pub(in super::super) struct Amx(());

impl Amx {
    pub(in super::super) fn new() -> Option<Self> {
        static PERMITTED: LazyLock<bool> =
            LazyLock::new(|| Avx512Bf16::new().is_some() && processor_has_tiles() && permission());
        PERMITTED.then_some(Self(()))
    }
}

/// The processor has the instructions, and the system saves the tiles when it switches threads.
fn processor_has_tiles() -> bool {
    const TILE: u32 = 1 << 24;
    const BF16: u32 = 1 << 22;
    /// XTILECFG and XTILEDATA.
    const STATE: u64 = 0b11 << 17;
    let features = __cpuid_count(7, 0).edx;
    if features & (TILE | BF16) != TILE | BF16 || !is_x86_feature_detected!("xsave") {
        return false;
    }
    // SAFETY: the processor has XSAVE, and the system has enabled it, or the detection had said no.
    let state = unsafe { _xgetbv(0) };
    state & STATE == STATE
}

/// Linux gives the tiles to a process that asks for them.
#[cfg(target_os = "linux")]
fn permission() -> bool {
    const ARCH_REQ_XCOMP_PERM: libc::c_long = 0x1023;
    const XTILEDATA: libc::c_long = 18;
    // SAFETY: the call takes two numbers and writes to no memory of ours.
    unsafe { libc::syscall(libc::SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XTILEDATA) == 0 }
}

#[cfg(not(target_os = "linux"))]
fn permission() -> bool {
    false
}

/// The tiles of this thread are configured as long as this lives.
struct Tiles;

impl Tiles {
    /// Eight tiles of sixteen rows of 64 bytes.
    fn configure(_: Amx) -> Self {
        #[repr(C, align(64))]
        struct Configuration([u8; 64]);
        let mut bytes = [0; 64];
        bytes[0] = 1;
        for tile in 0..8 {
            bytes[16 + 2 * tile] = 64;
            bytes[48 + tile] = 16;
        }
        let configuration = Configuration(bytes);
        // SAFETY: the processor has AMX and the process may use it, as the `Amx` shows. The
        // instruction reads the 64 bytes of palette 1 above.
        unsafe {
            asm!("ldtilecfg [{}]", in(reg) &raw const configuration, options(nostack, readonly));
        }
        Self
    }
}

impl Drop for Tiles {
    fn drop(&mut self) {
        // SAFETY: a `Tiles` exists, so the processor has AMX.
        unsafe { asm!("tilerelease", options(nostack, nomem)) };
    }
}

impl Kernel for Amx {
    zmm::vectors!();
    zmm::operands_of_bf16!();
    const ROWS: usize = 32;

    fn run<T: Task>(self, task: T) -> T::Output {
        let _tiles = Tiles::configure(self);
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
        let rows = left.rows.next_multiple_of(16);
        let operands = operands(&left, panel, sums, rows);
        assert!(left.depth >= 16 && left.depth.is_multiple_of(16));
        // SAFETY: `self` exists and only `run` hands it to a task, so this thread's tiles are
        // configured; `operands` has seen to it that 16 or 32 rows and the panel lie inside their slices.
        unsafe {
            if rows == 16 {
                tile_16(operands);
                meanwhile.go(self, 0, 1);
            } else {
                tile_32(self, operands, meanwhile);
            }
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,fma")]
fn entry<T: Task>(kernel: Amx, task: T) -> T::Output {
    task.run(kernel)
}

/// Bytes from one row of a panel to the next.
const PANEL_BYTES: usize = 4 * PANEL;

/// 32 rows by one panel, in four tiles of sums, sixteen lanes deep a step, and something else between the steps.
///
/// The rows are loaded with a hint that they are not wanted again soon: so the panel, which is, stays in the nearest
/// cache.
///
/// # Safety
/// This thread's tiles are configured, and the operands were checked for 32 rows; their depth is a
/// multiple of sixteen lanes, and not zero.
#[inline(always)]
unsafe fn tile_32<M: Meanwhile>(kernel: Amx, operands: Operands, meanwhile: &mut M) {
    let Operands {
        depth,
        a,
        a_stride,
        b,
        soon,
        c,
        c_stride,
        adds,
    } = operands;
    let (a_stride, c_stride) = (4 * a_stride, 4 * c_stride);
    // SAFETY: all four blocks: the first reads four tiles of sixteen rows of 64 bytes at `c` or zeroes them; each of
    // the steps reads tiles of sixteen rows from the two halves of `a`'s rows, 64 bytes further with each step, and
    // two from `b`, sixteen rows further with each; the last writes four tiles to `c`. All that is the caller's
    // promise. What is asked for at `soon` is not read, so nothing has to be there. The sums stay in tiles from one
    // block to the next: no compiled code uses tiles, and the system keeps them for the thread.
    unsafe {
        let c1 = c.byte_add(16 * c_stride);
        if adds {
            asm!(
                "tileloadd tmm0, [{c0} + {c_stride}]",
                "tileloadd tmm1, [{c0} + {c_stride} + 64]",
                "tileloadd tmm2, [{c1} + {c_stride}]",
                "tileloadd tmm3, [{c1} + {c_stride} + 64]",
                c0 = in(reg) c, c1 = in(reg) c1, c_stride = in(reg) c_stride,
                options(nostack, readonly, preserves_flags),
            );
        } else {
            asm!(
                "tilezero tmm0",
                "tilezero tmm1",
                "tilezero tmm2",
                "tilezero tmm3",
                options(nostack, nomem, preserves_flags),
            );
        }
        let steps = depth / 16;
        for step in 0..steps {
            let a = a.add(16 * step);
            asm!(
                "tileloaddt1 tmm4, [{a0} + {a_stride}]",
                "tileloadd tmm6, [{b} + {b_stride}]",
                "tdpbf16ps tmm0, tmm4, tmm6",
                "tileloadd tmm7, [{b} + {b_stride} + 64]",
                "tdpbf16ps tmm1, tmm4, tmm7",
                "tileloaddt1 tmm5, [{a1} + {a_stride}]",
                "tdpbf16ps tmm2, tmm5, tmm6",
                "tdpbf16ps tmm3, tmm5, tmm7",
                "prefetcht1 [{soon}]", "prefetcht1 [{soon} + 64]", "prefetcht1 [{soon} + 128]",
                a0 = in(reg) a,
                a1 = in(reg) a.byte_add(16 * a_stride),
                b = in(reg) b.byte_add(16 * PANEL_BYTES * step),
                soon = in(reg) soon.wrapping_byte_add(192 * step),
                a_stride = in(reg) a_stride,
                b_stride = in(reg) PANEL_BYTES,
                options(nostack, readonly, preserves_flags),
            );
            meanwhile.go(kernel, step, steps);
        }
        asm!(
            "tilestored [{c0} + {c_stride}], tmm0",
            "tilestored [{c0} + {c_stride} + 64], tmm1",
            "tilestored [{c1} + {c_stride}], tmm2",
            "tilestored [{c1} + {c_stride} + 64], tmm3",
            c0 = in(reg) c, c1 = in(reg) c1, c_stride = in(reg) c_stride,
            options(nostack, preserves_flags),
        );
    }
}

/// Sixteen rows by one panel. Otherwise as [`tile_32`].
///
/// # Safety
/// As for [`tile_32`], with sixteen rows.
#[inline(always)]
unsafe fn tile_16(operands: Operands) {
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
    let (a_stride, c_stride) = (4 * a_stride, 4 * c_stride);
    // SAFETY: as in `tile_32`, for the first half of the rows.
    unsafe {
        asm!(
            "test {adds}, {adds}", "jz 3f",
            "tileloadd tmm0, [{c} + {c_stride}]",
            "tileloadd tmm1, [{c} + {c_stride} + 64]",
            "jmp 2f",
            "3:",
            "tilezero tmm0", "tilezero tmm1",
            "2:",
            "tileloadd tmm4, [{a} + {a_stride}]",
            "tileloadd tmm6, [{b} + {b_stride}]",
            "tdpbf16ps tmm0, tmm4, tmm6",
            "tileloadd tmm7, [{b} + {b_stride} + 64]",
            "tdpbf16ps tmm1, tmm4, tmm7",
            "add {a}, 64", "add {b}, {block}",
            "dec {steps}", "jnz 2b",
            "tilestored [{c} + {c_stride}], tmm0",
            "tilestored [{c} + {c_stride} + 64], tmm1",
            steps = inout(reg) depth / 16 => _,
            a = inout(reg) a => _,
            b = inout(reg) b => _,
            c = in(reg) c,
            a_stride = in(reg) a_stride,
            b_stride = in(reg) PANEL_BYTES,
            c_stride = in(reg) c_stride,
            adds = in(reg) usize::from(adds),
            block = const 16 * PANEL_BYTES,
            out("tmm0") _, out("tmm1") _, out("tmm4") _, out("tmm6") _, out("tmm7") _,
            options(nostack),
        );
    }
}
