//! Megabytes a second of each sample, grown, and how the time grows with the size.

use crate::made;
use crate::{Sample, samples};
use onrecord::transcript::{Metadata, may_hold_several, open, read};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A sample as large as asked for: lines again and again, and for JSON its first list.
fn grown(bytes: &[u8], size: usize) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    if let Some((open, close)) = text
        .find("[{")
        .zip(text.rfind("}]"))
        .filter(|(open, close)| open < close)
    {
        let (head, rest) = text.split_at(open + 1);
        let (items, tail) = rest.split_at(close - open);
        let times = 1 + size / items.len().max(1);
        return [head, &vec![items; times].join(","), tail]
            .concat()
            .into_bytes();
    }
    bytes.repeat(1 + size / bytes.len().max(1))
}

/// Time that this thread has computed, where the system counts it: other programs' work is not in it.
pub(crate) fn computed() -> Option<Duration> {
    let counts = fs_err::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = counts.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

/// The time to read a text: the mean of as many readings as take a tenth of a second, three at the least. The system counts
/// time of computing in steps, so it is asked for once.
fn time(bytes: &[u8]) -> Duration {
    let (started, before) = (Instant::now(), computed());
    let mut runs = 0;
    while runs < 3 || started.elapsed() < Duration::from_millis(100) {
        if let Ok(opened) = open(bytes.to_vec(), None) {
            // Samples again and again are many calls; what is measured is one as long.
            std::hint::black_box(may_hold_several(&opened.decoded.text));
            std::hint::black_box(read(&opened.decoded.text, "x.txt", &Metadata::default()));
        }
        runs += 1;
    }
    let counted = computed()
        .zip(before)
        .and_then(|(after, before)| after.checked_sub(before));
    counted.unwrap_or_else(|| started.elapsed()) / runs
}

/// A sample whose speakers say as much as on a call: a line that ends a sentence goes on for a while, one inside of a JSON
/// string as well. The samples themselves are all labels, with a few words each.
fn spoken(bytes: &[u8]) -> Vec<u8> {
    const MORE: &str = " We sell anvils of iron and of steel to those who need them, and we said in March that we would go on doing so \
        for the rest of the year. Prices rose by nine percent in the first half, mostly because of coal. We do not expect more.";
    const MORE_HAN: &str = "我们把铁砧卖给需要的人，三月时也说过今年余下的时间会继续这样做。上半年价格上涨了百分之九，主要是因为煤。我们预计不会再涨。";
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let mut lines = line.split("\\n").peekable();
        while let Some(line) = lines.next() {
            let body = line.trim_end();
            let said = body.trim_end_matches(['"', '}', ']', ',']);
            out += said;
            if said.ends_with(['.', '?']) {
                out += MORE;
            } else if said.ends_with('。') {
                out += MORE_HAN;
            }
            out += line.get(said.len()..).unwrap_or_default();
            out += if lines.peek().is_some() { "\\n" } else { "" };
        }
    }
    out.into_bytes()
}

/// A table of the samples whose name holds `name`.
pub(crate) fn run(name: &str) {
    println!(
        "{:<70} {:>8} {:>8} {:>10}",
        "sample, grown", "MB/s", "dense", "t(8n)/t(n)"
    );
    let mut all = samples();
    let line = |name: &str, text: &str| Sample {
        name: name.to_owned(),
        bytes: text.as_bytes().to_vec(),
        container: None,
    };
    all.push(line(
        "one line",
        "we sell anvils and the next question comes from bo crane ",
    ));
    all.push(line(
        "one line of sentences",
        "We sell anvils. Our first question is from Bo Crane: how heavy? ",
    ));
    all.retain(|sample| sample.name.contains(name) && sample.container.is_none());
    for sample in all {
        let said = spoken(&sample.bytes);
        let (small, large) = (grown(&said, 1 << 20), grown(&said, 8 << 20));
        let dense = grown(&sample.bytes, 8 << 20);
        let (one, eight) = (time(&small), time(&large));
        let rate = |bytes: &[u8], spent: Duration| bytes.len() as f64 / 1e6 / spent.as_secs_f64();
        let growth = eight.as_secs_f64() / one.as_secs_f64();
        println!(
            "{:<70} {:>8.0} {:>8.0} {growth:>10.1}",
            sample.name,
            rate(&large, eight),
            rate(&dense, time(&dense))
        );
    }
}

/// How long the program takes to read a PDF of so many pages.
pub(crate) fn pdf(pages: usize) {
    let line = "Ada Quill: Iron is dear, and we expect that it stays so for the rest of the year.";
    let document = made::pdf(pages, &vec![line; 40]);
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(&document).expect("written");
    let started = Instant::now();
    let run = Command::new(env!("CARGO_BIN_EXE_onrecord"))
        .args(["read", "--json"])
        .arg(file.path())
        .stderr(Stdio::inherit())
        .output()
        .expect("the program runs");
    assert!(run.status.success(), "{:?}", run.status);
    println!(
        "a PDF of {pages} pages: {:?}, {} bytes of JSON",
        started.elapsed(),
        run.stdout.len()
    );
}
