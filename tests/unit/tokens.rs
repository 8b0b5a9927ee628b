//! The compiled tokenizer against the crate's own, id for id and byte for byte.
//!
//! Part of the library's own tests (`src/embed/tokens.rs`), since it compares what is private.

use super::*;
use crate::passage::{Cuts, Fit, passages};
use crate::transcript::{Metadata, read};
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A model's tokenizer as the crate has it and as we have it.
struct Pair {
    name: &'static str,
    general: Tokens,
    compiled: Tokens,
}

impl Pair {
    fn new(name: &'static str, json: &[u8]) -> Self {
        let blob = Compiled::from_json(json).unwrap();
        Self {
            name,
            general: Tokens::from_json(json).unwrap(),
            compiled: Tokens::from_compiled(&blob).unwrap(),
        }
    }

    /// Both see the same in a text, and count it so.
    fn check(&self, text: &str) {
        let expected = self.general.tokenise(text).unwrap();
        let ours = self.compiled.tokenise(text).unwrap();
        assert_eq!(ours, expected, "{} in {text:?}", self.name);
        let count = TokenCount(expected.ids.len());
        let counts = [self.general.count(text), self.compiled.count(text)];
        assert_eq!(counts, [count; 2], "{} in {text:?}", self.name);
    }
}

fn checkout(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn json(model: &str) -> Option<Vec<u8>> {
    fs_err::read(checkout("models").join(model).join("tokenizer.json")).ok()
}

fn tiny_json() -> Vec<u8> {
    json("tiny").unwrap()
}

/// The tiny model's tokenizer with other settings.
fn with(change: impl Fn(&mut serde_json::Value)) -> Vec<u8> {
    let mut tokenizer = serde_json::from_slice(&tiny_json()).unwrap();
    change(&mut tokenizer);
    serde_json::to_vec(&tokenizer).unwrap()
}

/// The tiny model's tokenizer as it is and with every switch turned, and the real one where it is.
static PAIRS: LazyLock<Vec<Pair>> = LazyLock::new(|| {
    let cased = with(|tokenizer| {
        tokenizer["normalizer"]["lowercase"] = false.into();
    });
    let accented = with(|tokenizer| {
        tokenizer["normalizer"]["strip_accents"] = false.into();
        tokenizer["normalizer"]["handle_chinese_chars"] = false.into();
    });
    let raw = with(|tokenizer| {
        tokenizer["normalizer"]["clean_text"] = false.into();
        tokenizer["normalizer"]["lowercase"] = false.into();
        tokenizer["normalizer"]["strip_accents"] = true.into();
        tokenizer["model"]["max_input_chars_per_word"] = 6.into();
    });
    let greedy = with(|tokenizer| {
        let added = tokenizer["added_tokens"].as_array_mut().unwrap();
        added[2]["lstrip"] = true.into();
        added[3]["rstrip"] = true.into();
        added[4]["single_word"] = true.into();
        tokenizer["post_processor"] = serde_json::Value::Null;
    });
    let mut pairs = vec![
        Pair::new("tiny", &tiny_json()),
        Pair::new("cased", &cased),
        Pair::new("accented", &accented),
        Pair::new("raw", &raw),
        Pair::new("greedy", &greedy),
    ];
    match json("all-MiniLM-L6-v2") {
        Some(json) => pairs.push(Pair::new("all-MiniLM-L6-v2", &json)),
        None => println!("SKIPPED: the real model's tokenizer; run `models/fetch`"),
    }
    pairs
});

fn check_all(texts: &[&str]) {
    for pair in PAIRS.iter() {
        for text in texts {
            pair.check(text);
        }
    }
}

#[test]
fn ordinary_and_odd_texts_give_the_tokens_of_the_crate() {
    let long = "a".repeat(100);
    check_all(&[
        "",
        " ",
        "Revenue was $41.5 million, up 12%; gross margin fell (again) to 31.4%.",
        "We’re “very” pleased — and it’s only Q2… 2019–2020 • e‑mail ‖ ‹",
        "naïve café, cafe\u{301}, Ångström, Łódź, Straße, İstanbul, ﬁne",
        "\u{301}leading mark, \u{301}\u{301}, a\u{301} \u{316}b, q\u{307}\u{323}, \u{344}\u{323}x",
        "“\u{301}quoted” x\u{20dd} \u{302e}한국어 각 ㅎㅏㄴ",
        "中文 mixed中文text 東京 ｶﾀｶﾅ か\u{3099}",
        "zero\u{200b}width \u{feff}mark soft\u{ad}hyphen joiner\u{200d}s",
        "no\u{a0}break\u{2003}em\u{3000}wide\u{85}next\u{2028}line\u{b}tab\u{c}page",
        "nul\0inside \u{fffd} \u{1}\u{7f} del\u{7f}ete \u{e000}private \u{f0000}",
        "👩‍👩‍👧 🇩🇪 emoji👍🏽word",
        "مرحبا بالعالم שלום \u{202e}reversed\u{202c}",
        "[CLS] a [SEP]b [MASK]s x[MASK] [PAD][UNK] [cls] [CLS\u{301}] [ CLS ] [[CLS]]",
        "  [CLS]  [SEP]  [MASK]  ",
        "## ##ing #ing a##b _ __init__ a_b `x` ~^|",
        &long,
        &format!("{long}a {long}é x"),
        &"é".repeat(101),
        "tab\tline\nreturn\r\n  end  ",
    ]);
}

#[test]
fn every_character_alone_and_between_letters_gives_the_tokens_of_the_crate() {
    // By tens, so that neighbours meet too; a failure names the text.
    for pair in PAIRS.iter().take(3) {
        let assigned = ('\0'..='\u{33ff}').chain('\u{f900}'..='\u{ffff}');
        let characters: Vec<char> = assigned.collect();
        for some in characters.chunks(10) {
            let text: String = some
                .iter()
                .map(|c| format!("a{c}b {c} {c}a{c}{c} "))
                .collect();
            pair.check(&text);
        }
    }
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z]{1,12}",
        2 => "[ \t\n\r]{1,3}",
        2 => "[!-/:-@\\[-`{-~]{1,3}",
        1 => "[0-9]{1,7}[.,%]?",
        1 => "[\u{2010}-\u{2027}]{1,2}",
        1 => "[À-ɏḀ-ỿ]{1,6}",
        1 => "[a-z]?[\u{300}-\u{36f}\u{483}-\u{487}\u{591}-\u{5bd}\u{1dc0}-\u{1dff}]{1,4}",
        1 => "[一-鿿㐀-䶿豈-﫿𠀀-𠀟]{1,3}",
        1 => "[가-힣ᄀ-ᇿぁ-ヿ]{1,3}",
        1 => "[א-ת؀-ۿ]{1,6}",
        1 => "[😀-🙏🏻-🏿\u{200d}\u{fe0f}]{1,3}",
        1 => "[\u{0}-\u{1f}\u{7f}-\u{9f}\u{a0}\u{ad}]{1,2}",
        1 => "[\u{2000}-\u{200f}\u{2028}-\u{202f}\u{2060}-\u{206f}\u{3000}\u{feff}\u{fffd}]{1,2}",
        1 => "\\[(CLS|SEP|MASK|PAD|UNK|cls)\\]",
        1 => "(ab|é){40,60}",
        1 => any::<char>().prop_map(String::from),
        1 => "\\PC{1,4}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn any_text_gives_the_tokens_of_the_crate(pieces in prop::collection::vec(piece(), 0..24)) {
        let text = pieces.concat();
        for pair in PAIRS.iter() {
            pair.check(&text);
        }
    }
}

/// Texts beside the checkout, in the order of their names; none, said loudly, where they are absent.
fn beside(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![checkout("../shared").join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs_err::read_dir(&folder) else {
            println!("SKIPPED: no `{}` beside the checkout", folder.display());
            continue;
        };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The passages of a transcript, as they would be embedded.
fn passages_of(path: &Path, tokens: &Tokens) -> Vec<String> {
    let bytes = fs_err::read(path).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let call = read(&text, &name, &Metadata::default()).call;
    let fit = Fit {
        limit: TokenCount(256),
        count: &|text| tokens.count(text),
    };
    let passages = passages(&call, &text, &fit);
    let cuts = Cuts::of(&call.turns);
    passages.iter().map(|p| p.body(&text, &cuts).0).collect()
}

#[test]
fn passages_of_real_transcripts_give_the_tokens_of_the_crate() {
    const SAMPLE: usize = 12;
    let pair = PAIRS.last().unwrap();
    let mut files = beside("seeds");
    files.extend(beside("corpora").into_iter().step_by(SAMPLE));
    let mut checked = 0;
    for file in &files {
        for passage in passages_of(file, &pair.compiled) {
            pair.check(&passage);
            checked += 1;
        }
    }
    println!("{checked} passages of {} files: the same", files.len());
    assert!(files.is_empty() || checked > 100, "only {checked} passages");
}

#[test]
fn what_is_not_a_bert_wordpiece_of_the_common_form_is_not_compiled() {
    assert!(Compiled::from_json(&tiny_json()).is_some());
    let changes: [fn(&mut serde_json::Value); 8] = [
        |t| t["normalizer"] = serde_json::json!({"type": "Lowercase"}),
        |t| t["pre_tokenizer"] = serde_json::json!({"type": "Whitespace"}),
        |t| t["model"]["continuing_subword_prefix"] = "@@".into(),
        |t| t["model"]["unk_token"] = "[NONE]".into(),
        |t| t["model"]["vocab"]["coal"] = 7.into(),
        |t| t["added_tokens"][4]["normalized"] = true.into(),
        |t| {
            t["post_processor"] = serde_json::json!({
                "type": "RobertaProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2],
                "trim_offsets": true, "add_prefix_space": false,
            });
        },
        |t| {
            let twice = t["post_processor"]["single"][1].clone();
            t["post_processor"]["single"]
                .as_array_mut()
                .unwrap()
                .push(twice);
        },
    ];
    for (index, change) in changes.into_iter().enumerate() {
        assert!(
            Compiled::from_json(&with(change)).is_none(),
            "change {index}"
        );
    }
    assert!(Compiled::from_json(b"not json").is_none());
}

#[test]
fn a_compiled_tokenizer_knows_as_many_tokens_and_is_compiled_alike_each_time() {
    for pair in PAIRS.iter() {
        assert_eq!(pair.compiled.words(), pair.general.words());
    }
    assert_eq!(
        Compiled::from_json(&tiny_json()),
        Compiled::from_json(&tiny_json())
    );
}

const TEXT: &str = "Coal margin grew [CLS] 12% — naïve 中文 un\u{301}believable.";

#[test]
fn every_cut_of_a_blob_is_refused() {
    let blob = Compiled::from_json(&tiny_json()).unwrap();
    for length in 0..blob.len() {
        assert!(Tokens::from_compiled(&blob[..length]).is_err(), "{length}");
    }
    let longer = [&*blob, &[0]].concat();
    assert!(Tokens::from_compiled(&longer).is_err());
}

#[test]
fn a_changed_blob_is_refused_or_stays_within_its_tokens() {
    let blob = Compiled::from_json(&tiny_json()).unwrap();
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % below as u64).unwrap()
    };
    let mut refused = 0;
    for round in 0..4000 {
        let mut changed = blob.clone();
        for _ in 0..=next(3) {
            // Every other round in the settings, which are few.
            let place = next(if round % 2 == 0 { 200 } else { blob.len() });
            changed[place] = u8::try_from(next(256)).unwrap();
        }
        match Tokens::from_compiled(&changed) {
            Ok(tokens) => {
                let ids = tokens.tokenise(TEXT).unwrap().ids;
                let words = u32::try_from(tokens.words()).unwrap();
                assert!(ids.iter().all(|id| *id < words), "{ids:?}");
            }
            Err(_) => refused += 1,
        }
    }
    println!("{refused} of 4000 changed blobs refused");
    assert!(refused > 1000);
}
