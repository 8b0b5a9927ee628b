//! Where transcripts come from: files, folders, standard input.
//!
//! In: paths as the user typed them. Out: the files to read, in a fixed order, and the reasons for
//! those left out; then one file's bytes with their hash and text.

use super::Layout;
use super::container::{Container, Opened, open_hearing};
use super::decode::{Decoded, NotText};
use super::extract::Pages;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use sha2::{Digest, Sha256};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// File name endings that a folder is searched for; a file named by the user is always tried, and
/// what it is is told by its content.
#[rustfmt::skip]
const ENDINGS: [&str; 20] = [
    "txt", "text", "md", "markdown", "transcript", "vtt", "srt", "json", "csv", "tsv", "nlp", "html", "htm", "xhtml",
    "xml", "pdf", "docx", "epub", "log", "asc",
];

/// The file of a folder that holds patterns of what is left out there.
const EXCLUDES: &str = ".onrecordignore";

/// A week of speech is 3 MB; what is larger than this is no transcript, and would fill the memory.
const MOST_BYTES: u64 = 256 << 20;

fn refuse_above_limit(bytes: u64, path: &Path) -> io::Result<()> {
    if bytes <= MOST_BYTES {
        return Ok(());
    }
    let message = format!(
        "`{}` is larger than {} MiB",
        path.display(),
        MOST_BYTES >> 20
    );
    Err(io::Error::new(io::ErrorKind::FileTooLarge, message))
}

/// One source: where it is, what its bytes hash to, and its text.
#[derive(Debug)]
pub struct Source {
    /// The absolute path, or `-` for standard input.
    pub path: PathBuf,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    /// The text and how it was decoded.
    pub decoded: Decoded,
    /// What the file is.
    pub container: Container,
    /// What in the file says so.
    pub why: String,
}

impl Source {
    /// Reads `path` (`-` is standard input) by its content.
    ///
    /// # Errors
    /// As [`Self::read_as`].
    pub fn read(path: &Path) -> io::Result<Result<Self, NotText>> {
        Self::read_as(path, None)
    }

    /// Reads `path` as a file of `layout`, where the user names one.
    ///
    /// # Errors
    /// As [`Self::read_hearing`].
    pub fn read_as(path: &Path, layout: Option<Layout>) -> io::Result<Result<Self, NotText>> {
        Self::read_hearing(path, layout, &|_, _| ())
    }

    /// Reads as [`Self::read_as`] does; `pages` hears of each page of a PDF that is read.
    ///
    /// # Errors
    /// The outer error is the file system's; the inner one says why the bytes are not text.
    pub fn read_hearing(
        path: &Path,
        layout: Option<Layout>,
        pages: &Pages<'_>,
    ) -> io::Result<Result<Self, NotText>> {
        if path == Path::new("-") {
            let mut bytes = Vec::new();
            io::stdin()
                .lock()
                .take(MOST_BYTES + 1)
                .read_to_end(&mut bytes)?;
            refuse_above_limit(bytes.len() as u64, path)?;
            return Ok(Self::from_bytes(PathBuf::from("-"), bytes, layout, pages));
        }
        let absolute = fs_err::canonicalize(path)?;
        if !fs_err::metadata(&absolute)?.is_file() {
            let message = format!("`{}` is not a regular file", path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        refuse_above_limit(fs_err::metadata(&absolute)?.len(), path)?;
        let bytes = fs_err::read(&absolute)?;
        Ok(Self::from_bytes(absolute, bytes, layout, pages))
    }

    fn from_bytes(
        path: PathBuf,
        bytes: Vec<u8>,
        layout: Option<Layout>,
        pages: &Pages<'_>,
    ) -> Result<Self, NotText> {
        let sha256 = sha256_hex(&bytes);
        let Opened {
            decoded,
            container,
            why,
        } = open_hearing(bytes, layout, pages)?;
        Ok(Self {
            path,
            sha256,
            decoded,
            container,
            why,
        })
    }

    /// The file's own name, without its folder.
    pub fn file_name(&self) -> String {
        self.path
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }
}

/// SHA-256 of `bytes` in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a `String` cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// What a list of paths stands for.
#[derive(Debug, Default)]
pub struct Found {
    /// Files to read: in the order typed, folders in the order of their names, each file once.
    pub files: Vec<PathBuf>,
    /// Files in folders that are not read, and why.
    pub skipped: Vec<(PathBuf, String)>,
    /// Paths that could not be opened.
    pub failed: Vec<io::Error>,
}

/// Expands folders, as [`find_sources_except`] does, and leaves nothing out that the user names.
pub fn find_sources(paths: &[PathBuf]) -> Found {
    // Without a pattern there is none that could be wrong.
    find_sources_except(paths, &[]).unwrap_or_default()
}

/// Expands folders. Inside them hidden files, facts beside sources (`.toml`) and what an exclude
/// matches are passed over; links to folders, and files whose ending is not one of a transcript, are
/// left out and listed; what the user named is tried whatever its name.
///
/// # Errors
/// When a pattern of `excludes` is none.
pub fn find_sources_except(paths: &[PathBuf], excludes: &[String]) -> Result<Found, String> {
    let mut found = Found::default();
    let mut seen = std::collections::HashSet::new();
    for path in paths {
        if path == Path::new("-") {
            found.files.push(path.clone());
            continue;
        }
        match fs_err::metadata(path) {
            Ok(entry) if entry.is_dir() => {
                let mut matchers = vec![matcher(path, excludes)?];
                walk(path, &mut matchers, &mut found);
            }
            Ok(_) => found.files.push(path.clone()),
            Err(error) => found.failed.push(error),
        }
    }
    found
        .files
        .retain(|file| seen.insert(fs_err::canonicalize(file).unwrap_or(file.clone())));
    Ok(found)
}

/// The patterns that the user gave, from `folder` on.
fn matcher(folder: &Path, excludes: &[String]) -> Result<Gitignore, String> {
    let mut builder = GitignoreBuilder::new(folder);
    for pattern in excludes {
        builder
            .add_line(None, pattern)
            .map_err(|error| error.to_string())?;
    }
    builder.build().map_err(|error| error.to_string())
}

/// Whether the innermost pattern that says something of a path leaves it out.
fn is_excluded(path: &Path, is_folder: bool, matchers: &[Gitignore]) -> bool {
    let said = matchers
        .iter()
        .rev()
        .map(|matcher| matcher.matched(path, is_folder));
    said.into_iter()
        .find(|said| !said.is_none())
        .is_some_and(|said| said.is_ignore())
}

/// Patterns that a folder holds itself are innermost while it is walked through.
fn walk(folder: &Path, matchers: &mut Vec<Gitignore>, found: &mut Found) {
    let own = folder.join(EXCLUDES);
    let has_own = own.is_file();
    if has_own {
        let (matcher, broken) = Gitignore::new(own);
        if let Some(error) = broken {
            found.skipped.push((
                folder.join(EXCLUDES),
                format!("a pattern is passed over: {error}"),
            ));
        }
        matchers.push(matcher);
    }
    walk_entries(folder, matchers, found);
    if has_own {
        matchers.pop();
    }
}

fn walk_entries(folder: &Path, matchers: &mut Vec<Gitignore>, found: &mut Found) {
    let entries = fs_err::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => return found.failed.push(error),
    };
    entries.sort_by_key(fs_err::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        match entry.file_type() {
            Err(error) => found.failed.push(error),
            Ok(_) if hidden => {}
            Ok(kind) if is_excluded(&path, kind.is_dir(), matchers) => {}
            Ok(kind) if kind.is_dir() => walk(&path, matchers, found),
            // A link to a folder could lead back up; a link to a file is as good as the file.
            Ok(kind) if kind.is_symlink() && path.is_dir() => {
                found.skipped.push((path, "a link to a folder".to_owned()));
            }
            // What is said of a source stands beside it.
            Ok(_) if path.extension().is_some_and(|ending| ending == "toml") => {}
            Ok(_) => match why_not_read(&path) {
                None => found.files.push(path),
                Some(reason) => found.skipped.push((path, reason)),
            },
        }
    }
}

/// Why a file met in a folder is not taken for a transcript by its name, if so.
fn why_not_read(path: &Path) -> Option<String> {
    let stem = path.file_stem()?.to_string_lossy().to_lowercase();
    if !path.is_file() {
        return Some("not a regular file".to_owned());
    }
    if ["readme", "license", "licence"].contains(&stem.as_str()) {
        return Some("not a transcript by its name; name it to add it".to_owned());
    }
    let ending = path.extension()?.to_string_lossy().to_lowercase();
    if ENDINGS.contains(&ending.as_str()) {
        return None;
    }
    Some(format!(
        "`.{ending}` is no ending of a transcript; name the file to try"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_texts_in_order_and_says_what_it_leaves_out() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.txt", "a.md", "README.md", ".hidden.txt", "chart.png"] {
            fs_err::write(folder.path().join(name), "Operator: Hello.").unwrap();
        }
        let found = find_sources(&[folder.path().to_owned(), folder.path().join("a.md")]);
        let names: Vec<_> = found
            .files
            .iter()
            .map(|f| f.file_name().unwrap().to_owned())
            .collect();
        assert_eq!(names, ["a.md", "b.txt"]);
        assert_eq!(found.skipped.len(), 2, "{:?}", found.skipped);
    }

    #[test]
    fn a_path_that_is_not_there_does_not_hide_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path().join("here.txt");
        fs_err::write(&here, "Operator: Hello.").unwrap();
        let found = find_sources(&[folder.path().join("gone.txt"), here.clone()]);
        assert_eq!(found.files, [here]);
        assert_eq!(found.failed.len(), 1);
    }

    #[test]
    fn excludes_are_those_of_the_user_and_of_each_folder() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "a.txt",
            "b.vtt",
            "old/c.txt",
            "new/d.txt",
            "new/drafts/e.txt",
            "new/keep.txt",
        ] {
            let path = folder.path().join(name);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, "Operator: Hello.").unwrap();
        }
        fs_err::write(
            folder.path().join("new/.onrecordignore"),
            "drafts/\nd*\n!keep.txt\n",
        )
        .unwrap();
        fs_err::write(folder.path().join("call.toml"), "company = \"Nimbus\"").unwrap();
        let excludes = [
            "/old/".to_owned(),
            "*.vtt".to_owned(),
            "keep.txt".to_owned(),
        ];
        let found = find_sources_except(&[folder.path().to_owned()], &excludes).unwrap();
        let names: Vec<_> = found
            .files
            .iter()
            .map(|file| file.strip_prefix(folder.path()).unwrap().to_owned())
            .collect();
        assert_eq!(names, [Path::new("a.txt"), Path::new("new/keep.txt")]);
        assert!(found.skipped.is_empty(), "{:?}", found.skipped);
        assert!(find_sources_except(&[folder.path().to_owned()], &["a{".to_owned()]).is_err());
    }

    #[test]
    fn the_hash_is_sha256() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256_hex(b""), empty);
    }
}
