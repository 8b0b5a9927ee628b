//! Reading at a place, by several threads at once. In: a file, or memory that is not ours to fill. Out:
//! bytes from there, all that were asked for.

use super::kernels::Lanes;
use std::io;

/// What can be read at any place.
pub(crate) trait ReadAt: Send + Sync {
    /// How many bytes there are.
    ///
    /// # Errors
    /// Whatever the file system says.
    fn size(&self) -> io::Result<u64>;

    /// Fills `bytes` with what stands from `offset` on.
    ///
    /// # Errors
    /// `UnexpectedEof` where it ends before that, and whatever the file system says.
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()>;

    /// `len` numbers from `offset` on without reading them, where that can be; all of them have to be there.
    fn lend(&self, _offset: u64, _len: usize) -> Option<Lanes> {
        None
    }
}

impl ReadAt for fs_err::File {
    fn lend(&self, offset: u64, len: usize) -> Option<Lanes> {
        Lanes::of_file(self.file(), offset, len)
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    #[cfg(unix)]
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(self.file(), bytes, offset)
    }

    #[cfg(windows)]
    fn read_at(&self, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
        while !bytes.is_empty() {
            let read = std::os::windows::fs::FileExt::seek_read(self.file(), bytes, offset)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            bytes = &mut bytes[read..];
            offset += read as u64;
        }
        Ok(())
    }
}

impl ReadAt for &'static [u8] {
    fn size(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        copy_from(self, bytes, offset)
    }
}

impl ReadAt for Vec<u8> {
    fn size(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        copy_from(self, bytes, offset)
    }
}

/// Fills `bytes` from memory.
fn copy_from(memory: &[u8], bytes: &mut [u8], offset: u64) -> io::Result<()> {
    let from = usize::try_from(offset)
        .ok()
        .and_then(|offset| memory.get(offset..));
    let from = from.and_then(|from| from.get(..bytes.len()));
    bytes.copy_from_slice(from.ok_or(io::ErrorKind::UnexpectedEof)?);
    Ok(())
}
