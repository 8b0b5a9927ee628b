//! Kernels and the packed model from outside: whatever happens to the file, answers stay the same.

use crate::util::{GLIMMER, Home, NIMBUS, checkout, real_model, tiny_model};
use onrecord::embed::Tier;
use std::path::{Path, PathBuf};

const QUESTION: &str = "what is the largest limit of the forges";

fn asked(home: &Home) -> String {
    let answer = home.ok(&["ask", "--jsonl", QUESTION]);
    assert_eq!(answer.stderr, "");
    answer.stdout
}

/// The packed file that the home's first command made.
fn packed(home: &Home) -> PathBuf {
    let files = fs_err::read_dir(home.path(".cache/onrecord")).unwrap();
    let files: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

/// A copy of the tiny model that a test may change.
fn tiny_copy(home: &Home) -> PathBuf {
    for name in [
        "config.json",
        "modules.json",
        "tokenizer.json",
        "model.safetensors",
    ] {
        home.write(
            &format!("model/{name}"),
            fs_err::read(tiny_model().join(name)).unwrap(),
        );
    }
    let pooling = fs_err::read(tiny_model().join("1_Pooling/config.json")).unwrap();
    home.write("model/1_Pooling/config.json", pooling);
    home.path("model")
}

#[test]
fn a_damaged_packed_model_is_told_and_made_again_and_answers_stay_the_same() {
    let home = Home::new();
    home.add("a.txt", NIMBUS);
    home.add("b.txt", GLIMMER);
    let whole = asked(&home);
    let file = packed(&home);
    let bytes = fs_err::read(&file).unwrap();
    // The words are read as they are needed: damage where no question looks is not met.
    let everywhere = (0..bytes.len()).step_by(bytes.len() / 150);
    let mut told = 0;
    for place in everywhere {
        let mut damaged = bytes.clone();
        damaged[place] ^= 0x10;
        fs_err::write(&file, damaged).unwrap();
        let run = home.ok(&["ask", "--jsonl", QUESTION]);
        assert_eq!(run.stdout, whole, "byte {place}");
        if !run.stderr.is_empty() {
            assert!(run.stderr.contains("packed model"), "{}", run.stderr);
            told += 1;
            assert_eq!(asked(&home), whole, "byte {place}, once more");
            let again = fs_err::read(&file).unwrap();
            assert!(again == bytes, "the file was not made again");
        }
    }
    println!("{told} of 151 damages were met");
    assert!(told >= 30, "{told}");
    for length in (0..bytes.len()).step_by(bytes.len() / 20) {
        fs_err::write(&file, &bytes[..length]).unwrap();
        let run = home.ok(&["ask", "--jsonl", QUESTION]);
        assert_eq!(run.stdout, whole);
        assert!(run.stderr.contains("is made again"), "{}", run.stderr);
    }
}

#[test]
fn a_packed_model_of_other_files_is_not_used() {
    let home = Home::new();
    let model = tiny_copy(&home);
    let model = model.to_str().unwrap();
    let call = home.write("a.txt", NIMBUS);
    home.ok(&["--model", model, "add", call.to_str().unwrap()]);
    let before = home.ok(&["ask", "--jsonl", QUESTION]).stdout;

    // Written again with the same bytes: packed again, the same answers.
    tiny_copy(&home);
    let run = home.ok(&["ask", "--jsonl", QUESTION]);
    assert!(
        run.stderr.contains("made from other files"),
        "{}",
        run.stderr
    );
    assert_eq!(run.stdout, before);

    // Other weights of the same size: another model, not the packed one.
    let weights = home.path("model/model.safetensors");
    let mut bytes = fs_err::read(&weights).unwrap();
    let last = bytes.len() - 2;
    bytes[last] ^= 0x40;
    fs_err::write(&weights, bytes).unwrap();
    home.run(&["ask", QUESTION])
        .expect_error(&["cannot use the library"]);
}

#[test]
fn where_the_cache_cannot_be_written_the_model_is_packed_at_each_start_and_it_is_said() {
    let home = Home::new();
    home.add("a.txt", NIMBUS);
    let whole = asked(&home);
    let no_folder = home.write("file", "");
    let run = home
        .command()
        .args(["ask", "--jsonl", QUESTION])
        .env("XDG_CACHE_HOME", no_folder)
        .output();
    let run = crate::util::Run::of(&run.unwrap());
    assert_eq!(run.stdout, whole);
    assert!(run.stderr.contains("cannot be kept"), "{}", run.stderr);
}

#[test]
fn every_kernel_of_this_machine_gives_the_same_answers() {
    same_answers(&Home::new());
    if let Some(model) = real_model() {
        same_answers(&Home::with_model(model));
    }
}

fn same_answers(home: &Home) {
    home.add("a.txt", NIMBUS);
    home.add("b.txt", GLIMMER);
    let by = |kernel: &str| {
        let run = home
            .command()
            .args(["ask", "--json", QUESTION])
            .env("ONRECORD_KERNEL", kernel)
            .output();
        let run = crate::util::Run::of(&run.unwrap());
        assert_eq!(run.code, 0, "{run:#?}");
        assert_eq!(run.stderr, "", "{kernel}");
        let answer: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let quotes = answer["quotes"].as_array().unwrap().clone();
        assert!(!quotes.is_empty());
        let quotes = quotes.iter().map(|quote| {
            (
                quote["text"].clone(),
                quote["score"]["dense"].as_f64().unwrap(),
            )
        });
        quotes.collect::<Vec<_>>()
    };
    let stock = by("stock");
    let mut ran = Vec::new();
    for tier in Tier::ALL.into_iter().filter(|tier| tier.is_available()) {
        for ((text, dense), (twin, expected)) in by(tier.name()).iter().zip(&stock) {
            assert_eq!(text, twin, "{tier}");
            assert!(
                (dense - expected).abs() < 1e-3,
                "{tier}: {dense} is not {expected}"
            );
        }
        ran.push(tier.name());
    }
    println!("the same answers by {}", ran.join(", "));
}

#[test]
fn a_kernel_that_cannot_be_had_is_refused_with_those_that_exist() {
    let home = Home::new();
    home.add("a.txt", NIMBUS);
    let by = |kernel: &str| {
        let run = home
            .command()
            .args(["ask", QUESTION])
            .env("ONRECORD_KERNEL", kernel)
            .output();
        crate::util::Run::of(&run.unwrap())
    };
    by("abacus").expect_error(&["`abacus`", "none of that name", "`portable`"]);
    for tier in Tier::ALL.into_iter().filter(|tier| !tier.is_available()) {
        by(tier.name()).expect_error(&[tier.name(), "cannot run it", "`stock`"]);
    }
}

#[test]
fn a_number_of_threads_that_is_none_is_refused() {
    let home = Home::new();
    for threads in ["zero", "0", "-1"] {
        let run = home
            .command()
            .arg("calls")
            .env("ONRECORD_THREADS", threads)
            .output();
        let run = crate::util::Run::of(&run.unwrap());
        assert_eq!(run.code, 2, "{run:#?}");
        assert!(
            run.stderr
                .contains(&format!("`ONRECORD_THREADS` is `{threads}`")),
            "{run:#?}"
        );
    }
}

#[test]
fn status_and_version_name_the_kernel_in_use() {
    let home = Home::new();
    home.add("a.txt", NIMBUS);
    let best = Tier::best()[0];
    assert!(
        home.ok(&["--version"])
            .stdout
            .contains(&format!("kernel {best}"))
    );
    let status: serde_json::Value =
        serde_json::from_str(&home.ok(&["status", "--json"]).stdout).unwrap();
    assert_eq!(status["model"]["kernel"], best.name());
    assert!(home.ok(&["status"]).stdout.contains(best.name()));
    let forced = home
        .command()
        .arg("--version")
        .env("ONRECORD_KERNEL", "portable")
        .output();
    assert!(
        crate::util::Run::of(&forced.unwrap())
            .stdout
            .contains("kernel portable")
    );
}

#[test]
fn the_number_of_threads_does_not_change_a_vector() {
    let add = |threads: &str| {
        let home = Home::new();
        let call = home.write("a.txt", NIMBUS.repeat(20));
        let run = home
            .command()
            .args(["add", call.to_str().unwrap()])
            .env("ONRECORD_THREADS", threads)
            .output();
        assert_eq!(crate::util::Run::of(&run.unwrap()).code, 0);
        home.ok(&["ask", "--json", QUESTION]).stdout
    };
    let differ = |answer: String| {
        answer
            .lines()
            .filter(|line| !line.contains("\"path\""))
            .collect::<String>()
    };
    assert_eq!(differ(add("1")), differ(add("3")));
}

#[test]
fn many_texts_short_and_long_are_embedded_in_their_order() {
    use onrecord::embed::{Device, Embedder, PassageText};
    let embedder = Embedder::open(
        Path::new(&checkout().join("models/tiny")),
        Device::Cpu,
        |_| {},
    )
    .unwrap();
    let words = [
        "coal",
        "",
        "margin grew",
        "we expect revenue of forty three million next quarter",
    ];
    let texts: Vec<PassageText> = (0..10_000)
        .map(|i| PassageText {
            text: words[i % 4].repeat(1 + i % 3),
            sentences: Vec::new(),
        })
        .collect();
    let vectors = embedder.embed(&texts, |_| {}).unwrap();
    assert_eq!(vectors.len(), texts.len());
    for (i, vector) in vectors.iter().enumerate().step_by(997) {
        let alone = embedder.embed(&texts[i..=i], |_| {}).unwrap().remove(0);
        assert!(
            alone.passage.cosine(&vector.passage) > 0.999_999,
            "text {i}"
        );
    }
}
