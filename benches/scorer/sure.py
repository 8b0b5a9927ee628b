#!/usr/bin/env python3
"""Teaches the weights of `src/answer/confidence.rs`: how sure an answer is that one of its first three quotes is right.

In: what `cargo bench --bench scorer` wrote, one file a set of questions, each as `PATH=WEIGHT=LIBRARY`: what one of its questions
counts, and a name for the library that it was asked of.
Questions asked of a library that cannot answer them belong to it; they are told by their gold, which is of no file there.
Out: weights, and how reliable the confidence is in bins of a tenth, out of fold and taught without the questions of its library. Needs numpy, nothing else.

A question's fold is that of the company or meeting of its gold, or its own where it has none.
"""

import json
import sys
import zlib

import numpy as np

from fit import FOLDS, hits

NAMES = ("base", "beyond_chance", "together", "worth", "wants_figure", "named", "nearer_without", "unheard")
RIDGE = 1e-3


class Asked:
    def __init__(self, line, weight, library):
        self.library = library
        signs = line["signs"]
        self.x = [1.0] + [float(signs[name]) for name in NAMES[1:]]
        first = line["quotes"][:3]
        self.right = float(
            any(
                quote["file"] == gold["file"] and hits(quote["span"], gold["span"])
                for quote in first
                for gold in line["gold"]
            )
        )
        self.weight = weight
        of = line["gold"][0]["file"].split("-")[0] if line["gold"] else line["id"]
        self.fold = zlib.crc32((line["id"] if of[0].isdigit() else of).encode()) % FOLDS


def read(argument):
    path, weight, library = argument.rsplit("=", 2)
    with open(path, encoding="utf-8") as lines:
        lines = [json.loads(line) for line in lines]
    # What names nothing that is there is answered by a rule, not by a confidence.
    return [Asked(line, float(weight), library) for line in lines if line["quotes"] and not line["is_absent"]]


def teach(x, right, weight):
    """Newton's method on the weighted logistic loss."""
    scale = x.std(0)
    scale[0] = 1.0
    scaled = x / np.maximum(scale, 1e-9)
    weights = np.zeros(x.shape[1])
    ridge = RIDGE * len(right) * np.eye(len(weights))
    for _ in range(60):
        sure = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (weight * (sure - right)) + ridge @ weights
        bend = (scaled * (weight * sure * (1 - sure))[:, None]).T @ scaled + ridge
        weights -= np.linalg.solve(bend, slope)
    return weights / np.maximum(scale, 1e-9)


def reliability(sure, right):
    error, rows = 0.0, []
    for low in np.arange(0, 1, 0.1):
        inside = (sure >= low) & (sure < low + 0.1)
        if inside.any():
            rows.append(f"{sure[inside].mean():10.2f}  {right[inside].mean():5.2f}  {inside.sum():5d}")
            error += inside.sum() * abs(sure[inside].mean() - right[inside].mean())
    return error / len(right), rows


def main():
    sets = [read(argument) for argument in sys.argv[1:]]
    every = [asked for questions in sets for asked in questions]
    x = np.array([asked.x for asked in every])
    right, weight, fold = (np.array([getattr(asked, name) for asked in every]) for name in ("right", "weight", "fold"))
    library = np.array([asked.library for asked in every])

    def left_out(group):
        sure = np.zeros(len(every))
        for out in set(group):
            weights = teach(x[group != out], right[group != out], weight[group != out])
            sure[group == out] = 1 / (1 + np.exp(-x[group == out] @ weights))
        return sure

    out_of_fold, elsewhere = left_out(fold), left_out(library)
    for name, value in zip(NAMES, teach(x, right, weight)):
        print(f"{name:14} {value:6.2f}")
    at = 0
    for argument, questions in zip(sys.argv[1:], sets):
        own = slice(at, at + len(questions))
        at += len(questions)
        print(f"\n{argument}")
        for name, sure in (("out of fold", out_of_fold), ("taught elsewhere", elsewhere)):
            error, rows = reliability(sure[own], right[own])
            print(f"{name}: calibration error {error:.3f}, mean {sure[own].mean():.2f}, right {right[own].mean():.2f}")
            print("confidence  right  count\n" + "\n".join(rows))


if __name__ == "__main__":
    main()
