//! An engine as a child process: started, asked, and ended with its input.

use crate::figures::Round;
use crate::{Fallible, machine, shown};
use serde::Deserialize;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};

/// What the engines that there are hold AVX-512 and more back by, each for its library.
const HELD_TO_AVX2: [(&str, &str); 3] = [
    ("ATEN_CPU_CAPABILITY", "avx2"),
    ("MKL_ENABLE_INSTRUCTIONS", "AVX2"),
    ("ONEDNN_MAX_CPU_ISA", "AVX2"),
];

/// An engine that is ready.
pub(crate) struct Child {
    pub(crate) name: String,
    pub(crate) report: Report,
    process: std::process::Child,
    requests: Option<ChildStdin>,
    answers: Lines<BufReader<ChildStdout>>,
    log: PathBuf,
}

/// What an engine says about itself.
#[derive(Deserialize)]
pub(crate) struct Report {
    pub(crate) version: String,
    pub(crate) precision: String,
    pub(crate) instructions: Option<String>,
    pub(crate) batch: Option<usize>,
    pub(crate) streams: Option<usize>,
}

/// What every engine is started with.
pub(crate) struct Start<'a> {
    pub(crate) model: &'a Path,
    pub(crate) texts: &'a Path,
    pub(crate) work: &'a Path,
    pub(crate) python: Option<PathBuf>,
    pub(crate) avx2: bool,
}

impl Start<'_> {
    /// One of the engines of `peers.py`.
    pub(crate) fn peer(&self, name: &str) -> Fallible<Child> {
        let python = self.python.as_ref();
        let python = python.ok_or("no Python with it was named; see `benches/README.md`")?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers.py");
        let mut command = Command::new(python);
        command.arg(script).arg(name);
        command.args([self.model, self.texts, self.work]);
        self.spawn(name, command)
    }

    /// A tier of our own encoder.
    pub(crate) fn tier(&self, name: &str) -> Fallible<Child> {
        self.spawn(name, self.own(name)?)
    }

    /// The same on one thread.
    pub(crate) fn tier_on_one_thread(&self, name: &str) -> Fallible<Child> {
        let mut command = self.own(name)?;
        command.env("ONRECORD_THREADS", "1");
        self.spawn(name, command)
    }

    fn own(&self, tier: &str) -> Fallible<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--serve", tier, "--model", &shown(self.model)]);
        command.arg("--texts").arg(self.texts);
        command.env("ONRECORD_KERNEL", tier);
        Ok(command)
    }

    fn spawn(&self, name: &str, mut command: Command) -> Fallible<Child> {
        if self.avx2 {
            command.envs(HELD_TO_AVX2);
        }
        let log = self.work.join(format!("{name}.log"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(fs_err::File::create(&log)?.into_parts().0);
        let mut process = command.spawn()?;
        let requests = process.stdin.take();
        let answers = process.stdout.take().ok_or("it has no output")?;
        let mut answers = BufReader::new(answers).lines();
        let ready = answers.next().transpose()?;
        let Some(report) = ready.as_ref().and_then(|line| line.strip_prefix("ready ")) else {
            // It has ended, or is of no use.
            drop(requests);
            process.wait()?;
            return Err(last_line(&log).into());
        };
        Ok(Child {
            name: name.to_owned(),
            report: serde_json::from_str(report)?,
            process,
            requests,
            answers,
            log,
        })
    }
}

impl Child {
    /// Embeds all texts once.
    pub(crate) fn embed_all(&mut self) -> Fallible<Round> {
        let before = machine::cpu_seconds(self.process.id());
        let seconds = self.ask("go")?.parse()?;
        let after = machine::cpu_seconds(self.process.id());
        Ok(Round {
            seconds,
            cpu_seconds: before.zip(after).map(|(before, after)| after - before),
        })
    }

    /// Seconds for the question alone, the median of many.
    pub(crate) fn embed_question(&mut self) -> Fallible<f64> {
        Ok(self.ask("one")?.parse()?)
    }

    /// All vectors, one after the other.
    pub(crate) fn vectors(&mut self, file: &Path) -> Fallible<Vec<f32>> {
        self.ask(&format!("vectors {}", shown(file)))?;
        let bytes = fs_err::read(file)?;
        let (numbers, _) = bytes.as_chunks::<4>();
        Ok(numbers.iter().map(|b| f32::from_le_bytes(*b)).collect())
    }

    fn ask(&mut self, request: &str) -> Fallible<String> {
        if let Some(requests) = &mut self.requests {
            writeln!(requests, "{request}")?;
        }
        let answer = self.answers.next().transpose()?;
        answer.ok_or_else(|| format!("{} ended: {}", self.name, last_line(&self.log)).into())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        drop(self.requests.take());
        // Its figures are in; how it ends changes nothing.
        let _ = self.process.wait();
    }
}

fn last_line(log: &Path) -> String {
    let said = fs_err::read_to_string(log).unwrap_or_default();
    let last = said.lines().rev().find(|line| !line.trim().is_empty());
    let last = last.unwrap_or("it ended without a word").trim();
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}
