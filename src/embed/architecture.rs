//! `config.json`: which transformer it is, and how large. In: the file. Out: candle's description of
//! the model; weights and tokenizers are not read here.
//!
//! A fact that candle's model would pass over (an activation, a bias, a mask) is refused by its name,
//! so that no model runs as another one.

use super::facts::Facts;
use super::files::Files;
use crate::error::Result;
use candle_nn::Activation;
use candle_transformers::models::{bert, modernbert, nomic_bert, xlm_roberta};
use serde_json::Value;

const SUPPORTED: &str =
    "`bert`, `distilbert`, `roberta`, `xlm-roberta`, `nomic_bert`, `modernbert`";

/// A transformer, told by its `model_type`.
#[derive(Clone, Debug)]
pub(super) enum Architecture {
    Bert(bert::Config),
    /// A BERT without token types, under other names.
    DistilBert(bert::Config),
    /// `RoBERTa` and XLM-`RoBERTa`: positions begin after the padding's id.
    Roberta(xlm_roberta::Config),
    NomicBert(nomic_bert::Config),
    ModernBert(modernbert::Config),
}

impl Architecture {
    pub(super) fn read(files: Files<'_>) -> Result<Self> {
        let facts = Facts::read(files)?;
        match facts.word("model_type", "")? {
            "bert" => facts.bert().map(Self::Bert),
            "distilbert" => facts.distilbert().map(Self::DistilBert),
            "roberta" | "xlm-roberta" => facts.roberta().map(Self::Roberta),
            "nomic_bert" => facts.nomic_bert().map(Self::NomicBert),
            "modernbert" => facts.modernbert().map(Self::ModernBert),
            other => {
                Err(files.unsupported(format!("its type is `{other}`; supported: {SUPPORTED}")))
            }
        }
    }

    /// Numbers in a token's state.
    pub(super) fn hidden(&self) -> usize {
        match self {
            Self::Bert(config) | Self::DistilBert(config) => config.hidden_size,
            Self::Roberta(config) => config.hidden_size,
            Self::NomicBert(config) => config.n_embd,
            Self::ModernBert(config) => config.hidden_size,
        }
    }

    /// Rows of the table of words; a tokenizer may know fewer.
    pub(super) fn words(&self) -> usize {
        match self {
            Self::Bert(config) | Self::DistilBert(config) => config.vocab_size,
            Self::Roberta(config) => config.vocab_size,
            Self::NomicBert(config) => config.vocab_size,
            Self::ModernBert(config) => config.vocab_size,
        }
    }

    /// The most tokens of one text that it can place.
    pub(super) fn positions(&self) -> usize {
        match self {
            Self::Bert(config) | Self::DistilBert(config) => config.max_position_embeddings,
            Self::Roberta(config) => {
                let before = config.pad_token_id as usize + 1;
                config.max_position_embeddings.saturating_sub(before)
            }
            Self::NomicBert(config) => config.n_positions,
            Self::ModernBert(config) => config.max_position_embeddings,
        }
    }
}

impl Facts<'_> {
    fn bert(&self) -> Result<bert::Config> {
        self.refuse_set(&["is_decoder"])?;
        self.expect("position_embedding_type", "absolute")?;
        Ok(bert::Config {
            vocab_size: self.count(&["vocab_size"])?,
            hidden_size: self.count(&["hidden_size"])?,
            num_hidden_layers: self.count(&["num_hidden_layers"])?,
            num_attention_heads: self.heads(&["num_attention_heads"], &["hidden_size"])?,
            intermediate_size: self.count(&["intermediate_size"])?,
            hidden_act: self.bert_activation("hidden_act")?,
            max_position_embeddings: self.count(&["max_position_embeddings"])?,
            type_vocab_size: self.count(&["type_vocab_size"])?,
            layer_norm_eps: self.real("layer_norm_eps")?.unwrap_or(1e-12),
            ..bert::Config::default()
        })
    }

    /// The token types are a row of zeros that loading puts there.
    ///
    /// **Source**: `modeling_distilbert.py` of transformers. candle's own `distilbert` takes the tanh
    /// form of GELU for `gelu`, which moves a state by up to 1e-3; its `bert` takes the exact one.
    fn distilbert(&self) -> Result<bert::Config> {
        Ok(bert::Config {
            vocab_size: self.count(&["vocab_size"])?,
            hidden_size: self.count(&["dim"])?,
            num_hidden_layers: self.count(&["n_layers"])?,
            num_attention_heads: self.heads(&["n_heads"], &["dim"])?,
            intermediate_size: self.count(&["hidden_dim"])?,
            hidden_act: self.bert_activation("activation")?,
            max_position_embeddings: self.count(&["max_position_embeddings"])?,
            type_vocab_size: 1,
            layer_norm_eps: 1e-12,
            ..bert::Config::default()
        })
    }

    fn roberta(&self) -> Result<xlm_roberta::Config> {
        self.refuse_set(&["is_decoder"])?;
        self.expect("position_embedding_type", "absolute")?;
        let padding = self.optional_count(&["pad_token_id"])?.unwrap_or(1);
        Ok(xlm_roberta::Config {
            vocab_size: self.count(&["vocab_size"])?,
            hidden_size: self.count(&["hidden_size"])?,
            num_hidden_layers: self.count(&["num_hidden_layers"])?,
            num_attention_heads: self.heads(&["num_attention_heads"], &["hidden_size"])?,
            intermediate_size: self.count(&["intermediate_size"])?,
            hidden_act: self.activation("hidden_act")?,
            max_position_embeddings: self.count(&["max_position_embeddings"])?,
            type_vocab_size: self.count(&["type_vocab_size"])?,
            layer_norm_eps: self.real("layer_norm_eps")?.unwrap_or(1e-12),
            pad_token_id: u32::try_from(padding).map_err(|_| self.misfit("pad_token_id"))?,
            position_embedding_type: "absolute".to_owned(),
            // Nothing is dropped when a model only reads.
            attention_probs_dropout_prob: 0.0,
            hidden_dropout_prob: 0.0,
        })
    }

    /// **Source**: `modeling_hf_nomic_bert.py` beside the weights of nomic-embed-text-v1.5, and
    /// `modeling_nomic_bert.py` of transformers, whose names differ.
    fn nomic_bert(&self) -> Result<nomic_bert::Config> {
        self.refuse_set(&[
            "prenorm",
            "use_rms_norm",
            "parallel_block",
            "causal",
            "scale_attn_by_inverse_layer_idx",
            "rotary_emb_scale_base",
            "moe_every_n_layers",
        ])?;
        self.expect("activation_function", "swiglu")?;
        self.expect("hidden_act", "silu")?;
        if self.real("rotary_emb_fraction")?.unwrap_or(1.0) < 1.0 {
            return Err(self.refused("rotary_emb_fraction"));
        }
        let flag = |name: &str| self.given(name) == Some(&Value::Bool(true));
        Ok(nomic_bert::Config {
            vocab_size: self.count(&["vocab_size"])?,
            n_embd: self.count(&["n_embd", "hidden_size"])?,
            n_head: self.heads(
                &["n_head", "num_attention_heads"],
                &["n_embd", "hidden_size"],
            )?,
            n_layer: self.count(&["n_layer", "num_hidden_layers"])?,
            n_inner: self.count(&["n_inner", "intermediate_size"])?,
            n_positions: self.nomic_positions()?,
            type_vocab_size: self.optional_count(&["type_vocab_size"])?.unwrap_or(0),
            layer_norm_epsilon: match self.real("layer_norm_epsilon")? {
                Some(epsilon) => epsilon,
                None => self.real("layer_norm_eps")?.unwrap_or(1e-12),
            },
            rotary_emb_fraction: 1.0,
            rotary_emb_base: match self.real("rotary_emb_base")? {
                Some(base) => base,
                None => self.theta("/rope_parameters")?.unwrap_or(1000.0),
            },
            rotary_emb_interleaved: flag("rotary_emb_interleaved"),
            qkv_proj_bias: flag("qkv_proj_bias"),
            mlp_fc1_bias: flag("mlp_fc1_bias"),
            mlp_fc2_bias: flag("mlp_fc2_bias"),
            ..nomic_bert::Config::default()
        })
    }

    /// Where positions would be stretched, only those that need no stretching count.
    fn nomic_positions(&self) -> Result<usize> {
        let positions = self.count(&["n_positions", "max_position_embeddings"])?;
        let stretched = self.real("rotary_scaling_factor")?.is_some();
        let trained = self.optional_count(&["max_trained_positions"])?;
        Ok(match trained {
            Some(trained) if stretched => positions.min(trained),
            _ => positions,
        })
    }

    /// **Source**: `configuration_modernbert.py` of transformers, in its old notation
    /// (`global_attn_every_n_layers`, `global_rope_theta`) and its new one (`layer_types`,
    /// `rope_parameters`).
    fn modernbert(&self) -> Result<modernbert::Config> {
        self.refuse_set(&["norm_bias", "attention_bias", "mlp_bias"])?;
        self.expect("hidden_activation", "gelu")?;
        let theta = |old: &str, new: &str, otherwise: f64| -> Result<f64> {
            Ok(match self.theta(new)? {
                Some(theta) => theta,
                None => self.real(old)?.unwrap_or(otherwise),
            })
        };
        let layers = self.count(&["num_hidden_layers"])?;
        Ok(modernbert::Config {
            vocab_size: self.count(&["vocab_size"])?,
            hidden_size: self.count(&["hidden_size"])?,
            num_hidden_layers: layers,
            num_attention_heads: self.heads(&["num_attention_heads"], &["hidden_size"])?,
            intermediate_size: self.count(&["intermediate_size"])?,
            max_position_embeddings: self.count(&["max_position_embeddings"])?,
            layer_norm_eps: self.real("norm_eps")?.unwrap_or(1e-5),
            // Not read by the model itself.
            pad_token_id: 0,
            global_attn_every_n_layers: self.global_every(layers)?,
            global_rope_theta: theta(
                "global_rope_theta",
                "/rope_parameters/full_attention",
                160_000.0,
            )?,
            local_attention: self.count(&["local_attention"])?,
            local_rope_theta: theta(
                "local_rope_theta",
                "/rope_parameters/sliding_attention",
                10_000.0,
            )?,
            classifier_config: None,
        })
    }

    /// The period of the layers that see the whole text: the first, and every so-manieth after it.
    fn global_every(&self, layers: usize) -> Result<usize> {
        let Some(types) = self.given("layer_types").and_then(Value::as_array) else {
            let every = self.optional_count(&["global_attn_every_n_layers"])?;
            return Ok(every.unwrap_or(3).max(1));
        };
        let global: Vec<bool> = types.iter().map(|kind| kind == "full_attention").collect();
        let next = global.iter().skip(1).position(|global| *global);
        let every = next.map_or(layers, |next| next + 1);
        let periodic = global
            .iter()
            .enumerate()
            .all(|(layer, global)| *global == (layer % every.max(1) == 0));
        if global.len() == layers && periodic {
            Ok(every.max(1))
        } else {
            Err(self.refused("layer_types"))
        }
    }

    fn bert_activation(&self, name: &str) -> Result<bert::HiddenAct> {
        match self.activation(name)? {
            Activation::Relu => Ok(bert::HiddenAct::Relu),
            Activation::NewGelu => Ok(bert::HiddenAct::GeluApproximate),
            _ => Ok(bert::HiddenAct::Gelu),
        }
    }
}
