//! The model's own files: weights by their names, hashes, and what candle makes of some tokens.

use super::bert::{Shape, Tensors};
use super::folder::ModelFolder;
use super::packed::{Golden, Hashes};
use super::stock::Stock;
use crate::error::Result;
use crate::transcript::sha256_hex;
use candle_core::{DType, Device};
use candle_nn::VarBuilder;

/// A model's large files, read.
pub(super) struct Source<'a> {
    pub(super) folder: &'a ModelFolder,
    pub(super) weights: Vec<u8>,
    pub(super) tokenizer: Vec<u8>,
}

impl<'a> Source<'a> {
    pub(super) fn read(folder: &'a ModelFolder) -> Result<Self> {
        Ok(Self {
            folder,
            weights: folder.bytes("model.safetensors")?,
            tokenizer: folder.bytes("tokenizer.json")?,
        })
    }

    pub(super) fn hashes(&self) -> Hashes {
        Hashes {
            weights: sha256_hex(&self.weights),
            tokenizer: sha256_hex(&self.tokenizer),
        }
    }

    /// The tensors by name.
    pub(super) fn tensors(&self) -> Result<SafeTensors<'_>> {
        let tensors = VarBuilder::from_slice_safetensors(&self.weights, DType::F32, &Device::Cpu);
        let tensors = tensors.map_err(|error| self.folder.broken_weights(&error))?;
        Ok(SafeTensors { folder: self.folder, tensors })
    }

    /// Row-major `(words, hidden)`.
    pub(super) fn words(&self, shape: &Shape) -> Result<Vec<f32>> {
        let name = "embeddings.word_embeddings.weight";
        self.tensors()?.tensor(name, &[shape.vocabulary, shape.hidden])
    }

    /// What candle's own model makes of two texts that any model can read: one so short that it can be
    /// tried at every start, and one long enough to fill blocks, panels and a row of scores.
    pub(super) fn goldens(&self, shape: &Shape) -> Result<Vec<Golden>> {
        let stock = Stock::load(self.folder, &self.weights)?;
        let lengths = [4, 75].map(|length: usize| length.min(shape.positions));
        let texts = lengths.map(|length| {
            // Spread over the vocabulary by the golden ratio's fraction of 2^32.
            let id = |i: usize| (i * 0x9e37_79b9 >> 8) % shape.vocabulary;
            (1..=length).filter_map(|i| u32::try_from(id(i)).ok()).collect::<Vec<u32>>()
        });
        let golden = |ids: Vec<u32>| {
            let states = stock.forward(&[&ids]);
            let states = states.map_err(|error| self.folder.broken(error.to_string()))?;
            Ok(Golden { state: sum(states.text(0), shape.hidden), ids })
        };
        texts.into_iter().map(golden).collect()
    }
}

/// The sum of all rows.
pub(super) fn sum<'a>(rows: impl Iterator<Item = &'a [f32]>, hidden: usize) -> Vec<f32> {
    let mut sums = vec![0.0; hidden];
    for row in rows {
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
    sums
}

/// Tensors of `model.safetensors`, as `f32` whatever they are stored in.
pub(super) struct SafeTensors<'a> {
    folder: &'a ModelFolder,
    tensors: VarBuilder<'a>,
}

impl Tensors for SafeTensors<'_> {
    type Error = crate::error::Error;

    fn tensor(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        // Some files hold the encoder as a part of a larger model.
        let name = [name.to_owned(), format!("bert.{name}")]
            .into_iter()
            .find(|name| self.tensors.contains_tensor(name))
            .unwrap_or_else(|| name.to_owned());
        let tensor = self.tensors.get(shape, &name);
        let numbers = tensor.and_then(|tensor| tensor.flatten_all()?.to_vec1());
        numbers.map_err(|error| self.folder.broken_weights(&error))
    }
}
