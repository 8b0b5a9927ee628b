//! What was measured of one engine, and what is made of it.

/// One pass over all texts.
pub(crate) struct Round {
    pub(crate) seconds: f64,
    /// Over all threads.
    pub(crate) cpu_seconds: Option<f64>,
}

/// All that was measured of one engine; rounds in the order of time, the same for all engines.
#[derive(Default)]
pub(crate) struct Figures {
    pub(crate) rounds: Vec<Round>,
    pub(crate) question_seconds: Vec<f64>,
    /// All vectors, one after the other.
    pub(crate) vectors: Vec<f32>,
}

impl Figures {
    /// Median seconds of a round.
    pub(crate) fn seconds(&self) -> f64 {
        median(self.rounds.iter().map(|round| round.seconds).collect())
    }

    /// Seconds of the slowest round and of the fastest.
    pub(crate) fn extremes(&self) -> (f64, f64) {
        let seconds = || self.rounds.iter().map(|round| round.seconds);
        (
            seconds().fold(f64::NEG_INFINITY, f64::max),
            seconds().fold(f64::INFINITY, f64::min),
        )
    }

    /// How many times faster than another engine: the median over the rounds.
    pub(crate) fn times_faster_than(&self, other: &Self) -> f64 {
        let rounds = self.rounds.iter().zip(&other.rounds);
        median(
            rounds
                .map(|(own, other)| other.seconds / own.seconds)
                .collect(),
        )
    }

    /// Processor time over wall time: how many cores worked.
    pub(crate) fn cores(&self) -> Option<f64> {
        let rounds = self.rounds.iter();
        let cores = rounds.map(|round| Some(round.cpu_seconds? / round.seconds));
        Some(median(cores.collect::<Option<_>>()?))
    }

    /// Median processor time of a round.
    pub(crate) fn cpu_seconds(&self) -> Option<f64> {
        let seconds = self.rounds.iter().map(|round| round.cpu_seconds);
        Some(median(seconds.collect::<Option<_>>()?))
    }

    /// The lowest and the mean cosine between each vector and the reference's.
    pub(crate) fn cosines(&self, reference: &Self, vectors: usize) -> (f64, f64) {
        let dimension = (self.vectors.len() / vectors.max(1)).max(1);
        let rows = self.vectors.chunks(dimension);
        let pairs = rows.zip(reference.vectors.chunks(dimension));
        let cosines: Vec<f64> = pairs.map(|(a, b)| cosine(a, b)).collect();
        let lowest = cosines.iter().copied().fold(f64::INFINITY, f64::min);
        (lowest, cosines.iter().sum::<f64>() / count(cosines.len()))
    }
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        let products = a.iter().zip(b);
        products.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

/// The middle; of an even number the mean of the two in the middle. NaN of nothing.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let upper = values.len() / 2;
    let lower = values.len().saturating_sub(1) / 2;
    match (values.get(lower), values.get(upper)) {
        (Some(lower), Some(upper)) => f64::midpoint(*lower, *upper),
        _ => f64::NAN,
    }
}

/// A count as a number to calculate with.
pub(crate) fn count(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
