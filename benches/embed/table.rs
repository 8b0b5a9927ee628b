//! Figures as Markdown, to be read in a terminal too.

use crate::child::{Child, Report};
use crate::figures::{Figures, count, median};
use crate::machine;
use crate::texts::Texts;

/// All that is printed.
pub(crate) struct Table<'a> {
    pub(crate) texts: &'a Texts,
    pub(crate) engines: &'a [Child],
    /// Of each engine.
    pub(crate) figures: &'a [Figures],
    /// Engines that did not start, and why.
    pub(crate) absent: &'a [(String, String)],
    /// Engines that ratios are taken to.
    pub(crate) baselines: [&'a str; 2],
    /// Whether the engines were told to use no more than AVX2.
    pub(crate) held: bool,
}

impl Table<'_> {
    /// What was measured, on what, by whom, and who was not there.
    pub(crate) fn conditions(&self) -> String {
        let mut out = format!(
            "{} passages of {} transcripts, {:.1} tokens on average; a question of {} tokens; {} rounds\n{}\n\n",
            self.texts.passages,
            self.texts.files,
            self.texts.tokens,
            self.texts.question_tokens,
            self.figures
                .first()
                .map_or(0, |figures| figures.rounds.len()),
            machine::processor(),
        );
        for Child { name, report, .. } in self.engines {
            let mut facts = vec![report.version.clone(), report.precision.clone()];
            facts.extend(report.instructions.clone());
            facts.extend(report.batch.map(|texts| format!("{texts} texts a batch")));
            facts.extend(
                report
                    .streams
                    .map(|batches| format!("{batches} batches at a time")),
            );
            out.push_str(&format!("- {name}: {}\n", facts.join("; ")));
            if self.held && !is_held(report) {
                out.push_str(
                    "  (only partly held to AVX2: its figures are those of a faster engine)\n",
                );
            }
        }
        for (name, why) in self.absent {
            out.push_str(&format!("- {name}: absent: {why}\n"));
        }
        out
    }

    /// One line an engine.
    pub(crate) fn lines(&self) -> String {
        let [first, second] = self.baselines;
        let (name, reference) = self.reference();
        let mut out = format!(
            "\n| engine | texts/s: median (min–max) | ÷ {first} | ÷ {second} | cosine to {name}: min, mean \
             | question, ms | cores at work | texts/s a core |\n|---|---|---|---|---|---|---|---|\n"
        );
        for (engine, own) in self.engines.iter().zip(self.figures) {
            let (slowest, fastest) = own.extremes();
            let ratio = |name| number(self.named(name).map(|other| own.times_faster_than(other)));
            let cosines = reference.map(|reference| own.cosines(reference, self.texts.passages));
            out.push_str(&format!(
                "| {} | {:.1} ({:.1}–{:.1}) | {} | {} | {} | {:.2} | {} | {} |\n",
                engine.name,
                self.speed(own.seconds()),
                self.speed(slowest),
                self.speed(fastest),
                ratio(first),
                ratio(second),
                cosines.map_or("–".to_owned(), |(min, mean)| format!(
                    "{min:.6}, {mean:.6}"
                )),
                median(own.question_seconds.clone()) * 1e3,
                number(own.cores()),
                number(own.cpu_seconds().map(|seconds| self.speed(seconds))),
            ));
        }
        out
    }

    /// Texts a second of one of our own tiers on one thread and on all.
    pub(crate) fn threads(&self, name: &str, [one, all]: &[Figures; 2]) -> String {
        format!(
            "\n{name}, one thread → {}: {:.1} → {:.1} texts/s, × {:.2}; cores at work {} → {}\n",
            machine::threads(),
            self.speed(one.seconds()),
            self.speed(all.seconds()),
            all.times_faster_than(one),
            number(one.cores()),
            number(all.cores()),
        )
    }

    /// The `torch` engine in f32; without it candle's own model, which computes the same.
    fn reference(&self) -> (&'static str, Option<&Figures>) {
        match self.named("torch") {
            Some(torch) => ("torch", Some(torch)),
            None => ("stock", self.named("stock")),
        }
    }

    fn named(&self, name: &str) -> Option<&Figures> {
        let place = self.engines.iter().position(|engine| engine.name == name)?;
        self.figures.get(place)
    }

    fn speed(&self, seconds: f64) -> f64 {
        count(self.texts.passages) / seconds
    }
}

/// Whether all that an engine says about its matrix products is of AVX2; what it does not say counts
/// as held. `mlas` looks at the processor only, and no setting of its user's.
fn is_held(report: &Report) -> bool {
    let products = report.instructions.as_deref().unwrap_or_default();
    !["avx512", "mlas"]
        .iter()
        .any(|more| products.contains(more))
}

fn number(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| format!("{value:.2}"))
}
