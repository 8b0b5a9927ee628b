//! Layers behind the pooling: `Dense` modules of a sentence-transformers folder. In: vectors. Out: as
//! many others, perhaps of another length. Which layers there are is read by `folder`.

use super::files::Files;
use crate::error::Result;
use candle_core::{DType, Device, Tensor};
use candle_nn::{Linear, Module, VarBuilder};
use serde::Deserialize;

/// What a `Dense` module says about itself.
#[derive(Clone, Debug)]
pub(super) struct DenseConfig {
    /// Its folder in the model's.
    pub(super) path: String,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    bias: bool,
    activation: Activation,
}

#[derive(Clone, Copy, Debug)]
enum Activation {
    Identity,
    Tanh,
    Gelu,
    Relu,
    Sigmoid,
    Silu,
}

#[derive(Deserialize)]
struct Typed {
    in_features: usize,
    out_features: usize,
    #[serde(default = "yes")]
    bias: bool,
    #[serde(default = "tanh")]
    activation_function: String,
    module_input_name: Option<String>,
    module_output_name: Option<String>,
    #[serde(default)]
    use_residual: bool,
}

fn yes() -> bool {
    true
}

fn tanh() -> String {
    "Tanh".to_owned()
}

impl DenseConfig {
    /// **Source**: the defaults are those of the Python class `Dense` of sentence-transformers.
    pub(super) fn read(files: Files<'_>, path: &str) -> Result<Self> {
        let typed: Typed = files.json(&format!("{path}/config.json"))?;
        let refuse = |what: String| Err(files.unsupported(format!("its module `{path}` {what}")));
        let kind = typed.activation_function.rsplit('.').next();
        let activation = match kind.unwrap_or_default() {
            "Identity" => Activation::Identity,
            "Tanh" => Activation::Tanh,
            "GELU" => Activation::Gelu,
            "ReLU" => Activation::Relu,
            "Sigmoid" => Activation::Sigmoid,
            "SiLU" => Activation::Silu,
            other => {
                return refuse(format!(
                    "has the activation `{other}`; supported: Identity, Tanh, GELU, ReLU, Sigmoid, SiLU"
                ));
            }
        };
        let of_sentence =
            |name: &Option<String>| name.as_deref().is_none_or(|n| n == "sentence_embedding");
        if !(of_sentence(&typed.module_input_name) && of_sentence(&typed.module_output_name)) {
            return refuse("works on something else than the sentence's vector".to_owned());
        }
        if typed.use_residual {
            return refuse("adds its input to its output (`use_residual`)".to_owned());
        }
        Ok(Self {
            path: path.to_owned(),
            inputs: typed.in_features,
            outputs: typed.out_features,
            bias: typed.bias,
            activation,
        })
    }
}

/// A layer with its weights.
pub(super) struct Dense {
    linear: Linear,
    activation: Activation,
}

impl Dense {
    /// From the bytes of the module's `model.safetensors`.
    pub(super) fn load(config: &DenseConfig, weights: &[u8]) -> candle_core::Result<Self> {
        let tensors = VarBuilder::from_slice_safetensors(weights, DType::F32, &Device::Cpu)?;
        let (inputs, outputs, tensors) = (config.inputs, config.outputs, tensors.pp("linear"));
        let linear = if config.bias {
            candle_nn::linear(inputs, outputs, tensors)?
        } else {
            candle_nn::linear_no_bias(inputs, outputs, tensors)?
        };
        Ok(Self {
            linear,
            activation: config.activation,
        })
    }

    /// **Shapes**: `(vectors, inputs)` to `(vectors, outputs)`.
    pub(super) fn forward(&self, vectors: &Tensor) -> candle_core::Result<Tensor> {
        let vectors = self.linear.forward(vectors)?;
        match self.activation {
            Activation::Identity => Ok(vectors),
            Activation::Tanh => vectors.tanh(),
            Activation::Gelu => vectors.gelu_erf(),
            Activation::Relu => vectors.relu(),
            Activation::Sigmoid => candle_nn::ops::sigmoid(&vectors),
            Activation::Silu => vectors.silu(),
        }
    }
}
