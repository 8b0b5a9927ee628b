//! `config.json`, read fact by fact. In: the file. Out: numbers, words and switches, or an error that
//! names the one at fault; what they are for is not known here.

use super::files::Files;
use crate::error::{Error, Result};
use candle_nn::Activation;
use serde_json::Value;

/// The file. Several facts have one name in a model's own notation and another in that of
/// transformers.
pub(super) struct Facts<'a> {
    files: Files<'a>,
    config: Value,
}

impl<'a> Facts<'a> {
    pub(super) fn read(files: Files<'a>) -> Result<Self> {
        let config = files.json("config.json")?;
        Ok(Self { files, config })
    }

    /// GELU by the error function, GELU by tanh under its several names, or `ReLU`.
    pub(super) fn activation(&self, name: &str) -> Result<Activation> {
        match self.word(name, "gelu")? {
            "gelu" | "gelu_python" => Ok(Activation::Gelu),
            "gelu_new" | "gelu_fast" | "gelu_accurate" | "gelu_pytorch_tanh"
            | "gelu_python_tanh" => Ok(Activation::NewGelu),
            "relu" => Ok(Activation::Relu),
            _ => Err(self.refused(name)),
        }
    }

    /// A word that has to be this one where it is given.
    pub(super) fn expect(&self, name: &str, value: &str) -> Result<()> {
        if self.word(name, value)? == value {
            Ok(())
        } else {
            Err(self.refused(name))
        }
    }

    /// Switches and numbers that may be there as long as they are off.
    pub(super) fn refuse_set(&self, names: &[&str]) -> Result<()> {
        let off = |value: &Value| {
            value.is_null() || *value == Value::Bool(false) || value.as_f64() == Some(0.0)
        };
        let set = names
            .iter()
            .find(|name| self.config.get(**name).is_some_and(|value| !off(value)));
        set.map_or(Ok(()), |name| Err(self.refused(name)))
    }

    /// The number of heads, which have to share the hidden numbers evenly.
    pub(super) fn heads(&self, names: &[&str], hidden: &[&str]) -> Result<usize> {
        let (heads, hidden) = (self.count(names)?, self.count(hidden)?);
        if heads > 0 && hidden.is_multiple_of(heads) {
            Ok(heads)
        } else {
            Err(self.files.broken(format!(
                "`config.json`: {hidden} numbers cannot be shared by {heads} heads"
            )))
        }
    }

    /// The base of the rotary positions at a place of the file; scaled positions are refused.
    pub(super) fn theta(&self, place: &str) -> Result<Option<f64>> {
        let Some(rope) = self.config.pointer(place) else {
            return Ok(None);
        };
        let kind = rope.get("rope_type").and_then(Value::as_str);
        if kind.is_some_and(|kind| kind != "default") {
            return Err(self.refused("rope_parameters"));
        }
        Ok(rope.get("rope_theta").and_then(Value::as_f64))
    }

    pub(super) fn count(&self, names: &[&str]) -> Result<usize> {
        let name = names.first().copied().unwrap_or_default();
        self.optional_count(names)?
            .ok_or_else(|| self.files.broken(format!("`config.json` has no `{name}`")))
    }

    /// The first of several names for a number.
    pub(super) fn optional_count(&self, names: &[&str]) -> Result<Option<usize>> {
        let found = names
            .iter()
            .find_map(|name| Some((name, self.given(name)?)));
        let Some((name, value)) = found else {
            return Ok(None);
        };
        let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
        count.map(Some).ok_or_else(|| self.misfit(name))
    }

    pub(super) fn real(&self, name: &str) -> Result<Option<f64>> {
        let Some(value) = self.given(name) else {
            return Ok(None);
        };
        value.as_f64().map(Some).ok_or_else(|| self.misfit(name))
    }

    pub(super) fn word<'s>(&'s self, name: &str, otherwise: &'s str) -> Result<&'s str> {
        let Some(value) = self.given(name) else {
            return Ok(otherwise);
        };
        value.as_str().ok_or_else(|| self.misfit(name))
    }

    /// The value of that name, unless it is null.
    pub(super) fn given(&self, name: &str) -> Option<&Value> {
        self.config.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn refused(&self, name: &str) -> Error {
        let value = self.config.get(name).cloned().unwrap_or_default();
        let value = value.as_str().map_or(value.to_string(), str::to_owned);
        self.files
            .unsupported(format!("its `{name}` is `{value}`, which is not supported"))
    }

    pub(super) fn misfit(&self, name: &str) -> Error {
        self.files
            .broken(format!("`config.json`: `{name}` is not what it should be"))
    }
}
