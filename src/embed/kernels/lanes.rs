//! The matrices of a model: in memory of their own, or where they stand in a file.
//!
//! A process that asks one question reads each weight once: to copy them, into pages that the system first fills with
//! zeros, costs more than what is done with them.

use super::buffer::{Buffer, is_aligned, numbers};
use std::ops::Deref;

/// Numbers from a 64-byte boundary on.
pub(crate) enum Lanes {
    /// In memory of their own.
    Own(Buffer<u32>),
    /// In a file.
    #[cfg(unix)]
    Mapped(memmap2::Mmap),
}

impl Lanes {
    /// `len` numbers of a file from byte `at` on, in the machine's order. `None` where the system does not lend its pages, or
    /// `at` is on no boundary.
    #[cfg(unix)]
    pub(crate) fn of_file(file: &std::fs::File, at: u64, len: usize) -> Option<Self> {
        let mut options = memmap2::MmapOptions::new();
        options.offset(at).len(size_of::<u32>() * len).populate();
        // SAFETY: a packed model is written beside its place and moved there, and never written to again, so what is seen
        // does not change while it is. Every pattern of bits is a number.
        let map = unsafe { options.map(file) }.ok()?;
        is_aligned(&map).then_some(Self::Mapped(map))
    }

    #[cfg(not(unix))]
    pub(crate) fn of_file(_: &std::fs::File, _: u64, _: usize) -> Option<Self> {
        None
    }

    /// The same memory as bytes, in the machine's order.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Own(own) => own.bytes(),
            #[cfg(unix)]
            Self::Mapped(map) => map,
        }
    }
}

impl Deref for Lanes {
    type Target = [u32];
    fn deref(&self) -> &[u32] {
        match self {
            Self::Own(own) => own,
            #[cfg(unix)]
            Self::Mapped(map) => numbers(map),
        }
    }
}
