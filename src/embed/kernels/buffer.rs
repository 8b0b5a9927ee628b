//! Memory on the boundaries that vectors and tiles want.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// Bytes of a cache line, and of the widest vector.
const LINE: usize = 64;
/// Bytes of a number.
const NUMBER: usize = 4;

/// A number of four bytes for which every pattern of bits is a value.
pub(crate) trait Number: Copy + sealed::Sealed {}
impl Number for f32 {}
impl Number for u32 {}

mod sealed {
    pub(crate) trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for u32 {}
}

/// Numbers from a 64-byte boundary on, zero at first.
pub(crate) struct Buffer<T> {
    /// At least `start + NUMBER × len`, never moved or resized.
    bytes: Vec<u8>,
    /// Where the boundary lies.
    start: usize,
    len: usize,
    of: PhantomData<T>,
}

impl<T: Number> Buffer<T> {
    /// `len` zeros. The system gives the memory when it is first touched.
    pub(crate) fn zeroed(len: usize) -> Self {
        let bytes = vec![0; NUMBER * len + LINE];
        ask_for_large_pages(&bytes);
        Self {
            start: bytes.as_ptr().align_offset(LINE),
            bytes,
            len,
            of: PhantomData,
        }
    }

    /// At least `len` numbers; those that were there keep their values.
    pub(crate) fn grow(&mut self, len: usize) {
        if len > self.len {
            let mut larger = Self::zeroed(len);
            larger.bytes_mut()[..NUMBER * self.len].copy_from_slice(self.bytes());
            *self = larger;
        }
    }

    /// The same memory as bytes, in the machine's order.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[self.start..][..NUMBER * self.len]
    }

    /// The same memory as bytes to be written.
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..][..NUMBER * self.len]
    }
}

/// A model's weights are thousands of small pages, each given at its first touch, or a few large ones.
/// Asking costs nothing where there are none.
#[cfg(target_os = "linux")]
fn ask_for_large_pages(bytes: &[u8]) {
    const PAGE: usize = 1 << 12;
    const LARGE: usize = 1 << 21;
    let before = bytes.as_ptr().align_offset(PAGE);
    if bytes.len() >= 2 * LARGE {
        // SAFETY: the range lies inside the memory of `bytes`. The advice changes how the system backs
        // it, not what is in it.
        unsafe {
            let first = bytes.as_ptr().add(before).cast_mut().cast();
            libc::madvise(first, bytes.len() - before, libc::MADV_HUGEPAGE);
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn ask_for_large_pages(_: &[u8]) {}

impl<T: Number> Default for Buffer<T> {
    fn default() -> Self {
        Self::zeroed(0)
    }
}

/// Whether bytes begin on a boundary, as those of a buffer do.
pub(super) fn is_aligned(bytes: &[u8]) -> bool {
    bytes.as_ptr().align_offset(LINE) == 0
}

/// Bytes from a boundary on as the numbers that they are.
pub(super) fn numbers<T: Number>(bytes: &[u8]) -> &[T] {
    assert!(is_aligned(bytes), "numbers begin on a boundary");
    // SAFETY: so many numbers of four initialised bytes each, from a boundary of 64 on; every pattern of bits is a `T`.
    unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len() / NUMBER) }
}

impl<T: Number> Deref for Buffer<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        // `start` was measured where the vector's memory still is.
        numbers(self.bytes())
    }
}

impl<T: Number> DerefMut for Buffer<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        let len = self.len;
        // SAFETY: as in `deref`, and `self` is borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.bytes_mut().as_mut_ptr().cast(), len) }
    }
}
