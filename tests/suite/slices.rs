//! A quote is a slice, whatever the text: random texts through reader and passages.

use onrecord::passage::{Cuts, Fit, passages, sentences};
use onrecord::transcript::{Metadata, decode, exchanges, read};
use onrecord::units::{ByteSpan, TokenCount};
use proptest::prelude::*;

/// Lines that look like the lines of transcripts, in any order, with any characters between.
fn text() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("Operator".to_owned()),
        Just("--".to_owned()),
        Just(" ".to_owned()),
        Just("Questions & Answers:".to_owned()),
        Just("PRESENTATION".to_owned()),
        Just("QUESTIONS AND ANSWERS".to_owned()),
        Just("Prepared Remarks:".to_owned()),
        Just("Petra Quill, Chief Executive Officer:".to_owned()),
        Just("Petra Quill: We grew. The U.S. is fine… isn't it?".to_owned()),
        Just("Nimbus Anvil Corp. - CFO & Director".to_owned()),
        Just("We grew 3.5% to $4.1 billion. Thank you.".to_owned()),
        "[A-Z][a-z]{1,8} [A-Z][a-z]{1,8}(:| --|, CEO:)?( [a-z.,]{0,30})?",
        "\\PC{0,40}",
        any::<String>(),
    ];
    let ends = prop_oneof![Just("\n"), Just("\r\n"), Just("\n\n"), Just("\n \n")];
    proptest::collection::vec((line, ends), 0..30)
        .prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn turns_are_slices_in_order_and_passages_keep_every_word_that_is_said(text in text()) {
        let reading = read(&text, "call.txt", &Metadata::default());
        let turns = &reading.call.turns;
        let mut end = 0;
        for turn in turns {
            let words = turn.span.slice(&text).unwrap();
            prop_assert!(turn.span.start() >= end && !words.is_empty() && words.trim() == words);
            end = turn.span.end();
        }
        for exchange in exchanges(turns, &text) {
            prop_assert!(exchange.answers.iter().all(|answer| *answer > exchange.question));
        }
        let count = |text: &str| TokenCount(text.chars().count() / 3 + 2);
        let limit = TokenCount(60);
        let passages = passages(&reading.call, &text, &Fit { limit, count: &count });
        let cuts = Cuts::of(turns);
        let said: String = turns.iter().map(|turn| cuts.heard(&text, turn.span)).collect();
        let kept: String = passages.iter().map(|passage| passage.body(&text, &cuts).0).collect();
        let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        prop_assert_eq!(bare(&said), bare(&kept));
        for passage in &passages {
            let (body, spans) = passage.body(&text, &cuts);
            prop_assert!(count(&body) <= limit);
            for (span, sentence) in spans.iter().zip(&passage.sentences) {
                prop_assert_eq!(span.slice(&body).unwrap(), cuts.heard(&text, sentence.span));
            }
        }
    }

    #[test]
    fn sentences_keep_every_character_that_is_not_white_space(text in any::<String>()) {
        let spans = sentences(&text, ByteSpan::new(0, text.len()));
        let kept: String = spans.iter().map(|span| span.slice(&text).unwrap()).collect();
        let bare = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert_eq!(bare(&kept), bare(&text));
    }

    #[test]
    fn any_bytes_are_text_or_a_reason(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(decoded) = decode(bytes) {
            let reading = read(&decoded.text, "x", &Metadata::default());
            prop_assert!(reading.call.turns.iter().all(|t| t.span.slice(&decoded.text).is_some()));
        }
    }
}
