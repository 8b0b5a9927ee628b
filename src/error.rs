//! What can go wrong for a user: what failed, on what, why, and what to do next.
//!
//! One variant for each thing that can go wrong, all wording in one place. The first line begins in
//! lower case, carries its subject in backticks, and has no full stop.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Anything that stops a command.
#[derive(Debug)]
pub enum Error {
    /// A file or folder could not be read or written; the cause names the path.
    Io {
        /// What was being done, as `read the model`.
        doing: &'static str,
        /// The system's reason.
        cause: io::Error,
    },
    /// No model in any of the places where one is looked for.
    ModelNotFound {
        /// The places, in the order in which they were tried.
        looked: Vec<String>,
    },
    /// A model folder lacks something, or its parts do not fit together.
    ModelBroken {
        /// The folder.
        model: PathBuf,
        /// What is the matter.
        why: String,
    },
    /// A model of a kind that the program cannot run.
    ModelUnsupported {
        /// The folder.
        model: PathBuf,
        /// What it asks for, and what is supported.
        why: String,
    },
    /// `$ONRECORD_KERNEL` asks for what cannot be had.
    Kernel {
        /// What it asks for.
        named: String,
        /// Why not.
        why: &'static str,
    },
    /// `$ONRECORD_THREADS` is no number of threads.
    Threads(String),
    /// The model cannot run where the user wants it to.
    NoDevice {
        /// Its name, as typed.
        device: String,
        /// What is the matter.
        why: String,
        /// What to do.
        hint: String,
    },
    /// The library was built with another model, or by other rules.
    ModelMismatch {
        /// The library's folder.
        library: PathBuf,
        /// What it was built with.
        built_with: String,
        /// What it was opened with.
        model: String,
    },
    /// There is no library yet.
    LibraryNotFound {
        /// Where it was looked for.
        library: PathBuf,
    },
    /// The file is not a library of this program.
    LibraryForeign {
        /// The file.
        file: PathBuf,
        /// How that was seen.
        why: String,
    },
    /// The library was written by a newer program.
    LibraryNewer {
        /// The library's folder.
        library: PathBuf,
        /// Its version.
        version: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// Another process has been writing for too long.
    LibraryLocked {
        /// The library's folder.
        library: PathBuf,
    },
    /// No space is left where the library lives.
    NoSpace {
        /// The library's folder.
        library: PathBuf,
    },
    /// What is stored contradicts itself.
    LibraryDamaged {
        /// The library's folder.
        library: PathBuf,
        /// What was found.
        why: String,
    },
    /// The database refused for a reason of its own.
    Database {
        /// The library's folder.
        library: PathBuf,
        /// The database's words.
        why: String,
    },
    /// A call, file or citation that the library does not hold.
    UnknownCall {
        /// What was asked for.
        asked: String,
        /// Some that are there.
        near: Vec<String>,
    },
    /// Several calls answer to the same name.
    AmbiguousCall {
        /// What was asked for.
        asked: String,
        /// The calls it could be.
        matches: Vec<String>,
    },
    /// A place that is not in the call.
    NoSuchPlace {
        /// What was asked for.
        asked: String,
        /// What the call has.
        why: String,
    },
    /// The question has no words.
    EmptyQuestion,
    /// The question is longer than the model reads.
    QuestionTooLong {
        /// Its length in tokens.
        tokens: usize,
        /// The model's limit.
        limit: usize,
    },
    /// A line of a file of questions is not a question.
    BadQuestionLine {
        /// The line, from 1.
        line: usize,
        /// What is the matter.
        why: String,
    },
    /// A command was given nothing to work on.
    NothingToDo {
        /// What is missing.
        what: &'static str,
        /// What to do.
        hint: &'static str,
    },
}

/// The program's result.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// For `map_err`: an input or output error met while `doing` something.
    pub fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |cause| Self::Io { doing, cause }
    }

    /// The reason, when there is one beyond the first line.
    pub fn cause(&self) -> Option<String> {
        Some(match self {
            Self::Io { cause, .. } => cause.to_string(),
            Self::ModelNotFound { looked } => format!("looked in {}", looked.join(", ")),
            Self::ModelBroken { why, .. }
            | Self::ModelUnsupported { why, .. }
            | Self::NoDevice { why, .. }
            | Self::LibraryForeign { why, .. }
            | Self::LibraryDamaged { why, .. }
            | Self::Database { why, .. }
            | Self::NoSuchPlace { why, .. }
            | Self::BadQuestionLine { why, .. } => why.clone(),
            Self::Kernel { why, .. } => (*why).to_owned(),
            Self::ModelMismatch { built_with, .. } => format!("it was built with {built_with}"),
            Self::LibraryNewer { version, known, .. } => {
                format!("it has version {version}; this program knows versions up to {known}")
            }
            Self::LibraryLocked { .. } => "another process is writing to it".to_owned(),
            Self::UnknownCall { near, .. } if near.is_empty() => "the library is empty".to_owned(),
            Self::UnknownCall { near, .. } => format!("it holds {}", listed(near)),
            Self::AmbiguousCall { matches, .. } => format!("it could be {}", listed(matches)),
            Self::QuestionTooLong { tokens, limit } => {
                format!("it has {tokens} tokens and the model reads {limit}")
            }
            Self::NoSpace { .. }
            | Self::LibraryNotFound { .. }
            | Self::EmptyQuestion
            | Self::Threads(_)
            | Self::NothingToDo { .. } => return None,
        })
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::ModelNotFound { .. } => {
                "run `models/fetch` in a checkout of the program, then pass `--model FOLDER` or set \
                 `ONRECORD_MODEL`"
            }
            Self::ModelBroken { .. } => {
                "run `models/fetch` again; it replaces what is damaged and keeps the rest"
            }
            Self::Kernel { .. } => {
                "unset `ONRECORD_KERNEL`, or set it to `amx`, `avx512-bf16`, `avx512`, `avx2`, \
                 `portable` or `stock`"
            }
            Self::Threads(_) => "unset `ONRECORD_THREADS`, or set it to a number from 1 to 1024",
            Self::ModelUnsupported { .. } => {
                "use a sentence-transformers model of a supported kind, as `all-MiniLM-L6-v2`"
            }
            Self::NoDevice { hint, .. } => hint,
            Self::ModelMismatch { .. } => {
                "ask with the model it was built with (`--model`), or run `onrecord rebuild` with \
                 this one"
            }
            Self::LibraryNotFound { .. } => {
                "run `onrecord add PATH` to make one, or name another with `--library`"
            }
            Self::LibraryForeign { .. } => "name another folder with `--library`",
            Self::LibraryNewer { .. } => "use the newer program, or another `--library`",
            Self::LibraryLocked { .. } => "wait until it is done, then run the command again",
            Self::NoSpace { .. } => {
                "free some space and run the command again; what was reported as added is kept"
            }
            Self::LibraryDamaged { .. } => {
                "run `onrecord doctor --full`; the transcripts themselves are not touched"
            }
            Self::UnknownCall { .. } => "run `onrecord calls` to see what is there",
            Self::AmbiguousCall { .. } => "use the call's id, from `onrecord calls`",
            Self::NoSuchPlace { .. } => {
                "a citation is a call or file, then `:LINE`, `#START-END` or `@TURN`"
            }
            Self::EmptyQuestion => {
                "ask in words, as `onrecord ask \"what constrains AWS capacity\"`"
            }
            Self::QuestionTooLong { .. } => "ask in one or two sentences; quotes need no context",
            Self::BadQuestionLine { .. } => {
                "a line is a plain question, or an object as {\"question\": \"…\", \"call\": \"…\"}"
            }
            Self::NothingToDo { hint, .. } => hint,
            Self::Io { .. } | Self::Database { .. } => return None,
        };
        Some(hint.to_owned())
    }
}

fn listed(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.len().checked_sub(SHOWN) {
        None | Some(0) => names.join(", "),
        Some(more) => format!(
            "{} and {more} more",
            names
                .iter()
                .take(SHOWN)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ")
        ),
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { doing, .. } => write!(f, "cannot {doing}"),
            Self::ModelNotFound { .. } => f.write_str("cannot find a sentence model"),
            Self::ModelBroken { model, .. } => {
                write!(f, "cannot use the model `{}`", model.display())
            }
            Self::ModelUnsupported { model, .. } => {
                write!(f, "the model `{}` is not supported", model.display())
            }
            Self::Threads(asked) => write!(
                f,
                "`ONRECORD_THREADS` is `{asked}`, which is no number of threads"
            ),
            Self::Kernel { named, .. } => write!(f, "cannot use the kernel `{named}`"),
            Self::NoDevice { device, .. } => write!(f, "cannot run on the device `{device}`"),
            Self::ModelMismatch { library, model, .. } => {
                write!(
                    f,
                    "cannot use the library `{}` with {model}",
                    library.display()
                )
            }
            Self::LibraryNotFound { library } => {
                write!(f, "there is no library at `{}`", library.display())
            }
            Self::LibraryForeign { file, .. } => write!(f, "`{}` is not a library", file.display()),
            Self::LibraryNewer { library, .. } => {
                write!(
                    f,
                    "the library `{}` was written by a newer program",
                    library.display()
                )
            }
            Self::LibraryLocked { library } => {
                write!(f, "the library `{}` is locked", library.display())
            }
            Self::NoSpace { library } => {
                write!(
                    f,
                    "no space is left for the library `{}`",
                    library.display()
                )
            }
            Self::LibraryDamaged { library, .. } => {
                write!(f, "the library `{}` is damaged", library.display())
            }
            Self::Database { library, .. } => {
                write!(
                    f,
                    "cannot read or write the library `{}`",
                    library.display()
                )
            }
            Self::UnknownCall { asked, .. } => write!(f, "the library holds no call `{asked}`"),
            Self::AmbiguousCall { asked, .. } => write!(f, "several calls are named `{asked}`"),
            Self::NoSuchPlace { asked, .. } => write!(f, "there is no place `{asked}`"),
            Self::EmptyQuestion => f.write_str("the question is empty"),
            Self::QuestionTooLong { .. } => f.write_str("the question is too long"),
            Self::BadQuestionLine { line, .. } => write!(f, "line {line} is not a question"),
            Self::NothingToDo { what, .. } => f.write_str(what),
        }
    }
}

impl std::error::Error for Error {}
