//! `onrecord read`: how a file is understood.

use super::{Outcome, given, print};
use crate::cli::Read;
use crate::error::{Error, Result};
use crate::output::{self, counted};
use crate::transcript::{Kind, Part, Participant, Section, Source, exchanges, read_calls};
use std::path::Path;

pub(super) fn run(args: Read) -> Result<Outcome> {
    let flags = given::given(args.given)?;
    let mut failed = false;
    for (number, file) in args.files.iter().enumerate() {
        let given = given::with_beside(&flags, file);
        let layout = given.told.as_ref().and_then(|told| told.layout);
        let source = match Source::read_as(file, layout).map_err(Error::io("read a transcript")) {
            Ok(Ok(source)) => source,
            Ok(Err(not_text)) => {
                failed = true;
                output::warning(&format!("skipped {}: {not_text}", file.display()));
                continue;
            }
            Err(error) => {
                failed = true;
                output::error(&error);
                continue;
            }
        };
        let parts = read_calls(&source.decoded, &source.file_name(), &given);
        for (at, part) in parts.iter().enumerate() {
            if args.json {
                let json = output::call_json(part);
                print(&if args.files.len() == 1 && parts.len() == 1 {
                    output::to_pretty(&json)
                } else {
                    output::to_line(&json)
                })?;
            } else {
                let gap = if number + at > 0 { "\n" } else { "" };
                let summary = summary(file, &source, part, args.explain);
                print(&format!("{gap}{summary}"))?;
            }
        }
    }
    Ok(if failed {
        Outcome::Failed
    } else {
        Outcome::Done
    })
}

fn summary(file: &Path, source: &Source, part: &Part<'_>, explain: bool) -> String {
    let Part {
        place,
        text,
        reading,
    } = part;
    let call = &reading.call;
    let meta = &call.metadata;
    let unknown = || "not stated".to_owned();
    let shown = |fact: Option<String>| output::visible(&fact.unwrap_or_else(unknown));
    let in_section = |section| {
        call.turns
            .iter()
            .filter(|turn| turn.section == section)
            .count()
    };
    let mut out = output::visible_name(&output::shown_path(file));
    if !place.is_whole() {
        out += &format!(":{}", place.lines + 1);
    }
    out.push('\n');
    let unsure = if reading.why.unsure { ", unsure" } else { "" };
    out += &format!(
        "  layout    {} ({}{unsure})\n",
        call.layout, source.decoded.encoding
    );
    if explain {
        out += &format!("  file      {}: {}\n", source.container, source.why);
        out += &format!("  told by   {}\n", reading.why.reason);
    }
    out += &format!("  title     {}\n", shown(meta.title.clone()));
    out += &format!("  company   {}\n", shown(meta.company.clone()));
    out += &format!("  ticker    {}\n", shown(meta.ticker.clone()));
    out += &format!(
        "  period    {}\n",
        shown(meta.period.map(|period| period.to_string()))
    );
    if let Some(calendar) = meta.calendar.filter(|_| meta.calendar != meta.period) {
        out += &format!("  calendar  {calendar}, by the day that the period ended\n");
    }
    let hour = meta
        .hour
        .as_ref()
        .map_or_else(String::new, |hour| format!(", {hour}"));
    out += &format!(
        "  date      {}\n",
        shown(meta.date.map(|date| format!("{date}{hour}")))
    );
    out += &format!(
        "  turns     {} ({} prepared, {} in questions, {} other), {}\n",
        output::grouped(call.turns.len()),
        in_section(Section::Prepared),
        in_section(Section::Questions),
        in_section(Section::Other),
        counted(exchanges(&call.turns, text).len(), "exchange"),
    );
    if !call.participants.is_empty() {
        let rows: Vec<_> = call.participants.iter().map(person).collect();
        out.push('\n');
        for line in output::table(&["who", "kind", "role", "affiliation"], &rows).lines() {
            out += &format!("  {}\n", line.trim_end());
        }
    }
    for problem in &reading.problems {
        out += &format!(
            "  line {}: {}\n",
            problem.line,
            output::visible(&problem.message)
        );
    }
    out
}

fn person(person: &Participant) -> Vec<String> {
    let kind = match person.kind {
        Kind::Executive => "executive",
        Kind::Analyst => "analyst",
        Kind::Operator => "operator",
        Kind::Other => "other",
    };
    let fact = |fact: &Option<String>| fact.clone().unwrap_or_default();
    vec![
        person.name.clone(),
        kind.to_owned(),
        fact(&person.role),
        fact(&person.affiliation),
    ]
}
