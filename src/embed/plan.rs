//! Which kernel runs a model: the fastest that this machine has and that serves the model, or what
//! `$ONRECORD_KERNEL` asks for.

use super::architecture::Architecture;
use super::bert::Shape;
use super::folder::ModelFolder;
use super::kernels::Tier;
use crate::error::{Error, Result};
use candle_core::Device;
use candle_transformers::models::bert::HiddenAct;
use std::path::Path;

/// What can be tried for a model.
pub(super) struct Plan {
    pub(super) shape: Shape,
    /// Best first; at least one.
    pub(super) tiers: Vec<Tier>,
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
/// [`Error::Kernel`] where `$ONRECORD_KERNEL` asks for what is not there, and those of reading the model's description.
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
pub(super) fn shape(architecture: &Architecture) -> Option<Shape> {
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
