//! Which tier runs a model, and where its packed weights come from.
//!
//! The fastest tier that the machine has is tried first. Its packed file is read from the user's
//! cache; where there is none, or it is not right, the model's own files are packed again. Before a tier
//! is used it must give the reference's states for a few tokens: a wrong kernel and wrong weights look
//! alike from outside, and both run at full speed.

use super::bert::{Bert, Scratch, Shape, Weights, Words};
use super::folder::ModelFolder;
use super::kernels::Tier;
use super::packed::{self, Contents, Golden, Hashes, Origin, Packed, Stamp};
use super::source::{Source, sum};
use super::tokens::Tokens;
use super::vector::Embedding;
use super::{encoder::States, locate};
use crate::error::{Error, Result};
use candle_transformers::models::bert::{Config, HiddenAct, PositionEmbeddingType};
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// A cosine with the reference below this is a wrong result, not rounding (measured: `bf16` gives
/// 0.9999 and more on four tokens, a wrongly packed matrix 0.95).
const LEAST_COSINE: f32 = 0.9995;

/// Our own encoder for one model.
pub(super) struct Own {
    bert: Bert,
    scratches: Mutex<Vec<Scratch>>,
    /// The packed file in use, if any.
    file: Option<PathBuf>,
}

/// What opening a model gives.
pub(super) struct Opened {
    pub(super) own: Own,
    pub(super) tokens: Tokens,
    pub(super) hashes: Hashes,
    /// What the user should know.
    pub(super) notes: Vec<String>,
}

impl Own {
    /// The tier in use.
    pub(super) fn tier(&self) -> Tier {
        self.bert.tier
    }

    /// Runs a batch; see [`Bert::forward`].
    pub(super) fn forward(&self, batch: &[&[u32]]) -> io::Result<States> {
        let mut scratch = self.scratches().pop().unwrap_or_default();
        let hidden = self.bert.weights.shape().hidden;
        let states = self.bert.forward(batch, &mut scratch).map(|values| {
            let mut states = States::new(hidden);
            let mut rest = values;
            for ids in batch {
                let (text, after) = rest.split_at(ids.len() * hidden);
                states.push(text);
                rest = after;
            }
            states
        });
        self.scratches().push(scratch);
        states
    }

    fn scratches(&self) -> std::sync::MutexGuard<'_, Vec<Scratch>> {
        self.scratches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has come up since it was opened. A damaged packed file is removed, so that the next start
    /// makes a new one.
    pub(super) fn complaint(&self) -> Option<String> {
        let file = self.file.as_ref().filter(|_| self.bert.words.is_damaged())?;
        let _ = fs_err::remove_file(file);
        Some(format!(
            "the packed model `{}` is damaged; the model's own files were read instead",
            file.display()
        ))
    }

    fn gives(&self, golden: &Golden) -> bool {
        let Ok(states) = self.forward(&[&golden.ids]) else { return false };
        let ours = Embedding::normalised(sum(states.text(0), golden.state.len()));
        let theirs = Embedding::normalised(golden.state.clone());
        ours.zip(theirs).is_some_and(|(a, b)| a.cosine(&b) >= LEAST_COSINE)
    }
}

/// The tiers to try, best first.
///
/// # Errors
/// [`Error::Kernel`] where `$ONRECORD_KERNEL` names one that does not exist or that this machine lacks.
pub(super) fn tiers() -> Result<Vec<Tier>> {
    let Some(named) = std::env::var_os("ONRECORD_KERNEL").filter(|named| !named.is_empty()) else {
        let tiers = Tier::ALL.into_iter();
        return Ok(tiers.filter(|tier| tier.is_worthwhile() && tier.is_available()).collect());
    };
    if named == "stock" {
        return Ok(Vec::new());
    }
    let named = named.to_string_lossy();
    match Tier::ALL.into_iter().find(|tier| tier.name() == named) {
        Some(tier) if tier.is_available() => Ok(vec![tier]),
        Some(tier) => Err(Error::Kernel {
            named: tier.name().to_owned(),
            why: "this machine cannot run it",
        }),
        None => Err(Error::Kernel {
            named: named.into_owned(),
            why: "there is none of that name",
        }),
    }
}

/// The model's sizes, if it is one that our own encoder serves.
pub(super) fn shape(config: &Config) -> Option<Shape> {
    let shape = Shape {
        hidden: config.hidden_size,
        layers: config.num_hidden_layers,
        heads: config.num_attention_heads,
        intermediate: config.intermediate_size,
        positions: config.max_position_embeddings,
        vocabulary: config.vocab_size,
        #[expect(clippy::cast_possible_truncation, reason = "a small number loses only digits")]
        epsilon: config.layer_norm_eps as f32,
    };
    let plain = matches!(config.hidden_act, HiddenAct::Gelu)
        && matches!(config.position_embedding_type, PositionEmbeddingType::Absolute)
        && config.type_vocab_size == 2;
    (plain && shape.is_served()).then_some(shape)
}

/// Opens a model for the best tier that gives the reference's states. `None` where none does; the
/// notes say why.
///
/// # Errors
/// Those of the model's files.
pub(super) fn open(
    folder: &ModelFolder,
    shape: Shape,
    tiers: &[Tier],
) -> Result<(Option<Opened>, Vec<String>)> {
    let mut opening = Opening { folder, shape, notes: Vec::new(), origin: origin(folder)?, source: None };
    for &tier in tiers {
        if let Some(mut opened) = opening.try_tier(tier)? {
            opened.notes = std::mem::take(&mut opening.notes);
            return Ok((Some(opened), Vec::new()));
        }
    }
    Ok((None, opening.notes))
}

fn origin(folder: &ModelFolder) -> Result<Origin> {
    let stamp = |name: &str| {
        Stamp::of(&folder.path.join(name)).map_err(|error| folder.broken(error.to_string()))
    };
    Ok(Origin {
        weights: stamp("model.safetensors")?,
        tokenizer: stamp("tokenizer.json")?,
        config: crate::transcript::sha256_hex(&folder.bytes("config.json")?),
    })
}

struct Opening<'a> {
    folder: &'a ModelFolder,
    shape: Shape,
    notes: Vec<String>,
    origin: Origin,
    source: Option<FromSource<'a>>,
}

/// What only the model's own files give.
struct FromSource<'a> {
    source: Source<'a>,
    hashes: Hashes,
    goldens: Vec<Golden>,
}

impl<'a> Opening<'a> {
    fn try_tier(&mut self, tier: Tier) -> Result<Option<Opened>> {
        let place = locate::packed_model(&self.folder.path, tier.depth());
        if let Some(place) = &place {
            match packed::read(place, &self.origin, tier.depth()) {
                Ok(packed) => {
                    if let Some(opened) = self.from_packed(tier, packed, place.clone())? {
                        return Ok(Some(opened));
                    }
                    self.note_packed(place, "it gives wrong vectors");
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => self.note_packed(place, &error.to_string()),
            }
        }
        self.from_source(tier, place)
    }

    fn note_packed(&mut self, place: &std::path::Path, why: &str) {
        self.notes.push(format!("the packed model `{}` was made again: {why}", place.display()));
    }

    /// `None` when the first golden text comes out wrong.
    fn from_packed(
        &self,
        tier: Tier,
        packed: Packed,
        place: PathBuf,
    ) -> Result<Option<Opened>> {
        let tokens = Tokens::load(self.folder, &self.folder.bytes("tokenizer.json")?)?;
        let hashes = packed.header.hashes.clone();
        let golden = packed.header.goldens.first().cloned();
        let (weights, words) = self.unpacked(packed);
        let own = Own {
            bert: Bert { tier, weights, words },
            scratches: Mutex::default(),
            file: Some(place),
        };
        let right = golden.is_some_and(|golden| own.gives(&golden));
        Ok(right.then_some(Opened { own, tokens, hashes, notes: Vec::new() }))
    }

    fn unpacked(&self, packed: Packed) -> (Weights, Words) {
        let Packed { header, weights, words, .. } = packed;
        let (folder, shape) = (self.folder.clone(), header.shape);
        let size = (shape.vocabulary, shape.hidden);
        let words = Words::in_file(size, words, header.into_word_checksums(), move || {
            let source = Source::read(&folder).and_then(|source| source.words(&shape));
            source.map_err(|error| io::Error::other(error.to_string()))
        });
        (weights, words)
    }

    /// Packs the model's own files, and keeps the result for the next start where it is right.
    fn from_source(&mut self, tier: Tier, place: Option<PathBuf>) -> Result<Option<Opened>> {
        let shape = self.shape;
        let FromSource { source, hashes, goldens } = self.source()?;
        let (hashes, goldens) = (hashes.clone(), goldens.clone());
        let weights = Weights::pack(shape, tier.depth(), &source.tensors()?)?;
        let tokens = Tokens::load(source.folder, &source.tokenizer)?;
        let words = Words::in_memory(source.words(&shape)?, shape.hidden);
        let mut own = Own {
            bert: Bert { tier, weights, words },
            scratches: Mutex::default(),
            file: None,
        };
        if !goldens.iter().all(|golden| own.gives(golden)) {
            self.notes.push(format!(
                "the kernel `{tier}` gives wrong vectors on this machine and is not used"
            ));
            return Ok(None);
        }
        if let Some(place) = place {
            match self.keep(&place, &own.bert, &hashes, goldens) {
                // From here on the words come from the file, and their table need not stay.
                Ok((weights, words)) => {
                    own.bert = Bert { tier, weights, words };
                    own.file = Some(place);
                }
                Err(error) => self.notes.push(format!(
                    "the packed model cannot be kept, so each start makes it anew: {error}"
                )),
            }
        }
        Ok(Some(Opened { own, tokens, hashes, notes: Vec::new() }))
    }

    /// Writes the packed file and reads it back.
    fn keep(
        &self,
        place: &std::path::Path,
        bert: &Bert,
        hashes: &Hashes,
        goldens: Vec<Golden>,
    ) -> io::Result<(Weights, Words)> {
        packed::write(
            place,
            &Contents {
                origin: self.origin.clone(),
                hashes: hashes.clone(),
                goldens,
                weights: &bert.weights,
                vocabulary: &[],
                words: bert.words.table().unwrap_or_default(),
            },
        )?;
        let packed = packed::read(place, &self.origin, bert.tier.depth())?;
        Ok(self.unpacked(packed))
    }

    fn source(&mut self) -> Result<&FromSource<'a>> {
        let source = match self.source.take() {
            Some(source) => source,
            None => FromSource::read(self.folder, &self.shape)?,
        };
        Ok(self.source.insert(source))
    }
}

impl<'a> FromSource<'a> {
    fn read(folder: &'a ModelFolder, shape: &Shape) -> Result<Self> {
        let source = Source::read(folder)?;
        // The hash reads every byte, as candle does: both cores share the work.
        let (hashes, goldens) = std::thread::scope(|scope| {
            let hashes = scope.spawn(|| source.hashes());
            let goldens = source.goldens(shape);
            (hashes.join(), goldens)
        });
        let hashes = hashes.map_err(|_| folder.broken("its files could not be hashed"))?;
        Ok(Self { source, hashes, goldens: goldens? })
    }
}
