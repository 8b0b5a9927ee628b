//! The figures of one size.

use crate::synthetic::Synthetic;
use crate::{Fallible, Grown};
use onrecord::embed::{Embedder, Embedding, dot};
use onrecord::index::{Hit, Index, Search};
use onrecord::library::{Filter, Library, Scope};
use onrecord::question::Question;
use onrecord::retrieve::{Reach, retrieve};
use onrecord::units::PassageId;
use std::path::Path;
use std::time::Instant;

pub(crate) const HEAD: &str = "passages  segments  recall@10 passages/questions  \
    vectors p50/p99 ms  words p50/p99 ms  retrieval p50/p99 ms  \
    index CPU s  wall s  index B/passage  library B/passage";

/// Neighbours that recall is measured over.
const NEIGHBOURS: usize = 10;
/// Candidates that a question asks the index for.
const POOL: usize = 200;
/// Vectors near passages that are looked for.
const NEAR: usize = 200;

pub(crate) struct Questions {
    texts: Vec<Question>,
    /// Their vectors.
    pub(crate) real: Vec<Embedding>,
    /// Vectors of passages that no call has.
    pub(crate) near: Vec<Embedding>,
}

impl Questions {
    pub(crate) fn read(file: &Path, embedder: &Embedder, synthetic: &Synthetic) -> Fallible<Self> {
        let mut texts = Vec::new();
        for line in fs_err::read_to_string(file)?
            .lines()
            .filter(|line| !line.trim().is_empty())
        {
            let object: Option<serde_json::Value> = serde_json::from_str(line).ok();
            let question = object.as_ref().and_then(|object| object.get("question"));
            let text = question.and_then(serde_json::Value::as_str).unwrap_or(line);
            texts.push(Question::new(text, Filter::default())?);
        }
        let real = texts
            .iter()
            .map(|question| embedder.embed_question(&question.text));
        let real = real.collect::<Result<_, _>>()?;
        let near = (0..NEAR).map(|number| synthetic.question(number)).collect();
        Ok(Self { texts, real, near })
    }
}

pub(crate) fn line(
    library: &Library,
    embedder: &Embedder,
    questions: &Questions,
    grown: &Grown,
) -> Fallible<String> {
    // As `ask` does: one state of the library for all that a question reads.
    library.snapshot(|| Ok(measured(library, embedder, questions, grown)))?
}

fn measured(
    library: &Library,
    embedder: &Embedder,
    questions: &Questions,
    grown: &Grown,
) -> Fallible<String> {
    let index = Index::open(library)?;
    let whole = Scope::default();
    let nearest = |vector: &Embedding| index.nearest(vector, &whole, Search::Indexed, POOL);
    let vectors = All::read(library)?;
    let recall = |asked: &[Embedding]| -> Fallible<f64> {
        let mut found = 0;
        for vector in asked {
            let exact = vectors.nearest(vector);
            let hits: Vec<Hit> = nearest(vector)?;
            let hits = hits.iter().take(NEIGHBOURS);
            found += hits.filter(|hit| exact.contains(&hit.passage)).count();
        }
        Ok(ratio(found, asked.len() * NEIGHBOURS))
    };
    let recall = (recall(&questions.near)?, recall(&questions.real)?);
    drop(vectors);
    let by_vectors = times(&questions.near, |vector| Ok(nearest(vector)?.len()))?;
    let by_words = times(&questions.texts, |question| {
        let terms =
            onrecord::retrieve::Terms::weigh(&index, &question.terms, &question.names.exact)?;
        Ok(index.by_words(&terms.weighted(), &whole, POOL)?.len())
    })?;
    let reach = Reach {
        search: Search::Indexed,
        limit: 5,
    };
    let both = times(&questions.texts, |question| {
        let scopes = [Scope::default()];
        Ok(retrieve(&index, embedder, question, &scopes, reach)?
            .candidates
            .len())
    })?;
    let (segments, graphs) = index.segment_count();
    let index_bytes = folder_size(&library.folder().join("index"))?;
    let all_bytes = index_bytes + folder_size(library.folder())?;
    Ok(format!(
        "{:>8}  {segments} ({graphs} linked)  {:.4} / {:.4}  {:.2} / {:.2}  {:.2} / {:.2}  {:.2} / {:.2}  \
         {:.1}  {:.1}  {:.0}  {:.0}",
        grown.passages,
        recall.0,
        recall.1,
        by_vectors.0,
        by_vectors.1,
        by_words.0,
        by_words.1,
        both.0,
        both.1,
        grown.index_cpu,
        grown.index_wall,
        ratio(index_bytes, grown.passages),
        ratio(all_bytes, grown.passages),
    ))
}

/// The median and the 99th percentile of what each takes, in milliseconds, once all have been run.
fn times<T>(asked: &[T], run: impl Fn(&T) -> Fallible<usize>) -> Fallible<(f64, f64)> {
    let mut times = Vec::new();
    for round in 0..3 {
        for one in asked {
            let started = Instant::now();
            std::hint::black_box(run(one)?);
            if round > 0 {
                times.push(started.elapsed().as_secs_f64() * 1e3);
            }
        }
    }
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    Ok((at(50), at(99)))
}

/// All vectors, for the exact neighbours.
struct All {
    ids: Vec<PassageId>,
    values: Vec<f32>,
    dimension: usize,
}

impl All {
    fn read(library: &Library) -> Fallible<Self> {
        let (mut ids, mut values) = (Vec::new(), Vec::new());
        let all = PassageId(0)..library.passages_end()?;
        library.scan_vectors(&Scope::default(), all, |id, bytes| {
            ids.push(id);
            let (numbers, _) = bytes.as_chunks::<4>();
            values.extend(numbers.iter().map(|number| f32::from_le_bytes(*number)));
            Ok(())
        })?;
        Ok(Self {
            ids,
            values,
            dimension: library.dimension()?,
        })
    }

    fn nearest(&self, question: &Embedding) -> Vec<PassageId> {
        let rows = self.values.chunks_exact(self.dimension).zip(&self.ids);
        let mut all: Vec<(f32, PassageId)> = rows
            .map(|(row, id)| (dot(row, question.values()), *id))
            .collect();
        let wanted = NEIGHBOURS.min(all.len() - 1);
        all.select_nth_unstable_by(wanted, |a, b| b.0.total_cmp(&a.0));
        all[..wanted].iter().map(|(_, id)| *id).collect()
    }
}

fn folder_size(folder: &Path) -> Fallible<usize> {
    let mut size = 0;
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?.metadata()?;
        if entry.is_file() {
            size += usize::try_from(entry.len())?;
        }
    }
    Ok(size)
}

fn ratio(part: usize, whole: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts for people")]
    let ratio = part as f64 / whole.max(1) as f64;
    ratio
}

/// Of all threads of this process so far; 0 where the system does not say.
pub(crate) fn cpu_seconds() -> f64 {
    let stat = fs_err::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}
