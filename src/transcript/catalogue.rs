//! Every layout that is read, its name, and what it gives; `docs/FORMATS.md` is made from this.
//!
//! In: nothing. Out: the [`Layout`]s and what is known of each. This file knows no line shapes.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The line shapes of a source, or the program that wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// An earnings call copied from a Motley Fool page.
    Motley,
    /// An LSEG `StreetEvents` text export.
    Lseg,
    /// An LSEG `StreetEvents` XML file.
    LsegXml,
    /// A Seeking Alpha page: rosters, then bare names on lines of their own.
    SeekingAlpha,
    /// A `FactSet` `CallStreet` transcript.
    Factset,
    /// An S&P Capital IQ transcript.
    CapitalIq,
    /// A Bloomberg transcript.
    Bloomberg,
    /// A company's own paper: name and title on a line, without a colon.
    CompanyPaper,
    /// A public body's record: `CHAIR NAME.` before the words.
    PublicBody,
    /// A transcript that a company filed with the SEC: names in bold type, or labels.
    SecExhibit,
    /// A central bank's press conference on a web page.
    PressPage,
    /// Lines with a name and a time, as meeting tools export them.
    TimedLines,
    /// Google Meet's transcript: labels under a time every few minutes.
    GoogleMeet,
    /// A line `speaker`, a line with the name, and the words below.
    SpeakerMarks,
    /// Labels on lines of their own, the words below.
    Headings,
    /// Labels before the words on one line.
    Labels,
    /// `WebVTT` captions.
    WebVtt,
    /// `SubRip` captions.
    Srt,
    /// Rev's token-per-line files.
    RevNlp,
    /// A table with a column of speakers and one of words, or a column of words alone.
    Csv,
    /// Financial Modeling Prep's JSON.
    Fmp,
    /// JSON with a list of speakers and their words: Alpha Vantage, `EarningsCall`, and their like.
    SpeakerJson,
    /// Fireflies' JSON.
    Fireflies,
    /// Rev's JSON.
    RevJson,
    /// `AssemblyAI`'s JSON.
    AssemblyAi,
    /// Deepgram's JSON.
    Deepgram,
    /// Whisper's or `WhisperX`'s JSON.
    Whisper,
    /// A podcast's JSON transcript.
    PodcastJson,
    /// Amazon Transcribe's JSON.
    AwsTranscribe,
    /// An article about a call.
    Article,
    /// Text without speakers.
    Prose,
}

/// How much of something a layout states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// The layout itself states it.
    Yes,
    /// Where the source happens to hold it, or where the course of the call tells.
    Sometimes,
    /// Never.
    No,
}

/// What is known of a layout.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The layout.
    pub layout: Layout,
    /// Its name for `--layout`.
    pub name: &'static str,
    /// Its name in sentences.
    pub shown: &'static str,
    /// Who speaks.
    pub speakers: Gives,
    /// Titles and firms.
    pub roles: Gives,
    /// Where questions begin.
    pub sections: Gives,
    /// When somebody speaks.
    pub times: Gives,
}

const fn facts(
    layout: Layout,
    name: &'static str,
    shown: &'static str,
    [speakers, roles, sections, times]: [Gives; 4],
) -> Facts {
    Facts {
        layout,
        name,
        shown,
        speakers,
        roles,
        sections,
        times,
    }
}

use Gives::{No, Sometimes, Yes};

/// All layouts, in the order of the documentation.
#[rustfmt::skip]
pub const LAYOUTS: [Facts; 31] = [
    facts(Layout::Motley, "motley", "Motley Fool page", [Yes, Yes, Yes, No]),
    facts(Layout::SeekingAlpha, "seeking-alpha", "Seeking Alpha page", [Yes, Yes, Yes, No]),
    facts(Layout::Lseg, "lseg", "LSEG StreetEvents export", [Yes, Yes, Yes, No]),
    facts(Layout::LsegXml, "lseg-xml", "LSEG StreetEvents XML", [Yes, Yes, Yes, No]),
    facts(Layout::Factset, "factset", "FactSet CallStreet transcript", [Yes, Yes, Yes, No]),
    facts(Layout::CapitalIq, "capital-iq", "S&P Capital IQ transcript", [Yes, Yes, Yes, No]),
    facts(Layout::Bloomberg, "bloomberg", "Bloomberg transcript", [Yes, Sometimes, Yes, No]),
    facts(Layout::CompanyPaper, "company-paper", "company's own paper", [Yes, Yes, Sometimes, No]),
    facts(Layout::PublicBody, "public-body", "record of a public body", [Yes, Sometimes, No, No]),
    facts(Layout::PressPage, "press-page", "press conference on a web page", [Yes, Sometimes, Yes, No]),
    facts(Layout::SecExhibit, "sec-exhibit", "SEC exhibit", [Yes, Sometimes, Sometimes, No]),
    facts(Layout::SpeakerMarks, "speaker-marks", "speakers under marks", [Yes, Sometimes, Sometimes, No]),
    facts(Layout::Headings, "headings", "speakers on lines of their own", [Yes, Sometimes, Sometimes, No]),
    facts(Layout::Labels, "labels", "speakers before their words", [Yes, Sometimes, Sometimes, No]),
    facts(Layout::TimedLines, "timed-lines", "speakers with times", [Yes, No, No, Yes]),
    facts(Layout::GoogleMeet, "google-meet", "Google Meet transcript", [Yes, No, No, Sometimes]),
    facts(Layout::WebVtt, "web-vtt", "WebVTT captions", [Sometimes, No, No, Yes]),
    facts(Layout::Srt, "srt", "SubRip captions", [Sometimes, No, No, Yes]),
    facts(Layout::RevNlp, "rev-nlp", "Rev token file", [Yes, No, Sometimes, Sometimes]),
    facts(Layout::Csv, "csv", "table of speakers and words", [Sometimes, Sometimes, Sometimes, Sometimes]),
    facts(Layout::Fmp, "fmp", "FMP JSON", [Yes, No, Sometimes, No]),
    facts(Layout::SpeakerJson, "speaker-json", "JSON list of speakers", [Yes, Sometimes, Sometimes, Sometimes]),
    facts(Layout::Fireflies, "fireflies", "Fireflies JSON", [Yes, No, No, Yes]),
    facts(Layout::RevJson, "rev-json", "Rev JSON", [Yes, No, No, Yes]),
    facts(Layout::AssemblyAi, "assembly-ai", "AssemblyAI JSON", [Sometimes, No, No, Yes]),
    facts(Layout::Deepgram, "deepgram", "Deepgram JSON", [Sometimes, No, No, Yes]),
    facts(Layout::Whisper, "whisper", "Whisper JSON", [Sometimes, No, No, Yes]),
    facts(Layout::PodcastJson, "podcast-json", "podcast JSON", [Yes, No, No, Yes]),
    facts(Layout::AwsTranscribe, "aws-transcribe", "Amazon Transcribe JSON", [Sometimes, No, No, Yes]),
    facts(Layout::Article, "article", "article", [Sometimes, Sometimes, No, No]),
    facts(Layout::Prose, "prose", "text without speakers", [No, No, No, No]),
];

impl Layout {
    /// What is known of the layout.
    pub fn facts(self) -> Facts {
        let known = LAYOUTS.iter().find(|facts| facts.layout == self);
        // Every layout is in the table; a test holds that.
        known
            .copied()
            .unwrap_or(facts(self, "", "", [Gives::No; 4]))
    }

    /// Whether sources of this layout are kept as a text of our own making, in which the layout's
    /// name stands; see [`super::rendered`].
    pub(super) fn is_rendered(self) -> bool {
        matches!(
            self,
            Self::LsegXml
                | Self::PressPage
                | Self::WebVtt
                | Self::Srt
                | Self::RevNlp
                | Self::Csv
                | Self::Fmp
                | Self::SpeakerJson
                | Self::Fireflies
                | Self::RevJson
                | Self::AssemblyAi
                | Self::Deepgram
                | Self::Whisper
                | Self::PodcastJson
                | Self::AwsTranscribe
        )
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.facts().shown)
    }
}

/// Nobody's layout has this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchLayout;

impl fmt::Display for NoSuchLayout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = LAYOUTS.iter().map(|facts| facts.name).collect();
        write!(f, "the layouts are: {}", names.join(", "))
    }
}

impl std::error::Error for NoSuchLayout {}

impl FromStr for Layout {
    type Err = NoSuchLayout;

    fn from_str(name: &str) -> Result<Self, NoSuchLayout> {
        let known = LAYOUTS.iter().find(|facts| facts.name == name);
        known.map(|facts| facts.layout).ok_or(NoSuchLayout)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_layout_has_its_own_row_and_name() {
        let names: HashSet<&str> = LAYOUTS.iter().map(|facts| facts.name).collect();
        let layouts: HashSet<Layout> = LAYOUTS.iter().map(|facts| facts.layout).collect();
        assert_eq!((names.len(), layouts.len()), (LAYOUTS.len(), LAYOUTS.len()));
        for facts in LAYOUTS {
            assert_eq!(facts.name.parse(), Ok(facts.layout));
            let stored = serde_json::to_string(&facts.layout).unwrap();
            assert_eq!(stored.replace('_', "-"), format!("\"{}\"", facts.name));
        }
    }
}
