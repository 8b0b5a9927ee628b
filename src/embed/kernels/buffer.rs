//! Memory on the boundaries that vectors and tiles want.

use std::ops::{Deref, DerefMut};

/// A cache line.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([u32; 16]);

/// A number of four bytes for which every pattern of bits is a value.
pub(in crate::embed) trait Number: Copy + sealed::Sealed {}
impl Number for f32 {}
impl Number for u32 {}

mod sealed {
    pub(in crate::embed) trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for u32 {}
}

/// Numbers from a 64-byte boundary on, zero at first.
pub(in crate::embed) struct Buffer<T> {
    lines: Vec<Line>,
    len: usize,
    of: std::marker::PhantomData<T>,
}

impl<T: Number> Buffer<T> {
    /// `len` zeros. The system gives the memory when it is first touched.
    pub(in crate::embed) fn zeroed(len: usize) -> Self {
        let count = len.div_ceil(16);
        let of = std::marker::PhantomData;
        let layout = std::alloc::Layout::array::<Line>(count);
        let Some(layout) = layout.ok().filter(|layout| layout.size() > 0) else {
            let lines = vec![Line([0; 16]); count];
            return Self { lines, len, of };
        };
        // SAFETY: the layout has a size. The memory is that of `count` lines, aligned and allocated as
        // a vector of them is, and zeros are lines.
        #[expect(
            clippy::cast_ptr_alignment,
            clippy::same_length_and_capacity,
            reason = "allocated with the layout of exactly these lines"
        )]
        let lines = unsafe {
            let start = std::alloc::alloc_zeroed(layout).cast::<Line>();
            if start.is_null() {
                std::alloc::handle_alloc_error(layout);
            }
            Vec::from_raw_parts(start, count, count)
        };
        ask_for_large_pages(&lines);
        Self { lines, len, of }
    }

    /// At least `len` numbers; those that were there keep their values.
    pub(in crate::embed) fn grow(&mut self, len: usize) {
        if len > self.len {
            self.lines.resize(len.div_ceil(16), Line([0; 16]));
            self.len = len;
        }
    }

    /// The same memory as bytes, in the machine's order.
    pub(in crate::embed) fn bytes(&self) -> &[u8] {
        // SAFETY: the numbers are initialised, and bytes have no alignment.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.len * 4) }
    }

    /// The same memory as bytes to be written.
    pub(in crate::embed) fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above; any bytes make valid numbers (`Number` is sealed to such types).
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.len * 4) }
    }
}

/// A model's weights are thousands of small pages, each given at its first touch, or a few large ones.
/// Asking costs nothing where there are none.
#[cfg(target_os = "linux")]
fn ask_for_large_pages(lines: &[Line]) {
    const PAGE: usize = 4096;
    const LARGE: usize = 1 << 21;
    let bytes = size_of_val(lines);
    let start = lines.as_ptr().cast::<u8>();
    let before = start.align_offset(PAGE);
    if bytes >= 2 * LARGE {
        // SAFETY: the range lies inside the vector's memory. The advice changes how the system backs it,
        // not what is in it.
        unsafe {
            let first = start.add(before).cast_mut().cast();
            libc::madvise(first, bytes - before, libc::MADV_HUGEPAGE);
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn ask_for_large_pages(_: &[Line]) {}

impl<T: Number> Default for Buffer<T> {
    fn default() -> Self {
        Self::zeroed(0)
    }
}

impl<T: Number> Deref for Buffer<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        // SAFETY: `lines` holds at least `len` numbers of four bytes, aligned to 64 and initialised,
        // and every pattern of bits is a `T`.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.len) }
    }
}

impl<T: Number> DerefMut for Buffer<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as in `deref`, and `self` is borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.len) }
    }
}
