//! The hidden command that prints `docs/FORMATS.md`.

use super::{Outcome, print};
use crate::error::Result;
use crate::transcript::{Gives, LAYOUTS};

const HEAD: &str = "\
# What is read

Made by `onrecord formats > docs/FORMATS.md`; a test holds that it is current.

What a file is, is told by its content, never by its name: first the container (text in any encoding, captions, JSON, a
table, a web page, XML, a PDF, a Word document, an EPUB book), then the layout. `onrecord read --explain FILE` says by
what; `--layout NAME` overrides it, for `read` and `add`.

| layout | `--layout` | speakers | titles and firms | sections | times |
|---|---|---|---|---|---|
";

const TAIL: &str = "
Otter, Descript, Rev, Sonix, Happy Scribe, Fireflies, Zoom's chats and Teams write `timed-lines` as text, as do podcasts' pages and Whisper, and as
exported chats (`[12/09/2025, 09:14:03] Ada: …`) and copied ones (`Ada Quill  9:15 AM`) are read; Microsoft
and Alphabet `labels` or `headings`, as do translated transcripts; Meta `company-paper`; the FOMC, Congress, parliaments and courts `public-body` or
`labels`; the ECB `press-page`; Alpha Vantage, Finnhub, API Ninjas, Quartr and EarningsCall `speaker-json`, the last also as text `speaker-marks`, and
so are Google's, Azure's and Speechmatics' recognised phrases; whisper.cpp and captions fetched of videos `whisper`; Yahoo Finance `seeking-alpha`.
Motley Fool's pages are read with or without the summary that they begin with since 2025, LSEG's texts by headings in capitals or by rules.
Captions may name who speaks above a cue's times, as Webex's do. The two sides of a meeting that a tool on one's own device hears, as Granola, are
`Me` and `Them`; segments that count milliseconds, as Grain's, are told by how long a word would take. Hansard's members may stand over their seats.
A file may hold several calls one after the other, or a list of them in JSON, or one on each line: each is a call of its own. In a text
the next one is told by a headline of another call, or by what LSEG and Motley Fool write last and first, with a welcome and two speakers
behind it; a headline without these, and what is in no turn, is a problem with its lines. German calls are read with their titles, quarters and days.
The number of a question before a name (`Q2`, `1.`) is no part of it; in a briefing a mere `Q` is a reporter, and a court's `X, sworn` and
`Cross-examined by` say who answers whom.

- *stated*: the layout itself says it. *sometimes*: where a source happens to say it, or where the course of the call tells.
- Spans count bytes, and lines those, of the file for UTF-8 text. For everything else they are those of the stored text, which `read --json`
  and `ask --json` say; captions, JSON and tables are stored as a text with a line for each speaker and time.
- Page heads and feet, contents lists, rosters, adverts and disclaimers stay in the stored text and are nobody's words, where a
  layout tells them apart. What stands inside of somebody's words, as the head of a page or `[Laughter]`, is not searched; a
  quote over a page break shows the break as `[…]`.
- A quote has the time of its own first sentence where a source has times of more than turns: captions, and the words of a JSON
  that has a time each.
- Web pages, XML, PDF, Word and EPUB files are read by a second process with limits on time (30 s of computing, 120 s by the
  clock), memory (1 GiB) and output (64 MiB); a document type in XML is refused, nothing is unpacked to disk. A PDF without a
  text layer is named as such.

## Facts beside a file

`NAME.toml` beside `NAME.txt`, or `call.toml` for all files of a folder, may say what a file does not:

```toml
title = \"Nimbus Anvil Q2 2025 Earnings Call\"
company = \"Nimbus Anvil\"
ticker = \"NIMB\"
period = \"Q2 2025\"
date = 2025-07-31
layout = \"labels\"

[speakers]
\"Speaker 1\" = \"Ada Quill\"
\"Speaker 2\" = { name = \"Bo Crane\", role = \"Analyst\", affiliation = \"Vale Bank\", kind = \"analyst\" }
```

`--speakers FILE` takes a file with the lines under `[speakers]` alone. Facts are believed in this order: flags, the content, the
file beside it, the file's name. Where they disagree on period, date or ticker, `onrecord read` shows it as a problem. The period is the
company's own; where the source says on which day it ended, the quarter of the calendar is shown beside it, and a file that is named by
that one disagrees with nothing. An hour is kept with its time zone as it is written.

## Folders

Hidden files are passed over, and with them macOS's `._` files; links to folders are not followed. `--exclude PATTERN` and lines of an
`.onrecordignore` in a folder leave out what matches, as in a `.gitignore`. A file that is there already, by its bytes, is not added
twice, whatever its name. `add --watch` goes on and adds what appears or changes.
";

pub(super) fn run() -> Result<Outcome> {
    let shown = |gives: Gives| match gives {
        Gives::Yes => "stated",
        Gives::Sometimes => "sometimes",
        Gives::No => "",
    };
    let row = |facts: &crate::transcript::Facts| {
        let cells = [facts.speakers, facts.roles, facts.sections, facts.times].map(shown);
        format!(
            "| {} | `{}` | {} |\n",
            facts.shown,
            facts.name,
            cells.join(" | ")
        )
    };
    let table: String = LAYOUTS.iter().map(row).collect();
    print(&format!("{HEAD}{table}{TAIL}"))?;
    Ok(Outcome::Done)
}
