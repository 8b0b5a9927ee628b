#!/usr/bin/env python3
"""Other indexes on the vectors that the scale benchmark wrote.

In: a folder with `passages.f32`, `near.f32` (passages that are not
among them) and `asked.f32` (questions), rows of little-endian numbers. Out: for each
index a line: seconds of CPU and of wall to build, memory, recall of the ten nearest against the exact
ones, and what a question takes on one thread at each width of search.

Needs numpy, and those of hnswlib, usearch and faiss that are to be run.
"""

import argparse
import os
import resource
import subprocess
import sys
import time

import numpy as np

M, CANDIDATES, NEIGHBOURS = 16, 200, 10
WIDTHS = (64, 128, 200, 400, 800)


def read(folder, dimension):
    rows = lambda name: np.fromfile(os.path.join(folder, name), "<f4").reshape(-1, dimension)
    return rows("passages.f32"), {name: rows(f"{name}.f32") for name in ("near", "asked")}


def exact(passages, questions):
    best = np.empty((len(questions), NEIGHBOURS), np.int64)
    for start in range(0, len(questions), 20):
        scores = questions[start : start + 20] @ passages.T
        best[start : start + 20] = np.argpartition(-scores, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
    return best


def memory():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def hnswlib(passages, threads):
    import hnswlib as library

    index = library.Index("ip", passages.shape[1])
    index.init_index(len(passages), ef_construction=CANDIDATES, M=M)
    index.add_items(passages, num_threads=threads)

    def search(question, width):
        index.set_ef(width)
        return index.knn_query(question, k=NEIGHBOURS, num_threads=1)[0][0]

    return search


def usearch(passages, threads, kind="f32"):
    from usearch.index import Index

    index = Index(
        ndim=passages.shape[1], metric="ip", dtype=kind, connectivity=M, expansion_add=CANDIDATES
    )
    index.add(np.arange(len(passages)), passages, threads=threads)

    def search(question, width):
        index.expansion_search = width
        return index.search(question, NEIGHBOURS, threads=1).keys

    return search


def usearch_i8(passages, threads):
    return usearch(passages, threads, "i8")


def faiss(passages, threads):
    import faiss as library

    library.omp_set_num_threads(threads)
    index = library.IndexHNSWFlat(passages.shape[1], M, library.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = CANDIDATES
    index.add(passages)
    library.omp_set_num_threads(1)

    def search(question, width):
        index.hnsw.efSearch = width
        return index.search(question[None], NEIGHBOURS)[1][0]

    return search


PEERS = {"hnswlib": hnswlib, "usearch": usearch, "usearch-i8": usearch_i8, "faiss": faiss}


def measure(name, folder, dimension, threads):
    passages, all_questions = read(folder, dimension)
    before, cpu, wall = memory(), time.process_time(), time.time()
    search = PEERS[name](passages, threads)
    cpu, wall, used = time.process_time() - cpu, time.time() - wall, memory() - before
    print(f"{name}  {len(passages)} passages: built in {cpu:.0f} s CPU, {wall:.0f} s wall, {used / 1e6:.0f} MB")
    for kind, questions in all_questions.items():
        best = exact(passages, questions)
        for width in WIDTHS:
            times, found = [], 0
            for question, nearest in zip(questions, best):
                start = time.perf_counter()
                keys = search(question, width)
                times.append((time.perf_counter() - start) * 1e3)
                found += len(set(keys.tolist()) & set(nearest.tolist()))
            p50, p99 = np.percentile(times, [50, 99])
            recall = found / best.size
            print(f"  {kind}, width {width:3}: recall@10 {recall:.4f}, {p50:.2f} / {p99:.2f} ms", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--only", nargs="*", default=list(PEERS))
    parser.add_argument("--one", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        return measure(args.one, args.folder, args.dimension, args.threads)
    for name in args.only:
        # Each in a process of its own, so that none inherits another's memory.
        command = [sys.executable, __file__, args.folder, "--one", name]
        subprocess.run(command + ["--dimension", str(args.dimension), "--threads", str(args.threads)])


if __name__ == "__main__":
    main()
