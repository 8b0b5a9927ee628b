#!/usr/bin/env python3
"""Writes small random models of other shapes and architectures, so that tests run each path without real weights.

In:  tiny_words.txt beside this script, and make_tiny.py for its word pieces and file format.
Out: a folder for each of MODELS under ../tests/models/, in the sentence-transformers convention. The same bytes on
     every run and machine. Their vectors mean nothing; they only have to come out as the Python reference has them.

Needs Python 3.8 and nothing else. Usage: python3 make_variants.py [NAME…]
"""

import array
import json
import struct
import sys
from collections import Counter
from pathlib import Path

sys.dont_write_bytecode = True  # No folder of compiled scripts beside the models.

import make_tiny
from make_tiny import HERE, NUMBERS, Weights, safetensors

FOLDER = HERE.parent / "tests" / "models"
WORDS, MERGES = 120, 200

# Spread of each kind of parameter: large enough for a wrong position, mask or activation to show in every vector.
WORD, POSITION, NORM, BIAS = 1.0, 0.5, 0.2, 0.1


def words():
    """The first words of the list."""
    lines = (HERE / "tiny_words.txt").read_text(encoding="utf-8").splitlines()
    listed = [word for line in lines if line and not line.startswith("#") for word in line.split()]
    return [word for word in dict.fromkeys(listed) if len(word) > 1][::len(listed) // WORDS]


# Tokenizers -----------------------------------------------------------------------------------------------------------

def word_pieces():
    """WordPiece, as make_tiny has it, with few words."""
    kept = set(words())
    pieces = [(piece, family) for piece, family in make_tiny.vocabulary()
              if family in (None, make_tiny.QUIET) or piece in kept]
    pieces = [(piece, family) for piece, family in pieces if piece not in NUMBERS]
    names = {"unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]",
             "mask_token": "[MASK]"}
    return make_tiny.tokenizer(pieces), names, len(pieces)


ROBERTA_NAMES = {"bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>",
                 "cls_token": "<s>", "sep_token": "</s>", "mask_token": "<mask>"}


def special(id, content):
    return {"id": id, "content": content, "single_word": False, "lstrip": content == "<mask>", "rstrip": False,
            "normalized": False, "special": True}


def around(begin, end, vocabulary):
    """A text stands between two special tokens."""
    token = lambda name: {"SpecialToken": {"id": name, "type_id": 0}}
    text = {"Sequence": {"id": "A", "type_id": 0}}
    return {"type": "TemplateProcessing", "single": [token(begin), text, token(end)],
            "pair": [token(begin), text, token(end), text, token(end)],
            "special_tokens": {name: {"id": name, "ids": [vocabulary[name]], "tokens": [name]} for name in (begin, end)}}


def unigram():
    """Unigram over words that begin with a mark for the space, as XLM-RoBERTa has it."""
    pieces = [["<s>", 0.0], ["<pad>", 0.0], ["</s>", 0.0], ["<unk>", 0.0], ["▁", -4.0]]
    pieces += [[char, -9.0] for char in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;?!%$€&'’-–—“”…"]
    pieces += [["▁" + word, -6.0 - 0.01 * place] for place, word in enumerate(words())]
    pieces += [[ending, -7.0] for ending in make_tiny.ENDINGS if len(ending) > 1]
    pieces += [["<mask>", 0.0]]
    vocabulary = {piece: id for id, (piece, _) in enumerate(pieces)}
    tokens = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [special(vocabulary[token], token) for token in tokens],
        "normalizer": {"type": "NFKC"},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "WhitespaceSplit"},
            {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}]},
        "post_processor": around("<s>", "</s>", vocabulary),
        "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        "model": {"type": "Unigram", "unk_id": 3, "vocab": pieces, "byte_fallback": False},
    }, ROBERTA_NAMES, len(pieces)


def byte_symbols():
    """A printable character for each byte: itself where it is printable, else one above 255."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    return {**{byte: chr(byte) for byte in plain}, **{byte: chr(256 + n) for n, byte in enumerate(others)}}


def merges():
    """The pairs that stand most often beside each other in the words, as they stand inside a sentence and at its
    beginning; the alphabet decides between equals."""
    symbols = byte_symbols()
    texts = [[symbols[byte] for byte in (" " + form).encode()] for word in words() for form in (word, word.capitalize())]
    found = []
    while len(found) < MERGES:
        pairs = Counter(pair for text in texts for pair in zip(text, text[1:]))
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        found.append(best)
        for text in texts:
            for i in range(len(text) - 1, 0, -1):
                if (text[i - 1:i + 1]) == list(best):
                    text[i - 1:i + 1] = ["".join(best)]
    return found


def byte_pairs(specials, post_processor):
    pairs = merges()
    pieces = [*specials, *sorted(byte_symbols().values()), *dict.fromkeys("".join(pair) for pair in pairs)]
    vocabulary = {piece: id for id, piece in enumerate(pieces)}
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [special(id, token) for id, token in enumerate(specials)],
        "normalizer": None,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "post_processor": post_processor(vocabulary),
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "",
                  "end_of_word_suffix": "", "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                  "vocab": vocabulary, "merges": [list(pair) for pair in pairs]},
    }, len(pieces)


def roberta_bytes():
    """Byte pairs as RoBERTa has them: a token's offsets leave out the space before its word."""
    specials = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    file, count = byte_pairs(specials, lambda _: {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0],
                                                  "trim_offsets": True, "add_prefix_space": False})
    return file, ROBERTA_NAMES, count


def modernbert_bytes():
    """Byte pairs as ModernBERT has them: a token's offsets begin with the space before its word."""
    specials = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]
    file, count = byte_pairs(specials, lambda vocabulary: around("[CLS]", "[SEP]", vocabulary))
    names = {"unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]",
             "mask_token": "[MASK]"}
    return file, names, count


# Weights --------------------------------------------------------------------------------------------------------------

class Drawn(Weights):
    """Parameters of a model whose tensors' names begin with `prefix`."""

    def __init__(self, prefix=""):
        super().__init__()
        self.prefix = prefix

    def put(self, name, shape, values):
        super().put(self.prefix + name, shape, values)

    def linear(self, name, inputs, outputs, bias=True):
        self.matrix(name + ".weight", outputs, inputs, 1.5 * inputs ** -0.5)
        if bias:
            self.put(name + ".bias", [outputs], self.draw(outputs, BIAS))

    def layer_norm(self, name, hidden, bias=True):
        self.put(name + ".weight", [hidden], self.draw(hidden, NORM, 1.0))
        if bias:
            self.put(name + ".bias", [hidden], self.draw(hidden, BIAS))


def bert(shape, words, prefix="", positions=None, types=2):
    made, hidden = Drawn(prefix), shape["hidden"]
    made.matrix("embeddings.word_embeddings.weight", words, hidden, WORD)
    made.matrix("embeddings.position_embeddings.weight", positions or shape["positions"], hidden, POSITION)
    made.matrix("embeddings.token_type_embeddings.weight", types, hidden, POSITION)
    made.layer_norm("embeddings.LayerNorm", hidden)
    for layer in range(shape["layers"]):
        name = f"encoder.layer.{layer}."
        for part in ("query", "key", "value"):
            made.linear(name + "attention.self." + part, hidden, hidden)
        made.linear(name + "attention.output.dense", hidden, hidden)
        made.layer_norm(name + "attention.output.LayerNorm", hidden)
        made.linear(name + "intermediate.dense", hidden, shape["inner"])
        made.linear(name + "output.dense", shape["inner"], hidden)
        made.layer_norm(name + "output.LayerNorm", hidden)
    return made.tensors


def distilbert(shape, words):
    made, hidden = Drawn("distilbert."), shape["hidden"]
    made.matrix("embeddings.word_embeddings.weight", words, hidden, WORD)
    made.matrix("embeddings.position_embeddings.weight", shape["positions"], hidden, POSITION)
    made.layer_norm("embeddings.LayerNorm", hidden)
    for layer in range(shape["layers"]):
        name = f"transformer.layer.{layer}."
        for part in ("q_lin", "k_lin", "v_lin", "out_lin"):
            made.linear(name + "attention." + part, hidden, hidden)
        made.layer_norm(name + "sa_layer_norm", hidden)
        made.linear(name + "ffn.lin1", hidden, shape["inner"])
        made.linear(name + "ffn.lin2", shape["inner"], hidden)
        made.layer_norm(name + "output_layer_norm", hidden)
    return made.tensors


def nomic_bert(shape, words):
    made, hidden = Drawn(), shape["hidden"]
    made.matrix("embeddings.word_embeddings.weight", words, hidden, WORD)
    made.matrix("embeddings.token_type_embeddings.weight", 2, hidden, POSITION)
    made.layer_norm("emb_ln", hidden)
    for layer in range(shape["layers"]):
        name = f"encoder.layers.{layer}."
        made.linear(name + "attn.Wqkv", hidden, 3 * hidden, bias=False)
        made.linear(name + "attn.out_proj", hidden, hidden, bias=False)
        made.linear(name + "mlp.fc11", hidden, shape["inner"], bias=False)
        made.linear(name + "mlp.fc12", hidden, shape["inner"], bias=False)
        made.linear(name + "mlp.fc2", shape["inner"], hidden, bias=False)
        made.layer_norm(name + "norm1", hidden)
        made.layer_norm(name + "norm2", hidden)
    return made.tensors


def modernbert(shape, words):
    made, hidden = Drawn(), shape["hidden"]
    made.matrix("embeddings.tok_embeddings.weight", words, hidden, WORD)
    made.layer_norm("embeddings.norm", hidden, bias=False)
    for layer in range(shape["layers"]):
        name = f"layers.{layer}."
        if layer > 0:
            made.layer_norm(name + "attn_norm", hidden, bias=False)
        made.linear(name + "attn.Wqkv", hidden, 3 * hidden, bias=False)
        made.linear(name + "attn.Wo", hidden, hidden, bias=False)
        made.layer_norm(name + "mlp_norm", hidden, bias=False)
        made.linear(name + "mlp.Wi", hidden, 2 * shape["inner"], bias=False)
        made.linear(name + "mlp.Wo", shape["inner"], hidden, bias=False)
    made.layer_norm("final_norm", hidden, bias=False)
    return made.tensors


def halves(tensors):
    """The same tensors in 16 bits: what a reader rounds back to 32 is exact."""
    return {name: ("F16", shape, array.array("H", struct.unpack(f"<{len(values)}H", struct.pack(f"<{len(values)}e", *values))))
            for name, (_, shape, values) in tensors.items()}


def brain_halves(tensors):
    """The upper 16 bits of each number."""
    upper = lambda values: struct.unpack(f"<{2 * len(values)}H", struct.pack(f"<{len(values)}f", *values))[1::2]
    return {name: ("BF16", shape, array.array("H", upper(values))) for name, (_, shape, values) in tensors.items()}


# Folders --------------------------------------------------------------------------------------------------------------

def bert_config(shape, words, **more):
    return {"architectures": ["BertModel"], "model_type": "bert", "vocab_size": words, "hidden_size": shape["hidden"],
            "num_hidden_layers": shape["layers"], "num_attention_heads": shape["heads"],
            "intermediate_size": shape["inner"], "hidden_act": "gelu", "max_position_embeddings": shape["positions"],
            "type_vocab_size": 2, "layer_norm_eps": 1e-12, "pad_token_id": 0, "position_embedding_type": "absolute",
            "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1, "initializer_range": 0.02, **more}


def switches(hidden, mode):
    """The older notation of the pooling."""
    modes = ("cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken")
    return {"word_embedding_dimension": hidden, **{f"pooling_mode_{name}": name == mode for name in modes}}


def word(hidden, mode, **more):
    """The newer notation of the pooling."""
    return {"embedding_dimension": hidden, "pooling_mode": mode, **more}


def dense(inputs, outputs, activation, bias=True):
    made = Drawn()
    made.linear("linear", inputs, outputs, bias)
    return {"in_features": inputs, "out_features": outputs, "bias": bias, "activation_function": activation}, made.tensors


def shape(hidden, heads, inner, layers=2, positions=256):
    return {"hidden": hidden, "heads": heads, "inner": inner, "layers": layers, "positions": positions}


def model(tokenizer, config, tensors, pooling, *, limit=None, behind=(("Normalize", None),), **settings):
    return {"tokenizer": tokenizer, "config": config, "tensors": tensors, "pooling": pooling, "limit": limit,
            "behind": behind, "settings": settings}


def bert_cls():
    """As bge: the first token, a prompt for questions only, names behind `bert.`"""
    size, tokenizer = shape(32, 2, 64), word_pieces()
    return model(tokenizer, bert_config(size, tokenizer[2]), bert(size, tokenizer[2], "bert."),
                 switches(32, "cls_token"), limit=256,
                 prompts={"query": "Represent this sentence for searching relevant passages: "})


def bert_last():
    """As e5 has its prompts; the last token; heads of nine numbers; more rows in the table than tokens; GELU by tanh."""
    size, tokenizer = shape(36, 4, 72), word_pieces()
    words = tokenizer[2] + 7
    return model(tokenizer, bert_config(size, words, hidden_act="gelu_new"), halves(bert(size, words)),
                 word(36, "lasttoken"), limit=256, prompts={"query": "query: ", "passage": "passage: "})


def bert_weighted():
    """The later a token, the more it counts; the prompt's tokens do not; heads of twenty numbers; ReLU; bf16."""
    size, tokenizer = shape(40, 2, 80), word_pieces()
    return model(tokenizer, bert_config(size, tokenizer[2], hidden_act="relu"),
                 brain_halves(bert(size, tokenizer[2])), word(40, "weightedmean", include_prompt=False), limit=256,
                 prompts={"topic": "this is about: "}, default_prompt_name="topic")


def bert_dense():
    """Two layers behind the mean, the first with tanh; the vector is shorter than a state."""
    size, tokenizer = shape(32, 4, 64), word_pieces()
    behind = (("Dense", dense(32, 48, "torch.nn.modules.activation.Tanh")), ("Normalize", None),
              ("Dense", dense(48, 24, "torch.nn.modules.linear.Identity")), ("Normalize", None))
    return model(tokenizer, bert_config(size, tokenizer[2]), bert(size, tokenizer[2]), switches(32, "mean_tokens"),
                 limit=256, behind=behind)


def bert_wide():
    """Heads of 64 numbers, 512 positions, f16."""
    size, tokenizer = shape(128, 2, 192, layers=1, positions=512), word_pieces()
    return model(tokenizer, bert_config(size, tokenizer[2]), halves(bert(size, tokenizer[2])),
                 switches(128, "mean_tokens"), limit=512)


def distilbert_mean():
    """Without a limit of its own; a GELU layer behind the mean."""
    size, tokenizer = shape(32, 4, 64), word_pieces()
    config = {"architectures": ["DistilBertModel"], "model_type": "distilbert", "vocab_size": tokenizer[2], "dim": 32,
              "n_layers": 2, "n_heads": 4, "hidden_dim": 64, "activation": "gelu", "max_position_embeddings": 256,
              "pad_token_id": 0, "sinusoidal_pos_embds": False, "dropout": 0.1, "attention_dropout": 0.1}
    return model(tokenizer, config, halves(distilbert(size, tokenizer[2])), word(32, ["mean"]),
                 behind=(("Dense", dense(32, 32, "torch.nn.modules.activation.GELU", bias=False)),))


def xlm_roberta():
    """Unigram; positions begin after the padding's id; f16."""
    size, tokenizer = shape(32, 4, 64), unigram()
    config = bert_config(size, tokenizer[2], architectures=["XLMRobertaModel"], model_type="xlm-roberta",
                         max_position_embeddings=258, type_vocab_size=1, layer_norm_eps=1e-5, pad_token_id=1,
                         bos_token_id=0, eos_token_id=2)
    return model(tokenizer, config, halves(bert(size, tokenizer[2], positions=258, types=1)),
                 switches(32, "mean_tokens"), prompts={"query": "query: ", "passage": "passage: "})


def roberta():
    """Byte pairs; the first token; names behind `roberta.`"""
    size, tokenizer = shape(32, 2, 64), roberta_bytes()
    config = bert_config(size, tokenizer[2], architectures=["RobertaModel"], model_type="roberta",
                         max_position_embeddings=514, type_vocab_size=1, layer_norm_eps=1e-5, pad_token_id=1,
                         bos_token_id=0, eos_token_id=2)
    return model(tokenizer, config, halves(bert(size, tokenizer[2], "roberta.", positions=514, types=1)),
                 word(32, "cls"))


def nomic():
    """Rotary positions and a gate, in the notation of the model's makers."""
    size, tokenizer = shape(32, 2, 64), word_pieces()
    config = {"architectures": ["NomicBertModel"], "model_type": "nomic_bert", "vocab_size": tokenizer[2],
              "n_embd": 32, "n_head": 2, "n_layer": 2, "n_inner": 64, "n_positions": 512, "type_vocab_size": 2,
              "layer_norm_epsilon": 1e-12, "activation_function": "swiglu", "rotary_emb_base": 1000,
              "rotary_emb_fraction": 1.0, "rotary_emb_interleaved": False, "rotary_emb_scale_base": None,
              "rotary_scaling_factor": None, "qkv_proj_bias": False, "mlp_fc1_bias": False, "mlp_fc2_bias": False,
              "prenorm": False, "use_rms_norm": False, "parallel_block": False, "causal": False, "pad_token_id": 0}
    return model(tokenizer, config, nomic_bert(size, tokenizer[2]), switches(32, "mean_tokens"), limit=512,
                 prompts={"query": "search_query: ", "document": "search_document: "})


def modern():
    """Most layers see only near tokens; byte pairs."""
    size, tokenizer = shape(32, 2, 48, layers=3, positions=512), modernbert_bytes()
    config = {"architectures": ["ModernBertModel"], "model_type": "modernbert", "vocab_size": tokenizer[2],
              "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 3, "num_attention_heads": 2,
              "hidden_activation": "gelu", "max_position_embeddings": 512, "norm_eps": 1e-5, "layer_norm_eps": 1e-5,
              "norm_bias": False, "attention_bias": False, "mlp_bias": False, "local_attention": 8,
              "global_attn_every_n_layers": 2, "global_rope_theta": 160000.0, "local_rope_theta": 10000.0,
              "pad_token_id": 3, "cls_token_id": 1, "sep_token_id": 2, "bos_token_id": 1, "eos_token_id": 2}
    return model(tokenizer, config, halves(modernbert(size, tokenizer[2])), switches(32, "mean_tokens"), limit=512)


MODELS = {"bert-cls": bert_cls, "bert-last": bert_last, "bert-weighted": bert_weighted, "bert-dense": bert_dense,
          "bert-wide": bert_wide, "distilbert": distilbert_mean, "xlm-roberta": xlm_roberta, "roberta": roberta,
          "nomic-bert": nomic, "modernbert": modern}


def files(made):
    """Every file of a folder by name: text or bytes."""
    tokenizer, names, _ = made["tokenizer"]
    modules = [("", "Transformer"), ("1_Pooling", "Pooling")]
    modules += [(f"{index}_{kind}", kind) for index, (kind, _) in enumerate(made["behind"], 2)]
    limit = made["limit"] or made["config"]["max_position_embeddings"] - (2 if made["config"]["pad_token_id"] == 1 else 0)
    text = {
        "config.json": made["config"],
        "modules.json": [{"idx": index, "name": str(index), "path": path, "type": "sentence_transformers.models." + kind}
                         for index, (path, kind) in enumerate(modules)],
        "1_Pooling/config.json": made["pooling"],
        "tokenizer_config.json": {**names, "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": limit},
    }
    if made["limit"]:
        text["sentence_bert_config.json"] = {"max_seq_length": made["limit"], "do_lower_case": False}
    if made["settings"]:
        text["config_sentence_transformers.json"] = made["settings"]
    found = {name: json.dumps(value, indent=2, ensure_ascii=False) + "\n" for name, value in text.items()}
    found["tokenizer.json"] = json.dumps(tokenizer, separators=(",", ":"), ensure_ascii=False) + "\n"
    found["model.safetensors"] = safetensors(made["tensors"])
    for index, (kind, layer) in enumerate(made["behind"], 2):
        if layer:
            config, tensors = layer
            found[f"{index}_{kind}/config.json"] = json.dumps(config, indent=2) + "\n"
            found[f"{index}_{kind}/model.safetensors"] = safetensors(tensors)
    return found


def main():
    for name in sys.argv[1:] or MODELS:
        found = files(MODELS[name]())
        for file, content in found.items():
            path = FOLDER / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        size = sum(len(content) for content in found.values())
        print(f"wrote {len(found)} files, {size // 1000} kB, to `{FOLDER / name}`", file=sys.stderr)


if __name__ == "__main__":
    main()
