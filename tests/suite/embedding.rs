//! The embedder against the Python reference, and against itself.

use crate::util::{checkout, real_model, tiny_model};
use onrecord::embed::{Device, Embedder, Embedding, PassageText};
use onrecord::units::ByteSpan;
use serde::Deserialize;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Golden {
    texts: Vec<GoldenText>,
    passages: Vec<GoldenPassage>,
}

#[derive(Deserialize)]
struct GoldenText {
    text: String,
    tokens: usize,
    /// The reference cut this text to the model's limit; we refuse to.
    #[serde(default)]
    truncated: bool,
    vector: Vec<f32>,
    /// The vector as a question, which may have another prompt; only for the models of `tests/models`.
    question: Option<Vec<f32>>,
}

#[derive(Deserialize)]
struct GoldenPassage {
    passage: String,
    sentences: Vec<GoldenSentence>,
}

#[derive(Deserialize)]
struct GoldenSentence {
    span: ByteSpan,
    vector: Vec<f32>,
}

const LEAST_COSINE: f32 = 0.9999;

/// The random models of `tests/models` that are BERTs, `DistilBERT` among them: our own encoder serves
/// those whose sizes and activation suit it, in the precision of this machine's kernel.
const BERTS: [&str; 6] = [
    "bert-cls",
    "bert-last",
    "bert-weighted",
    "bert-dense",
    "bert-wide",
    "distilbert",
];

/// Those of other architectures, which run through candle in single precision: a number may be off by
/// rounding, but not by as much as the tanh form of GELU is (1.3e-4 in `distilbert`).
const OTHERS: [&str; 4] = ["xlm-roberta", "roberta", "nomic-bert", "modernbert"];
const LARGEST_DIFFERENCE: f32 = 2e-5;

fn variant(name: &str) -> PathBuf {
    checkout().join("tests/models").join(name)
}

fn cosine(ours: &Embedding, reference: &[f32]) -> f32 {
    ours.cosine(&Embedding::normalised(reference.to_vec()).unwrap())
}

/// How far vectors are from the reference's at most.
struct Worst {
    cosine: f32,
    difference: f32,
}

impl Worst {
    fn add(&mut self, ours: &Embedding, reference: &[f32]) {
        assert_eq!(ours.values().len(), reference.len());
        self.cosine = self.cosine.min(cosine(ours, reference));
        let pairs = ours.values().iter().zip(reference);
        let differences = pairs.map(|(ours, reference)| (ours - reference).abs());
        self.difference = differences.fold(self.difference, f32::max);
    }
}

fn plain(text: &str) -> PassageText {
    PassageText {
        text: text.to_owned(),
        sentences: Vec::new(),
    }
}

/// How far off a text, a question or a sentence of the reference comes out.
fn compare(model: &Path, golden: &str) -> Worst {
    let golden = fs_err::read_to_string(checkout().join("tests/golden").join(golden)).unwrap();
    let mut golden: Golden = serde_json::from_str(&golden).unwrap();
    golden.texts.retain(|golden| !golden.truncated);
    assert!(golden.texts.len() >= 10);
    let embedder = Embedder::open(model, Device::Cpu, |_| {}).unwrap();
    let texts: Vec<_> = golden
        .texts
        .iter()
        .map(|golden| plain(&golden.text))
        .collect();
    let vectors = embedder.embed(&texts, |_| {}).unwrap();
    let mut worst = Worst {
        cosine: 1.0,
        difference: 0.0,
    };
    for (golden, ours) in golden.texts.iter().zip(&vectors) {
        assert_eq!(
            embedder.count_tokens(&golden.text).0,
            golden.tokens,
            "{}",
            golden.text
        );
        worst.add(&ours.passage, &golden.vector);
        if let Some(question) = &golden.question {
            worst.add(&embedder.embed_question(&golden.text).unwrap(), question);
        }
    }
    for golden in &golden.passages {
        let sentences = golden
            .sentences
            .iter()
            .map(|sentence| sentence.span)
            .collect();
        let text = PassageText {
            text: golden.passage.clone(),
            sentences,
        };
        let ours = embedder.embed(&[text], |_| {}).unwrap().remove(0);
        for (golden, ours) in golden.sentences.iter().zip(&ours.sentences) {
            worst.add(ours, &golden.vector);
        }
    }
    println!(
        "{}: least cosine with the reference {}, largest difference {}",
        model.display(),
        worst.cosine,
        worst.difference
    );
    worst
}

#[test]
fn the_tiny_model_gives_the_vectors_of_the_reference() {
    let worst = compare(&tiny_model(), "tiny.json");
    assert!(worst.cosine >= LEAST_COSINE, "{}", worst.cosine);
}

#[test]
fn the_real_model_gives_the_vectors_of_the_reference() {
    let Some(model) = real_model() else { return };
    let worst = compare(&model, "all-MiniLM-L6-v2.json");
    assert!(worst.cosine >= LEAST_COSINE, "{}", worst.cosine);
}

#[test]
fn every_pooling_layer_prompt_and_shape_of_bert_gives_the_vectors_of_the_reference() {
    for name in BERTS {
        let worst = compare(&variant(name), &format!("{name}.json"));
        assert!(worst.cosine >= LEAST_COSINE, "{name}: {}", worst.cosine);
    }
}

#[test]
fn every_other_architecture_gives_the_vectors_of_the_reference() {
    for name in OTHERS {
        let worst = compare(&variant(name), &format!("{name}.json"));
        let difference = worst.difference;
        assert!(difference <= LARGEST_DIFFERENCE, "{name}: {difference}");
    }
}

#[test]
fn a_vector_does_not_depend_on_its_company() {
    let variants = BERTS.iter().chain(&OTHERS).map(|name| variant(name));
    for model in variants.chain([tiny_model()]) {
        let embedder = Embedder::open(&model, Device::Cpu, |_| {}).unwrap();
        let texts: Vec<_> = (1..24)
            .map(|words| plain(&"coal margin grew ".repeat(words % 8 + 1)))
            .collect();
        let together = embedder.embed(&texts, |_| {}).unwrap();
        for (text, together) in texts.iter().zip(&together) {
            let alone = embedder
                .embed(std::slice::from_ref(text), |_| {})
                .unwrap()
                .remove(0);
            let cosine = alone.passage.cosine(&together.passage);
            let words = text.text.split(' ').count();
            assert!(
                cosine > 0.999_999,
                "{}: {cosine} for {words} words",
                model.display()
            );
        }
    }
}

#[test]
fn a_passage_as_long_as_the_model_reads_is_embedded_and_a_longer_one_refused() {
    for name in BERTS.iter().chain(&OTHERS) {
        let embedder = Embedder::open(&variant(name), Device::Cpu, |_| {}).unwrap();
        let limit = embedder.model().max_tokens.0;
        let text = |words| plain(&"a ".repeat(words));
        let fits = |words: &usize| embedder.count_tokens(&text(*words).text).0 <= limit;
        let most = (1..=limit).take_while(fits).last().unwrap();
        let longest = embedder.count_tokens(&text(most).text).0;
        assert!(limit - longest <= 1, "{name} reads {limit}: {longest}");
        assert!(embedder.embed(&[text(most)], |_| {}).is_ok(), "{name}");
        assert!(embedder.embed(&[text(most + 1)], |_| {}).is_err(), "{name}");
    }
}

#[test]
fn a_passage_longer_than_the_model_reads_is_refused_not_cut() {
    let embedder = Embedder::open(&tiny_model(), Device::Cpu, |_| {}).unwrap();
    let long = plain(&"coal ".repeat(200));
    assert!(embedder.embed(&[long], |_| {}).is_err());
}

#[test]
fn an_empty_list_and_an_empty_text_are_no_trouble() {
    let embedder = Embedder::open(&tiny_model(), Device::Cpu, |_| {}).unwrap();
    assert!(embedder.embed(&[], |_| {}).unwrap().is_empty());
    assert_eq!(embedder.embed(&[plain("")], |_| {}).unwrap().len(), 1);
}
