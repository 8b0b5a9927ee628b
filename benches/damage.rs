//! Random damage to the files of an index: is all of it found, and does none of it change an answer?
//!
//! In: a library made for this. Out: counts. Each round gives one file of its index one damage: a flipped bit, a cut, zeroed
//! bytes, a block put elsewhere, or no file; and writes it back at the end, so that a run that is stopped may leave a damage, which
//! `onrecord doctor` repairs. Fixed questions are asked by vectors and by words; their answers have to be those of the sound
//! index, and a thorough check has to find the damage.

use clap::Parser;
use onrecord::index::{self, Hit, Index, Search, Weighted, WordHit};
use onrecord::library::{Library, Scope};
use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

type Fallible<T> = Result<T, Box<dyn Error>>;

/// Damages the index of a library in many ways, one at a time, and puts it right again.
#[derive(Parser)]
struct Args {
    /// The library; its index is damaged and restored, so make it for this
    #[arg(long)]
    library: PathBuf,
    #[arg(long, default_value_t = 1000)]
    rounds: usize,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Fallible<bool> {
    let library = Library::open(&args.library)?;
    let files: Vec<PathBuf> = library
        .live()?
        .segments
        .iter()
        .map(|record| args.library.join("index").join(&record.file))
        .collect();
    let expected = answers(&library, Search::Indexed)?;
    let exact = answers(&library, Search::Exact)?;
    let mut random = Random(args.seed | 1);
    let (mut missed, mut changed, mut said) = (0, 0, 0);
    for round in 0..args.rounds {
        let file = &files[random.below(files.len())];
        let whole = fs_err::read(file)?;
        let damage = damage(file, &whole, &mut random)?;
        if index::check(&library, true)?.is_empty() {
            missed += 1;
            writeln!(io::stderr(), "round {round}: {damage} was not found")?;
        }
        let answers = answers(&library, Search::Indexed)?;
        said += usize::from(!answers.notes.is_empty());
        let mut near = answers.near.iter().zip(&expected.near).zip(&exact.near);
        let is_right = |((near, sound), exact): ((&Vec<Hit>, _), _)| near == sound || near == exact;
        if answers.by_words != expected.by_words || !near.all(is_right) {
            changed += 1;
            writeln!(io::stderr(), "round {round}: {damage} changed an answer")?;
        }
        fs_err::write(file, &whole)?;
    }
    writeln!(
        io::stdout(),
        "{} damages to {} files: {missed} not found by the check, {changed} changed an answer, {said} met by the questions",
        args.rounds,
        files.len()
    )?;
    Ok(missed == 0 && changed == 0)
}

struct Answers {
    near: Vec<Vec<Hit>>,
    by_words: Vec<Vec<WordHit>>,
    notes: Vec<String>,
}

fn answers(library: &Library, search: Search) -> Fallible<Answers> {
    let index = Index::open(library)?;
    let whole = Scope::default();
    let ids = library.passages_of(library.calls()?[0].row)?;
    let dimension = library.dimension()?;
    let mut near = Vec::new();
    for id in ids.iter().step_by(ids.len().div_ceil(5)) {
        let vector = library.passage_vector(*id, dimension)?;
        near.push(index.nearest(&vector, &whole, search, 20)?);
    }
    let mut by_words = Vec::new();
    for stems in [
        ["revenu", "growth"],
        ["margin", "cost"],
        ["demand", "capac"],
    ] {
        let mut terms = Vec::new();
        for stem in stems {
            // Any weight will do, as long as it is the same in each round.
            let count = u16::try_from(index.document_frequency(stem)?).unwrap_or(u16::MAX);
            terms.push(Weighted {
                stem: stem.to_owned(),
                idf: 1.0 / (1.0 + f32::from(count)),
                brings: true,
            });
        }
        by_words.push(index.by_words(&terms, &whole, 20)?);
    }
    Ok(Answers {
        near,
        by_words,
        notes: index.notes(),
    })
}

/// Writes the file with one damage, and gives its name.
fn damage(file: &Path, whole: &[u8], random: &mut Random) -> Fallible<String> {
    const BLOCK: usize = 4096;
    let at = random.below(whole.len());
    let mut bytes = whole.to_vec();
    let name = match random.below(6) {
        0 | 1 => {
            bytes[at] ^= 1 << random.below(8);
            format!("a flipped bit in byte {at}")
        }
        2 => {
            bytes.truncate(at);
            format!("a cut at byte {at}")
        }
        3 => {
            let end = (at + BLOCK).min(bytes.len());
            bytes[at..end].fill(0);
            if bytes == whole {
                bytes[at] ^= 1;
            }
            format!("zeroes from byte {at}")
        }
        4 => {
            let blocks = bytes.len() / BLOCK;
            let (from, to) = (random.below(blocks), random.below(blocks - 1));
            let to = to + usize::from(to >= from);
            bytes.copy_within(from * BLOCK..(from + 1) * BLOCK, to * BLOCK);
            format!("block {from} in the place of block {to}")
        }
        _ => {
            fs_err::remove_file(file)?;
            return Ok("a missing file".to_owned());
        }
    };
    fs_err::write(file, bytes)?;
    Ok(name)
}

/// Numbers that repeat from run to run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        // Marsaglia 2003, "Xorshift RNGs", with the multiplication of xorshift64*.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).unwrap_or(0) % bound
    }
}
