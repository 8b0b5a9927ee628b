//! A sentence-transformers folder: what the model is and how its vectors are made. In: the folder's
//! small files. Out: a description, or a refusal by name; weights and tokenizer are read later.

use super::architecture::Architecture;
use super::dense::DenseConfig;
use super::files::Files;
use super::pooling::{Layer, Pooling};
use crate::error::{Error, Result};
use crate::units::TokenCount;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a model folder says about itself.
#[derive(Clone, Debug)]
pub struct ModelFolder {
    /// The folder.
    pub path: PathBuf,
    /// The folder's own name.
    pub name: String,
    /// How token states become one vector.
    pub pooling: Pooling,
    /// Whether the tokens of a prompt are pooled with those of the text.
    pub include_prompt: bool,
    /// The most tokens of one text, special ones included.
    pub max_tokens: TokenCount,
    /// Put before a question.
    pub question_prompt: String,
    /// Put before a passage.
    pub passage_prompt: String,
    pub(super) architecture: Architecture,
    /// Behind the pooling, in order.
    pub(super) layers: Vec<Layer<DenseConfig>>,
}

#[derive(Deserialize)]
struct Module {
    path: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize, Default)]
struct SentenceConfig {
    max_seq_length: Option<usize>,
    #[serde(default)]
    do_lower_case: bool,
}

#[derive(Deserialize)]
struct TokenizerConfig {
    /// Written as 1e30 where there is no limit.
    model_max_length: Option<f64>,
}

#[derive(Deserialize, Default)]
struct SentenceTransformers {
    #[serde(default)]
    prompts: BTreeMap<String, Option<String>>,
    default_prompt_name: Option<String>,
    similarity_fn_name: Option<String>,
}

/// Where `max_seq_length` stands, by the age of the model.
const SENTENCE_CONFIGS: [&str; 4] = [
    "sentence_bert_config.json",
    "sentence_roberta_config.json",
    "sentence_distilbert_config.json",
    "sentence_xlm-roberta_config.json",
];

/// What `modules.json` lists.
struct Modules {
    pooling: Pooling,
    include_prompt: bool,
    layers: Vec<Layer<DenseConfig>>,
    /// Whether the model itself ends in vectors of unit length.
    normalised: bool,
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
        let files = Files(path);
        let architecture = Architecture::read(files)?;
        let modules = Modules::read(files, architecture.hidden())?;
        let settings = files.optional("config_sentence_transformers.json")?;
        let settings: SentenceTransformers = settings.unwrap_or_default();
        settings.expect_cosine(files, modules.normalised)?;
        files.expect_weights("")?;
        Ok(Self {
            path: path.to_owned(),
            name: path
                .file_name()
                .map_or_else(String::new, |n| n.to_string_lossy().into_owned()),
            pooling: modules.pooling,
            include_prompt: modules.include_prompt,
            max_tokens: max_tokens(files, &architecture)?,
            question_prompt: settings.prompt(files, &["query", "question"])?,
            passage_prompt: settings.prompt(files, &["document", "passage", "corpus"])?,
            architecture,
            layers: modules.layers,
        })
    }

    /// Numbers in a vector.
    pub fn dimension(&self) -> usize {
        let outputs = self.layers.iter().rev().find_map(|layer| match layer {
            Layer::Dense(dense) => Some(dense.outputs),
            Layer::Normalize => None,
        });
        outputs.unwrap_or(self.hidden())
    }

    /// Numbers in a token's state.
    pub(super) fn hidden(&self) -> usize {
        self.architecture.hidden()
    }

    pub(super) fn files(&self) -> Files<'_> {
        Files(&self.path)
    }

    /// The bytes of one of the folder's files.
    pub(super) fn bytes(&self, name: &str) -> Result<Vec<u8>> {
        self.files().bytes(name)
    }

    /// For what candle says of the weights.
    pub(super) fn broken_weights(&self, error: &candle_core::Error) -> Error {
        self.broken(format!(
            "`model.safetensors` is damaged or of another model: {error}"
        ))
    }

    pub(super) fn broken(&self, why: impl Into<String>) -> Error {
        self.files().broken(why)
    }
}

impl Modules {
    fn read(files: Files<'_>, hidden: usize) -> Result<Self> {
        let mut pooling = None;
        let mut layers = Vec::new();
        let mut length = hidden;
        for module in files.json::<Vec<Module>>("modules.json")? {
            let kind = module.kind.rsplit('.').next().unwrap_or_default();
            match (kind, &pooling) {
                ("Transformer", None) if module.path.is_empty() => {}
                ("Transformer", None) => {
                    return Err(files.unsupported(format!(
                        "its transformer lies in `{}`; supported: in the folder itself",
                        module.path
                    )));
                }
                ("Pooling", None) => {
                    let config: Value = files.json(&format!("{}/config.json", module.path))?;
                    let include = config.get("include_prompt") != Some(&Value::Bool(false));
                    pooling = Some((Pooling::read(files, &config)?, include));
                }
                ("Normalize", Some(_)) => layers.push(Layer::Normalize),
                ("Dense", Some(_)) => {
                    let dense = DenseConfig::read(files, &module.path)?;
                    if dense.inputs != length {
                        return Err(files.broken(format!(
                            "`{}` takes {} numbers and is given {length}",
                            module.path, dense.inputs
                        )));
                    }
                    length = dense.outputs;
                    layers.push(Layer::Dense(dense));
                }
                (other, _) => {
                    return Err(files.unsupported(format!(
                        "it has a module `{other}` in this place; supported: Transformer, Pooling, \
                         then Dense and Normalize"
                    )));
                }
            }
        }
        let normalised = matches!(layers.last(), Some(Layer::Normalize));
        // The last vector is scaled to unit length in any case.
        while matches!(layers.last(), Some(Layer::Normalize)) {
            layers.pop();
        }
        let (pooling, include_prompt) =
            pooling.ok_or_else(|| files.unsupported("it names no pooling"))?;
        Ok(Self {
            pooling,
            include_prompt,
            layers,
            normalised,
        })
    }
}

impl SentenceTransformers {
    /// The first of these prompts that is named, be it empty; else the default prompt.
    ///
    /// **Source**: `encode_query` and `encode_document` of sentence-transformers, which differ in one
    /// thing: version 6 passes over `passage` and the default where `document` is not named. A model
    /// that names them was trained with them.
    fn prompt(&self, files: Files<'_>, names: &[&str]) -> Result<String> {
        let own = names.iter().find_map(|name| self.prompts.get(*name));
        let default = || {
            let name = self.default_prompt_name.as_ref()?;
            Some(self.prompts.get(name).ok_or_else(|| {
                files.broken(format!(
                    "its default prompt `{name}` is not among its prompts"
                ))
            }))
        };
        let prompt = own.map(Ok).or_else(default).transpose()?;
        Ok(prompt.cloned().flatten().unwrap_or_default())
    }

    /// Vectors are scaled to unit length here: for a model that compares others, that is another order.
    fn expect_cosine(&self, files: Files<'_>, normalised: bool) -> Result<()> {
        match self.similarity_fn_name.as_deref() {
            None | Some("cosine") => Ok(()),
            Some("dot" | "euclidean") if normalised => Ok(()),
            Some(other) => Err(files.unsupported(format!(
                "it compares by `{other}`; supported: cosine, or vectors of unit length"
            ))),
        }
    }
}

/// The folder's own limit, and never above what the transformer can place.
fn max_tokens(files: Files<'_>, architecture: &Architecture) -> Result<TokenCount> {
    let file = SENTENCE_CONFIGS.into_iter().find(|name| files.has(name));
    let config: Option<SentenceConfig> = file.map(|name| files.json(name)).transpose()?;
    let config = config.unwrap_or_default();
    if config.do_lower_case {
        return Err(files.unsupported(
            "it lower-cases texts before its tokenizer (`do_lower_case`), which is not supported",
        ));
    }
    let limit = match config.max_seq_length {
        Some(limit) => limit,
        None => tokenizer_limit(files)?.unwrap_or(usize::MAX),
    };
    Ok(TokenCount(limit.min(architecture.positions())))
}

fn tokenizer_limit(files: Files<'_>) -> Result<Option<usize>> {
    let config: Option<TokenizerConfig> = files.optional("tokenizer_config.json")?;
    let limit = config.and_then(|config| config.model_max_length);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "above any number of tokens the conversion saturates, which is no limit"
    )]
    Ok(limit.map(|limit| limit as usize))
}
