//! Figures for people: a line a question, then the totals with their intervals.

use super::{counted, table};
use crate::answer::Status;
use crate::eval::{Compared, Figure, Scored, Summary};
use serde::Serialize;

/// A run, as `onrecord.eval/1`.
pub fn eval_json<'a>(
    scored: &'a [Scored],
    summary: &'a Summary,
    baseline: Option<&'a Compared>,
) -> impl Serialize + 'a {
    #[derive(Serialize)]
    struct EvalJson<'a> {
        schema: &'static str,
        total: &'a Summary,
        baseline: Option<&'a Compared>,
        questions: &'a [Scored],
    }
    EvalJson {
        schema: "onrecord.eval/1",
        total: summary,
        baseline,
        questions: scored,
    }
}

/// A run as tables.
pub fn eval_text(scored: &[Scored], summary: &Summary, baseline: Option<&Compared>) -> String {
    let rows: Vec<Vec<String>> = scored.iter().map(question).collect();
    let mut out = table(
        &["id", "status", "confidence", "hit", "gold", "question"],
        &rows,
    );
    out += &format!("\n{}\n\n", counted(summary.questions, "question"));
    out += &table(&["figure", "value", "95 %", "of"], &totals(summary));
    if let Some(compared) = baseline {
        out += &format!(
            "\nagainst the baseline, {} in both: {} won, {} lost (by chance: {:.2})\n",
            counted(compared.questions, "question"),
            compared.won,
            compared.lost,
            compared.chance
        );
    }
    out
}

/// Of gold quotes: how many of them the first ten passages hold.
fn question(scored: &Scored) -> Vec<String> {
    let status = match scored.status {
        Status::Answered => "answered",
        Status::Weak => "weak",
        Status::NotFound => "not_found",
    };
    let found = scored.gold.iter().filter(|gold| gold.rank.is_some());
    let (hit, gold) = if scored.unanswerable {
        (String::new(), "none".to_owned())
    } else {
        let hit = scored.hit.map_or("-".to_owned(), |rank| rank.to_string());
        (hit, format!("{}/{}", found.count(), scored.gold.len()))
    };
    vec![
        scored.id.clone(),
        status.to_owned(),
        format!("{:.2}", scored.confidence),
        hit,
        gold,
        scored.question.clone(),
    ]
}

fn totals(summary: &Summary) -> Vec<Vec<String>> {
    let (answerable, unanswerable) = (&summary.answerable, &summary.unanswerable);
    let mut rows = vec![
        row("gold quotes in the first 5 passages", &summary.recall_at_5),
        row(
            "gold quotes in the first 10 passages",
            &summary.recall_at_10,
        ),
        row("answerable: first quote hits", &summary.hit_at_1),
        row("answerable: one of the first three hits", &summary.hit_at_3),
        row("answerable: answered", &answerable.answered),
        row("answerable: weak", &answerable.weak),
        row("answerable: not found", &answerable.not_found),
        row("unanswerable: answered", &unanswerable.answered),
        row("unanswerable: weak", &unanswerable.weak),
        row("unanswerable: not found", &unanswerable.not_found),
    ];
    rows.retain(|row| row.last().is_none_or(|of| of != "0"));
    rows.push(vec![
        "confidence off by, on average".to_owned(),
        format!("{:.3}", summary.calibration_error),
        String::new(),
        summary.questions.to_string(),
    ]);
    for bin in &summary.reliability {
        let name = format!("right where confidence is about {:.2}", bin.confidence);
        rows.push(row(&name, &bin.right));
    }
    rows
}

fn row(name: &str, figure: &Figure) -> Vec<String> {
    let [low, high] = figure.interval;
    vec![
        name.to_owned(),
        format!("{:.3}", figure.value),
        format!("{low:.2} to {high:.2}"),
        figure.of.to_string(),
    ]
}
