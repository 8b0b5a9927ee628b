//! Token ids to token states through candle's own models, over a padded batch: the reference that our
//! own encoder is held against, and the path for architectures and devices that it does not serve.

use super::architecture::Architecture;
use super::encoder::States;
use super::folder::ModelFolder;
use crate::error::Result;
use candle_core::{Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::BertModel;
use candle_transformers::models::modernbert::{self, ModernBert};
use candle_transformers::models::nomic_bert::NomicBertModel;
use candle_transformers::models::xlm_roberta::XLMRobertaModel;

/// A transformer of candle's, with its weights.
pub(super) struct Stock {
    model: Model,
    hidden: usize,
    /// The id of padding. Only `RoBERTa` reads it: it gives such a token no position.
    padding: u32,
    device: Device,
}

enum Model {
    Bert(BertModel),
    Roberta(XLMRobertaModel),
    NomicBert(NomicBertModel),
    ModernBert(ModernBert),
}

impl Stock {
    /// Builds the model from its tensors, which lie on the device.
    pub(super) fn build(
        folder: &ModelFolder,
        tensors: VarBuilder<'_>,
        device: &Device,
    ) -> Result<Self> {
        let architecture = &folder.architecture;
        let model = Model::build(architecture, tensors);
        Ok(Self {
            model: model.map_err(|error| folder.broken_weights(&error))?,
            hidden: folder.hidden(),
            padding: match architecture {
                Architecture::Roberta(config) => config.pad_token_id,
                _ => 0,
            },
            device: device.clone(),
        })
    }

    /// Runs a batch, and `look` on its states. Shorter texts are padded and masked; the padding is left out of the
    /// states.
    pub(super) fn forward<T>(
        &self,
        batch: &[&[u32]],
        look: impl FnOnce(&States<'_>) -> T,
    ) -> candle_core::Result<T> {
        let longest = batch.iter().map(|ids| ids.len()).max().unwrap_or_default();
        let shape = (batch.len(), longest);
        let padded = |f: fn(&u32) -> u32, padding: u32| {
            let rows = batch.iter().flat_map(move |ids| {
                ids.iter()
                    .map(f)
                    .chain(std::iter::repeat_n(padding, longest - ids.len()))
            });
            Tensor::from_iter(rows, &self.device)?.reshape(shape)
        };
        let ids = padded(|id| *id, self.padding)?;
        let mask = padded(|_| 1, 0)?;
        let states = self.model.forward(&ids, &mask)?;
        let padded_states: Vec<f32> = states.flatten_all()?.to_vec1()?;
        let rows = padded_states.chunks_exact(longest.max(1) * self.hidden);
        let states = batch.iter().zip(rows).flat_map(|(ids, rows)| {
            let rows = rows.get(..ids.len() * self.hidden).unwrap_or_default();
            rows.iter().copied()
        });
        let states: Vec<f32> = states.collect();
        Ok(look(&States::new(&states, batch, self.hidden)))
    }
}

impl Model {
    fn build(architecture: &Architecture, tensors: VarBuilder<'_>) -> candle_core::Result<Self> {
        match architecture {
            Architecture::Bert(config) | Architecture::DistilBert(config) => {
                BertModel::load(tensors, config).map(Self::Bert)
            }
            Architecture::Roberta(config) => {
                XLMRobertaModel::new(config, tensors).map(Self::Roberta)
            }
            Architecture::NomicBert(config) => {
                NomicBertModel::load(tensors, config).map(Self::NomicBert)
            }
            Architecture::ModernBert(config) => {
                expect_norms(config, &tensors)?;
                ModernBert::load(tensors, config).map(Self::ModernBert)
            }
        }
    }

    /// **Shapes**: ids and mask `(texts, tokens)`, where a mask of 1 is a token and 0 padding; states
    /// `(texts, tokens, hidden)`.
    fn forward(&self, ids: &Tensor, mask: &Tensor) -> candle_core::Result<Tensor> {
        let types = || ids.zeros_like();
        match self {
            Self::Bert(model) => model.forward(ids, &types()?, Some(mask)),
            Self::Roberta(model) => model.forward(ids, mask, &types()?, None, None, None),
            Self::NomicBert(model) => model.forward(ids, None, Some(mask)),
            Self::ModernBert(model) => model.forward(ids, mask),
        }
    }
}

/// candle's model goes on without a norm that it does not find; only the first layer may lack it.
fn expect_norms(config: &modernbert::Config, tensors: &VarBuilder<'_>) -> candle_core::Result<()> {
    for layer in 1..config.num_hidden_layers {
        let name = format!("model.layers.{layer}.attn_norm.weight");
        tensors.get(config.hidden_size, &name)?;
    }
    Ok(())
}
