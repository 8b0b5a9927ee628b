#!/usr/bin/env python3
"""Writes golden vectors: what the Python reference makes of some texts, for our own encoder to be held against.

In:  the folders all-MiniLM-L6-v2/ (see `fetch`) and tiny/ beside this script, and those under ../tests/models/.
Out: ../tests/golden/NAME.json: for each text the token ids and the vector as a passage, for some the vector as a
     question; for each passage the vectors of its sentences: the means of the last hidden states over the tokens that
     end in the sentence (special tokens excluded), through the layers behind the pooling, L2-normalised. Spans are
     half-open UTF-8 bytes. A text that is longer than the model's limit is marked `truncated`: its ids and vector are
     those of its beginning.

Needs the Python package sentence-transformers (6 or newer) and a transformers that has nomic_bert (5.24 has). All
companies and people here are invented. Usage: make_golden.py [NAME…]
"""

import json
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer

HERE = Path(__file__).resolve().parent
GOLDEN = HERE.parent / "tests" / "golden"
VARIANTS = HERE.parent / "tests" / "models"

# nomic_bert's facts in the notation of its makers, which the folders have, and in that of transformers.
NOMIC_NAMES = {"n_embd": "hidden_size", "n_head": "num_attention_heads", "n_layer": "num_hidden_layers",
               "n_inner": "intermediate_size", "n_positions": "max_position_embeddings",
               "layer_norm_epsilon": "layer_norm_eps"}

TEXTS = [
    # Short ones
    "What is limiting cloud capacity?",
    "margin",
    "OPERATING MARGIN GUIDANCE RAISED",
    "How did Fictional Widgets explain the fall in gross margin in the second quarter?",
    "no no no no no no no no",
    "",
    "  \n\t ",
    # Figures and punctuation
    "(NASDAQ: ZZFAKE) closed +4.2% at $1,234.56 vs. €987.65; P/E 18.3x, #1 @ 50/50 & more...",
    "1 22 333 4,444 55.5 6e7 -8 0.09 1/3 2025-07-31 10:45",
    "See https://investors.widgets.example/q2?page=1#top or write to ir@widgets.example.",
    "a" * 120 + " is one word, and so is anti-disestablishment_of_widget-making.",
    # Other characters
    "“We’re not done,” she said – ‘not even close’ — and then… silence.",
    "Zoë Façade-Ångström of Café Imaginaire spoke in São Fictício about naïve résumés.",
    "The same re\u0301sume\u0301, with its accents as characters of their own.",
    "架空の会社は売上が増えました。虚构公司第一季度收入增长 12%。가상의 회사입니다.",
    "Вымышленная компания выросла; شركة خيالية; חברה בדיונית; εταιρεία",
    "Great quarter 🚀🚀 thanks team 👩\u200d💻 👍🏽 ✅",
    "ﬁnancial ＡＩ ½ of m² ™ × 10³ ≈ ∞ №5",
    "Net\u00a0sales\trose\r\n8%\u200b in the co\u00adoperative\u0007 segment\ufeff.",
    "The words [CLS], [SEP], [PAD], [MASK] and <s> stand in this transcript.",
    # As people speak
    "Operator: Your next question comes from the line of Ann Alyst with Makebelieve Securities. Please go ahead.",
    "Yeah, so, um, just to, to follow up on that, is the, you know, the pricing piece, is it more a second half thing?",
    "I'd remind you that these statements look forward, that they're uncertain, and that we won't update them.",
    # Eighty words of results
    "Revenue at Fictional Widgets was $4.18 billion, up 11% from last year and 9% in constant currency. Gross margin"
    " rose 140 basis points to 38.6%, with about half of that from lower freight. Operating income came to $512 million,"
    " against $431 million a year ago, and free cash flow over twelve months was $1.9 billion. For the third quarter we"
    " expect revenue between $4.25 and $4.40 billion, and operating income between $500 and $560 million.",
    # Two hundred tokens
    "Let me spend a minute on supply, because I know that it is on everybody's mind. When we began the year we thought"
    " that machines would be what holds us back. It turned out to be electricity. We have the buildings, we have most of"
    " the racks, and in two of our four regions we are waiting for the utility to finish a substation. One of them should"
    " be energized in October, the other not before spring. Until then we move work to where there is room, which costs"
    " us a little in networking and shows up in the margin of that segment, roughly thirty basis points this quarter. The"
    " second thing that limits us is a single part in the cooling loop, for which we had one vendor and now have three."
    " Lead times went from forty weeks to eighteen. So demand is not the problem. If you gave me twenty percent more"
    " capacity tomorrow, I believe it would be sold by the end of the month, and our backlog, which grew again, says the"
    " same thing. We will keep investing, and we will tell you plainly when supply and demand come back into balance.",
]

# Passages as lists of sentences, joined by a space.
PASSAGES = [
    [
        "Advertising grew 14% in the quarter, and video was the strongest part of it.",
        "We sold $2.3 billion of subscriptions.",
        "Churn was flat.",
    ],
    [
        "“Capacity is what limits us,” said Zoë Façade.",
        "It’s power first – then chips – and after that people.",
        "We expect €40 million of extra cost in the second half…",
        "Does that help?",
    ],
    [
        "Thank you, operator, and good morning.",
        "Two tariffs took effect in April, so our imported steel costs 8 percent more than it did a year ago, and we have"
        " passed about half of that on to customers of Imaginary Motors.",
        "Inventories are down.",
        "Nobody cancelled an order.",
    ],
]


def digits(vector):
    """Seven significant digits a number: what a 32-bit float holds."""
    return [float(f"{x:.7g}") for x in vector.tolist()]


def sentence_vectors(model, prompt, sentences):
    """One pass over the whole passage; each sentence pools the states of its own tokens."""
    passage = " ".join(sentences)
    offsets = model.tokenizer(prompt + passage, return_offsets_mapping=True)["offset_mapping"]
    assert len(offsets) <= model.max_seq_length, "a passage must fit the model"
    with torch.no_grad():
        states = model[0](model.preprocess([prompt + passage]))["token_embeddings"][0]
    assert len(states) == len(offsets)
    vectors, begin = [], 0
    for sentence in sentences:
        begin = passage.index(sentence, begin)
        end = begin + len(sentence)
        inside = [i for i, (a, b) in enumerate(offsets) if a < b and begin < b - len(prompt) <= end]
        features = {"sentence_embedding": states[inside].mean(dim=0, keepdim=True)}
        with torch.no_grad():
            for layer in list(model)[2:]:
                features = layer(features)
        vector = torch.nn.functional.normalize(features["sentence_embedding"][0], dim=0)
        span = [len(passage[:edge].encode()) for edge in (begin, end)]
        vectors.append({"span": span, "tokens": len(inside), "vector": digits(vector)})
    return {"passage": passage, "sentences": vectors}


def load(name):
    """The model of that name, in the reference."""
    folder = VARIANTS / name
    if not folder.exists():
        return SentenceTransformer(str(HERE / name), device="cpu").eval()
    with tempfile.TemporaryDirectory() as copied:
        shutil.copytree(folder, copied, dirs_exist_ok=True)
        config = json.loads((folder / "config.json").read_text())
        if config["model_type"] == "nomic_bert":
            config = {NOMIC_NAMES.get(fact, fact): value for fact, value in config.items()}
            config["rope_parameters"] = {"rope_type": "default", "rope_theta": config["rotary_emb_base"]}
        # Eager attention is the definition; the faster ones differ in the last digits.
        (Path(copied) / "config.json").write_text(json.dumps(config))
        return SentenceTransformer(copied, device="cpu", model_kwargs={
            "attn_implementation": "eager", "dtype": torch.float32}).eval()


def prompt_of(name, kinds):
    """The prompt of the first of these kinds that the folder names, else its default prompt. sentence-transformers 6
    has an empty `document` in every model, so that its `encode_document` passes over a `passage` and the default."""
    file = VARIANTS / name / "config_sentence_transformers.json"
    settings = json.loads(file.read_text()) if file.exists() else {}
    prompts = settings.get("prompts", {})
    return next((prompts[kind] for kind in [*kinds, settings.get("default_prompt_name")] if kind in prompts), "")


def golden(name):
    model = load(name)
    variant = (VARIANTS / name).exists()
    prompt = prompt_of(name, ["document", "passage", "corpus"])
    encode = lambda text, prompt: unit(model.encode(text, prompt=prompt, convert_to_tensor=True, show_progress_bar=False))
    texts = []
    for text in TEXTS[::2] if variant else TEXTS:
        ids = model.preprocess([prompt + text])["input_ids"][0].tolist()
        entry = {"text": text, "tokens": len(ids), "ids": ids, "vector": encode(text, prompt)}
        if len(model.tokenizer(prompt + text)["input_ids"]) > len(ids):
            entry["truncated"] = True
        if variant:
            entry["question"] = encode(text, prompt_of(name, ["query"]))
        texts.append(entry)
    packages = ("sentence-transformers", "torch", "transformers", "tokenizers")
    return {
        "model": name,
        "reference": ", ".join(f"{package} {version(package).split('+')[0]}" for package in packages),
        "max_tokens": model.max_seq_length,
        "texts": texts,
        "passages": [sentence_vectors(model, prompt, sentences) for sentences in PASSAGES],
    }


def unit(vector):
    """Vectors are compared by cosine, whether or not the model itself ends in vectors of unit length."""
    return digits(torch.nn.functional.normalize(vector, dim=0))


def write(path, value):
    """Compact ASCII JSON (no character is invisible) with one text or passage a line, so that a change shows in a diff."""
    line = lambda part: json.dumps(part, separators=(",", ":"))
    lists = {key: "[\n" + ",\n".join(map(line, part)) + "\n]" if isinstance(part, list) else line(part)
             for key, part in value.items()}
    body = ",\n".join(f'"{key}":{part}' for key, part in lists.items())
    path.write_text("{" + body + "}\n", encoding="ascii")


if __name__ == "__main__":
    torch.set_num_threads(1)
    GOLDEN.mkdir(parents=True, exist_ok=True)
    variants = sorted(folder.name for folder in VARIANTS.iterdir())
    for name in sys.argv[1:] or ["all-MiniLM-L6-v2", "tiny", *variants]:
        write(GOLDEN / f"{name}.json", golden(name))
        print(f"wrote `{GOLDEN / name}.json`")
