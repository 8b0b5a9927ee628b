#!/usr/bin/env python3
"""What the whole program costs: `add` of a folder and `ask` in a new process, alone or beside another build.

Usage: program.py BINARY FOLDER [--baseline BINARY] [--library LIBRARY] [--adds N] [--asks N] [--model MODEL]
                  [--question QUESTION]… [--encoder-rate PASSAGES_A_SECOND]

In:  one build or two, and a folder of transcripts. Each build adds the folder to a new library of its own and then
     answers questions from the last one, or from --library. Builds take turns.
Out: for each build the median (lowest–highest) of wall time and processor time, and the peak memory; with two, the
     median of the ratios run by run. Needs Python 3.9 and nothing else, on Linux.
"""

import argparse
import os
import re
import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

QUESTIONS = [
    "what did management say about gross margin?",
    "how will tariffs change prices?",
    "which new markets are planned for next year?",
]
MIB = 1024
# A process inherits the peak of the one that started it: nothing below this can be seen.
FLOOR = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB


class Run:
    """One process, from its start to its end."""

    def __init__(self, command, allowed):
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            onto = [(os.POSIX_SPAWN_DUP2, file.fileno(), number) for number, file in ((1, out), (2, err))]
            start = time.perf_counter()
            process = os.posix_spawn(command[0], command, os.environ, file_actions=onto)
            _, status, used = os.wait4(process, 0)
            self.wall = time.perf_counter() - start
            out.seek(0), err.seek(0)
            self.said, complaint = out.read().decode(errors="replace"), err.read().decode(errors="replace")
        if os.waitstatus_to_exitcode(status) not in allowed:
            sys.exit(f"program.py: `{' '.join(command)}` failed:\n{complaint}")
        self.processor = used.ru_utime + used.ru_stime
        self.memory = used.ru_maxrss / MIB


def add(binary, args, library):
    command = [binary, "--library", library, *model(args), "add", args.folder]
    return Run(command, {0})


def ask(binary, args, library, question):
    # 1 is an answer too: nothing found.
    return Run([binary, "--library", library, *model(args), "ask", question], {0, 1})


def model(args):
    return ["--model", args.model] if args.model else []


def outside_encoder(run, rate):
    """The share of an `add` that is not the encoder's, in percent.

    From the rate that `embed` measured on the same passages at the same time of day: a figure between two measurements,
    so a rough one. A build that times its own encoder would be read here.
    """
    # The last line sums up; those before it are of one call each.
    counted = re.findall(r"([\d,]+) passages?\)", run.said)
    passages = int(counted[-1].replace(",", "")) if counted else 0
    return 100 * (1 - passages / rate / run.wall)


def spread(values, unit, digits):
    low, high = min(values), max(values)
    return f"{median(values):.{digits}f} ({low:.{digits}f}–{high:.{digits}f}) {unit}"


def report(what, runs):
    """`runs`: for each build its runs, in the order of time."""
    print(f"\n{what}, {len(next(iter(runs.values())))} runs each")
    for name, done in runs.items():
        scale, unit, digits = (1e3, "ms", 1) if what == "ask" else (1, "s", 2)
        peak = max(run.memory for run in done)
        memory = f"{peak:.0f} MiB" if peak > 1.05 * FLOOR else f"at most {peak:.0f} MiB"
        wall = spread([scale * run.wall for run in done], unit, digits)
        processor = spread([scale * run.processor for run in done], unit, digits)
        print(f"  {name:<10} wall {wall}   processor {processor}   peak memory {memory}")
    if len(runs) == 2:
        pairs = list(zip(*runs.values()))
        wall = median(other.wall / own.wall for own, other in pairs)
        processor = median(other.processor / own.processor for own, other in pairs)
        memory = median(other.memory / own.memory for own, other in pairs)
        print(f"  baseline ÷ this: wall × {wall:.2f}   processor × {processor:.2f}   memory × {memory:.2f}")


def arguments():
    parser = argparse.ArgumentParser(description="What `add` and `ask` cost, alone or beside another build.")
    parser.add_argument("binary", type=os.path.abspath)
    parser.add_argument("folder")
    parser.add_argument("--baseline", type=os.path.abspath, help="another build")
    parser.add_argument("--library", help="ask this library instead of those just made")
    parser.add_argument("--model")
    parser.add_argument("--adds", type=int, default=3)
    parser.add_argument("--asks", type=int, default=21)
    parser.add_argument("--question", action="append", help="instead of three about earnings calls")
    parser.add_argument("--encoder-rate", type=float, help="passages a second, as `embed` measured them")
    return parser.parse_args()


def main():
    args = arguments()
    builds = {"this": args.binary} | ({"baseline": args.baseline} if args.baseline else {})
    adds, asks = ({name: [] for name in builds} for _ in range(2))
    with tempfile.TemporaryDirectory() as work:
        library = lambda name, turn: args.library or str(Path(work, f"{name}-{turn}"))  # noqa: E731
        # Nothing is ever added to a library that was named.
        turns = 0 if args.library else args.adds
        for turn in range(turns):
            for name in in_turn(builds, turn):
                adds[name].append(add(builds[name], args, library(name, turn)))
        questions = args.question or QUESTIONS
        # The first run reads everything into the page cache, and is not counted.
        for turn in range(args.asks + 1):
            for name in in_turn(builds, turn):
                question = questions[turn % len(questions)]
                run = ask(builds[name], args, library(name, turns - 1), question)
                asks[name] += [run] if turn else []
    if turns:
        report("add", adds)
        said = adds["this"][-1].said.strip().splitlines()
        print(f"  {said[-1] if said else ''}")
        if args.encoder_rate:
            shares = [outside_encoder(run, args.encoder_rate) for run in adds["this"]]
            print(f"  outside the encoder: {spread(shares, '%', 0)} of wall time")
    report("ask", asks)


def in_turn(builds, turn):
    """Who goes first changes from turn to turn."""
    names = list(builds)
    return names if turn % 2 == 0 else names[::-1]


if __name__ == "__main__":
    main()
