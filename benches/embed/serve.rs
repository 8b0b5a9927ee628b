//! Our own encoder as one of the engines: the protocol of `peers.py`, on standard input and output.

use crate::Fallible;
use crate::texts::Ids;
use onrecord::embed::{Device, Embedder, Embedding};
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::time::Instant;

/// A question is embedded this often; the first tenth warms up.
const QUESTIONS: usize = 31;

/// Answers requests until there are no more. The encoder takes its tier from the environment; `tier`
/// is what it has to be.
pub(crate) fn serve(tier: &str, model: &Path, texts: &Path) -> Fallible<()> {
    let ids: Ids = serde_json::from_slice(&fs_err::read(texts)?)?;
    let embedder = Embedder::open(model, Device::Cpu, crate::say)?;
    if embedder.kernel() != tier {
        return Err(format!("`{}` runs instead", embedder.kernel()).into());
    }
    let report = serde_json::json!({
        "version": format!("onrecord {}", env!("CARGO_PKG_VERSION")),
        "precision": precision(tier),
    });
    // A first pass warms up, and finds an encoder that cannot run here.
    embedder.embed_ids(&ids.texts)?;
    let mut out = io::stdout();
    writeln!(out, "ready {report}")?;
    for line in io::stdin().lock().lines() {
        let line = line?;
        match line.split_once(' ').unwrap_or((&line, "")) {
            ("go", _) => {
                let start = Instant::now();
                embedder.embed_ids(&ids.texts)?;
                writeln!(out, "{}", start.elapsed().as_secs_f64())?;
            }
            ("one", _) => writeln!(out, "{}", one(&embedder, &ids.question)?)?,
            ("vectors", file) => {
                let vectors = embedder.embed_ids(&ids.texts)?;
                let bytes: Vec<u8> = vectors.iter().flat_map(Embedding::to_le_bytes).collect();
                fs_err::write(file, bytes)?;
                writeln!(out, "written")?;
            }
            (other, _) => return Err(format!("no such request: {other}").into()),
        }
    }
    Ok(())
}

/// What the matrix products multiply; they add in f32 on every tier.
fn precision(tier: &str) -> &'static str {
    match tier {
        "amx" | "avx512-bf16" => "bf16",
        _ => "f32",
    }
}

/// Median seconds for a question alone.
fn one(embedder: &Embedder, question: &[u32]) -> Fallible<f64> {
    let question = [question.to_vec()];
    let mut seconds = Vec::new();
    for _ in 0..QUESTIONS {
        let start = Instant::now();
        embedder.embed_ids(&question)?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    let warm = seconds.split_off(QUESTIONS / 10);
    Ok(crate::figures::median(warm))
}
