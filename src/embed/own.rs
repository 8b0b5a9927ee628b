//! Which tier runs a model, and where its packed weights come from.
//!
//! The fastest tier that the machine has is tried first. Its packed file is read from the user's
//! cache; where there is none, or it is not right, the model's own files are packed again. Before a tier
//! is used it must give the reference's states for a few tokens: a wrong kernel and wrong weights look
//! alike from outside, and both run at full speed.

use super::architecture::Architecture;
use super::bert::{Bert, Scratch, Shape, Weights, Words};
use super::compiled::Compiled;
use super::encoder::States;
use super::folder::ModelFolder;
use super::kernels::Tier;
use super::locate;
use super::packed::{self, Contents, Golden, Hashes, Origin, Packed, Stamp};
use super::source::{Source, sum};
use super::tokens::Tokens;
use super::vector::Embedding;
use crate::error::{Error, Result};
use candle_core::Device;
use candle_transformers::models::bert::HiddenAct;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A cosine with the reference below this is a wrong result, not rounding (measured: `bf16` gives
/// 0.9999 and more on four tokens, a wrongly packed matrix 0.95).
const LEAST_COSINE: f32 = 0.9995;

/// Our own encoder for one model.
pub(super) struct Own {
    bert: Bert,
    scratches: Mutex<Vec<Scratch>>,
}

/// What opening a model gives.
pub(super) struct Opened {
    pub(super) own: Own,
    pub(super) tokens: Tokens,
    pub(super) hashes: Hashes,
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
        self.scratches
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn gives(&self, golden: &Golden) -> bool {
        let Ok(states) = self.forward(&[&golden.ids]) else {
            return false;
        };
        let ours = Embedding::normalised(sum(states.text(0), golden.state.len()));
        let theirs = Embedding::normalised(golden.state.clone());
        ours.zip(theirs)
            .is_some_and(|(a, b)| a.cosine(&b) >= LEAST_COSINE)
    }
}

/// What can be tried for a model.
pub(super) struct Plan {
    shape: Shape,
    /// Best first; at least one.
    tiers: Vec<Tier>,
}

impl Plan {
    /// `None` for a model or device that our own encoder does not serve, and where the user asks for
    /// candle's.
    ///
    /// # Errors
    /// [`Error::Kernel`] where `$ONRECORD_KERNEL` names a tier that does not exist, or that cannot run
    /// this model here.
    pub(super) fn new(folder: &ModelFolder, device: &Device) -> Result<Option<Self>> {
        let shape = shape(&folder.architecture).filter(|_| device.is_cpu());
        let tiers = tiers(shape.is_some())?;
        Ok(shape.zip(tiers).map(|(shape, tiers)| Self { shape, tiers }))
    }
}

/// The name of the kernel that will be tried first, for a model or, without one, for any that our own
/// encoder serves: what `status` and `--version` show.
///
/// # Errors
/// Those of [`Plan::new`], and of reading the model's description.
pub fn kernel_for(model: Option<&Path>) -> Result<&'static str> {
    let plan = match model {
        Some(path) => Plan::new(&ModelFolder::read(path)?, &Device::Cpu)?.map(|plan| plan.tiers),
        None => tiers(true)?,
    };
    let first = plan.and_then(|tiers| tiers.first().copied());
    Ok(first.map_or(STOCK, Tier::name))
}

/// The name of candle's own model among the kernels.
pub(super) const STOCK: &str = "stock";

/// What the user asks for by `$ONRECORD_KERNEL`, else the best here; `None` for candle's own model.
fn tiers(served: bool) -> Result<Option<Vec<Tier>>> {
    let named = std::env::var("ONRECORD_KERNEL").unwrap_or_default();
    if named.is_empty() {
        return Ok(Some(Tier::best()));
    }
    if named == STOCK {
        return Ok(None);
    }
    let tier = Tier::ALL.into_iter().find(|tier| tier.name() == named);
    match tier {
        None => Err(Error::Kernel {
            named,
            why: "there is none of that name",
        }),
        Some(tier) if !tier.is_available() => Err(Error::Kernel {
            named,
            why: "this machine cannot run it",
        }),
        Some(_) if !served => Err(Error::Kernel {
            named,
            why: "it does not serve this model on this device",
        }),
        Some(tier) => Ok(Some(vec![tier])),
    }
}

/// The model's sizes, if it is one that our own encoder serves.
fn shape(architecture: &Architecture) -> Option<Shape> {
    let (Architecture::Bert(config) | Architecture::DistilBert(config)) = architecture else {
        return None;
    };
    let shape = Shape {
        hidden: config.hidden_size,
        layers: config.num_hidden_layers,
        heads: config.num_attention_heads,
        intermediate: config.intermediate_size,
        positions: config.max_position_embeddings,
        vocabulary: config.vocab_size,
        types: config.type_vocab_size,
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a small number loses only digits"
        )]
        epsilon: config.layer_norm_eps as f32,
    };
    let served = matches!(config.hidden_act, HiddenAct::Gelu) && shape.is_served();
    served.then_some(shape)
}

/// Opens a model for the best tier that gives the reference's states. `None` where none does; `say`
/// hears why.
///
/// # Errors
/// Those of the model's files.
pub(super) fn open(folder: &ModelFolder, plan: &Plan, say: fn(&str)) -> Result<Option<Opened>> {
    let origin = origin(folder)?;
    let mut opening = Opening {
        folder,
        shape: plan.shape,
        say,
        origin,
        source: None,
    };
    for &tier in &plan.tiers {
        if let Some(opened) = opening.try_tier(tier)? {
            return Ok(Some(opened));
        }
    }
    Ok(None)
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
    say: fn(&str),
    origin: Origin,
    source: Option<FromSource<'a>>,
}

/// What only the model's own files give.
struct FromSource<'a> {
    source: Source<'a>,
    goldens: Vec<Golden>,
}

impl<'a> Opening<'a> {
    fn try_tier(&mut self, tier: Tier) -> Result<Option<Opened>> {
        let place = locate::packed_model(&self.folder.path, tier.depth());
        if let Some(place) = &place {
            match packed::read(place, &self.origin, tier.depth()) {
                Ok(packed) => {
                    if let Some(opened) = self.from_packed(tier, packed)? {
                        return Ok(Some(opened));
                    }
                    self.say_remade(place, "it gives wrong vectors");
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => self.say_remade(place, &error.to_string()),
            }
        }
        self.from_source(tier, place)
    }

    fn say_remade(&self, place: &Path, why: &str) {
        (self.say)(&format!(
            "the packed model `{}` is made again: {why}",
            place.display()
        ));
    }

    /// `None` when the first golden text comes out wrong.
    fn from_packed(&self, tier: Tier, packed: Packed) -> Result<Option<Opened>> {
        let tokens = match packed.vocabulary.as_slice() {
            [] => Tokens::load(self.folder, &self.folder.bytes("tokenizer.json")?)?,
            compiled => Tokens::from_compiled(compiled)?,
        };
        let hashes = packed.header.hashes.clone();
        let golden = packed.header.goldens.first().cloned();
        let (weights, words) = self.unpacked(packed);
        let own = Own {
            bert: Bert {
                tier,
                weights,
                words,
            },
            scratches: Mutex::default(),
        };
        let right = golden.is_some_and(|golden| own.gives(&golden));
        Ok(right.then_some(Opened {
            own,
            tokens,
            hashes,
        }))
    }

    fn unpacked(&self, packed: Packed) -> (Weights, Words) {
        let Packed {
            header,
            weights,
            words,
            ..
        } = packed;
        let (folder, shape, say) = (self.folder.clone(), header.shape, self.say);
        let place = words.0.path().to_owned();
        let size = (shape.vocabulary, shape.hidden);
        let words = Words::in_file(size, words, header.into_word_checksums(), move || {
            say(&format!(
                "the packed model `{}` is damaged; the model's own files are read instead",
                place.display()
            ));
            // The next start makes a new one.
            let _ = fs_err::remove_file(&place);
            let source = Source::read(&folder, &Device::Cpu);
            let words = source.and_then(|source| source.words(&shape));
            words.map_err(|error| io::Error::other(error.to_string()))
        });
        (weights, words)
    }

    /// Packs the model's own files, and keeps the result for the next start where it is right.
    fn from_source(&mut self, tier: Tier, place: Option<PathBuf>) -> Result<Option<Opened>> {
        let shape = self.shape;
        let folder = self.folder;
        let FromSource { source, goldens } = self.source()?;
        let (hashes, goldens) = (source.hashes.clone(), goldens.clone());
        let weights = Weights::pack(shape, tier.depth(), source)?;
        let tokens = Tokens::load(folder, &source.tokenizer)?;
        let vocabulary = Compiled::from_json(&source.tokenizer).unwrap_or_default();
        let words = Words::in_memory(source.words(&shape)?, shape.hidden);
        let mut own = Own {
            bert: Bert {
                tier,
                weights,
                words,
            },
            scratches: Mutex::default(),
        };
        if !goldens.iter().all(|golden| own.gives(golden)) {
            (self.say)(&format!(
                "the kernel `{tier}` gives wrong vectors on this machine and is not used"
            ));
            return Ok(None);
        }
        if let Some(place) = place {
            match self.keep(&place, &own.bert, &hashes, (&goldens, &vocabulary)) {
                // From here on the words come from the file, and their table need not stay.
                Ok((weights, words)) => {
                    own.bert = Bert {
                        tier,
                        weights,
                        words,
                    };
                }
                Err(error) => (self.say)(&format!(
                    "the packed model cannot be kept, so each start makes it anew: {error}"
                )),
            }
        }
        Ok(Some(Opened {
            own,
            tokens,
            hashes,
        }))
    }

    /// Writes the packed file and reads it back.
    fn keep(
        &self,
        place: &Path,
        bert: &Bert,
        hashes: &Hashes,
        (goldens, vocabulary): (&[Golden], &[u8]),
    ) -> io::Result<(Weights, Words)> {
        packed::write(
            place,
            &Contents {
                origin: self.origin.clone(),
                hashes: hashes.clone(),
                goldens: goldens.to_vec(),
                weights: &bert.weights,
                vocabulary,
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
        let source = Source::read(folder, &Device::Cpu)?;
        let goldens = source.goldens(shape)?;
        Ok(Self { source, goldens })
    }
}
