//! How fast passages become vectors, beside the engines that a user could pick instead.
//!
//! In: transcripts, a model, and a Python that has the other engines. Out: a table. Every engine is a
//! child process that embeds the same token ids; they take turns, so that a busy moment of the
//! machine hits all of them, and only ratios within a round are believed. It knows no engine's inside.

mod child;
mod figures;
mod machine;
mod serve;
mod table;
mod texts;

use child::{Child, Start};
use clap::Parser;
use figures::Figures;
use onrecord::embed::find_model;
use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use table::Table;

pub(crate) type Fallible<T> = Result<T, Box<dyn Error>>;

/// Our own encoder's tiers, the fastest first; `stock` is candle's own model.
const TIERS: [&str; 6] = ["amx", "avx512-bf16", "avx512", "avx2", "portable", "stock"];
const PEERS: [&str; 4] = ["torch", "onnxruntime", "openvino-f32", "openvino-bf16"];

/// Embeds the same passages with every engine in turn, and compares.
#[derive(Parser)]
struct Args {
    /// Transcripts that passages are taken from: files or folders
    #[arg(required_unless_present = "serve")]
    transcripts: Vec<PathBuf>,
    /// The model's folder or name
    #[arg(long)]
    model: Option<String>,
    /// A Python with the other engines [default: `$ONRECORD_PEERS_PYTHON`]
    #[arg(long)]
    python: Option<PathBuf>,
    /// Passages to embed, spread evenly over the transcripts
    #[arg(long, default_value_t = 512)]
    passages: usize,
    /// Leave out shorter ones, in tokens; 0 measures the lengths that `onrecord add` meets
    #[arg(long, default_value_t = 140)]
    shortest: usize,
    /// How often each engine embeds them all
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Begin no other round after these many seconds
    #[arg(long)]
    seconds: Option<u64>,
    /// Only engines that can be held to AVX2, held to it
    #[arg(long)]
    avx2: bool,
    /// Only these engines and tiers
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Be one of the engines: this tier of our own encoder, for the texts in `--texts`
    #[arg(long, hide = true, requires = "texts")]
    serve: Option<String>,
    #[arg(long, hide = true)]
    texts: Option<PathBuf>,
    /// What cargo adds
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let done = match (&args.serve, &args.texts) {
        (Some(tier), Some(texts)) => find_model(args.model.as_deref(), None)
            .map_err(Into::into)
            .and_then(|model| serve::serve(tier, &model, texts)),
        _ => compare(&args),
    };
    done.map_or_else(
        |error| {
            let own = error.downcast_ref::<onrecord::error::Error>();
            let cause = own.and_then(onrecord::error::Error::cause);
            let cause = cause.map_or_else(String::new, |cause| format!(": {cause}"));
            say(&format!("error: {error}{cause}"));
            ExitCode::from(2)
        },
        |()| ExitCode::SUCCESS,
    )
}

fn compare(args: &Args) -> Fallible<()> {
    let started = Instant::now();
    let model = find_model(args.model.as_deref(), None)?;
    let work = tempfile::tempdir()?;
    let texts = texts::choose(
        &args.transcripts,
        args.passages,
        args.shortest,
        (&model, work.path()),
    )?;
    let start = Start {
        model: &model,
        texts: &texts.file,
        work: work.path(),
        python: python(args),
        avx2: args.avx2,
    };
    let (mut engines, absent) = start_all(args, &start);
    if engines.is_empty() {
        return Err("no engine could be started".into());
    }
    let mut figures: Vec<Figures> = engines.iter().map(|_| Figures::default()).collect();
    measure(&mut engines, &mut figures, args.rounds, || {
        let limit = args.seconds;
        limit.is_none_or(|limit| started.elapsed().as_secs() < limit)
    })?;
    for (engine, figures) in engines.iter_mut().zip(&mut figures) {
        figures.vectors = engine.vectors(&work.path().join("vectors"))?;
    }
    let baselines = if args.avx2 {
        ["torch", "openvino-f32"]
    } else {
        ["onnxruntime", "openvino-bf16"]
    };
    let table = Table {
        texts: &texts,
        engines: &engines,
        figures: &figures,
        absent: &absent,
        baselines,
        held: args.avx2,
    };
    let mut out = io::stdout();
    out.write_all(table.conditions().as_bytes())?;
    out.write_all(table.lines().as_bytes())?;
    if let Some(name) = fastest_tier(&engines, &figures) {
        say(&format!("{name} on one thread and on all"));
        let mut pair = [start.tier_on_one_thread(name)?, start.tier(name)?];
        let mut both = [Figures::default(), Figures::default()];
        measure(&mut pair, &mut both, args.rounds.min(3), || true)?;
        out.write_all(table.threads(name, &both).as_bytes())?;
    }
    Ok(())
}

fn python(args: &Args) -> Option<PathBuf> {
    let named = || std::env::var_os("ONRECORD_PEERS_PYTHON").map(PathBuf::from);
    args.python.clone().or_else(named)
}

/// Every engine that starts, and why the others did not.
fn start_all(args: &Args, start: &Start<'_>) -> (Vec<Child>, Vec<(String, String)>) {
    let (mut engines, mut absent) = (Vec::new(), Vec::new());
    for name in PEERS.iter().chain(&TIERS) {
        if !(args.only.is_empty() || args.only.iter().any(|only| only == name)) {
            continue;
        }
        say(&format!("starting {name}"));
        let started = if args.avx2 && ["onnxruntime", "openvino-bf16"].contains(name) {
            Err("cannot be held to AVX2".into())
        } else if args.avx2 && !PEERS.contains(name) && *name != "avx2" {
            Err("is not held to AVX2".into())
        } else if PEERS.contains(name) {
            start.peer(name)
        } else {
            start.tier(name)
        };
        match started {
            Ok(engine) => engines.push(engine),
            Err(error) => absent.push(((*name).to_owned(), error.to_string())),
        }
    }
    (engines, absent)
}

/// Each round every engine embeds all texts and then the question, and another one begins. After the
/// first round, another is begun while there is `time`.
fn measure(
    engines: &mut [Child],
    figures: &mut [Figures],
    rounds: usize,
    time: impl Fn() -> bool,
) -> Fallible<()> {
    for round in 0..rounds {
        if round > 0 && !time() {
            break;
        }
        say(&format!("round {} of {rounds}", round + 1));
        let count = engines.len();
        let first = round % count;
        for index in (first..count).chain(0..first) {
            let (engine, figures) = (&mut engines[index], &mut figures[index]);
            figures.rounds.push(engine.embed_all()?);
            figures.question_seconds.push(engine.embed_question()?);
        }
    }
    Ok(())
}

/// The fastest of our own tiers that took part.
fn fastest_tier<'a>(engines: &'a [Child], figures: &[Figures]) -> Option<&'a str> {
    let ours = engines.iter().zip(figures);
    let ours = ours.filter(|(engine, _)| TIERS.contains(&engine.name.as_str()));
    let fastest = ours.min_by(|a, b| a.1.seconds().total_cmp(&b.1.seconds()));
    fastest.map(|(engine, _)| engine.name.as_str())
}

/// A line about what is going on, beside the result.
pub(crate) fn say(line: &str) {
    // Nobody needs to be listening.
    let _ = writeln!(io::stderr(), "{line}");
}

/// A path as an argument.
pub(crate) fn shown(path: &Path) -> String {
    path.display().to_string()
}
