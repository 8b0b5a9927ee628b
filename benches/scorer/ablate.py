#!/usr/bin/env python3
"""What each part of the order is worth: all figures again with one part taken away at a time.

In: what `cargo bench --bench scorer -- … --deep` wrote, one file a set of questions; a file written with `--no-understand`
too is a row of its own. Out: a table for each set. Needs numpy, nothing else.

    cargo bench --bench scorer -- LIBRARY QUESTIONS.jsonl --deep > calls.jsonl
    python3 benches/scorer/ablate.py calls.jsonl

Windows are as chosen with all parts, and what the program joined as saying the same stays joined.
"""

import json
import sys

import numpy as np

from fit import hits

# Of `src/retrieve/fuse.rs` and `src/answer/worth.rs`.
WORDS, PASSAGE, SENTENCE = 0.4, 0.25, 0.35
PASSAGE_SHARE = 0.6
KEPT = 40
ROWS = {
    "as it is": {},
    "without words": {"fused": (0, PASSAGE, SENTENCE)},
    "without the passage's meaning": {"fused": (WORDS, 0, SENTENCE)},
    "without the best sentence's meaning": {"fused": (WORDS, PASSAGE, 0)},
    "words alone": {"fused": (1, 0, 0)},
    "without the window's own score": {"share": 1},
    "without the passage's score": {"share": 0},
    "without who speaks": {"speaker": False},
    "without legal notices": {"notice": False},
    "without brevity": {"brief": False},
    "without figures": {"figure": False},
    "without words in one sentence": {"together": False},
    "without neighbours": {"around": False},
    "without openings": {"opening": False},
    "several things in one list": {"turns": False},
}


def level(values, floor=False):
    low, high = min(values.min(), 0) if floor else values.min(), values.max()
    return np.zeros_like(values) if high == 0 else np.clip((values - low) / max(high - low, 1e-9), 0, 1)


class Question:
    def __init__(self, line):
        self.gold, self.parts, self.quotes = line["gold"], line["parts"], line["quotes"]
        part = np.array([quote["part"] for quote in self.quotes])
        self.levels = np.zeros((len(part), 3))
        for own in set(part):
            rows = np.flatnonzero(part == own)
            score = [self.quotes[row]["score"] for row in rows]
            words = level(np.array([one["lexical"] for one in score]), floor=True)
            passage = level(np.array([one["dense"] for one in score]))
            fused = np.array([self.quotes[row]["seen"]["passage"] for row in rows])
            self.levels[rows] = np.stack([words, passage, (fused - WORDS * words - PASSAGE * passage) / SENTENCE], 1)

    def order(self, fused=None, share=PASSAGE_SHARE, speaker=True, notice=True, brief=True, figure=True, together=True, around=True, opening=True, turns=True):
        seen = [quote["seen"] for quote in self.quotes]
        passage = np.array([one["passage"] for one in seen]) if fused is None else self.levels @ np.array(fused)
        totals = []
        for at, quote in enumerate(self.quotes):
            worth = quote["worth"]
            total = share * passage[at] + (1 - share) * seen[at]["window"]
            total *= (worth["speaker"] if speaker else 1) * (worth["notice"] if notice else 1) * (worth["brief"] if brief else 1)
            total += worth["figure"] * figure + worth["together"] * together + worth["around"] * around + worth["opening"] * opening
            totals.append(total)
        kept, taken, rounds = [], {}, {}
        for at in np.argsort(-passage, kind="stable"):
            part = self.quotes[at]["part"]
            taken[part] = taken.get(part, 0) + 1
            if taken[part] <= KEPT:
                kept.append(at)
        order = []
        passages = set()
        for at in sorted(kept, key=lambda at: -totals[at]):
            quote = self.quotes[at]
            where = (quote["file"], *quote["passage"])
            if self.parts > 1 and where in passages:
                continue
            passages.add(where)
            rounds[quote["part"]] = rounds.get(quote["part"], 0) + 1
            order.append((rounds[quote["part"]] if turns and self.parts > 1 else 0, at))
        return [at for _, at in sorted(order, key=lambda one: one[0])][:10]


def judge(questions, without):
    """Gold in the first 5 and 10 passages, each gold once; hits in the first and the first three quotes."""
    ranks, first, three = {}, 0, 0
    for question in questions:
        order = question.order(**without) if question.quotes else []
        quotes = [question.quotes[at] for at in order]

        def rank(place, gold):
            own = (at for at, quote in enumerate(quotes) if quote["file"] == gold["file"] and hits(quote[place], gold["span"]))
            return next(own, 99)

        hit = min(rank("span", gold) for gold in question.gold)
        first, three = first + (hit < 1), three + (hit < 3)
        for gold in question.gold:
            ranks.setdefault((gold["file"], *gold["span"]), []).append(rank("passage", gold))
    recall = [np.mean([np.mean([rank < most for rank in ranks]) for ranks in ranks.values()]) for most in (5, 10)]
    return (*recall, first / len(questions), three / len(questions))


def main():
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as lines:
            questions = [Question(line) for line in map(json.loads, lines) if line["gold"]]
        print(f"\n{path}: {len(questions)} questions\n{'':36} R@5   R@10  hit@1 hit@3")
        for name, without in ROWS.items():
            print(f"{name:36} " + "  ".join(f"{value:.3f}" for value in judge(questions, without)))


if __name__ == "__main__":
    main()
