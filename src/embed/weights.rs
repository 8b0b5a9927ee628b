//! The tensors of `model.safetensors` under the names that candle's models look for. In: the file's
//! bytes. Out: tensors on a device, as `f32` whatever they are stored as. What they compute is not
//! known here.

use super::architecture::Architecture;
use candle_core::safetensors::SliceSafetensors;
use candle_core::{DType, Device, Result, Tensor};
use candle_nn::VarBuilder;
use std::collections::HashMap;

/// Names of `DistilBERT` and of BERT for the same parts, in the order in which they are replaced.
///
/// **Source**: `modeling_distilbert.py` and `modeling_bert.py` of transformers.
const DISTILBERT_TO_BERT: [(&str, &str); 9] = [
    ("transformer.layer.", "encoder.layer."),
    (".attention.q_lin.", ".attention.self.query."),
    (".attention.k_lin.", ".attention.self.key."),
    (".attention.v_lin.", ".attention.self.value."),
    (".attention.out_lin.", ".attention.output.dense."),
    (".sa_layer_norm.", ".attention.output.LayerNorm."),
    (".ffn.lin1.", ".intermediate.dense."),
    (".ffn.lin2.", ".output.dense."),
    (".output_layer_norm.", ".output.LayerNorm."),
];

/// Loads the transformer's tensors. A model saved with a task's head has its transformer's names behind
/// a prefix (`bert.`, `model.`): it is what stands before the table of words, and what is not behind
/// it, the head, is left out.
pub(super) fn load(
    architecture: &Architecture,
    bytes: &[u8],
    device: &Device,
) -> Result<VarBuilder<'static>> {
    let words = match architecture {
        Architecture::ModernBert(_) => "embeddings.tok_embeddings.weight",
        _ => "embeddings.word_embeddings.weight",
    };
    let stored = SliceSafetensors::new(bytes)?;
    let names: Vec<String> = stored.tensors().into_iter().map(|(name, _)| name).collect();
    let mut prefixes = names.iter().filter_map(|name| name.strip_suffix(words));
    let Some(prefix) = prefixes.next() else {
        candle_core::bail!("no tensor is named `{words}`")
    };
    let mut tensors = HashMap::new();
    for name in &names {
        if let Some(own) = name.strip_prefix(prefix) {
            let tensor = stored.load(name, device)?.to_dtype(DType::F32)?;
            tensors.insert(architecture.name_in_candle(own), tensor);
        }
    }
    if let Architecture::DistilBert(config) = architecture {
        let none = Tensor::zeros((1, config.hidden_size), DType::F32, device)?;
        tensors.insert("embeddings.token_type_embeddings.weight".to_owned(), none);
    }
    Ok(VarBuilder::from_tensors(tensors, DType::F32, device))
}

impl Architecture {
    fn name_in_candle(&self, name: &str) -> String {
        match self {
            Self::DistilBert(_) => DISTILBERT_TO_BERT
                .iter()
                .fold(name.to_owned(), |name, (own, berts)| {
                    name.replace(own, berts)
                }),
            Self::ModernBert(_) => format!("model.{name}"),
            Self::Bert(_) | Self::Roberta(_) | Self::NomicBert(_) => name.to_owned(),
        }
    }
}
