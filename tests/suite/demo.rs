//! The demo and the sample calls.

use crate::util::{Home, checkout, real_model};

#[test]
fn the_demo_answers_what_constrains_aws_capacity() {
    let Some(model) = real_model() else { return };
    let home = Home::with_model(model);
    let run = home.ok(&["demo", "--library", "demo"]);
    let (_, answers) = run
        .stdout
        .split_once("what constrains AWS capacity")
        .unwrap();
    let (first, rest) = answers.split_once("$ onrecord ask").unwrap();
    assert!(first.to_lowercase().contains("power"), "{first}");
    assert!(
        first.contains("verified") && first.contains("AMZN-2025-Q2-notes.txt:"),
        "{first}"
    );
    let refused = "Not on record: no call searched says “bitcoin”";
    assert!(rest.contains(refused), "{rest}");
    // A second run finds everything there.
    assert_eq!(home.ok(&["demo", "--library", "demo"]).stdout, run.stdout);
}

#[test]
fn the_demo_runs_without_the_weights_too() {
    let home = Home::new();
    let run = home.ok(&["demo", "--library", "demo"]);
    assert_eq!(
        run.stdout.matches("$ onrecord ask").count(),
        4,
        "{}",
        run.stdout
    );
}

#[test]
fn every_sample_is_understood_whole() {
    let home = Home::new();
    let data = checkout().join("data");
    let run = home.ok(&["add", data.to_str().unwrap()]);
    assert!(run.stdout.contains("9 calls added"), "{}", run.stdout);
    let calls = home.ok(&["calls", "--json"]).stdout;
    let calls: serde_json::Value = serde_json::from_str(&calls).unwrap();
    for call in calls["calls"].as_array().unwrap() {
        for fact in ["company", "period"] {
            assert!(call[fact].is_string(), "no {fact} in {call:#}");
        }
    }
    home.expect_sound();
}
