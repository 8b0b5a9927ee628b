//! Where the model is: the user's word, the library's record, the environment, the data folder, a
//! source checkout, the program itself; in this order, the first that is named wins, and nothing is substituted.

use super::bundled;
use crate::error::{Error, Result};
use crate::transcript::sha256_hex;
use std::path::{Path, PathBuf};

/// The model that is looked for when nobody names one.
pub const DEFAULT_MODEL: &str = "all-MiniLM-L6-v2";

/// Where the user's data lives: `$XDG_DATA_HOME/onrecord`, else `~/.local/share/onrecord`.
pub fn data_folder() -> Option<PathBuf> {
    let set = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let data = set("XDG_DATA_HOME").filter(|path| path.is_absolute());
    let data = data.or_else(|| Some(set("HOME")?.join(".local/share")))?;
    Some(data.join("onrecord"))
}

/// Where a model's packed weights are kept between starts: `$XDG_CACHE_HOME/onrecord`, else
/// `~/.cache/onrecord`, a file for each model folder and number of weights in a lane.
pub(super) fn packed_model(model: &Path, depth: usize) -> Option<PathBuf> {
    let set = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let cache = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?;
    let name = model.file_name().unwrap_or_default().to_string_lossy();
    let place = sha256_hex(model.as_os_str().as_encoded_bytes());
    let kind = if depth == 1 { "f32" } else { "bf16" };
    let file = format!(
        "{name}-{}-{kind}.packed",
        place.get(..16).unwrap_or_default()
    );
    Some(cache.join("onrecord").join(file))
}

/// Finds the model's folder. `asked` is what the user typed, a folder or the name of an installed
/// model; `recorded` is the folder that the library was built with.
///
/// # Errors
/// [`Error::ModelNotFound`] with every place that was tried. A model that was named and is not there
/// is an error, never replaced by another.
pub fn find_model(asked: Option<&str>, recorded: Option<&Path>) -> Result<PathBuf> {
    let named = asked.map(str::to_owned);
    if let Some(named) = named {
        return named_model(&named);
    }
    let mut looked = Vec::new();
    if let Some(recorded) = recorded {
        if is_model(recorded) {
            return Ok(recorded.to_owned());
        }
        looked.push(format!("`{}` (the library's record)", recorded.display()));
    }
    if let Ok(named) = std::env::var("ONRECORD_MODEL")
        && !named.is_empty()
    {
        return named_model(&named);
    }
    look_in(installed(DEFAULT_MODEL), looked)
}

fn named_model(named: &str) -> Result<PathBuf> {
    let mut places = vec![PathBuf::from(named)];
    if !named.contains(['/', '\\']) {
        places.extend(installed(named));
    }
    look_in(places, Vec::new())
}

fn look_in(places: Vec<PathBuf>, mut looked: Vec<String>) -> Result<PathBuf> {
    for place in places {
        if is_model(&place) {
            return Ok(fs_err::canonicalize(&place).unwrap_or(place));
        }
        looked.push(format!("`{}`", place.display()));
    }
    Err(Error::ModelNotFound { looked })
}

/// The places where a model of that name can be installed.
fn installed(name: &str) -> Vec<PathBuf> {
    let data = data_folder().map(|folder| folder.join("models").join(name));
    let checkout = checkout().map(|folder| folder.join("models").join(name));
    let bundled = bundled::FOLDER.filter(|bundled| bundled.split(':').nth(1) == Some(name));
    let bundled = bundled.map(PathBuf::from);
    data.into_iter().chain(checkout).chain(bundled).collect()
}

/// The source checkout that the running program was built in, if it still lies there: the nearest
/// folder above the executable with the manifest of models.
pub fn checkout() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let above = program
        .ancestors()
        .find(|folder| folder.join("models/MANIFEST.toml").is_file())?;
    Some(above.to_owned())
}

fn is_model(folder: &Path) -> bool {
    bundled::is(folder) || folder.join("config.json").is_file()
}
