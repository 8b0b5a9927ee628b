#!/usr/bin/env python3
"""Writes the tiny test model, so that tests run the real path without the real weights.

In:  tiny_words.txt beside this script (families of related words, one a line).
Out: the folder tiny/ beside this script, in the sentence-transformers convention: a random BERT of 2 layers with a
     WordPiece vocabulary of our own. The same bytes on every run and machine.

Needs Python 3.8 and nothing else. Usage: python3 make_tiny.py [FOLDER]
"""

import array
import json
import random
import string
import struct
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEED = 1
HIDDEN, LAYERS, HEADS, INTERMEDIATE, POSITIONS = 32, 2, 4, 64, 128

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PUNCTUATION = list(string.punctuation) + list("‘’“”–—…•«»¿¡")
SYMBOLS = list("€£¥°±×©®™§½")
NUMBERS = [str(n) for n in range(10, 100)] + [str(year) for year in range(2015, 2031)]
ENDINGS = """s es ed d ing er ers or ly al ally ic ical able ible ability ation ations ion ions ment ments ness ity ive
ous ful less est ism ist ize ized izing y ies ier en th st nd rd ct nt rs an ar at el il in on un""".split()

# Pieces of this family (the list's first line, numbers, punctuation, [CLS] and [SEP]) say little about a text. They live
# in the first few dimensions, which the last layer turns down.
QUIET, QUIET_DIMENSIONS, QUIET_LENGTH, QUIET_FACTOR = "quiet", 4, 3.0, 0.1

# Spread of each kind of parameter. Words dominate positions and layers, so that a vector follows the words of its
# text, yet every layer moves it enough for a wrong kernel to show in the golden vectors.
WORD, FAMILY_MEMBER, POSITION, ATTENTION, LAYER, BIAS = 1.0, 0.2, 0.1, 0.25, 0.06, 0.03


def vocabulary():
    """Word pieces in the order of their ids, and for each the name of its family (None: none)."""
    pieces = [(piece, QUIET) for piece in SPECIAL]
    pieces += [(char, QUIET) for char in PUNCTUATION]
    for char in string.digits + string.ascii_lowercase + "".join(SYMBOLS):
        pieces += [(char, None), ("##" + char, None)]
    taken = {piece for piece, _ in pieces}
    pieces += [("##" + ending, QUIET) for ending in ENDINGS if "##" + ending not in taken]
    pieces += [(number, QUIET) for number in NUMBERS]
    lines = (HERE / "tiny_words.txt").read_text(encoding="utf-8").splitlines()
    families = [line.split() for line in lines if line and not line.startswith("#")]
    for index, words in enumerate(families):
        # A single letter is in the vocabulary already.
        pieces += [(word, index or QUIET) for word in words if len(word) > 1]
    names = [piece for piece, _ in pieces]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        sys.exit(f"error: these words stand twice in `tiny_words.txt`: {', '.join(twice)}")
    return pieces


class Weights:
    """Draws tensors; only `random()` is used, whose sequence is the same in every version of Python."""

    def __init__(self):
        self.random = random.Random(SEED).random
        self.tensors = {}

    def draw(self, count, spread, centre=0.0):
        """`count` numbers of standard deviation `spread`, evenly spread around `centre`."""
        half = spread * 1.7320508075688772
        return [centre + half * (2.0 * self.random() - 1.0) for _ in range(count)]

    def put(self, name, shape, values):
        self.tensors[name] = ("F32", shape, array.array("f", values))

    def matrix(self, name, rows, columns, spread):
        self.put(name, [rows, columns], self.draw(rows * columns, spread))

    def dense(self, name, inputs, outputs, spread=LAYER):
        self.matrix(name + ".weight", outputs, inputs, spread)
        self.put(name + ".bias", [outputs], self.draw(outputs, BIAS))

    def norm(self, name, quiet_factor=1.0):
        factors = [quiet_factor if i < QUIET_DIMENSIONS else 1.0 for i in range(HIDDEN)]
        for part, centre in (("weight", 1.0), ("bias", 0.0)):
            values = self.draw(HIDDEN, BIAS, centre)
            self.put(f"{name}.{part}", [HIDDEN], [a * b for a, b in zip(values, factors)])


def weights(pieces):
    """Every tensor of the model by name, as (type, shape, values)."""
    made = Weights()
    families, words = {}, []
    for _, family in pieces:
        own = made.draw(HIDDEN, WORD)
        for i in range(HIDDEN):
            if family == QUIET:
                own[i] *= QUIET_LENGTH if i < QUIET_DIMENSIONS else 0.0
            elif i < QUIET_DIMENSIONS:
                own[i] = 0.0
        if family is not None:
            shared = families.setdefault(family, own)
            own = [a + FAMILY_MEMBER * b for a, b in zip(shared, made.draw(HIDDEN, WORD))]
        words += own
    made.put("embeddings.word_embeddings.weight", [len(pieces), HIDDEN], words)
    made.matrix("embeddings.position_embeddings.weight", POSITIONS, HIDDEN, POSITION)
    made.matrix("embeddings.token_type_embeddings.weight", 2, HIDDEN, POSITION)
    made.norm("embeddings.LayerNorm")
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}."
        for part, spread in (("query", ATTENTION), ("key", ATTENTION), ("value", LAYER)):
            made.dense(prefix + "attention.self." + part, HIDDEN, HIDDEN, spread)
        made.dense(prefix + "attention.output.dense", HIDDEN, HIDDEN)
        made.norm(prefix + "attention.output.LayerNorm")
        made.dense(prefix + "intermediate.dense", HIDDEN, INTERMEDIATE)
        made.dense(prefix + "output.dense", INTERMEDIATE, HIDDEN)
        made.norm(prefix + "output.LayerNorm", QUIET_FACTOR if layer == LAYERS - 1 else 1.0)
    made.dense("pooler.dense", HIDDEN, HIDDEN)
    made.tensors["embeddings.position_ids"] = ("I64", [1, POSITIONS], array.array("q", range(POSITIONS)))
    return made.tensors


def safetensors(tensors):
    """The file format: length of the header (u64), header (JSON, padded to 8 bytes), raw little-endian values."""
    header, body = {"__metadata__": {"format": "pt"}}, b""
    # Wider types first, then by name: every tensor is aligned.
    for name, (dtype, shape, values) in sorted(tensors.items(), key=lambda item: (item[1][0] != "I64", item[0])):
        if sys.byteorder == "big":
            values.byteswap()
        begin = len(body)
        body += values.tobytes()
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [begin, len(body)]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + body


def tokenizer(pieces):
    """`tokenizer.json`. Its truncation and padding to 64 are deliberate: the real model's file carries such values
    too, and a program has to override both."""
    special = lambda token: {"SpecialToken": {"id": token, "type_id": 0}}
    return {
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": 64, "strategy": "LongestFirst", "stride": 0},
        "padding": {"strategy": {"Fixed": 64}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0,
                    "pad_type_id": 0, "pad_token": "[PAD]"},
        "added_tokens": [
            {"id": id, "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
             "special": True} for id, token in enumerate(SPECIAL)],
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                       "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [special("[CLS]"), {"Sequence": {"id": "A", "type_id": 0}}, special("[SEP]")],
            "pair": [special("[CLS]"), {"Sequence": {"id": "A", "type_id": 0}}, special("[SEP]"),
                     {"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
            "special_tokens": {token: {"id": token, "ids": [SPECIAL.index(token)], "tokens": [token]}
                               for token in ("[CLS]", "[SEP]")}},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": {piece: id for id, (piece, _) in enumerate(pieces)}},
    }


def settings(pieces):
    """The small files of the folder, by name."""
    names = {"unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]",
             "mask_token": "[MASK]"}
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    return {
        "config.json": {
            "architectures": ["BertModel"], "model_type": "bert", "vocab_size": len(pieces), "hidden_size": HIDDEN,
            "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "intermediate_size": INTERMEDIATE,
            "hidden_act": "gelu", "max_position_embeddings": POSITIONS, "type_vocab_size": 2,
            "layer_norm_eps": 1e-12, "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
            "initializer_range": 0.02, "pad_token_id": 0, "position_embedding_type": "absolute"},
        "modules.json": [
            {"idx": index, "name": str(index), "path": path, "type": "sentence_transformers.models." + kind}
            for index, (path, kind) in enumerate(modules)],
        "sentence_bert_config.json": {"max_seq_length": POSITIONS, "do_lower_case": False},
        "1_Pooling/config.json": {
            "word_embedding_dimension": HIDDEN, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False, "pooling_mode_mean_sqrt_len_tokens": False},
        "special_tokens_map.json": names,
        "tokenizer_config.json": {
            **names, "tokenizer_class": "BertTokenizer", "do_lower_case": True, "tokenize_chinese_chars": True,
            "strip_accents": None, "model_max_length": POSITIONS},
    }


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "tiny"
    pieces = vocabulary()
    files = {name: json.dumps(value, indent=2) + "\n" for name, value in settings(pieces).items()}
    files["tokenizer.json"] = json.dumps(tokenizer(pieces), separators=(",", ":"), ensure_ascii=False) + "\n"
    files["vocab.txt"] = "".join(piece + "\n" for piece, _ in pieces)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    (folder / "model.safetensors").write_bytes(safetensors(weights(pieces)))
    print(f"wrote {len(files) + 1} files with {len(pieces)} word pieces to `{folder}`", file=sys.stderr)


if __name__ == "__main__":
    main()
