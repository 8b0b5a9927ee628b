//! A sentence-transformers folder: what the model is and how its vectors are made.

use crate::error::{Error, Result};
use crate::units::TokenCount;
use candle_transformers::models::bert;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// How token states become one vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// The mean over all tokens, special ones included.
    Mean,
    /// The state of the first token.
    Cls,
}

/// What a model folder says about itself.
#[derive(Clone, Debug)]
pub struct ModelFolder {
    /// The folder.
    pub path: PathBuf,
    /// The folder's own name.
    pub name: String,
    /// How token states become one vector.
    pub pooling: Pooling,
    /// The most tokens of one text, special ones included.
    pub max_tokens: TokenCount,
    /// Put before a question.
    pub question_prompt: String,
    /// Put before a passage.
    pub passage_prompt: String,
    pub(super) bert: bert::Config,
}

#[derive(Deserialize)]
struct Module {
    path: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Architecture {
    model_type: Option<String>,
    max_position_embeddings: usize,
}

#[derive(Deserialize)]
struct SentenceConfig {
    max_seq_length: Option<usize>,
}

#[derive(Deserialize, Default)]
struct PoolingConfig {
    #[serde(rename = "pooling_mode")]
    named: Option<String>,
    #[serde(default, rename = "pooling_mode_mean_tokens")]
    mean: bool,
    #[serde(default, rename = "pooling_mode_cls_token")]
    cls: bool,
}

#[derive(Deserialize, Default)]
struct Prompts {
    #[serde(default)]
    prompts: std::collections::BTreeMap<String, String>,
}

impl ModelFolder {
    /// Reads the folder's own description; the weights and the tokenizer are left for later.
    ///
    /// # Errors
    /// [`Error::ModelBroken`] for a file that is missing or not what its name says,
    /// [`Error::ModelUnsupported`] for an architecture, pooling or module that is not ours.
    ///
    /// **Source**: the layout that sentence-transformers writes, `modules.json` first; modules are
    /// told by the last segment of their type.
    pub fn read(path: &Path) -> Result<Self> {
        let unsupported = |why: String| Error::ModelUnsupported {
            model: path.to_owned(),
            why,
        };
        let architecture: Architecture = json(path, "config.json")?;
        let model_type = architecture.model_type.unwrap_or_default();
        if model_type != "bert" {
            return Err(unsupported(format!(
                "its type is `{model_type}`; supported: `bert`"
            )));
        }
        let modules: Vec<Module> = json(path, "modules.json")?;
        let mut pooling = None;
        for module in &modules {
            match module.kind.rsplit('.').next().unwrap_or_default() {
                // Vectors are always scaled to unit length here, and compared by cosine.
                "Transformer" | "Normalize" => {}
                "Pooling" => pooling = Some(read_pooling(path, &module.path)?),
                other => return Err(unsupported(format!("it has a module `{other}`"))),
            }
        }
        let pooling = pooling.ok_or_else(|| unsupported("it names no pooling".to_owned()))?;
        let limit = optional::<SentenceConfig>(path, "sentence_bert_config.json")?
            .and_then(|config| config.max_seq_length)
            .unwrap_or(architecture.max_position_embeddings);
        let prompts = optional::<Prompts>(path, "config_sentence_transformers.json")?;
        let prompts = prompts.unwrap_or_default().prompts;
        let prompt = |names: [&str; 2]| names.iter().find_map(|n| prompts.get(*n)).cloned();
        Ok(Self {
            path: path.to_owned(),
            name: path
                .file_name()
                .map_or_else(String::new, |n| n.to_string_lossy().into_owned()),
            pooling,
            max_tokens: TokenCount(limit.min(architecture.max_position_embeddings)),
            question_prompt: prompt(["query", "question"]).unwrap_or_default(),
            passage_prompt: prompt(["passage", "document"]).unwrap_or_default(),
            bert: json(path, "config.json")?,
        })
    }

    /// Numbers in a vector.
    pub fn dimension(&self) -> usize {
        self.bert.hidden_size
    }

    /// The bytes of one of the folder's files.
    pub(super) fn bytes(&self, name: &str) -> Result<Vec<u8>> {
        bytes(&self.path, name)
    }

    /// For what candle says of the weights.
    pub(super) fn broken_weights(&self, error: &candle_core::Error) -> Error {
        self.broken(format!("`model.safetensors` is damaged or of another model: {error}"))
    }

    pub(super) fn broken(&self, why: impl Into<String>) -> Error {
        Error::ModelBroken {
            model: self.path.clone(),
            why: why.into(),
        }
    }
}

fn read_pooling(model: &Path, module: &str) -> Result<Pooling> {
    let config: PoolingConfig = json(model, &format!("{module}/config.json"))?;
    match config.named.as_deref() {
        Some("mean") => Ok(Pooling::Mean),
        Some("cls") => Ok(Pooling::Cls),
        None if config.mean => Ok(Pooling::Mean),
        None if config.cls => Ok(Pooling::Cls),
        other => {
            let why = format!(
                "its pooling is `{}`; supported: mean, cls",
                other.unwrap_or("unnamed")
            );
            Err(Error::ModelUnsupported {
                model: model.to_owned(),
                why,
            })
        }
    }
}

fn bytes(model: &Path, name: &str) -> Result<Vec<u8>> {
    let broken = |cause: std::io::Error| Error::ModelBroken {
        model: model.to_owned(),
        why: cause.to_string(),
    };
    fs_err::read(model.join(name)).map_err(broken)
}

fn json<T: DeserializeOwned>(model: &Path, name: &str) -> Result<T> {
    serde_json::from_slice(&bytes(model, name)?).map_err(|error| Error::ModelBroken {
        model: model.to_owned(),
        why: format!("`{name}` is not what it should be: {error}"),
    })
}

fn optional<T: DeserializeOwned>(model: &Path, name: &str) -> Result<Option<T>> {
    if model.join(name).exists() {
        json(model, name).map(Some)
    } else {
        Ok(None)
    }
}
