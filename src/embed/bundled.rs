//! The default model inside the program itself, for a machine that has nothing else: built with the
//! feature `bundled-model`, after `models/bundle` has put it together.
//!
//! In: a folder's name that is no place on disk. Out: the bytes that the program was built with.

use std::path::Path;

/// Stands where a model's folder would: no file system has it.
#[cfg(feature = "bundled-model")]
pub(super) const FOLDER: Option<&str> = Some("bundled:all-MiniLM-L6-v2");
#[cfg(not(feature = "bundled-model"))]
pub(super) const FOLDER: Option<&str> = None;

#[cfg(feature = "bundled-model")]
macro_rules! of_model {
    ($($name:literal),+ $(,)?) => {
        [$((
            $name,
            include_bytes!(concat!("../../models/all-MiniLM-L6-v2/", $name)).as_slice(),
        )),+]
    };
}

/// The small files of the folder.
#[cfg(feature = "bundled-model")]
static FILES: [(&str, &[u8]); 6] = of_model![
    "config.json",
    "modules.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
    "tokenizer_config.json",
    "1_Pooling/config.json",
];
#[cfg(not(feature = "bundled-model"))]
static FILES: [(&str, &[u8]); 0] = [];

#[cfg(feature = "bundled-model")]
static PACKED: &[u8] = include_bytes!("../../models/bundled/all-MiniLM-L6-v2.packed");
#[cfg(not(feature = "bundled-model"))]
static PACKED: &[u8] = &[];

/// Whether a folder is the bundled one.
pub(super) fn is(folder: &Path) -> bool {
    FOLDER.is_some_and(|name| folder.as_os_str() == name)
}

/// One of the folder's small files.
pub(super) fn file(folder: &Path, name: &str) -> Option<&'static [u8]> {
    let mut files = FILES.iter().filter(|_| is(folder));
    files.find(|(own, _)| *own == name).map(|(_, bytes)| *bytes)
}

/// The packed weights and tokenizer, one `f32` in a lane.
pub(super) fn packed(folder: &Path) -> Option<&'static [u8]> {
    is(folder).then_some(PACKED)
}
