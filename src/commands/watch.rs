//! What has appeared or changed in the folders since they were last looked at.

use super::given::beside;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Between two looks.
pub(super) const PAUSE: Duration = Duration::from_millis(700);

/// The state of a file: what it had when it was last added, and what it had at the last look.
#[derive(Clone, Default)]
struct Seen {
    added: Option<State>,
    last: Option<State>,
}

/// Length and time of change of a source, and of each file beside it that says what it is.
type State = Vec<Option<(u64, SystemTime)>>;

/// The files of the folders, as they were.
#[derive(Default)]
pub(super) struct Watch {
    files: HashMap<PathBuf, Seen>,
}

impl Watch {
    /// These files are being added as they are now.
    pub(super) fn settle(&mut self, files: &[PathBuf]) {
        for file in files {
            let state = state(file);
            self.files.insert(
                file.clone(),
                Seen {
                    added: state.clone(),
                    last: state,
                },
            );
        }
    }

    /// The files that are new or changed. One that is still being written waits: it must look the
    /// same twice.
    pub(super) fn changed(&mut self, files: &[PathBuf]) -> Vec<PathBuf> {
        let mut ready = Vec::new();
        for file in files {
            let now = state(file);
            let seen = self.files.entry(file.clone()).or_default();
            if now.is_some() && now != seen.added && now == seen.last {
                seen.added.clone_from(&now);
                ready.push(file.clone());
            }
            seen.last = now;
        }
        ready
    }
}

fn state(file: &Path) -> Option<State> {
    let of = |file: &Path| {
        let entry = fs_err::metadata(file).ok()?;
        Some((entry.len(), entry.modified().ok()?))
    };
    let own = Some(of(file)?);
    let beside = beside(file);
    let beside = beside.iter().map(|file| of(file));
    Some([own].into_iter().chain(beside).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_ready_when_it_looks_the_same_twice() {
        let folder = tempfile::tempdir().unwrap();
        let [old, new] = ["old.txt", "new.txt"].map(|name| folder.path().join(name));
        fs_err::write(&old, "a").unwrap();
        let mut watch = Watch::default();
        watch.settle(std::slice::from_ref(&old));
        let files = [old.clone(), new.clone()];
        assert!(watch.changed(&files).is_empty());
        fs_err::write(&new, "a").unwrap();
        assert!(watch.changed(&files).is_empty());
        fs_err::write(&new, "ab").unwrap();
        assert!(watch.changed(&files).is_empty());
        assert_eq!(watch.changed(&files), [new]);
        assert!(watch.changed(&files).is_empty());
        fs_err::write(&old, "abc").unwrap();
        assert!(watch.changed(&files).is_empty());
        assert_eq!(watch.changed(&files), std::slice::from_ref(&old));
        fs_err::write(folder.path().join("old.toml"), "company = 'Nimbus Anvil'").unwrap();
        assert!(watch.changed(&files).is_empty());
        assert_eq!(watch.changed(&files), [old]);
    }
}
