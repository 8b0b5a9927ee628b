//! Our own encoder for one model: the weights, the tier that runs them, memory to run in.
//!
//! In: batches of token ids. Out: states. Where the weights come from is for [`opening`](super::opening).

use super::bert::{Bert, Scratch};
use super::encoder::States;
use super::kernels::Tier;
use super::packed::Golden;
use super::source::sum;
use super::vector::Embedding;
use std::io;
use std::sync::{Mutex, PoisonError};

/// A cosine with the reference below this is a wrong result, not rounding (measured: `bf16` gives
/// 0.9999 and more on four tokens, a wrongly packed matrix 0.95).
const LEAST_COSINE: f32 = 0.9995;

/// Our own encoder for one model.
pub(super) struct Own {
    bert: Bert,
    scratches: Mutex<Vec<Scratch>>,
}

impl Own {
    pub(super) fn new(bert: Bert) -> Self {
        let scratches = Mutex::default();
        Self { bert, scratches }
    }

    /// The model itself.
    pub(super) fn bert(&self) -> &Bert {
        &self.bert
    }

    /// The tier in use.
    pub(super) fn tier(&self) -> Tier {
        self.bert.tier
    }

    /// Runs a batch, and `look` on its states; see [`Bert::forward`].
    pub(super) fn forward<T>(
        &self,
        batch: &[&[u32]],
        look: impl FnOnce(&States<'_>) -> T,
    ) -> io::Result<T> {
        let mut scratch = self.scratches().pop().unwrap_or_default();
        let hidden = self.bert.weights.shape().hidden;
        let states = self.bert.forward(batch, &mut scratch);
        let looked = states.map(|values| look(&States::new(values, batch, hidden)));
        self.scratches().push(scratch);
        looked
    }

    fn scratches(&self) -> std::sync::MutexGuard<'_, Vec<Scratch>> {
        self.scratches
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it makes of the golden text's tokens what the reference does.
    pub(super) fn gives(&self, golden: &Golden) -> bool {
        let ours = self.forward(&[&golden.ids], |states| {
            Embedding::normalised(sum(states.text(0), golden.state.len()))
        });
        let theirs = Embedding::normalised(golden.state.clone());
        let ours = ours.ok().flatten();
        ours.zip(theirs)
            .is_some_and(|(a, b)| a.cosine(&b) >= LEAST_COSINE)
    }
}
