//! The embedder against the Python reference, and against itself.

use crate::util::{checkout, real_model, tiny_model};
use onrecord::embed::{Device, Embedder, Embedding, PassageText};
use onrecord::units::ByteSpan;
use serde::Deserialize;
use std::path::Path;

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

fn cosine(ours: &Embedding, reference: &[f32]) -> f32 {
    ours.cosine(&Embedding::normalised(reference.to_vec()).unwrap())
}

fn plain(text: &str) -> PassageText {
    PassageText {
        text: text.to_owned(),
        sentences: Vec::new(),
    }
}

/// Every text and every sentence comes out as the reference has it.
fn compare(model: &Path, golden: &str) {
    let golden = fs_err::read_to_string(checkout().join("tests/golden").join(golden)).unwrap();
    let mut golden: Golden = serde_json::from_str(&golden).unwrap();
    golden.texts.retain(|golden| !golden.truncated);
    assert!(golden.texts.len() >= 20);
    let embedder = Embedder::open(model, Device::Cpu).unwrap();
    let texts: Vec<_> = golden
        .texts
        .iter()
        .map(|golden| plain(&golden.text))
        .collect();
    let vectors = embedder.embed(&texts, |_| {}).unwrap();
    let mut least = 1.0_f32;
    for (golden, ours) in golden.texts.iter().zip(&vectors) {
        assert_eq!(
            embedder.count_tokens(&golden.text).0,
            golden.tokens,
            "{}",
            golden.text
        );
        let cosine = cosine(&ours.passage, &golden.vector);
        assert!(cosine >= LEAST_COSINE, "{cosine} for {}", golden.text);
        least = least.min(cosine);
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
            let cosine = cosine(ours, &golden.vector);
            assert!(
                cosine >= LEAST_COSINE,
                "{cosine} for the sentence at {:?}",
                golden.span
            );
            least = least.min(cosine);
        }
    }
    println!("least cosine with the reference: {least}");
}

#[test]
fn the_tiny_model_gives_the_vectors_of_the_reference() {
    compare(&tiny_model(), "tiny.json");
}

#[test]
fn the_real_model_gives_the_vectors_of_the_reference() {
    let Some(model) = real_model() else { return };
    compare(&model, "all-MiniLM-L6-v2.json");
}

#[test]
fn a_vector_does_not_depend_on_its_company() {
    let embedder = Embedder::open(&tiny_model(), Device::Cpu).unwrap();
    let texts: Vec<_> = (1..40)
        .map(|words| plain(&"coal margin grew ".repeat(words % 13 + 1)))
        .collect();
    let together = embedder.embed(&texts, |_| {}).unwrap();
    for (text, together) in texts.iter().zip(&together) {
        let alone = embedder
            .embed(std::slice::from_ref(text), |_| {})
            .unwrap()
            .remove(0);
        let cosine = alone.passage.cosine(&together.passage);
        assert!(
            cosine > 0.999_999,
            "{cosine} for {} words",
            text.text.split(' ').count()
        );
    }
}

#[test]
fn a_passage_longer_than_the_model_reads_is_refused_not_cut() {
    let embedder = Embedder::open(&tiny_model(), Device::Cpu).unwrap();
    let long = plain(&"coal ".repeat(200));
    assert!(embedder.embed(&[long], |_| {}).is_err());
}

#[test]
fn an_empty_list_and_an_empty_text_are_no_trouble() {
    let embedder = Embedder::open(&tiny_model(), Device::Cpu).unwrap();
    assert!(embedder.embed(&[], |_| {}).unwrap().is_empty());
    assert_eq!(embedder.embed(&[plain("")], |_| {}).unwrap().len(), 1);
}
