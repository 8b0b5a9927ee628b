//! A fresh home for each test, and the real program in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The checkout.
pub(crate) fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder beside the checkout that is not part of the repository; `None`, said loudly, where it is
/// absent.
pub(crate) fn beside(name: &str) -> Option<PathBuf> {
    let path = checkout().join("../shared").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("SKIPPED: no `{}` beside the checkout", path.display());
    None
}

/// The real model; `None`, said loudly, where its weights were not fetched.
pub(crate) fn real_model() -> Option<PathBuf> {
    let path = checkout().join("models/all-MiniLM-L6-v2");
    if path.join("model.safetensors").exists() {
        return Some(path);
    }
    println!(
        "SKIPPED: no weights in `{}`; run `models/fetch`",
        path.display()
    );
    None
}

/// The small random model of the repository.
pub(crate) fn tiny_model() -> PathBuf {
    checkout().join("models/tiny")
}

/// A home folder of its own with a library, a model, and a place for transcripts.
pub(crate) struct Home {
    folder: tempfile::TempDir,
    model: PathBuf,
}

/// What a run of the program gave.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Home {
    /// With the tiny model.
    pub(crate) fn new() -> Self {
        Self::with_model(tiny_model())
    }

    pub(crate) fn with_model(model: PathBuf) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            model,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn library(&self) -> PathBuf {
        self.path("library")
    }

    /// Writes a file, folders included.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(&path, content).unwrap();
        path
    }

    /// The program, with nothing of the user's environment.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_onrecord"));
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("ONRECORD_LIBRARY", self.library())
            .env("ONRECORD_MODEL", &self.model)
            .stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        Run::of(&self.command().args(args).output().unwrap())
    }

    /// Runs the program and expects exit code 0.
    pub(crate) fn ok(&self, args: &[&str]) -> Run {
        let run = self.run(args);
        assert_eq!(run.code, 0, "onrecord {args:?}\n{run:#?}");
        run
    }

    /// Adds a transcript under a name.
    pub(crate) fn add(&self, name: &str, content: &str) -> PathBuf {
        let path = self.write(name, content);
        self.ok(&["add", path.to_str().unwrap()]);
        path
    }

    /// The answer to a question as JSON, whatever its status.
    pub(crate) fn ask(&self, args: &[&str]) -> serde_json::Value {
        let run = self.run(&[&["ask", "--json"], args].concat());
        assert!(run.code <= 1, "onrecord ask {args:?}\n{run:#?}");
        serde_json::from_str(&run.stdout).unwrap()
    }

    /// The oracle: everything stored is as it was stored.
    pub(crate) fn expect_sound(&self) {
        let run = self.run(&["doctor", "--full"]);
        assert_eq!(run.code, 0, "doctor --full\n{run:#?}");
    }
}

impl Run {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        // A process ended by a signal has no code.
        let code = output.status.code().unwrap_or(-1);
        let run = Self {
            code,
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        };
        assert!(!run.stderr.contains("panicked"), "{run:#?}");
        run
    }

    /// Expects an error with all of these words in it, and nothing on standard output.
    pub(crate) fn expect_error(&self, words: &[&str]) {
        assert_eq!(self.code, 2, "{self:#?}");
        for word in words {
            assert!(
                self.stderr.contains(word),
                "no `{word}` in\n{}",
                self.stderr
            );
        }
    }
}

/// Two invented calls that share no subject.
pub(crate) const NIMBUS: &str = "\
Nimbus Anvil Corp (NMBA) Q1 2024 Earnings Call

Operator: Welcome to the Nimbus Anvil first quarter 2024 earnings call. Our first question comes later.
Petra Quill, Chief Executive Officer: Thank you. Our forges ran at capacity all quarter. The largest \
limit is coal, and then skilled hammer hands. Revenue was $41.5 million, up 12%.
Tomas Reed, Chief Financial Officer: Gross margin fell to 31.4% because coal cost more. We paid no \
dividend. We expect revenue of $43 million next quarter.
Operator: Our first question comes from Ines Vane with Larkspur Research. Please go ahead.
Ines Vane, Larkspur Research, Analyst: Good morning. When does the second forge open, and what does it \
cost?
Petra Quill, Chief Executive Officer: The second forge opens in October. It costs us $9 million, and it \
doubles our anvil output.
Operator: This concludes the call.
";

pub(crate) const GLIMMER: &str = "\
Glimmer Lake Dairies (GLMD) Q2 2024 Earnings Call

Operator: Good day and welcome to the Glimmer Lake Dairies second quarter 2024 call.
Odo Marsh, Chief Executive Officer: Good day. Milk volumes rose 4% while butter prices fell. We closed \
the cheese plant at Tarn Hollow.
Operator: This concludes the call.
";
