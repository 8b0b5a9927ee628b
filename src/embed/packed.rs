//! The packed model file: a model's weights as one kind of kernel reads them, made at first use.
//!
//! In: packed weights, or a file. Out: the file, or what is in it, if it is whole and belongs to the
//! model's files as they are now. It must not know what to do where it does not: see [`own`](super::own).
//!
//! ```text
//! magic        8 bytes   "ONRPACK" and the format's version
//! order        4 bytes   BYTE_ORDER as the writing machine has it
//! length       4 bytes   of the header
//! checksum     4 bytes   CRC-32 of the header
//! header       JSON      `Header`; then zeros up to a multiple of 64 bytes
//! lanes        the layers' matrices, in panels
//! numbers      positions, biases, normalisations
//! vocabulary   the tokenizer, compiled (may be empty)
//! words        rows of 32-bit floats, with a checksum for every `BLOCK_ROWS` of them in the header
//! ```
//!
//! Numbers are in the order of the machine that wrote them; a file from a machine with the other order
//! is not read.

use super::bert::{BLOCK_ROWS, Bert, Shape, Weights, Words};
use super::folder::ModelFolder;
use super::kernels::{Buffer, Lanes, Tier};
use super::read_at::ReadAt;
use crate::error::Result;
use crate::transcript::sha256_hex;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

/// The last byte is the format's version.
const MAGIC: [u8; 8] = *b"ONRPACK\x01";
const BYTE_ORDER: u32 = 0x0102_0304;
/// A header is far shorter; a longer one is damage.
const MOST_HEADER: usize = 1 << 24;

/// What the file says about itself.
#[derive(Serialize, Deserialize)]
pub(super) struct Header {
    /// The model's files that it was made from.
    pub(super) origin: Origin,
    /// SHA-256 of the weights and of the tokenizer.
    pub(super) hashes: Hashes,
    /// The sizes.
    pub(super) shape: Shape,
    /// Numbers in a lane: one `f32` or two `bf16`.
    pub(super) depth: usize,
    /// What the reference makes of some tokens.
    pub(super) goldens: Vec<Golden>,
    /// Bytes of the compiled tokenizer.
    pub(super) vocabulary_len: usize,
    checksums: Checksums,
}

/// SHA-256 of a model's large files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Hashes {
    pub(super) weights: String,
    pub(super) tokenizer: String,
}

/// Tokens, and the sum of their states by the reference encoder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Golden {
    pub(super) ids: Vec<u32>,
    pub(super) state: Vec<f32>,
}

#[derive(Default, Serialize, Deserialize)]
struct Checksums {
    /// Of the first and the second half.
    lanes: [u32; 2],
    numbers: u32,
    vocabulary: u32,
    words: Vec<u32>,
}

/// The model's files as they were when the packed file was made. A file that is written again gets
/// other times, whatever its content: then it is hashed and packed once more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Origin {
    pub(super) weights: Stamp,
    pub(super) tokenizer: Stamp,
    /// SHA-256 of `config.json`.
    pub(super) config: String,
}

impl Origin {
    /// Of the files in a model's folder.
    ///
    /// # Errors
    /// Where one of them is not there.
    pub(super) fn of(folder: &ModelFolder) -> Result<Self> {
        let stamp = |name: &str| {
            let stamp = Stamp::of(&folder.path.join(name));
            stamp.map_err(|error| folder.broken(error.to_string()))
        };
        Ok(Self {
            weights: stamp("model.safetensors")?,
            tokenizer: stamp("tokenizer.json")?,
            config: sha256_hex(&folder.bytes("config.json")?),
        })
    }
}

/// What the file system says of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    size: u64,
    /// Nanoseconds since 1970.
    modified: u128,
    /// The system's own number of the file and the time of its last change of any kind, which programs
    /// cannot set; zeros where the system has none.
    identity: (u64, u64, i64, i64),
}

impl Stamp {
    /// Of the file at `path`.
    fn of(path: &Path) -> io::Result<Self> {
        let entry = fs_err::metadata(path)?;
        let modified = entry.modified()?.duration_since(std::time::UNIX_EPOCH);
        Ok(Self {
            size: entry.len(),
            modified: modified.map_or(0, |since| since.as_nanos()),
            identity: identity(&entry),
        })
    }
}

#[cfg(unix)]
fn identity(entry: &std::fs::Metadata) -> (u64, u64, i64, i64) {
    use std::os::unix::fs::MetadataExt;
    (entry.dev(), entry.ino(), entry.ctime(), entry.ctime_nsec())
}

#[cfg(not(unix))]
fn identity(_: &std::fs::Metadata) -> (u64, u64, i64, i64) {
    (0, 0, 0, 0)
}

/// What is written.
pub(super) struct Contents<'a> {
    pub(super) origin: Origin,
    pub(super) hashes: Hashes,
    pub(super) goldens: Vec<Golden>,
    pub(super) weights: &'a Weights,
    pub(super) vocabulary: &'a [u8],
    /// Row-major `(words, hidden)`.
    pub(super) words: &'a [f32],
}

/// What is read; the words stay where they are.
pub(super) struct Packed<R> {
    pub(super) header: Header,
    pub(super) weights: Weights,
    pub(super) vocabulary: Vec<u8>,
    /// What is read from, and where the words start in it.
    pub(super) words: (R, u64),
}

impl<R: ReadAt + 'static> Packed<R> {
    /// The model, for a tier of the weights' depth. Where a block of words is damaged, `instead` gives
    /// the whole table.
    pub(super) fn into_bert(
        self,
        tier: Tier,
        instead: impl Fn() -> io::Result<Vec<f32>> + Send + Sync + 'static,
    ) -> Bert {
        let Shape {
            vocabulary, hidden, ..
        } = self.header.shape;
        let checksums = self.header.checksums.words;
        Bert {
            tier,
            weights: self.weights,
            words: Words::elsewhere((vocabulary, hidden), self.words, checksums, instead),
        }
    }
}

/// Writes the file beside its place and moves it there, so that it is there whole or not at all.
///
/// # Errors
/// Whatever the file system says.
pub(super) fn write(path: &Path, contents: &Contents<'_>) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs_err::create_dir_all(folder)?;
    remove_old(path);
    let unfinished = path.with_extension(format!("{}.part", std::process::id()));
    let written = write_to(&unfinished, contents).and_then(|()| fs_err::rename(&unfinished, path));
    if written.is_err() {
        // It may never have been made.
        let _ = fs_err::remove_file(&unfinished);
    }
    written
}

/// Removes what killed processes left of the same file: nobody writes for an hour.
fn remove_old(path: &Path) {
    const OLD: Duration = Duration::from_hours(1);
    let (Some(folder), Some(stem)) = (path.parent(), path.file_stem()) else {
        return;
    };
    let own = format!("{}.", stem.to_string_lossy());
    let entries = fs_err::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let age = entry
            .metadata()
            .ok()
            .and_then(|entry| entry.modified().ok()?.elapsed().ok());
        let ending = entry.path().extension().map(ToOwned::to_owned);
        let is_part = ending.is_some_and(|ending| ending == "part");
        if name.starts_with(&own) && is_part && age.is_some_and(|age| age > OLD) {
            // It is only room that is lost where this fails.
            let _ = fs_err::remove_file(entry.path());
        }
    }
}

fn write_to(path: &Path, contents: &Contents<'_>) -> io::Result<()> {
    let Contents {
        weights,
        vocabulary,
        words,
        ..
    } = contents;
    let shape = weights.shape();
    let block = BLOCK_ROWS * shape.hidden;
    let word_bytes =
        |words: &[f32]| -> Vec<u8> { words.iter().flat_map(|n| n.to_ne_bytes()).collect() };
    let header = Header {
        origin: contents.origin.clone(),
        hashes: contents.hashes.clone(),
        shape,
        depth: weights.depth(),
        goldens: contents.goldens.clone(),
        vocabulary_len: vocabulary.len(),
        checksums: Checksums {
            lanes: halves(weights.lanes.bytes()).map(crc32fast::hash),
            numbers: crc32fast::hash(weights.numbers.bytes()),
            vocabulary: crc32fast::hash(vocabulary),
            words: words
                .chunks(block)
                .map(|rows| crc32fast::hash(&word_bytes(rows)))
                .collect(),
        },
    };
    let mut file = io::BufWriter::new(fs_err::File::create(path)?);
    let header = serde_json::to_vec(&header)?;
    file.write_all(&MAGIC)?;
    file.write_all(&BYTE_ORDER.to_ne_bytes())?;
    file.write_all(
        &u32::try_from(header.len())
            .map_err(io::Error::other)?
            .to_ne_bytes(),
    )?;
    file.write_all(&crc32fast::hash(&header).to_ne_bytes())?;
    file.write_all(&header)?;
    let written = PREFACE + header.len();
    file.write_all(&vec![0; written.next_multiple_of(64) - written])?;
    file.write_all(weights.lanes.bytes())?;
    file.write_all(weights.numbers.bytes())?;
    file.write_all(vocabulary)?;
    for rows in words.chunks(block) {
        file.write_all(&word_bytes(rows))?;
    }
    file.flush()
}

/// Bytes that are read and checked at once: the processor still has them at hand.
const PIECE: usize = 1 << 18;
/// Bytes before the header.
const PREFACE: usize = 8 + 3 * 4;

/// Reads the file at `path`, all but the words, and checks every byte of what it reads.
///
/// # Errors
/// `NotFound` where there is none; `InvalidData`, with the reason, where it is damaged, of another
/// format or machine, or not of `origin` and `depth`; and whatever else the file system says.
pub(super) fn read(path: &Path, origin: &Origin, depth: usize) -> io::Result<Packed<fs_err::File>> {
    let packed = read_from(fs_err::File::open(path)?)?;
    if packed.header.origin != *origin {
        return Err(not_right("it was made from other files"));
    }
    if packed.header.depth != depth {
        return Err(not_right("it is for another kernel"));
    }
    Ok(packed)
}

/// The same from anywhere, whatever it was made from.
///
/// # Errors
/// As [`read`].
pub(super) fn read_from<R: ReadAt>(from: R) -> io::Result<Packed<R>> {
    let len = from.size()?;
    let (header, mut at) = read_header(&from, len)?;
    let checksums = &header.checksums;
    // What is not there must not be lent.
    let weights = header.shape.packed_len(header.depth);
    if len != at + weights + header.vocabulary_len as u64 {
        return Err(not_right("its length is not what its header says"));
    }
    let lanes = read_lanes(&from, at, &header)?;
    at += lanes.bytes().len() as u64;
    let mut numbers = Buffer::zeroed(header.shape.numbers());
    section(&from, numbers.bytes_mut(), at, checksums.numbers)?;
    at += numbers.bytes().len() as u64;
    let mut vocabulary = vec![0; header.vocabulary_len];
    section(&from, &mut vocabulary, at, checksums.vocabulary)?;
    at += vocabulary.len() as u64;
    let words = (from, at);
    Ok(Packed {
        weights: Weights::of((header.shape, header.depth), lanes, numbers),
        header,
        vocabulary,
        words,
    })
}

/// The header, and where what follows it begins.
fn read_header(from: &impl ReadAt, len: u64) -> io::Result<(Header, u64)> {
    let mut preface = [0; PREFACE];
    from.read_at(&mut preface, 0)?;
    let (magic, numbers) = preface.split_at(MAGIC.len());
    if magic != MAGIC {
        return Err(not_right("it is of another version"));
    }
    let mut numbers = numbers
        .as_chunks::<4>()
        .0
        .iter()
        .map(|bytes| u32::from_ne_bytes(*bytes));
    let mut next = || numbers.next().unwrap_or_default();
    let (order, length, checksum) = (next(), next() as usize, next());
    if order != BYTE_ORDER || length > MOST_HEADER {
        return Err(not_right("it is of another machine, or damaged"));
    }
    let mut bytes = vec![0; length];
    section(from, &mut bytes, PREFACE as u64, checksum)?;
    let header: Header = serde_json::from_slice(&bytes)?;
    // A damaged header cannot have other sizes, since it has a checksum, but a forged one can.
    if len < header.shape.packed_len(header.depth) || header.vocabulary_len > MOST_HEADER {
        return Err(not_right("it is too short for what its header says"));
    }
    let end = (PREFACE + length) as u64;
    Ok((header, end.next_multiple_of(64)))
}

/// The matrices, where they stand if they are lent. Most of the time goes into them: two threads share it.
fn read_lanes(from: &impl ReadAt, at: u64, header: &Header) -> io::Result<Lanes> {
    let (len, sums) = (header.shape.lanes(header.depth), header.checksums.lanes);
    if let Some(lent) = from.lend(at, len) {
        let [first, second] = halves(lent.bytes());
        both(|| check(first, sums[0]), || check(second, sums[1]))?;
        return Ok(lent);
    }
    let mut own = Buffer::zeroed(len);
    let bytes = own.bytes_mut();
    let (first, second) = bytes.split_at_mut(bytes.len() / 2);
    let half = at + first.len() as u64;
    both(
        || section(from, first, at, sums[0]),
        || section(from, second, half, sums[1]),
    )?;
    Ok(Lanes::Own(own))
}

/// Does two things at the same time.
fn both(
    first: impl FnOnce() -> io::Result<()> + Send,
    second: impl FnOnce() -> io::Result<()>,
) -> io::Result<()> {
    std::thread::scope(|scope| {
        let first = scope.spawn(first);
        let second = second();
        let first = first
            .join()
            .unwrap_or_else(|_| Err(not_right("it cannot be read")));
        second.and(first)
    })
}

fn check(bytes: &[u8], checksum: u32) -> io::Result<()> {
    if crc32fast::hash(bytes) == checksum {
        Ok(())
    } else {
        Err(not_right("it is damaged"))
    }
}

fn section(from: &impl ReadAt, bytes: &mut [u8], at: u64, checksum: u32) -> io::Result<()> {
    let mut hasher = crc32fast::Hasher::new();
    for (piece, at) in bytes.chunks_mut(PIECE).zip((at..).step_by(PIECE)) {
        from.read_at(piece, at)?;
        hasher.update(piece);
    }
    if hasher.finalize() == checksum {
        Ok(())
    } else {
        Err(not_right("it is damaged"))
    }
}

fn halves(bytes: &[u8]) -> [&[u8]; 2] {
    let (first, second) = bytes.split_at(bytes.len() / 2);
    [first, second]
}

fn not_right(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}
