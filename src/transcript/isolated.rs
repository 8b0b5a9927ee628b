//! Reading what is dangerous to read in a process that may die: this program once more, with limits.
//!
//! In: a container and its bytes. Out: the text that the child wrote, or why there is none. A PDF of
//! 280 bytes can abort a reader and a page of nested tags can keep one busy for hours; the child has
//! limits on its time, its memory and what it may write, and nothing but pipes to this process.

use super::container::Container;
use super::decode::NotText;
use super::extract::Pages;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// The hidden command that a child runs.
pub const COMMAND: &str = "extract";

/// What a child writes before anything else, so that no other program is taken for one.
pub const GREETING: &str = "onrecord extract 1\n";

/// How long a child may take by the clock.
const PATIENCE: Duration = Duration::from_mins(2);

/// How long a child may compute, in seconds.
#[cfg(unix)]
const MOST_CPU: u64 = 30;

/// How much memory a child may map.
#[cfg(unix)]
const MOST_MEMORY: u64 = 1 << 30;

/// The most text that is taken from a child.
const MOST_TEXT: u64 = 64 << 20;

/// The most that is heard of a child beside its text.
const MOST_SAID: u64 = 1 << 20;

/// The most of a child's complaint that is kept, but for the last line.
const MOST_COMPLAINT: usize = 4096;

/// The text in a container, as a child of this process reads it; `pages` hears how far it is.
///
/// # Errors
/// When the child finds no text, gives up, or is stopped by its limits.
pub(super) fn text_of(
    container: Container,
    bytes: &[u8],
    pages: &Pages<'_>,
) -> Result<String, NotText> {
    let damaged = |why: String| NotText::Damaged {
        container: container.to_string(),
        why,
    };
    let mut child =
        start(container).map_err(|error| damaged(format!("its reader did not start: {error}")))?;
    let (output, complaint) = converse(&mut child, bytes, pages);
    let _ = child.kill();
    let status = child
        .wait()
        .map_err(|error| damaged(format!("its reader was lost: {error}")))?;
    let Some(output) = output else {
        return Err(damaged(format!(
            "its reader took more than {} seconds",
            PATIENCE.as_secs()
        )));
    };
    if output.len() as u64 > MOST_TEXT {
        return Err(damaged(format!(
            "it holds more than {} MiB of text",
            MOST_TEXT >> 20
        )));
    }
    let text = String::from_utf8_lossy(&output).into_owned();
    match text.strip_prefix(GREETING) {
        Some(text) if status.success() => Ok(text.to_owned()),
        _ => Err(damaged(reason(&complaint, status.code()))),
    }
}

fn start(container: Container) -> io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .args([COMMAND, container.word()])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
}

/// Gives the child its bytes, and takes its words and its complaint; no words where it takes too
/// long.
fn converse(child: &mut Child, bytes: &[u8], pages: &Pages<'_>) -> (Option<Vec<u8>>, Vec<u8>) {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (sender, receiver) = mpsc::channel();
    thread::scope(|threads| {
        threads.spawn(move || {
            // A child that has read enough closes its end.
            stdin.map(|mut stdin| stdin.write_all(bytes))
        });
        threads.spawn(move || {
            let _ = sender.send(taken(stdout, MOST_TEXT + 1));
        });
        let complaint = threads.spawn(move || complaint(stderr, pages));
        let output = receiver.recv_timeout(PATIENCE).ok();
        // Whatever it still does, its pipes end here, and with them the threads.
        let _ = child.kill();
        (output, complaint.join().unwrap_or_default())
    })
}

fn taken(pipe: Option<impl Read>, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        let _ = pipe.take(most).read_to_end(&mut bytes);
    }
    bytes
}

/// What a child says beside its text: how far it is, which `pages` hears, and a complaint.
fn complaint(pipe: Option<impl Read>, pages: &Pages<'_>) -> Vec<u8> {
    let (mut complaint, mut line) = (Vec::new(), Vec::new());
    let Some(pipe) = pipe else { return complaint };
    let mut lines = BufReader::new(pipe.take(MOST_SAID));
    while lines
        .read_until(b'\n', &mut line)
        .is_ok_and(|read| read > 0)
    {
        match std::str::from_utf8(&line).ok().and_then(page_line) {
            Some((done, all)) => pages(done, all),
            None if complaint.len() < MOST_COMPLAINT => complaint.append(&mut line),
            None => {}
        }
        line.clear();
    }
    complaint
}

/// The numbers in `page 12 of 500`, as the child writes it.
fn page_line(line: &str) -> Option<(usize, usize)> {
    let (done, all) = line.trim_end().strip_prefix("page ")?.split_once(" of ")?;
    Some((done.parse().ok()?, all.parse().ok()?))
}

/// Why a child gave no text, in its own words where it has some.
fn reason(complaint: &[u8], code: Option<i32>) -> String {
    let complaint = String::from_utf8_lossy(complaint);
    let said = complaint
        .lines()
        .find_map(|line| line.trim().strip_prefix("caused by: "));
    match (said, code) {
        (Some(said), _) => said.to_owned(),
        (None, None) => "its reader was stopped by its limits on time and memory".to_owned(),
        (None, Some(_)) => "its reader broke down on it".to_owned(),
    }
}

/// Limits this process, once and for all; for a child, before it reads anything.
///
/// # Errors
/// When the system refuses.
pub fn confine() -> io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let limits = [
            (Resource::Cpu, MOST_CPU),
            (Resource::As, MOST_MEMORY),
            // No file is written, and no core left.
            (Resource::Fsize, 0),
            (Resource::Core, 0),
        ];
        for (resource, most) in limits {
            setrlimit(
                resource,
                Rlimit {
                    current: Some(most),
                    maximum: Some(most),
                },
            )?;
        }
    }
    Ok(())
}
