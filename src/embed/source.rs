//! The model's own files: weights by their names, hashes, and what candle makes of some tokens.

use super::bert::{Shape, Tensors};
use super::folder::ModelFolder;
use super::packed::{Golden, Hashes};
use super::stock::Stock;
use super::weights;
use crate::error::{Error, Result};
use crate::transcript::sha256_hex;
use candle_core::Device;
use candle_nn::VarBuilder;

/// A model's large files, read.
pub(super) struct Source<'a> {
    folder: &'a ModelFolder,
    pub(super) tensors: VarBuilder<'static>,
    pub(super) tokenizer: Vec<u8>,
    pub(super) hashes: Hashes,
}

impl<'a> Source<'a> {
    /// Reads and hashes them; the tensors go to `device`.
    pub(super) fn read(folder: &'a ModelFolder, device: &Device) -> Result<Self> {
        let tokenizer = folder.bytes("tokenizer.json")?;
        let bytes = folder.bytes("model.safetensors")?;
        // The hash reads every byte, as candle does: both cores share the work.
        let (hash, tensors) = std::thread::scope(|scope| {
            let hash = scope.spawn(|| sha256_hex(&bytes));
            let tensors = weights::load(&folder.architecture, &bytes, device);
            (hash.join(), tensors)
        });
        Ok(Self {
            folder,
            tensors: tensors.map_err(|error| folder.broken_weights(&error))?,
            hashes: Hashes {
                weights: hash.map_err(|_| folder.broken("its weights could not be hashed"))?,
                tokenizer: sha256_hex(&tokenizer),
            },
            tokenizer,
        })
    }

    /// Row-major `(words, hidden)`.
    pub(super) fn words(&self, shape: &Shape) -> Result<Vec<f32>> {
        let name = "embeddings.word_embeddings.weight";
        self.tensor(name, &[shape.vocabulary, shape.hidden])
    }

    /// What candle's own model makes of two texts that any model can read: one so short that it can be
    /// tried at every start, and one long enough to fill blocks, panels and a row of scores.
    pub(super) fn goldens(&self, shape: &Shape) -> Result<Vec<Golden>> {
        let stock = Stock::build(self.folder, self.tensors.clone(), &Device::Cpu)?;
        let lengths = [4, 75].map(|length: usize| length.min(shape.positions));
        let texts = lengths.map(|length| {
            // Spread over the vocabulary by the golden ratio's fraction of 2^32.
            let id = |i: usize| ((i * 0x9e37_79b9) >> 8) % shape.vocabulary;
            (1..=length)
                .filter_map(|i| u32::try_from(id(i)).ok())
                .collect::<Vec<u32>>()
        });
        let golden = |ids: Vec<u32>| {
            let state = stock.forward(&[&ids], |states| sum(states.text(0), shape.hidden));
            let state = state.map_err(|error| self.folder.broken(error.to_string()))?;
            Ok(Golden { ids, state })
        };
        texts.into_iter().map(golden).collect()
    }
}

/// The sum of all rows.
pub(super) fn sum<'a>(rows: impl Iterator<Item = &'a [f32]>, hidden: usize) -> Vec<f32> {
    let mut sums = vec![0.0; hidden];
    for row in rows {
        sums.iter_mut()
            .zip(row)
            .for_each(|(sum, value)| *sum += value);
    }
    sums
}

impl Tensors for Source<'_> {
    type Error = Error;

    fn tensor(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let tensor = self.tensors.get(shape, name);
        let numbers = tensor.and_then(|tensor| tensor.flatten_all()?.to_vec1());
        numbers.map_err(|error| self.folder.broken_weights(&error))
    }
}
