//! The words that are looked for: how calls write them, whether anybody says them, and what that makes of an answer.

use crate::util::{GLIMMER, Home, NIMBUS};
use serde_json::Value;

fn home() -> Home {
    let home = Home::new();
    home.add("nimbus.txt", NIMBUS);
    home.add("glimmer.txt", GLIMMER);
    home
}

#[test]
fn a_question_about_nothing_that_was_said_is_not_on_record() {
    let home = home();
    let run = home.run(&["ask", "zebra quarantine submarine jurisprudence"]);
    assert_eq!(run.code, 1, "{run:#?}");
    let said = "Not on record: no call searched says “zebra” or “quarantine” or";
    assert!(run.stdout.starts_with(said), "{}", run.stdout);
    assert!(run.stdout.contains("2 calls searched"), "{}", run.stdout);
}

/// The words of an answer that nobody who was searched says.
fn never_said(home: &Home, args: &[&str]) -> Vec<String> {
    let answer = home.ask(args);
    let words = answer["never_said"].as_array().cloned();
    let words = words.unwrap_or_default();
    let words = words.iter().map(|word| word.as_str().unwrap().to_owned());
    words.collect()
}

#[test]
fn words_that_no_searched_call_says_are_named() {
    let home = home();
    let never_said = |args: &[&str]| never_said(&home, args);
    assert_eq!(never_said(&["what does coal cost a zebra"]), ["zebra"]);
    assert_eq!(never_said(&["the price of butter"]), Vec::<String>::new());
    // What the calls write as two words.
    assert_eq!(
        never_said(&["when does the secondforge open"]),
        Vec::<String>::new()
    );
    assert_eq!(
        never_said(&["coal and butter", "--call", "glimmer.txt"]),
        ["coal"]
    );
}

#[test]
fn only_those_who_were_searched_are_said_never_to_say_a_word() {
    let home = home();
    for (question, said) in [
        (
            "What did Tomas Reed say about hammers?",
            "Tomas Reed never says “hammers”; Petra Quill does, in ",
        ),
        (
            "What did analysts ask about coal?",
            "no analyst says “coal”; Petra Quill does, in ",
        ),
        (
            "What did analysts ask about zebras?",
            "no call searched says “zebras”",
        ),
    ] {
        let run = home.run(&["ask", question]);
        assert!(run.stdout.contains(said), "{}", run.stdout);
    }
    let answer = home.ask(&["What did Tomas Reed say about hammers?"]);
    let other = &answer["said_by_others"][0];
    assert_eq!(other["word"], "hammers");
    assert_eq!(other["speaker"], "Petra Quill");
    let shown = home.ok(&["show", other["citation"].as_str().unwrap()]);
    assert!(shown.stdout.contains("hammer hands"), "{shown:#?}");
    let answer = home.ask(&["What did Petra Quill say about hammers?"]);
    assert!(answer["said_by_others"].is_null(), "{answer}");
}

#[test]
fn a_name_is_said_only_as_a_whole_word_with_its_capital() {
    let home = Home::new();
    home.add(
        "tarn.txt",
        "Tarn Cinemas Inc (TRNC) Q1 2024 Earnings Call\n\n\
         Odo Marsh, Chief Executive Officer: Our amazing associates compare apple to apple. Regal Harbour owes \
         us rent, and Microsoft does not. Earnings per share were $3.\n",
    );
    let never_said = |question: &str| never_said(&home, &[question]);
    assert_eq!(never_said("What did Tarn say about Amazon?"), ["amazon"]);
    assert_eq!(never_said("Did Tarn mention Apple rent?"), ["apple"]);
    assert_eq!(never_said("What did Tarn say about Microsoft?"), [""; 0]);
    // A longer name may be said by its first word, and only by that.
    assert_eq!(never_said("What does Regal Playhouses owe Tarn?"), [""; 0]);
    assert_eq!(never_said("What does Quorn Harbour owe Tarn?"), ["quorn"]);
    // Letters that are never said may be said in full.
    assert_eq!(never_said("Tarn EPS in Q1 2024"), [""; 0]);
}

#[test]
fn a_name_that_is_asked_for_comes_before_what_is_only_like_it() {
    let home = Home::new();
    let forges = |place: &str| {
        format!(
            "Tomas Reed: The forge in {place} ran all year, and its hammers paid for the coal that it took, for the \
             smiths who came from the coast, for the carts that brought the ore, and for the long road through the hills \
             that the parish had let go to ruin.\n"
        )
    };
    let places = ["Tarn", "Quarrel", "Larkspur", "Hollow", "Underlea"];
    home.add("forges.txt", &places.map(forges).concat());
    for question in ["comments on Larkspur", "mentions of larkspur"] {
        let answer = home.ask(&[question]);
        assert_eq!(answer["status"], "answered", "{answer:#}");
        let first = answer["quotes"][0]["text"].as_str().unwrap();
        assert!(first.contains("Larkspur"), "{first}");
    }
}

#[test]
fn what_buys_shares_back_is_looked_for_by_the_name_that_calls_give_it() {
    let home = home();
    let call = |company: &str, said: &str| {
        format!("{company} Q1 2024 Earnings Call\n\nOdo Marsh, Chief Executive Officer: {said}\n")
    };
    home.add(
        "tarn.txt",
        &call(
            "Tarn Cinemas Inc (TRNC)",
            "We repurchased shares for $4 million.",
        ),
    );
    home.add(
        "quill.txt",
        &call("Quillmark Inc (QLMK)", "The buyback goes on."),
    );
    let searched_for = |question: &str| {
        let answer = home.ask(&[question]);
        answer["understood"]["searched_for"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        searched_for("does Tarn buy back shares"),
        "repurchase shares"
    );
    assert_eq!(searched_for("Tarn buyback"), "repurchase");
    assert_eq!(
        searched_for("did Quillmark buy shares back"),
        "buyback shares"
    );
    assert_eq!(searched_for("Quillmark repurchases"), "buyback");
    assert_eq!(
        never_said(&home, &["does Nimbus buy back stock"]),
        ["repurchase", "stock"]
    );
}

#[test]
fn what_only_other_companies_speak_of_is_not_answered() {
    let home = home();
    let answer = home.ask(&["does Glimmer Lake pay a dividend"]);
    assert_ne!(answer["status"], "answered", "{answer:#}");
    assert_eq!(answer["never_said"], serde_json::json!(["pay", "dividend"]));
}

#[test]
fn a_memo_says_once_what_is_never_said() {
    let home = home();
    let memo = home.run(&[
        "ask",
        "--markdown",
        "coal and butter",
        "--call",
        "glimmer.txt",
    ]);
    assert!(memo.code <= 1, "{memo:#?}");
    let said = memo.stdout.matches("never says “coal”").count();
    assert_eq!(said, 1, "{}", memo.stdout);
}

#[test]
fn writing_without_blanks_is_found_by_its_words() {
    let home = Home::new();
    home.add(
        "tetsubo.txt",
        "司会：ただいまより鉄棒製作所の決算説明会を始めます。\n\n\
         鍛冶 社長：炉の稼働率は九割でした。石炭の不足が生産を制約しています。\n\n\
         金槌 CFO：配当は一株当たり四十五円に増やします。\n",
    );
    let lexical = |question: &str| {
        let answer = home.ask(&[question]);
        let quotes = answer["quotes"].as_array().or(answer["nearest"].as_array());
        let best = quotes.unwrap().iter().max_by(|a, b| {
            let score = |quote: &Value| quote["score"]["coverage"].as_f64().unwrap();
            score(a).total_cmp(&score(b))
        });
        assert_eq!(answer.get("never_said"), None, "{answer:#}");
        best.unwrap()["text"].as_str().unwrap().to_owned()
    };
    assert!(lexical("配当はいくらですか").contains("四十五円"));
    assert!(lexical("石炭の不足").contains("石炭の不足"));
}
