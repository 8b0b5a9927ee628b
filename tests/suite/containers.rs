//! Documents that a child process reads: what they give, and what becomes of hostile ones.
//!
//! The documents are made here, byte by byte, so that nothing stands in them but what is said.

use crate::util::Home;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write as _;

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

/// An archive of parts, stored or deflated.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let stored = *name == "mimetype";
        let method = if stored {
            zip::CompressionMethod::Stored
        } else {
            zip::CompressionMethod::Deflated
        };
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
}

fn word(paragraphs: &[&str]) -> Vec<u8> {
    let body: String = paragraphs
        .iter()
        .map(|text| format!("<w:p><w:r><w:t>{}</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>", escaped(text)))
        .collect();
    let document = format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>"
    );
    archive(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", document.as_bytes()),
    ])
}

fn book(paragraphs: &[&str]) -> Vec<u8> {
    let body: String = paragraphs
        .iter()
        .map(|text| format!("<p>{}</p>", escaped(text)))
        .collect();
    let page =
        format!("<html xmlns=\"x\"><head><title>Anvils</title></head><body>{body}</body></html>");
    archive(&[
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", b"<container><rootfiles><rootfile full-path=\"O/p.opf\"/></rootfiles></container>"),
        ("O/p.opf", b"<package><manifest><item id=\"a\" href=\"a.xhtml\"/></manifest><spine><itemref idref=\"a\"/></spine></package>"),
        ("O/a.xhtml", page.as_bytes()),
    ])
}

fn page(paragraphs: &[&str]) -> Vec<u8> {
    let body: String = paragraphs
        .iter()
        .map(|text| format!("<p>{}</p>", escaped(text)))
        .collect();
    format!("<!DOCTYPE html><html><head><script>steal()</script></head><body>{body}</body></html>")
        .into_bytes()
}

/// A PDF with a line of text for each paragraph on each of its pages; without any, pages of nothing.
fn pdf(pages: usize, paragraphs: &[&str]) -> Vec<u8> {
    let mut content = String::from("BT /F1 11 Tf 72 720 Td 16 TL\n");
    for text in paragraphs {
        let _ = writeln!(content, "({text}) Tj T*");
    }
    content += "ET";
    let kids: String = (0..pages)
        .map(|page| format!("{} 0 R ", 5 + page))
        .collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {pages} >>"),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        ),
    ];
    objects.extend((0..pages).map(|_| {
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 3 0 R >> >> >>".to_owned()
    }));
    let mut out = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        places.push(out.len());
        let _ = writeln!(out, "{number} 0 obj\n{object}\nendobj");
    }
    let start = out.len();
    let _ = write!(out, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        let _ = writeln!(out, "{place:010} 00000 n ");
    }
    let _ = write!(
        out,
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    );
    out.into_bytes()
}

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
