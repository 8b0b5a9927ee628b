//! Documents that a child process reads: what they give, and what becomes of hostile ones.

use crate::made::{archive, book, page, pdf, word};
use crate::util::{Home, Run};
use serde_json::{Value, json};

const CALL: [&str; 8] = [
    "Operator:",
    "Good day.",
    "Ada Quill, CEO:",
    "Iron & coal are dear.",
    "Operator:",
    "Bo Crane, please.",
    "Bo Crane, Analyst:",
    "How heavy?",
];

const EVENT: &str = "<?xml version=\"1.0\"?><Event Id=\"1\"><eventTitle>Q1 2010 Nimbus Anvil Earnings Call</eventTitle>\
    <companyName>Nimbus Anvil</companyName><companyTicker>NIMB.OQ</companyTicker><startDate>27-Apr-10 8:30pm GMT</startDate>\
    <EventStory version=\"Final\"><Body>\n================\nCorporate Participants\n================\n *  Ada Quill\n    Nimbus Anvil - CFO\n\
    ================\nPresentation\n----------------\nOperator    [1]\n----------------\nGood day &amp; welcome.\n----------------\n\
    Ada Quill,  Nimbus Anvil - CFO    [2]\n----------------\nIron is dear.\n================\nQuestions and Answers\n\
    ----------------\nBo Crane,  Vale Bank - Analyst    [1]\n----------------\nHow heavy?\n</Body></EventStory></Event>";

fn read(home: &Home, name: &str, bytes: &[u8]) -> Value {
    let path = home.write(name, bytes);
    let run = home.ok(&["read", "--json", path.to_str().unwrap()]);
    serde_json::from_str(&run.stdout).unwrap()
}

fn turns(call: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let turns = call["turns"].as_array().unwrap();
    turns
        .iter()
        .map(|turn| format!("{}: {}", text(&turn["speaker"]), text(&turn["text"])))
        .collect()
}

#[test]
fn a_call_is_the_same_in_every_container() {
    let home = Home::new();
    let expected = [
        "Operator: Good day.",
        "Ada Quill: Iron & coal are dear.",
        "Operator: Bo Crane, please.",
        "Bo Crane: How heavy?",
    ];
    // The names say nothing: the content decides.
    for (name, bytes) in [
        ("a.bin", word(&CALL)),
        ("b.txt", book(&CALL)),
        ("c", page(&CALL)),
        ("d.doc", pdf(1, &CALL)),
        ("e.txt", CALL.join("\n").into_bytes()),
    ] {
        let call = read(&home, name, &bytes);
        let mut found = turns(&call);
        // A book's title stands before its call.
        found.retain(|turn| turn != "-: Anvils");
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn a_vendors_xml_gives_people_sections_and_the_event() {
    let home = Home::new();
    let call = read(&home, "x_T.xml", EVENT.as_bytes());
    assert_eq!(
        turns(&call),
        [
            "Operator: Good day & welcome.",
            "Ada Quill: Iron is dear.",
            "Bo Crane: How heavy?"
        ]
    );
    assert_eq!(call["layout"], json!("lseg_xml"));
    assert_eq!(call["ticker"], json!("NIMB"));
    assert_eq!(call["date"], json!("2010-04-27"));
    assert_eq!(call["period"], json!("Q1 2010"));
    assert_eq!(call["turns"][1]["role"], json!("CFO"));
    assert_eq!(call["turns"][1]["affiliation"], json!("Nimbus Anvil"));
    assert_eq!(call["turns"][2]["section"], json!("questions"));
}

#[test]
fn the_reader_of_a_pdf_says_which_pages_it_has_read() {
    let home = Home::new();
    let path = home.write("call.pdf", pdf(3, &CALL));
    let mut command = home.command();
    command.args(["extract", "pdf"]);
    command.stdin(fs_err::File::open(path).unwrap().into_parts().0);
    let run = Run::of(&command.output().unwrap());
    assert_eq!(run.stderr, "page 1 of 3\npage 2 of 3\npage 3 of 3\n");
    assert_eq!(run.stdout.matches("How heavy?").count(), 3, "{run:#?}");
}

#[test]
fn hostile_documents_are_refused_with_their_reason_and_harm_no_others() {
    let home = Home::new();
    let bomb = archive(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", &vec![b' '; 80 << 20]),
    ]);
    let doctype = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaa\">]><Event><EventStory><Body>&a;</Body></EventStory></Event>";
    let deep = format!("<html><body>{}", "<div><b><i>".repeat(200_000));
    let cut = {
        let whole = word(&CALL);
        whole[..whole.len() / 2].to_vec()
    };
    let cases: [(&str, &[u8], &str); 7] = [
        ("bomb.docx", &bomb, "unpacks to more than 64 MiB"),
        ("doctype.xml", doctype.as_bytes(), "document type, which is refused"),
        ("other.xml", b"<?xml version=\"1.0\"?><a><b/></a>", "no known shape"),
        ("scan.pdf", &pdf(2, &[]), "no text layer"),
        ("broken.pdf", b"%PDF-1.7\n1 0 obj\n<<<<<<<<[[[[\nxref\n0 99999999999\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF", "PDF document, but"),
        ("deep.html", deep.as_bytes(), "web page"),
        ("cut.docx", &cut, "Word"),
    ];
    for (name, bytes, _) in cases {
        home.write(&format!("calls/{name}"), bytes);
    }
    home.write("calls/sound.txt", CALL.join("\n"));
    let run = home.run(&["add", home.path("calls").to_str().unwrap()]);
    assert!(run.stdout.contains("1 call added"), "{run:#?}");
    for (name, _, why) in cases {
        let line = run.stdout.lines().find(|line| line.contains(name));
        assert!(
            line.is_some_and(|line| line.starts_with("skipped") && line.contains(why)),
            "{name}: {why}\n{run:#?}"
        );
    }
    home.expect_sound();
}

#[test]
fn quotes_from_a_document_are_slices_of_its_stored_text() {
    let home = Home::new();
    let path = home.write("call.docx", word(&CALL));
    home.ok(&["add", path.to_str().unwrap()]);
    let answer = home.ask(&["iron and coal"]);
    let quotes = [&answer["quotes"], &answer["nearest"]];
    let quote = quotes
        .iter()
        .find_map(|quotes| quotes.as_array()?.first())
        .unwrap();
    assert_eq!(quote["source"]["span_of"], json!("stored_text"), "{quote}");
    home.expect_sound();
}
