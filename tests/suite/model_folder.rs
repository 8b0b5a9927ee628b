//! What a model folder says is taken at its word or refused by name; nothing is passed over.

use crate::util::{Home, checkout};
use onrecord::embed::{Device, Embedder, ModelFolder, Pooling};
use onrecord::error::Error;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A copy of one of the repository's models, to be changed.
struct Copy(tempfile::TempDir);

impl Copy {
    fn of(name: &str) -> Self {
        let copy = Self(tempfile::tempdir().unwrap());
        copy_folder(
            &checkout().join("tests/models").join(name),
            &copy.0.path().join("model"),
        );
        copy
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("model")
    }

    /// Sets facts of a JSON file; a fact that is set to null is taken out.
    fn set(self, file: &str, facts: &Value) -> Self {
        let path = self.path().join(file);
        let mut content: Value =
            fs_err::read(&path).map_or(json!({}), |bytes| serde_json::from_slice(&bytes).unwrap());
        for (name, value) in facts.as_object().unwrap() {
            if value.is_null() {
                content.as_object_mut().unwrap().remove(name);
            } else {
                content[name] = value.clone();
            }
        }
        fs_err::write(path, content.to_string()).unwrap();
        self
    }

    fn replace(self, file: &str, content: &Value) -> Self {
        fs_err::write(self.path().join(file), content.to_string()).unwrap();
        self
    }

    /// Changes the last number of a file of weights by the least that it can change.
    fn turn_a_bit(self, file: &str) -> Self {
        let path = self.path().join(file);
        let mut bytes = fs_err::read(&path).unwrap();
        let place = bytes.len() - 4;
        bytes[place] ^= 1;
        fs_err::write(path, bytes).unwrap();
        self
    }

    fn remove(self, file: &str) -> Self {
        fs_err::remove_file(self.path().join(file)).unwrap();
        self
    }

    fn read(&self) -> ModelFolder {
        ModelFolder::read(&self.path()).unwrap()
    }

    fn expect_unsupported(&self, words: &[&str]) {
        let error = ModelFolder::read(&self.path()).unwrap_err();
        let unsupported = matches!(error, Error::ModelUnsupported { .. });
        assert!(unsupported, "{error:?}");
        expect_words(&error, words);
    }

    fn expect_broken(&self, words: &[&str]) {
        let error = ModelFolder::read(&self.path()).unwrap_err();
        assert!(matches!(error, Error::ModelBroken { .. }), "{error:?}");
        expect_words(&error, words);
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let there = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &there);
        } else {
            fs_err::copy(path, there).unwrap();
        }
    }
}

fn expect_words(error: &Error, words: &[&str]) {
    let cause = error.cause().unwrap();
    for word in words {
        assert!(cause.contains(word), "no `{word}` in: {cause}");
    }
}

fn refuse_fact(model: &str, fact: &str, value: &Value) {
    let shown = value.as_str().map_or(value.to_string(), str::to_owned);
    Copy::of(model)
        .set("config.json", &json!({ fact: value }))
        .expect_unsupported(&[fact, &shown]);
}

#[test]
fn a_model_of_another_type_is_refused_with_what_is_supported() {
    for (kind, file) in [("mpnet", "config.json"), ("t5", "config.json")] {
        Copy::of("bert-cls")
            .set(file, &json!({ "model_type": kind }))
            .expect_unsupported(&[kind, "bert", "distilbert", "xlm-roberta", "modernbert"]);
    }
}

#[test]
fn a_fact_that_would_be_passed_over_is_refused_by_its_name() {
    refuse_fact("bert-cls", "hidden_act", &json!("swish"));
    refuse_fact(
        "bert-cls",
        "position_embedding_type",
        &json!("relative_key"),
    );
    refuse_fact("bert-cls", "is_decoder", &json!(true));
    refuse_fact("distilbert", "activation", &json!("silu"));
    refuse_fact("nomic-bert", "activation_function", &json!("geglu"));
    refuse_fact("nomic-bert", "moe_every_n_layers", &json!(2));
    refuse_fact("nomic-bert", "rotary_emb_fraction", &json!(0.5));
    refuse_fact("modernbert", "mlp_bias", &json!(true));
    let types = json!(["full_attention", "full_attention", "sliding_attention"]);
    refuse_fact("modernbert", "layer_types", &types);
}

#[test]
fn a_broken_fact_is_named() {
    let config = |facts| Copy::of("bert-cls").set("config.json", &facts);
    config(json!({"num_attention_heads": 0})).expect_broken(&["0 heads"]);
    config(json!({"num_attention_heads": 5})).expect_broken(&["5 heads"]);
    config(json!({"hidden_size": "many"})).expect_broken(&["hidden_size"]);
    config(json!({"num_hidden_layers": null})).expect_broken(&["no `num_hidden_layers`"]);
}

#[test]
fn pooling_is_read_in_both_notations() {
    for (word, switch, pooling) in [
        ("mean", "pooling_mode_mean_tokens", Pooling::Mean),
        ("cls", "pooling_mode_cls_token", Pooling::Cls),
        (
            "weightedmean",
            "pooling_mode_weightedmean_tokens",
            Pooling::WeightedMean,
        ),
        ("lasttoken", "pooling_mode_lasttoken", Pooling::LastToken),
    ] {
        for config in [
            json!({ "pooling_mode": word }),
            json!({ "pooling_mode": [word] }),
            json!({ switch: true, "pooling_mode_max_tokens": false }),
        ] {
            let copy = Copy::of("bert-cls").replace("1_Pooling/config.json", &config);
            assert_eq!(copy.read().pooling, pooling, "{config}");
        }
    }
}

#[test]
fn another_pooling_and_several_at_once_are_refused_by_name() {
    for (config, words) in [
        (json!({"pooling_mode": "max"}), vec!["`max`"]),
        (
            json!({"pooling_mode": ["mean", "cls"]}),
            vec!["`mean` and `cls`"],
        ),
        (
            json!({"pooling_mode_max_tokens": true, "pooling_mode_mean_tokens": true}),
            vec!["max_tokens", "mean_tokens", "lasttoken"],
        ),
        (json!({"word_embedding_dimension": 32}), vec!["no pooling"]),
    ] {
        Copy::of("bert-cls")
            .replace("1_Pooling/config.json", &config)
            .expect_unsupported(&words);
    }
}

#[test]
fn modules_are_told_by_the_last_segment_of_their_type_and_unknown_ones_are_refused() {
    let modules = |kind: &str| {
        json!([
            {"path": "", "type": "some.new.place.Transformer"},
            {"path": "1_Pooling", "type": "Pooling"},
            {"path": "2", "type": kind},
        ])
    };
    let copy = |kind: &str| Copy::of("bert-cls").replace("modules.json", &modules(kind));
    assert_eq!(copy("a.b.Normalize").read().dimension(), 32);
    copy("sentence_transformers.models.LSTM").expect_unsupported(&["`LSTM`", "Dense"]);
    copy("Transformer").expect_unsupported(&["`Transformer`"]);
    let apart = json!([{"path": "0_Transformer", "type": "Transformer"}]);
    Copy::of("bert-cls")
        .replace("modules.json", &apart)
        .expect_unsupported(&["0_Transformer"]);
}

#[test]
fn a_dense_layer_decides_the_dimension_and_has_to_fit() {
    assert_eq!(Copy::of("bert-dense").read().dimension(), 24);
    let dense = |facts| Copy::of("bert-dense").set("2_Dense/config.json", &facts);
    dense(json!({"in_features": 31})).expect_broken(&["2_Dense", "takes 31", "given 32"]);
    dense(json!({"activation_function": "torch.nn.Softplus"})).expect_unsupported(&["Softplus"]);
    dense(json!({"use_residual": true})).expect_unsupported(&["use_residual"]);
    dense(json!({"module_input_name": "token_embeddings"})).expect_unsupported(&["2_Dense"]);
}

#[test]
fn the_limit_is_the_folders_own_and_never_above_the_models() {
    let limit = |copy: Copy| copy.read().max_tokens.0;
    let typed = |most: usize| {
        Copy::of("bert-cls").set(
            "sentence_bert_config.json",
            &json!({ "max_seq_length": most }),
        )
    };
    assert_eq!(limit(typed(100)), 100);
    assert_eq!(limit(typed(9999)), 256);
    assert_eq!(
        limit(Copy::of("distilbert").remove("tokenizer_config.json")),
        256
    );
    // Two of RoBERTa's positions are not for tokens.
    assert_eq!(
        limit(Copy::of("xlm-roberta").remove("tokenizer_config.json")),
        256
    );
    assert_eq!(
        limit(Copy::of("roberta").remove("tokenizer_config.json")),
        512
    );
    let endless = json!({"model_max_length": 1e30});
    assert_eq!(
        limit(Copy::of("roberta").set("tokenizer_config.json", &endless)),
        512
    );
    // Rotary positions that would have to be stretched are not used.
    let stretched = json!({"rotary_scaling_factor": 2, "max_trained_positions": 128});
    assert_eq!(
        limit(Copy::of("nomic-bert").set("config.json", &stretched)),
        128
    );
    typed(100)
        .set("sentence_bert_config.json", &json!({"do_lower_case": true}))
        .expect_unsupported(&["do_lower_case"]);
}

#[test]
fn prompts_are_those_of_questions_and_passages_else_the_default() {
    let prompts = |settings: Value| {
        let copy = Copy::of("bert-cls").replace("config_sentence_transformers.json", &settings);
        let folder = copy.read();
        (folder.question_prompt, folder.passage_prompt)
    };
    let pair = |question: &str, passage: &str| (question.to_owned(), passage.to_owned());
    let e5 = json!({"prompts": {"query": "query: ", "passage": "passage: "}});
    assert_eq!(prompts(e5), pair("query: ", "passage: "));
    let blank = json!({"prompts": {"query": "q: ", "document": "", "all": "a: "}, "default_prompt_name": "all"});
    assert_eq!(prompts(blank), pair("q: ", ""));
    let default = json!({"prompts": {"query": "q: ", "all": "a: "}, "default_prompt_name": "all"});
    assert_eq!(prompts(default), pair("q: ", "a: "));
    assert_eq!(prompts(json!({"prompts": {"query": null}})), pair("", ""));
    Copy::of("bert-cls")
        .set(
            "config_sentence_transformers.json",
            &json!({"default_prompt_name": "no"}),
        )
        .expect_broken(&["`no`"]);
}

#[test]
fn a_model_that_does_not_compare_by_cosine_is_refused_unless_its_vectors_have_unit_length() {
    let by_dot = json!({"similarity_fn_name": "dot"});
    let file = "config_sentence_transformers.json";
    assert_eq!(
        Copy::of("bert-cls").set(file, &by_dot).read().dimension(),
        32
    );
    Copy::of("distilbert")
        .set(file, &by_dot)
        .expect_unsupported(&["`dot`", "cosine"]);
}

/// The cause of the refusal to open a model.
fn open_error(copy: &Copy) -> Error {
    Embedder::open(&copy.path(), Device::Cpu, |_| {})
        .map(|_| ())
        .unwrap_err()
}

#[test]
fn weights_in_another_form_are_refused_by_the_files_name() {
    for other in ["pytorch_model.bin", "model.safetensors.index.json"] {
        let copy = Copy::of("bert-cls")
            .remove("model.safetensors")
            .replace(other, &json!({}));
        let error = open_error(&copy);
        assert!(matches!(error, Error::ModelUnsupported { .. }), "{error:?}");
        expect_words(&error, &[other, "model.safetensors"]);
    }
    let missing = open_error(&Copy::of("bert-cls").remove("model.safetensors"));
    expect_words(&missing, &["model.safetensors"]);
}

#[test]
fn parts_that_do_not_fit_together_are_refused() {
    let mixed = Copy::of("xlm-roberta");
    let tokenizer = checkout().join("tests/models/roberta/tokenizer.json");
    fs_err::copy(tokenizer, mixed.path().join("tokenizer.json")).unwrap();
    let words = ["tokenizer.json", "knows 461 tokens and the model 258"];
    expect_words(&open_error(&mixed), &words);
    let deep = Copy::of("bert-cls").set("config.json", &json!({"num_hidden_layers": 3}));
    expect_words(&open_error(&deep), &["model.safetensors", "layer.2"]);
    let deep = json!({"num_hidden_layers": 4});
    let deep = Copy::of("modernbert").set("config.json", &deep);
    expect_words(&open_error(&deep), &["layers.3.attn_norm"]);
}

#[test]
fn whatever_decides_a_vector_decides_the_fingerprint() {
    let fingerprint = |copy: Copy| {
        let embedder = Embedder::open(&copy.path(), Device::Cpu, |_| {}).unwrap();
        embedder.fingerprint().to_owned()
    };
    let plain = || Copy::of("bert-dense");
    let before = fingerprint(plain());
    assert_eq!(before, fingerprint(plain()));
    for changed in [
        plain().set(
            "4_Dense/config.json",
            &json!({"activation_function": "torch.nn.ReLU"}),
        ),
        plain().set("1_Pooling/config.json", &json!({"include_prompt": false})),
        plain().set("1_Pooling/config.json", &json!({"pooling_mode": "cls"})),
        plain().set("sentence_bert_config.json", &json!({"max_seq_length": 99})),
        plain().replace(
            "config_sentence_transformers.json",
            &json!({"prompts": {"query": "q: "}}),
        ),
        plain().turn_a_bit("2_Dense/model.safetensors"),
    ] {
        assert_ne!(before, fingerprint(changed));
    }
}

#[test]
fn a_device_that_is_not_there_is_refused_and_never_replaced() {
    let home = Home::new();
    let call = home.write("call.txt", crate::util::NIMBUS);
    let call = call.to_str().unwrap();
    if !cfg!(feature = "cuda") {
        home.run(&["add", "--device", "cuda", call]).expect_error(&[
            "device `cuda`",
            "without the feature `cuda`",
            "--features cuda",
        ]);
    }
    let output = home
        .command()
        .args(["add", call])
        .env("ONRECORD_DEVICE", "gpu")
        .output();
    crate::util::Run::of(&output.unwrap()).expect_error(&["`gpu`", "ONRECORD_DEVICE", "metal"]);
    home.ok(&["add", "--device", "cpu", call]);
}
