//! Products of rows of bytes, for vectors that are kept at a byte a number.
//!
//! In: two rows of numbers from −127 to 127. Out: their exact product. It is chosen once for the
//! processor, apart from the tiers: bytes need no floating point.

use std::sync::LazyLock;

type Dot = fn(&[i8], &[i8]) -> i32;

/// The fastest that this processor has.
static DOT: LazyLock<Dot> = LazyLock::new(|| {
    #[cfg(target_arch = "x86_64")]
    if let Some(dot) = super::x86::dot_bytes() {
        return dot;
    }
    portable
});

/// The sum of the products of two rows, as far as the shorter one goes. Exact for rows of up to 130,000
/// numbers.
pub fn dot_bytes(a: &[i8], b: &[i8]) -> i32 {
    let len = a.len().min(b.len());
    DOT(&a[..len], &b[..len])
}

/// On any processor.
pub(super) fn portable(a: &[i8], b: &[i8]) -> i32 {
    let products = a.iter().zip(b).map(|(x, y)| i32::from(*x) * i32::from(*y));
    products.sum()
}

/// The same bytes, each as a signed number.
pub fn signed(bytes: &[u8]) -> &[i8] {
    // SAFETY: both types have one byte and no invalid values, and the slice's lifetime is kept.
    unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len()) }
}
