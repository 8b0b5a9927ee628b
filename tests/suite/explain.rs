//! Why a quote is there, why a passage is not, and where the same words stand too.

use crate::util::{GLIMMER, Home, NIMBUS};
use serde_json::Value;

fn home() -> Home {
    let home = Home::new();
    home.add("nimbus.txt", NIMBUS);
    home.add("glimmer.txt", GLIMMER);
    home
}

/// The quotes of an answer, nearest misses too.
fn quotes(answer: &Value) -> Vec<Value> {
    let lists = [&answer["quotes"], &answer["nearest"]];
    let lists = lists.iter().filter_map(|quotes| quotes.as_array());
    lists.flatten().cloned().collect()
}

#[test]
fn the_parts_of_a_quotes_worth_sum_to_its_score() {
    let home = home();
    let answer = home.ask(&["when does the second forge open", "--explain"]);
    let quotes = quotes(&answer);
    assert!(!quotes.is_empty());
    for quote in quotes {
        let worth = |part: &str| quote["why"]["worth"][part].as_f64().unwrap();
        let sum = worth("speaker")
            * worth("notice")
            * worth("brief")
            * (worth("passage") + worth("sentences"))
            + worth("figure")
            + worth("together")
            + worth("around");
        let total = quote["score"]["final"].as_f64().unwrap();
        assert!(
            (sum - total).abs() < 1e-4,
            "{sum} is not {total}: {quote:#}"
        );
        let (holds, lacks) = (&quote["why"]["holds"], &quote["why"]["lacks"]);
        assert_eq!(
            holds.as_array().unwrap().len() + lacks.as_array().unwrap().len(),
            3
        );
    }
    let plain = home.ask(&["when does the second forge open"]);
    assert!(plain["quotes"][0]["why"].is_null());
}

#[test]
fn a_passage_that_is_asked_about_is_shown_or_said_why_not() {
    let home = home();
    let place = |citation: &str, args: &[&str]| {
        let explain = format!("--explain={citation}");
        let asked = ["when does the second forge open", &explain];
        home.ask(&[&asked, args].concat())["asked_about"].clone()
    };
    let first = home.ask(&["when does the second forge open"]);
    let citation = quotes(&first)[0]["citation"].as_str().unwrap().to_owned();
    assert_eq!(place(&citation, &[])["why"], "shown");
    assert_eq!(
        place(&citation, &["--company", "glimmer"])["why"],
        "other_call"
    );
    assert_eq!(place(&citation, &["--role", "operator"])["why"], "filtered");
    let text = home.run(&["ask", "forge", &format!("--explain={citation}")]);
    assert!(
        text.stdout.contains(&format!("{citation} is shown, as ")),
        "{text:#?}"
    );
}

#[test]
fn a_call_from_two_vendors_is_one_quote_with_both_sources() {
    let home = home();
    home.add(
        "other-vendor.txt",
        &format!("{NIMBUS}\n\nCopyright of an invented vendor.\n"),
    );
    let answer = home.ask(&["when does the second forge open", "-n", "20"]);
    let quotes = quotes(&answer);
    let opens = |text: &Value| text.as_str().unwrap().contains("October");
    let said: Vec<&Value> = quotes
        .iter()
        .filter(|quote| opens(&quote["text"]))
        .collect();
    assert_eq!(said.len(), 1, "{quotes:#?}");
    let also = said[0]["also"].as_array().unwrap();
    assert_eq!(also.len(), 1);
    assert_ne!(also[0]["source"]["path"], said[0]["source"]["path"]);
    let file = fs_err::read_to_string(also[0]["source"]["path"].as_str().unwrap()).unwrap();
    assert!(file.contains(also[0]["text"].as_str().unwrap()));
}

#[test]
fn a_near_miss_says_what_it_lacks() {
    let home = home();
    let run = home.run(&["ask", "zeppelin fares to Zanzibar"]);
    assert_eq!(run.code, 1, "{run:#?}");
    assert!(
        run.stdout.contains("lacks zeppelin, fares, zanzibar"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("searched for zeppelin, fares, zanzibar"),
        "{}",
        run.stdout
    );
}
