#!/usr/bin/env python3
"""Teaches the weights of `src/answer/worth.rs`, and judges them on companies and meetings that they were not taught on.

In: what `cargo bench --bench scorer` wrote, one file a set of questions. Out: weights with their spread over the folds, and
figures out of fold, at several strengths: 0 is the hand-set score alone. Needs numpy, nothing else.

    cargo bench --bench scorer -- LIBRARY QUESTIONS.jsonl --within-call > meetings.jsonl
    python3 benches/scorer/fit.py calls.jsonl calls-within.jsonl meetings.jsonl documents.jsonl

A question's fold is that of the company or meeting of its gold: the name of a gold file up to the first dash. What is
taught on never shares one with what is judged.
"""

import json
import sys
import zlib

import numpy as np

FOLDS = 5
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
# Passages at the top of the hand-set score that take part.
TAUGHT = 40
FIGURE = ("figure", "no_figure", "in_one", "in_all")
NAMES = ("hand_set_figure", "hand_set_other", *FIGURE, "around", "opening")
RIDGE = 1e-3
STEPS = 300


def hits(span, gold):
    shared = min(span[1], gold[1]) - max(span[0], gold[0])
    inside = gold[0] <= span[0] and span[1] <= gold[1]
    return span[1] > span[0] and (inside or (shared > 0 and 2 * shared >= gold[1] - gold[0]))


def features(seen):
    """The hand-set score, for either kind of question, then what is learnt."""
    hand_set = seen["speaker"] * seen["notice"] * seen["brief"] * (0.6 * seen["passage"] + 0.4 * seen["window"])
    hand_set -= 0.2 * seen["unnamed"]
    everywhere, best, weighed = seen["coverage"]
    if seen["wants_figure"]:
        asked = (everywhere + seen["beside"]) / 2 if seen["figures"] == "asked" else 0.0
        return [hand_set, 0.0, asked, float(seen["figures"] == "none"), best, weighed, 0.0, 0.0]
    return [0.0, hand_set, 0.0, 0.0, 0.0, 0.0, seen["around"], seen["opening"]]


class Question:
    def __init__(self, line, name):
        self.set = name
        self.id = line["id"]
        self.gold = line["gold"]
        self.parts = line["parts"]
        self.quotes = line["quotes"]
        self.x = np.array([features(quote["seen"]) for quote in self.quotes])
        self.groups = {gold["file"].split("-")[0] for gold in self.gold}
        self.fold = zlib.crc32(self.gold[0]["file"].split("-")[0].encode()) % FOLDS
        if len(self.groups) == 1 and self.gold[0]["file"][0].isdigit():
            # Two documents make no folds: each question is its own.
            self.groups = {self.id}
            self.fold = zlib.crc32(self.id.encode()) % FOLDS
        self.hit = [self.holding("span", gold) for gold in self.gold]
        self.held = [self.holding("passage", gold) for gold in self.gold]
        hand_set = self.x[:, :2].sum(1)
        self.taught = np.argsort(-hand_set, kind="stable")[: TAUGHT * self.parts]

    def holding(self, place, gold):
        return [
            i
            for i, quote in enumerate(self.quotes)
            if quote["file"] == gold["file"] and hits(quote[place], gold["span"])
        ]

    def order(self, scores):
        """As the program orders: where several things are asked about, they take turns."""
        best = np.argsort(-scores, kind="stable")
        if self.parts < 2:
            return best
        taken, rounds, passages = {}, [], set()
        for i in best:
            quote = self.quotes[i]
            passage = (quote["file"], *quote["passage"])
            if passage in passages:
                continue
            passages.add(passage)
            taken[quote["part"]] = taken.get(quote["part"], 0) + 1
            rounds.append((taken[quote["part"]], i))
        return [i for _, i in sorted(rounds, key=lambda round: round[0])]


def read(path):
    name = path.rsplit("/", 1)[-1].removesuffix(".jsonl")
    with open(path, encoding="utf-8") as lines:
        lines = [json.loads(line) for line in lines]
    return [Question(line, name) for line in lines if line["gold"] and line["quotes"]]


def teach(questions):
    """Listwise: the share of a softmax that falls on the quotes that hit. Each set weighs the same, whatever its size;
    a small one a fifth."""
    sizes = {}
    for question in questions:
        sizes[question.set] = sizes.get(question.set, 0) + 1
    rows, lists = [], []
    for question in questions:
        place = {quote: row for row, quote in enumerate(question.taught)}
        golds = [[place[i] for i in gold if i in place] for gold in question.hit]
        golds = [np.array(gold) for gold in golds if gold]
        if golds:
            weight = (1.0 if sizes[question.set] > 50 else 0.2) / sizes[question.set]
            lists.append((len(rows), golds, weight))
            rows.append(question.x[question.taught])
    every = np.concatenate(rows)
    scale = every.std(0) + 1e-6
    weights = np.zeros(len(NAMES))
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        slope = 2 * RIDGE * weights
        for at, golds, weight in lists:
            x = rows[at] / scale
            scores = x @ weights
            share = np.exp(scores - scores.max())
            share /= share.sum()
            expected = share @ x
            for gold in golds:
                own = share[gold] / share[gold].sum()
                slope += weight / len(golds) * (expected - own @ x[gold])
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope**2
        rate = 0.05 * (1 - 0.9 * step / STEPS)
        weights -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    weights /= scale
    # In units of the hand-set score of the same kind of question.
    learnt = weights[2:].copy()
    learnt[: len(FIGURE)] /= weights[0]
    learnt[len(FIGURE) :] /= weights[1]
    return learnt


def judge(questions, learnt, strength):
    """Gold in the first 5 and 10 passages, each gold once; hits in the first and the first three quotes."""
    ranks, first, three = {}, 0, 0
    for question in questions:
        scores = question.x[:, :2].sum(1) + strength * question.x[:, 2:] @ learnt[question.fold]
        order = list(question.order(scores))[:10]
        hit = min((order.index(i) for gold in question.hit for i in gold if i in order), default=99)
        first += hit < 1
        three += hit < 3
        for gold, held in zip(question.gold, question.held):
            rank = min((order.index(i) for i in held if i in order), default=99)
            ranks.setdefault((gold["file"], *gold["span"]), []).append(rank)
    recall = [np.mean([np.mean([rank < most for rank in ranks]) for ranks in ranks.values()]) for most in (5, 10)]
    return (*recall, first / len(questions), three / len(questions))


def main():
    sets = [read(path) for path in sys.argv[1:]]
    every = [question for questions in sets for question in questions]
    learnt = []
    for fold in range(FOLDS):
        judged = {group for question in every if question.fold == fold for group in question.groups}
        learnt.append(teach([question for question in every if not question.groups & judged]))
    print("weight        mean  spread over folds")
    for name, mean, spread in zip(NAMES[2:], np.mean(learnt, 0), np.std(learnt, 0)):
        print(f"{name:12} {mean:5.2f}  {spread:.2f}")
    for questions in sets:
        print(f"\n{questions[0].set}: {len(questions)} questions\nstrength  R@5   R@10  hit@1 hit@3")
        for strength in STRENGTHS:
            print(f"{strength:8.2f}  " + "  ".join(f"{value:.3f}" for value in judge(questions, learnt, strength)))


if __name__ == "__main__":
    main()
