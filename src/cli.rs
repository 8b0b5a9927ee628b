//! What was typed. What was meant is decided in `commands/`.

use crate::embed::{Device, kernel_for};
use crate::library::Filter;
use crate::transcript::{Date, Kind, Layout, Period, Section};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::LazyLock;

/// The program's, and the kernel that embeds on this machine.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let kernel = kernel_for(None).unwrap_or("none: `$ONRECORD_KERNEL` asks for what is not there");
    format!("{} (kernel {kernel})", env!("CARGO_PKG_VERSION"))
});

/// Ask your calls. Get quotes you can stand behind.
///
/// Reads transcripts into a local library, and answers questions with verbatim quotes, each cited to
/// speaker, call, file and line and checked when it is printed; or says that nothing on record
/// answers. Nothing leaves this machine.
#[derive(Debug, Parser)]
#[command(
    name = "onrecord",
    version = VERSION.as_str(),
    propagate_version = true,
    infer_subcommands = true
)]
#[command(after_help = "\
Examples:
  onrecord add ~/calls
  onrecord ask \"what constrains AWS capacity\"
  onrecord ask --company crocs --period \"Q2 2024\" \"how did gross margin change\"
  onrecord show CROX-2024-Q2.txt:34

Exit codes: 0 answered or done, 1 nothing found, 2 error.")]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) places: Places,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where things are.
#[derive(Args, Clone, Debug)]
pub(crate) struct Places {
    /// The library's folder [default: `$ONRECORD_LIBRARY`, else the nearest .onrecord upward, else the
    /// user's data folder]
    #[arg(long, global = true, value_name = "FOLDER", help_heading = "Places")]
    pub(crate) library: Option<PathBuf>,
    /// The sentence model, a folder or an installed name [default: the library's own, else
    /// `$ONRECORD_MODEL`, else all-MiniLM-L6-v2]
    #[arg(long, global = true, value_name = "MODEL", help_heading = "Places")]
    pub(crate) model: Option<String>,
    /// What the model runs on [default: `$ONRECORD_DEVICE`, else cpu]
    #[arg(long, global = true, value_name = "DEVICE", help_heading = "Places")]
    pub(crate) device: Option<Where>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Where {
    /// The processor
    Cpu,
    /// An NVIDIA card, in a program built with `--features cuda`
    Cuda,
    /// The graphics of a Mac, in a program built with `--features metal`
    Metal,
}

impl From<Where> for Device {
    fn from(place: Where) -> Self {
        match place {
            Where::Cpu => Self::Cpu,
            Where::Cuda => Self::Cuda,
            Where::Metal => Self::Metal,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read transcripts into the library
    ///
    /// Files, folders, or `-` for standard input. What is already there, by content, is skipped; a
    /// file that has changed replaces its calls; a file that cannot be read does not stop the others.
    /// It can be interrupted at any time: every call reported as added is kept.
    Add(Add),
    /// Ask a question; get quotes with their citations
    Ask(Ask),
    /// Read around a quote: the question, the answer, with line numbers
    ///
    /// A citation is a call's id or its file, then a place: `FILE:LINE` as `ask` prints it,
    /// `CALL#START-END` in bytes, or `CALL@TURN`. Of documents, captions, JSON and tables the lines are those of the
    /// stored text, as `show` numbers them.
    Show(Show),
    /// Show how a file is understood, without a library
    Read(Read),
    /// List the calls of the library
    Calls(Calls),
    /// List who speaks in the calls of the library
    ///
    /// People are told apart by name; an unknown or numbered speaker is somebody else in every call.
    /// `add --speakers FILE` says who they are, for good.
    People(People),
    /// Remove calls for good
    ///
    /// Their text and vectors are overwritten in the library's file, and the index is made again without them; a large
    /// file of it at its next merge, or by `rebuild --index`. The transcripts themselves are not touched.
    Remove(Remove),
    /// Show what the library holds, its model, and whether its sources are still there
    Status(Status),
    /// Check that the library is sound, and repair its index
    ///
    /// Exit codes: 0 sound, 1 the index was repaired, 2 error, 3 the stored calls are damaged.
    Doctor(Doctor),
    /// Read and embed every call again from its stored text, as after a change of model
    Rebuild(Rebuild),
    /// Measure answers to questions whose answers are known
    ///
    /// A line of the file is an object: "question", "gold" (a list of {"file", "span": [start, end]}: a
    /// file's name and bytes in it), "unanswerable": true where nothing answers, an "id", and filters as
    /// for `ask --batch`. A quote hits where it covers half of a gold span or lies inside one.
    Eval(Eval),
    /// Add the sample calls to a library of their own, answer three questions, and refuse one
    Demo,
    /// Print a completion script for a shell
    Completions(Completions),
    /// Print the manual page
    Man,
    /// Print the reference of all commands as Markdown
    #[command(hide = true)]
    Reference,
    /// Print the reference of all layouts as Markdown
    #[command(hide = true)]
    Formats,
    /// Read a document from standard input in a process with limits; started by the program itself
    #[command(hide = true)]
    Extract {
        /// What the document is
        container: String,
    },
    /// Write a model's packed weights to a file, for `models/bundle`
    #[command(hide = true)]
    Pack {
        /// The file
        to: PathBuf,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Add {
    /// Files, folders, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// In folders, leave out what matches, as in a `.gitignore`; `.onrecordignore` in a folder holds
    /// such lines too
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude: Vec<String>,
    /// Go on until interrupted, and add what appears or changes in the folders
    #[arg(long)]
    pub(crate) watch: bool,
    #[command(flatten)]
    pub(crate) given: Given,
}

/// What a file does not say of itself.
#[derive(Args, Clone, Debug)]
pub(crate) struct Given {
    /// The title, over what the file says
    #[arg(long, help_heading = "Facts")]
    pub(crate) title: Option<String>,
    /// The company, over what the file says
    #[arg(long, help_heading = "Facts")]
    pub(crate) company: Option<String>,
    /// The ticker, over what the file says
    #[arg(long, help_heading = "Facts")]
    pub(crate) ticker: Option<String>,
    /// The period, as "Q2 2025", over what the file says
    #[arg(long, help_heading = "Facts", value_parser = period)]
    pub(crate) period: Option<Period>,
    /// The day of the call, as 2025-07-31, over what the file says
    #[arg(long, help_heading = "Facts", value_parser = date)]
    pub(crate) date: Option<Date>,
    /// Read it by this layout, whatever it looks like; `docs/FORMATS.md` lists them
    #[arg(long, help_heading = "Facts", value_name = "NAME", value_parser = layout)]
    pub(crate) layout: Option<Layout>,
    /// A TOML file of who the speakers are: `"Speaker 1" = "Ada Quill"`, or a table with name, role,
    /// affiliation and kind
    #[arg(long, help_heading = "Facts", value_name = "FILE")]
    pub(crate) speakers: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Ask {
    /// The question, in plain language
    #[arg(required_unless_present = "batch", value_name = "QUESTION")]
    pub(crate) question: Vec<String>,
    /// Show at most this many quotes
    #[arg(long, short = 'n', default_value_t = NonZero::<usize>::MIN.saturating_add(4), value_name = "N", value_parser = limit)]
    pub(crate) limit: NonZero<usize>,
    #[command(flatten)]
    pub(crate) form: Form,
    /// Read questions from a file or - for standard input, one a line: plain text, or an object with
    /// "question" and filters; answers come in their order, one JSON object a line
    #[arg(long, value_name = "FILE", conflicts_with = "question")]
    pub(crate) batch: Option<PathBuf>,
    /// Scan all vectors instead of using the index
    #[arg(long)]
    pub(crate) exact: bool,
    /// Take no company, time or speaker from the question itself
    #[arg(long)]
    pub(crate) no_understand: bool,
    /// Say why each quote is there; with a citation as `show` takes it, also where that passage stood, and why it
    /// is not shown
    #[arg(long, value_name = "CITATION", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(crate) explain: Option<String>,
    #[command(flatten)]
    pub(crate) filters: Filters,
}

/// The form of the answer.
#[derive(Args, Clone, Copy, Debug)]
#[group(multiple = false)]
pub(crate) struct Form {
    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Print the answer as one line of JSON
    #[arg(long)]
    pub(crate) jsonl: bool,
    /// Print the answer as Markdown
    #[arg(long)]
    pub(crate) markdown: bool,
}

/// Where to look.
#[derive(Args, Clone, Debug)]
pub(crate) struct Filters {
    /// Only calls of this company (words of its name, or its ticker)
    #[arg(long, help_heading = "Filters")]
    pub(crate) company: Option<String>,
    /// Only calls of this ticker
    #[arg(long, help_heading = "Filters")]
    pub(crate) ticker: Option<String>,
    /// Only calls of this period: "Q2 2025", "H1 2024", "FY 2024"
    #[arg(long, help_heading = "Filters", value_parser = period)]
    pub(crate) period: Option<Period>,
    /// Only calls on or after this day, as `2025-07-31`
    #[arg(long, help_heading = "Filters", value_name = "DATE", value_parser = date)]
    pub(crate) date_from: Option<Date>,
    /// Only calls on or before this day
    #[arg(long, help_heading = "Filters", value_name = "DATE", value_parser = date)]
    pub(crate) date_to: Option<Date>,
    /// Only the words of this speaker (words of the name, or of an analyst's firm)
    #[arg(long, help_heading = "Filters")]
    pub(crate) speaker: Option<String>,
    /// Only the words of people in this role
    #[arg(long, help_heading = "Filters")]
    pub(crate) role: Option<Role>,
    /// Only this part of calls
    #[arg(long, help_heading = "Filters")]
    pub(crate) section: Option<Part>,
    /// Only this call: its id, or its file's name for all calls of the file
    #[arg(long, help_heading = "Filters")]
    pub(crate) call: Option<String>,
}

impl From<Filters> for Filter {
    fn from(filters: Filters) -> Self {
        Self {
            company: filters.company,
            ticker: filters.ticker,
            period: filters.period,
            date_from: filters.date_from,
            date_to: filters.date_to,
            speaker: filters.speaker,
            role: filters.role.map(Kind::from),
            section: filters.section.map(Section::from),
            call: filters.call,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Role {
    /// Speaks for the company
    Executive,
    /// Asks for a firm
    Analyst,
    /// Runs the call
    Operator,
}

impl From<Role> for Kind {
    fn from(role: Role) -> Self {
        match role {
            Role::Executive => Self::Executive,
            Role::Analyst => Self::Analyst,
            Role::Operator => Self::Operator,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Part {
    /// What management says first
    Prepared,
    /// Questions and answers
    Questions,
    /// Neither: preambles, articles
    Other,
}

impl From<Part> for Section {
    fn from(part: Part) -> Self {
        match part {
            Part::Prepared => Self::Prepared,
            Part::Questions => Self::Questions,
            Part::Other => Self::Other,
        }
    }
}

#[derive(Args, Debug)]
pub(crate) struct Show {
    /// Where: `FILE:LINE`, `CALL#START-END` or `CALL@TURN`
    #[arg(allow_hyphen_values = true)]
    pub(crate) citation: String,
}

#[derive(Args, Debug)]
pub(crate) struct Read {
    /// Files to read; - is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Print every turn and problem as JSON, one object a call
    #[arg(long)]
    pub(crate) json: bool,
    /// Say by what in the file its container and layout were told
    #[arg(long)]
    pub(crate) explain: bool,
    #[command(flatten)]
    pub(crate) given: Given,
}

#[derive(Args, Debug)]
pub(crate) struct Calls {
    /// Print the list as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) filters: Filters,
}

#[derive(Args, Debug)]
pub(crate) struct People {
    /// Print the list as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) filters: Filters,
}

#[derive(Args, Debug)]
pub(crate) struct Remove {
    /// Calls, by id, or by their file's name for all of the file
    #[arg(required = true, value_name = "CALL")]
    pub(crate) calls: Vec<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Status {
    /// Print it as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Doctor {
    /// Check every page, text, slice and vector, and that index and exact scan agree
    #[arg(long)]
    pub(crate) full: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Rebuild {
    /// Only build the index again, from the stored vectors
    #[arg(long)]
    pub(crate) index: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Eval {
    /// Questions with gold, one a line; - is standard input
    #[arg(value_name = "FILE")]
    pub(crate) questions: PathBuf,
    /// Ask each question of each call that its gold lies in, and of no other
    #[arg(long)]
    pub(crate) within_call: bool,
    /// An earlier run, saved by --json: say what was won and lost since
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Print figures and questions as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Take no company, time or speaker from the question itself
    #[arg(long)]
    pub(crate) no_understand: bool,
    #[command(flatten)]
    pub(crate) filters: Filters,
}

#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

/// A period as in a text, and what only stands for one where nothing else can: `2024`, `q2 24`.
pub(crate) fn period(text: &str) -> Result<Period, String> {
    let year_alone = || Period::parse(&format!("FY {text}"));
    let short_year = || {
        let (part, year) = text.split_at_checked(text.len().checked_sub(2)?)?;
        let part = part.trim_end_matches(['\'', '’']).trim_end();
        Period::parse(&format!("{part} 20{year}"))
    };
    let period = Period::parse(text).or_else(year_alone).or_else(short_year);
    period.ok_or_else(|| {
        "expected one period, as `Q2 2025`, `H1 2024`, `FY 2024` or `2024`; a question may name \
         several, and `--date-from` and `--date-to` keep calls between two days"
            .to_owned()
    })
}

fn limit(text: &str) -> Result<NonZero<usize>, String> {
    text.parse()
        .map_err(|_| "expected a number of quotes from 1 on".to_owned())
}

/// A day as in a text.
pub(crate) fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "expected a day as `2025-07-31`".into())
}

fn layout(name: &str) -> Result<Layout, String> {
    name.parse()
        .map_err(|none: crate::transcript::NoSuchLayout| none.to_string())
}
