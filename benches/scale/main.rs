//! How a library answers as it grows, from thousands of passages to a million.
//!
//! In: a library of real calls, and questions. Out: a library of synthetic calls (see [`synthetic`]), and
//! at each size a line of figures: recall against the exact scan, the time that the parts of a question
//! take, and bytes. With `--vectors` the vectors and the questions' are written for `peers.py`, which
//! runs other indexes on them.

mod measure;
mod synthetic;

use clap::Parser;
use onrecord::embed::{Device, Embedder, Embedding, find_model};
use onrecord::index::{self, Effort, Step};
use onrecord::library::{Library, ModelRecord, NewCall, Scope};
use onrecord::transcript::{Metadata, Place};
use std::error::Error;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use synthetic::{PASSAGES, Synthetic};

pub(crate) type Fallible<T> = Result<T, Box<dyn Error>>;

/// Grows a library of synthetic calls and measures it at each size.
#[derive(Parser)]
struct Args {
    /// A library of real calls
    #[arg(long)]
    from: PathBuf,
    /// Where the synthetic library is made, or has been made
    #[arg(long)]
    to: PathBuf,
    /// Sizes to measure at, in passages, rising
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "10000,30000,100000,300000,1000000"
    )]
    sizes: Vec<usize>,
    /// Questions to ask, one a line, plain or as objects with `question`
    #[arg(long)]
    questions: PathBuf,
    /// A folder for the vectors, for other indexes
    #[arg(long)]
    vectors: Option<PathBuf>,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Fallible<()> {
    let from = Library::open(&args.from)?;
    let model = from.model()?.ok_or("the library of real calls is empty")?;
    let embedder = Embedder::open(&find_model(None, Some(&model.path))?, Device::Cpu, |_| ())?;
    let synthetic = Synthetic::new(&from)?;
    let questions = measure::Questions::read(&args.questions, &embedder, &synthetic)?;
    let mut library = Library::open_or_create(&args.to)?;
    let mut out = io::stdout().lock();
    writeln!(out, "{}", measure::HEAD)?;
    for &size in &args.sizes {
        let grown = grow(&mut library, &synthetic, &model, size)?;
        let line = measure::line(&library, &embedder, &questions, &grown)?;
        writeln!(out, "{line}")?;
        out.flush()?;
        if let Some(folder) = &args.vectors {
            write_vectors(&library, &questions, &folder.join(size.to_string()))?;
        }
    }
    Ok(())
}

/// What growing to a size took.
pub(crate) struct Grown {
    /// Passages there are now.
    pub(crate) passages: usize,
    /// Of linking and writing the index, in seconds of all processors.
    pub(crate) index_cpu: f64,
    pub(crate) index_wall: f64,
}

fn grow(
    library: &mut Library,
    synthetic: &Synthetic,
    model: &ModelRecord,
    size: usize,
) -> Fallible<Grown> {
    let given = Metadata::default();
    let started = Instant::now();
    for number in library.call_count()?..size / PASSAGES {
        let (source, reading, passages) = synthetic.call(number);
        let new = NewCall {
            source: &source,
            place: Place::default(),
            text: &source.decoded.text,
            reading: &reading,
            given: &given,
            passages: &passages,
            replaces: &[],
        };
        library.add(&new, model)?;
    }
    let stored = started.elapsed().as_secs_f64();
    let (started, cpu) = (Instant::now(), measure::cpu_seconds());
    let mut last = 0;
    index::refresh(library, Effort::All, &mut |step| {
        if let Step::Linked { done, all, .. } = step
            && done * 20 / all.max(1) > last
        {
            last = done * 20 / all.max(1);
            let _ = write!(io::stderr(), "\r  linked {done} of {all}   ");
        }
    })?;
    let index_cpu = measure::cpu_seconds() - cpu;
    let _ = writeln!(
        io::stderr(),
        "\r  stored in {stored:.0} s, indexed in {index_cpu:.0} s of CPU"
    );
    Ok(Grown {
        passages: library.call_count()? * PASSAGES,
        index_cpu,
        index_wall: started.elapsed().as_secs_f64(),
    })
}

/// `passages.f32`, `near.f32` and `asked.f32` (see [`measure::Questions`]): rows of little-endian numbers.
fn write_vectors(library: &Library, questions: &measure::Questions, folder: &Path) -> Fallible<()> {
    fs_err::create_dir_all(folder)?;
    let mut out = BufWriter::new(fs_err::File::create(folder.join("passages.f32"))?);
    let all = Scope::default();
    let mut failed = None;
    library.scan_vectors(
        &all,
        onrecord::units::PassageId(0)..library.passages_end()?,
        |_, bytes| {
            failed = failed.take().or(out.write_all(bytes).err());
            Ok(())
        },
    )?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    out.flush()?;
    for (name, vectors) in [("near", &questions.near), ("asked", &questions.real)] {
        let bytes: Vec<u8> = vectors.iter().flat_map(Embedding::to_le_bytes).collect();
        fs_err::write(folder.join(format!("{name}.f32")), bytes)?;
    }
    Ok(())
}
