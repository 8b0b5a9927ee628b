//! What is understood of a question: a few hundred of them against a library of five invented companies.

use crate::util::{Home, checkout};
use serde_json::Value;

/// A company with its ticker, its calls by period and day, and what is said on each.
type Company = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
);

const COMPANIES: [Company; 5] = [
    (
        "Nimbus Anvil Corp (NMBA)",
        &[
            ("Q1 2024", "May 2, 2024"),
            ("Q2 2024", "August 1, 2024"),
            ("Q3 2024", "October 31, 2024"),
            ("Q4 2024", "January 30, 2025"),
        ],
        "Petra Quill, Chief Executive Officer: Coal was dear.\n\
         Tomas Reed, Chief Financial Officer: Margins fell, and hope with them. The glimmer of China is US sales.\n\
         Ines Vane, Larkspur Research, Analyst: When does the second forge open?\n\
         Petra Quill, Chief Executive Officer: The second forge opens in October, hammers and all.",
    ),
    (
        "Glimmer Lake Dairies, Inc. (GLMD)",
        &[
            ("Q2 2024", "August 8, 2024"),
            ("Q3 2024", "November 7, 2024"),
        ],
        "Odo Marsh, Chief Executive Officer: Milk rose.\n\
         Lena Ferrow, Chief Financial Officer: Butter fell, and Amazon buys it.",
    ),
    (
        "Brambleforge Robotics, Inc. (BFRG)",
        &[
            ("Q3 2023", "November 9, 2023"),
            ("Q4 2023", "February 8, 2024"),
            ("Q1 2024", "May 7, 2024"),
        ],
        "Ignatius Plumtree, Chief Executive Officer: The hall is full.",
    ),
    (
        "Quillmark plc (QLMK)",
        &[
            ("Q4 2024", "February 20, 2025"),
            ("Q1 2025", "May 15, 2025"),
        ],
        "Sabine Orlo, Chief Executive Officer: Paper is dear.\n\
         Marek Dunn, Chief Financial Officer: Ink is not.",
    ),
    (
        "Saffronbee.com, Inc. (SFRB)",
        &[("Q1 2024", "May 9, 2024")],
        "Ada Finch, Chief Executive Officer: Honey flows.",
    ),
];

fn home() -> Home {
    let home = Home::new();
    for (company, calls, said) in COMPANIES {
        for (period, day) in calls {
            let text = format!(
                "{company} {period} Earnings Call\n{day}\n\nOperator: Welcome to the call.\n{said}\n\
                 Operator: This concludes the call.\n"
            );
            let name = format!("calls/{}-{period}.txt", &company[..6]);
            home.write(&name.replace(' ', "-"), text);
        }
    }
    home.ok(&["add", home.path("calls").to_str().unwrap()]);
    home
}

#[test]
fn what_a_question_names_is_understood_and_nothing_else_is() {
    let home = home();
    let golden = fs_err::read_to_string(checkout().join("tests/golden/understanding.txt")).unwrap();
    let cases: Vec<Vec<&str>> = golden
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
        .collect();
    assert!(cases.len() >= 400, "{} questions", cases.len());
    let questions: Vec<&str> = cases.iter().map(|case| case[0]).collect();
    let file = home.write("questions.txt", questions.join("\n"));
    let run = home.run(&["ask", "--batch", file.to_str().unwrap(), "--limit", "1"]);
    let answers: Vec<Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), cases.len(), "{}", run.stderr);
    let mut wrong = Vec::new();
    for (case, answer) in cases.iter().zip(&answers) {
        let mut found = understood(answer);
        let mut expected: Vec<String> = case[1..].iter().map(|part| (*part).to_owned()).collect();
        found.sort();
        expected.sort();
        if found != expected {
            wrong.push(format!(
                "{}\n  expected {expected:?}\n  found    {found:?}",
                case[0]
            ));
        }
    }
    let all = cases.len();
    assert!(
        wrong.is_empty(),
        "{} of {all}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// What an answer says was understood, one `field=value` for each.
fn understood(answer: &Value) -> Vec<String> {
    let understood = &answer["understood"];
    let mut found = Vec::new();
    for field in ["company", "period", "speaker", "role", "section"] {
        if let Some(value) = understood[field].as_str() {
            found.push(format!("{field}={value}"));
        }
    }
    for missing in understood["missing"].as_array().unwrap() {
        found.push(format!("missing={}", missing.as_str().unwrap()));
    }
    found
}

#[test]
fn what_is_not_there_is_answered_at_once_with_what_is() {
    let home = home();
    let run = home.run(&["ask", "What was the margin of Nimbus Anvil in Q3 2022?"]);
    assert_eq!(run.code, 1, "{run:#?}");
    let expected = "Not on record: no Q3 2022 of Nimbus Anvil Corp; there are Q1 2024, Q2 2024";
    assert!(run.stdout.contains(expected), "{}", run.stdout);
    let answer = home.ask(&["What was Vistral Corp.'s margin?"]);
    assert_eq!(answer["status"], "not_found");
    assert_eq!(answer["coverage"]["calls_searched"], 0);
}

#[test]
fn flags_go_before_what_the_question_says_and_can_switch_it_off() {
    let home = home();
    let asked = "What did Nimbus Anvil pay for coal in Q2 2024?";
    let searched = |args: &[&str]| {
        let answer = home.ask(&[&[asked], args].concat());
        answer["coverage"]["calls_searched"].as_u64().unwrap()
    };
    assert_eq!(searched(&[]), 1);
    assert_eq!(searched(&["--period", "FY 2024"]), 4);
    assert_eq!(searched(&["--company", "quillmark"]), 0);
    assert_eq!(searched(&["--no-understand"]), 12);
}

#[test]
fn each_of_several_companies_has_its_quote() {
    let home = home();
    let answer = home.ask(&[
        "What did Nimbus Anvil, Glimmer and Quillmark say of prices?",
        "-n",
        "3",
    ]);
    let quotes = [&answer["quotes"], &answer["nearest"]];
    let quotes = quotes
        .iter()
        .filter_map(|quotes| quotes.as_array())
        .flatten();
    let mut of: Vec<&str> = quotes
        .map(|quote| quote["call"]["ticker"].as_str().unwrap())
        .collect();
    of.sort_unstable();
    assert_eq!(of, ["GLMD", "NMBA", "QLMK"]);
    let parts = answer["parts"].as_array().unwrap();
    let named: Vec<&str> = parts
        .iter()
        .map(|part| part["part"].as_str().unwrap())
        .collect();
    assert_eq!(
        named,
        [
            "Nimbus Anvil Corp",
            "Glimmer Lake Dairies, Inc.",
            "Quillmark plc"
        ]
    );
}

#[test]
fn the_quarters_of_a_year_or_all_there_are_can_be_asked_for_one_by_one() {
    let home = home();
    let parts = |question: &str| {
        let answer = home.ask(&[question]);
        let parts = answer["parts"].as_array().cloned().unwrap_or_default();
        let named = parts.iter().map(|part| part["part"].as_str().unwrap());
        named.map(str::to_owned).collect::<Vec<_>>()
    };
    let quarters = ["Q1 2024", "Q2 2024", "Q3 2024", "Q4 2024"];
    assert_eq!(
        parts("What did Nimbus pay for coal in each quarter of 2024?"),
        quarters
    );
    assert_eq!(
        parts("How have coal costs at Nimbus changed over time?"),
        quarters
    );
    assert_eq!(parts("What did Nimbus pay for coal in 2024?"), [""; 0]);
    let answer = home.ask(&["What was said of coal in Q2 2024?"]);
    assert_eq!(answer["understood"]["parts"].as_array().unwrap().len(), 0);
}

#[test]
fn a_year_that_a_company_does_not_count_is_one_of_the_calendar() {
    let home = Home::new();
    for (period, day) in [
        ("Q4 2023", "February 23, 2023"),
        ("Q1 2024", "May 25, 2023"),
        ("Q2 2024", "August 23, 2023"),
    ] {
        let text = format!(
            "Hollin Looms, Inc. (HLLN) {period} Earnings Call\n{day}\n\nOperator: Welcome to the call.\n\
             Odo Marsh, Chief Executive Officer: Looms sold well, and wool was cheap.\n"
        );
        home.write(&format!("calls/{}.txt", period.replace(' ', "-")), text);
    }
    home.ok(&["add", home.path("calls").to_str().unwrap()]);
    let searched = |question: &str| {
        let answer = home.ask(&[question]);
        let missing = answer["understood"]["missing"].as_array().unwrap().len();
        (
            answer["coverage"]["calls_searched"].as_u64().unwrap(),
            missing,
        )
    };
    assert_eq!(
        searched("What did Hollin pay for wool in calendar 2023?"),
        (2, 0)
    );
    assert_eq!(searched("What did Hollin pay for wool in 2024?"), (2, 0));
    assert_eq!(searched("What did Hollin pay for wool in 2022?"), (1, 0));
    assert_eq!(searched("What did Hollin pay for wool in 2021?"), (0, 1));
}

#[test]
fn what_is_expected_of_a_time_is_looked_for_on_the_last_call_before_it() {
    let home = home();
    let answer = home.ask(&["What is Nimbus Anvil's 2025 coal cost guidance?"]);
    assert_eq!(answer["coverage"]["calls_searched"], 1);
    let sought = answer["understood"]["searched_for"].as_str().unwrap();
    assert!(sought.contains("2025"), "{sought}");
    // However the time is written, and whether or not the question says that it is expected.
    for (question, expected) in [
        ("Nimbus FY25 hammers guidance", "2025 hammers guidance"),
        ("Nimbus 2025 hammers", "2025 hammers"),
        ("Nimbus hammers in fiscal year 25", "hammers 2025"),
        (
            "Nimbus hammers for the year ending December 31, 2025",
            "hammers 2025",
        ),
        ("Nimbus H1 25 hammers", "first half 2025 hammers"),
        ("Nimbus 2024 hammers", "hammers"),
    ] {
        let answer = home.ask(&[question]);
        let sought = &answer["understood"]["searched_for"];
        assert_eq!(sought, expected, "{question}");
    }
}

#[test]
fn a_call_is_named_by_its_file() {
    let home = home();
    home.write(
        "more/WX2009d.txt",
        "Ada Quill: The budget is nine crowns.\nOdo Marsh: It was ten.\n",
    );
    home.ok(&["add", home.path("more").to_str().unwrap()]);
    let answer = home.ask(&["What was said about the budget in WX2009d?"]);
    assert_eq!(answer["understood"]["call"], "WX2009d");
    assert_eq!(answer["coverage"]["calls_searched"], 1);
    assert_eq!(answer["understood"]["searched_for"], "budget");
}
