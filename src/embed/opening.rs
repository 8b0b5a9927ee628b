//! Where packed weights come from.
//!
//! The fastest tier is tried first. Its packed file is read from the user's cache; where there is none,
//! or it is not right, the model's own files are packed again. A bundled model is in the program itself.
//! Before a tier is used it must give the reference's states for a few tokens: a wrong kernel and wrong
//! weights look alike from outside, and both run at full speed.

use super::bert::{Bert, Shape, Weights, Words};
use super::bundled;
use super::compiled::Compiled;
use super::folder::ModelFolder;
use super::kernels::Tier;
use super::locate;
use super::own::Own;
use super::packed::{self, Contents, Golden, Hashes, Origin, Packed};
use super::plan::{self, Plan};
use super::read_at::ReadAt;
use super::source::Source;
use super::tokens::Tokens;
use crate::error::{Error, Result};
use candle_core::Device;
use std::io;
use std::path::{Path, PathBuf};

/// What opening a model gives.
pub(super) struct Opened {
    pub(super) own: Own,
    pub(super) tokens: Tokens,
    pub(super) hashes: Hashes,
}

/// Opens a model for the best tier that gives the reference's states. `None` where none does; `say`
/// hears why.
///
/// # Errors
/// Those of the model's files.
pub(super) fn open(folder: &ModelFolder, plan: &Plan, say: fn(&str)) -> Result<Option<Opened>> {
    let mut opening = Opening {
        folder,
        plan,
        say,
        source: None,
    };
    for &tier in &plan.tiers {
        let opened = match bundled::packed(&folder.path) {
            Some(bytes) => opening.by_program(tier, bytes)?,
            None => opening.by_files(tier)?,
        };
        if opened.is_some() {
            return Ok(opened);
        }
        say(&format!(
            "the kernel `{tier}` gives wrong vectors on this machine and is not used"
        ));
    }
    Ok(None)
}

/// Writes a model's packed weights in the form that a program can be built around: one `f32` in a lane,
/// from which every tier makes its own.
///
/// # Errors
/// Those of the model's files, and [`Error::ModelUnsupported`] for a model that our own encoder does not
/// serve.
pub fn pack(model: &Path, to: &Path) -> Result<()> {
    let folder = ModelFolder::read(model)?;
    let why = "it is not served by our own encoder";
    let shape = plan::shape(&folder.architecture).ok_or_else(|| folder.files().unsupported(why))?;
    let FromSource { source, goldens } = FromSource::read(&folder, &shape)?;
    let written = packed::write(
        to,
        &Contents {
            origin: Origin::of(&folder)?,
            hashes: source.hashes.clone(),
            goldens,
            weights: &Weights::pack(shape, 1, &source)?,
            vocabulary: &Compiled::from_json(&source.tokenizer).unwrap_or_default(),
            words: &source.words(&shape)?,
        },
    );
    written.map_err(Error::io("write the packed model"))
}

struct Opening<'a> {
    folder: &'a ModelFolder,
    plan: &'a Plan,
    say: fn(&str),
    source: Option<FromSource<'a>>,
}

/// What only the model's own files give.
struct FromSource<'a> {
    source: Source<'a>,
    goldens: Vec<Golden>,
}

impl<'a> Opening<'a> {
    /// From the packed file in the user's cache, else from the model's own. `None` when neither gives the
    /// reference's states.
    fn by_files(&mut self, tier: Tier) -> Result<Option<Opened>> {
        let origin = Origin::of(self.folder)?;
        let place = locate::packed_model(&self.folder.path, tier.depth());
        if let Some(place) = &place {
            match packed::read(place, &origin, tier.depth()) {
                Ok(packed) => {
                    let opened = self.by_packed(tier, packed, self.instead_of(place))?;
                    if opened.is_some() {
                        return Ok(opened);
                    }
                    self.say_remade(place, "it gives wrong vectors");
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => self.say_remade(place, &error.to_string()),
            }
        }
        self.by_source(tier, &origin, place)
    }

    fn say_remade(&self, place: &Path, why: &str) {
        (self.say)(&format!(
            "the packed model `{}` is made again: {why}",
            place.display()
        ));
    }

    /// From what is in the program.
    fn by_program(&self, tier: Tier, bytes: &'static [u8]) -> Result<Option<Opened>> {
        let damaged = |error: io::Error| self.folder.broken(error.to_string());
        let mut packed = packed::read_from(bytes).map_err(damaged)?;
        if tier.depth() == 2 {
            packed.weights = packed.weights.halved();
        }
        self.by_packed(tier, packed, || {
            Err(io::Error::other("the program itself is damaged"))
        })
    }

    /// `None` when the first golden text comes out wrong.
    fn by_packed<R: ReadAt + 'static>(
        &self,
        tier: Tier,
        packed: Packed<R>,
        instead: impl Fn() -> io::Result<Vec<f32>> + Send + Sync + 'static,
    ) -> Result<Option<Opened>> {
        let tokens = match packed.vocabulary.as_slice() {
            [] => Tokens::load(self.folder, &self.folder.bytes("tokenizer.json")?)?,
            compiled => Tokens::from_compiled(compiled)?,
        };
        let hashes = packed.header.hashes.clone();
        let golden = packed.header.goldens.first().cloned();
        let own = Own::new(packed.into_bert(tier, instead));
        let right = golden.is_some_and(|golden| own.gives(&golden));
        Ok(right.then_some(Opened {
            own,
            tokens,
            hashes,
        }))
    }

    /// The words from the model's own files, for when a block of the packed file is damaged.
    fn instead_of(
        &self,
        place: &Path,
    ) -> impl Fn() -> io::Result<Vec<f32>> + Send + Sync + use<'a> + 'static {
        let (folder, shape, say) = (self.folder.clone(), self.plan.shape, self.say);
        let place = place.to_owned();
        move || {
            say(&format!(
                "the packed model `{}` is damaged; the model's own files are read instead",
                place.display()
            ));
            // The next start makes a new one.
            let _ = fs_err::remove_file(&place);
            let source = Source::read(&folder, &Device::Cpu);
            let words = source.and_then(|source| source.words(&shape));
            words.map_err(|error| io::Error::other(error.to_string()))
        }
    }

    /// Packs the model's own files, and keeps the result for the next start where it is right.
    fn by_source(
        &mut self,
        tier: Tier,
        origin: &Origin,
        place: Option<PathBuf>,
    ) -> Result<Option<Opened>> {
        let (folder, shape) = (self.folder, self.plan.shape);
        let FromSource { source, goldens } = self.source()?;
        let goldens = goldens.clone();
        let weights = Weights::pack(shape, tier.depth(), source)?;
        let words = Words::in_memory(source.words(&shape)?, shape.hidden);
        let tokens = Tokens::load(folder, &source.tokenizer)?;
        let vocabulary = Compiled::from_json(&source.tokenizer).unwrap_or_default();
        let hashes = source.hashes.clone();
        let own = Own::new(Bert {
            tier,
            weights,
            words,
        });
        if !goldens.iter().all(|golden| own.gives(golden)) {
            return Ok(None);
        }
        // All of it is packed now, and takes as much memory as the rest together.
        self.source = None;
        let mut opened = Opened {
            own,
            tokens,
            hashes,
        };
        if let Some(place) = place {
            let bert = opened.own.bert();
            let contents = Contents {
                origin: origin.clone(),
                hashes: opened.hashes.clone(),
                goldens,
                weights: &bert.weights,
                vocabulary: &vocabulary,
                words: bert.words.table().unwrap_or_default(),
            };
            // From here on the words come from the file, and their table need not stay.
            match packed::write(&place, &contents)
                .and_then(|()| packed::read(&place, origin, tier.depth()))
            {
                Ok(packed) => {
                    opened.own = Own::new(packed.into_bert(tier, self.instead_of(&place)));
                }
                Err(error) => (self.say)(&format!(
                    "the packed model cannot be kept, so each start makes it anew: {error}"
                )),
            }
        }
        Ok(Some(opened))
    }

    fn source(&mut self) -> Result<&FromSource<'a>> {
        let source = match self.source.take() {
            Some(source) => source,
            None => FromSource::read(self.folder, &self.plan.shape)?,
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
