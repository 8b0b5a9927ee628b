//! `onrecord ask --batch`: many questions, one process, answers in their order.

use super::ask::{Asking, detail, reach};
use super::{Outcome, print};
use crate::answer::Status;
use crate::cli::{Ask, Part, Places, Role, date, period};
use crate::error::{Error, Result};
use crate::library::Filter;
use crate::output::{self, Asked};
use crate::question::Question;
use clap::ValueEnum;
use serde::Deserialize;
use std::path::Path;

/// What a line of a file of questions calls itself.
#[derive(Deserialize)]
struct Named {
    id: Option<serde_json::Value>,
}

/// A line of a file of questions. What else an object holds is ignored.
#[derive(Default, Deserialize)]
struct Line {
    question: String,
    call: Option<String>,
    company: Option<String>,
    ticker: Option<String>,
    period: Option<String>,
    date_from: Option<String>,
    date_to: Option<String>,
    speaker: Option<String>,
    role: Option<String>,
    section: Option<String>,
}

pub(super) fn run(places: &Places, args: Ask, file: &Path) -> Result<Outcome> {
    let lines = read(file)?;
    let library = places.open()?;
    let embedder = places.embedder(&library)?;
    let mut asking = Asking::new(&library, &embedder, reach(&args), !args.no_understand);
    let detail = detail(&args);
    let filter: Filter = args.filters.into();
    let (mut found, mut failed) = (0, 0);
    for (number, line) in numbered(&lines) {
        let asked = Asked {
            line: number,
            id: serde_json::from_str(line).map_or(None, |named: Named| named.id),
        };
        match question(number, line, &filter).and_then(|question| asking.ask(question)) {
            Ok(answer) => {
                found += usize::from(answer.status != Status::NotFound);
                print(&if args.form.markdown {
                    output::answer_markdown(&answer)
                } else {
                    output::to_line(&output::batch_json(&asked, &answer, detail))
                })?;
            }
            // A library that is damaged or gone fails every question; a bad line fails itself.
            Err(error) if is_about_the_line(&error) => {
                failed += 1;
                output::error(&error);
                if !args.form.markdown {
                    print(&output::to_line(&output::error_json(&asked, &error)))?;
                }
            }
            Err(error) => return Err(error),
        }
    }
    asking.mend(places);
    Ok(match (found, failed) {
        (_, 1..) => Outcome::Failed,
        (0, 0) => Outcome::NothingFound,
        _ => Outcome::Done,
    })
}

/// The lines of a file of questions with their numbers; empty ones are passed over.
pub(super) fn numbered(lines: &str) -> impl Iterator<Item = (usize, &str)> {
    const BYTE_ORDER_MARK: char = '\u{FEFF}';
    let lines = lines.strip_prefix(BYTE_ORDER_MARK).unwrap_or(lines);
    let lines = (1..).zip(lines.lines());
    lines.filter(|(_, line)| !line.trim().is_empty())
}

pub(super) fn read(file: &Path) -> Result<String> {
    let reading = Error::io("read the questions");
    if file == Path::new("-") {
        std::io::read_to_string(std::io::stdin().lock()).map_err(reading)
    } else {
        fs_err::read_to_string(file).map_err(reading)
    }
}

pub(super) fn question(number: usize, line: &str, filter: &Filter) -> Result<Question> {
    let bad = |why: String| Error::BadQuestionLine { line: number, why };
    if !line.trim_start().starts_with('{') {
        return Question::new(line, filter.clone());
    }
    let line: Line = serde_json::from_str(line).map_err(|error| bad(error.to_string()))?;
    let period = line.period.map(|text| period(&text).map_err(bad));
    let day = |text: Option<String>| text.map(|text| date(&text).map_err(bad)).transpose();
    let role = line
        .role
        .map(|text| Role::from_str(&text, true).map_err(bad))
        .transpose()?;
    let section = line
        .section
        .map(|text| Part::from_str(&text, true).map_err(bad))
        .transpose()?;
    let base = filter.clone();
    let filter = Filter {
        call: line.call.or(base.call),
        company: line.company.or(base.company),
        ticker: line.ticker.or(base.ticker),
        period: period.transpose()?.or(base.period),
        date_from: day(line.date_from)?.or(base.date_from),
        date_to: day(line.date_to)?.or(base.date_to),
        speaker: line.speaker.or(base.speaker),
        role: role.map(Into::into).or(base.role),
        section: section.map(Into::into).or(base.section),
    };
    Question::new(&line.question, filter)
}

fn is_about_the_line(error: &Error) -> bool {
    matches!(
        error,
        Error::BadQuestionLine { .. }
            | Error::EmptyQuestion
            | Error::QuestionTooLong { .. }
            | Error::UnknownCall { .. }
            | Error::AmbiguousCall { .. }
    )
}
