//! What a model runs on. In: the user's choice. Out: candle's device, or why there is none.

use crate::error::{Error, Result};

/// What a model runs on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Device {
    /// The processor.
    #[default]
    Cpu,
    /// The first NVIDIA card; needs a program built with the feature `cuda`.
    Cuda,
    /// The graphics of a Mac; needs a program built with the feature `metal`.
    Metal,
}

impl Device {
    /// Opens it.
    pub(super) fn open(self) -> Result<candle_core::Device> {
        let opened = match self {
            Self::Cpu => Ok(candle_core::Device::Cpu),
            Self::Cuda if cfg!(feature = "cuda") => candle_core::Device::new_cuda(0),
            Self::Metal if cfg!(feature = "metal") => candle_core::Device::new_metal(0),
            Self::Cuda => return Err(not_built("cuda")),
            Self::Metal => return Err(not_built("metal")),
        };
        opened.map_err(|cause| Error::NoDevice {
            device: format!("{self:?}").to_lowercase(),
            why: cause.to_string(),
            hint: "run it with `--device cpu`".to_owned(),
        })
    }
}

fn not_built(device: &str) -> Error {
    Error::NoDevice {
        device: device.to_owned(),
        why: format!("this program was built without the feature `{device}`"),
        hint: format!(
            "build it with `cargo build --release --features {device}` on a machine that has one, or \
             run it with `--device cpu`"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_the_program_was_not_built_for_is_refused_with_the_feature_to_build() {
        for (device, feature, built) in [
            (Device::Cuda, "cuda", cfg!(feature = "cuda")),
            (Device::Metal, "metal", cfg!(feature = "metal")),
        ] {
            if !built {
                let error = device.open().unwrap_err();
                assert!(
                    error
                        .hint()
                        .unwrap()
                        .contains(&format!("--features {feature}"))
                );
            }
        }
        assert!(Device::default().open().unwrap().is_cpu());
    }
}
