#!/usr/bin/env python3
"""One engine that a user could pick instead, embedding the same texts with the same weights.

Usage: peers.py ENGINE MODEL_DIR TEXTS.json WORK_DIR      ENGINE: torch | onnxruntime | openvino-f32 | openvino-bf16

In:  TEXTS.json holds token ids, so that tokenising is the same for all and counts for none:
     {"texts": [[id, …], …], "question": [id, …]}. WORK_DIR keeps the ONNX export; an empty one a run, because an
     export of other weights would be embedded with just as fast.
Out: a line `ready {…}` with the engine's own report of its version, precision and instruction set, then an answer to
     each line read: `go` embeds all texts → seconds; `one` embeds the question, many times → median seconds;
     `vectors FILE` embeds all texts into FILE, raw little-endian f32 → `written`. Ends with its input.

Each engine gets the batch size, and the choice between all threads on one batch and a batch a thread, that is fastest
in a short search at the start. Texts are sorted by length and padded per batch; mean pooling and unit length are part
of the measured work, inside the engine. What stands in the environment (ATEN_CPU_CAPABILITY and its like) holds.
"""

import json
import os
import sys
import tempfile
import time
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from threading import local

os.environ["HF_HUB_OFFLINE"] = "1"
# Answers go to what was standard output; whatever an engine prints goes to standard error.
ANSWERS = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)
warnings.filterwarnings("ignore")

import numpy as np  # noqa: E402

CORES = len(os.sched_getaffinity(0))
BATCHES = (1, 4, 16)
SEARCH_TEXTS = 16
INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def torch_engine(model, _work):
    """PyTorch through sentence-transformers, as its users run it."""
    import sentence_transformers
    import torch

    sentences = sentence_transformers.SentenceTransformer(model, device="cpu")

    def opened(streams):
        def run(batch):
            # Part of the setting holds for the calling thread only, part for all: so, each time.
            torch.set_num_threads(CORES // streams)
            with torch.inference_mode():
                features = {name: torch.from_numpy(ids) for name, ids in batch.items()}
                return sentences(features)["sentence_embedding"].numpy()

        return run

    precision = {str(weight.dtype).removeprefix("torch.") for weight in sentences.parameters()}
    return opened, {
        "version": f"torch {torch.__version__}, sentence-transformers {sentence_transformers.__version__}",
        "precision": ", ".join(sorted(precision)),
        "instructions": f"ATen {torch.backends.cpu.get_cpu_capability()}, {mkl_report(torch)}",
    }


def mkl_report(torch):
    """What MKL says that it runs on; it says so on standard output, at its first verbose product."""
    with tempfile.TemporaryFile() as said:
        kept = os.dup(1)
        os.dup2(said.fileno(), 1)
        with torch.backends.mkl.verbose(torch.backends.mkl.VERBOSE_ON):
            torch.ones(64, 64) @ torch.ones(64, 64)
        os.dup2(kept, 1)
        os.close(kept)
        said.seek(0)
        lines = said.read().decode(errors="replace").splitlines()
    said = next((line for line in lines if "MKL" in line), "MKL: no report")
    return said.removeprefix("MKL_VERBOSE ").split(", Lnx")[0]


def exported(model, work):
    """The model as ONNX, from its ids to unit vectors."""
    path = os.path.join(work, "model.onnx")
    if os.path.exists(path):
        return path
    import torch
    from transformers import AutoModel

    class Embedding(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.bert = AutoModel.from_pretrained(model, attn_implementation="eager").eval()

        def forward(self, ids, mask, types):
            states = self.bert(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
            weights = mask.unsqueeze(-1).to(states.dtype)
            return torch.nn.functional.normalize((states * weights).sum(1) / weights.sum(1), dim=1)

    ids = torch.ones(2, 16, dtype=torch.long)
    torch.onnx.export(
        Embedding(),
        (ids, ids, torch.zeros_like(ids)),
        path,
        input_names=list(INPUTS),
        output_names=["embedding"],
        dynamic_axes={name: {0: "texts", 1: "tokens"} for name in INPUTS} | {"embedding": {0: "texts"}},
        opset_version=17,
        dynamo=False,
    )
    return path


def onnxruntime_engine(model, work):
    """ONNX Runtime in f32, with its own rewriting of BERT's layers."""
    import onnx
    import onnxruntime
    from onnxruntime.transformers import optimizer

    path = os.path.join(work, "fused.onnx")
    if not os.path.exists(path):
        config = json.load(open(os.path.join(model, "config.json"), encoding="utf-8"))
        heads, hidden = config["num_attention_heads"], config["hidden_size"]
        optimizer.optimize_model(exported(model, work), "bert", heads, hidden).save_model_to_file(path)

    def opened(streams):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = CORES // streams
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        used = [given.name for given in session.get_inputs()]
        return lambda batch: session.run(None, {name: batch[name] for name in used})[0]

    weights = onnx.load(path).graph.initializer
    kinds = {onnx.helper.tensor_dtype_to_np_dtype(weight.data_type).name for weight in weights if len(weight.dims) == 2}
    return opened, {
        "version": f"onnxruntime {onnxruntime.__version__}",
        "precision": ", ".join(sorted(kinds)),
        "instructions": "chosen by the engine from the CPU; it reports none",
    }


def openvino_engine(precision):
    """OpenVINO on the CPU in the precision that is asked for."""

    def engine(model, work):
        import openvino

        core, path = openvino.Core(), exported(model, work)

        def compiled(streams):
            return core.compile_model(
                path,
                "CPU",
                {"INFERENCE_NUM_THREADS": CORES, "NUM_STREAMS": streams, "INFERENCE_PRECISION_HINT": precision},
            )

        def opened(streams):
            network, of_thread = compiled(streams), local()

            def run(batch):
                if not hasattr(of_thread, "request"):
                    of_thread.request = network.create_infer_request()
                return of_thread.request.infer(batch)[network.output(0)].copy()

            return run

        products = Counter()
        network = compiled(1)
        # Primitives are chosen for shapes, so one inference comes before the report.
        network(padded([[101, 102] * 32]))
        for layer in network.get_runtime_model().get_ops():
            info = layer.get_rt_info()
            if info["layerType"].astype(str) in ("FullyConnected", "MatMul", "ScaledDotProductAttention"):
                products[(info["runtimePrecision"].astype(str), info["primitiveType"].astype(str))] += 1
        return opened, {
            "version": f"openvino {openvino.__version__.split('-')[0]}",
            "precision": ", ".join(sorted({kind for kind, _ in products})),
            "instructions": ", ".join(f"{count} × {name}" for (_, name), count in sorted(products.items())),
        }

    return engine


ENGINES = {
    "torch": torch_engine,
    "onnxruntime": onnxruntime_engine,
    "openvino-f32": openvino_engine("f32"),
    "openvino-bf16": openvino_engine("bf16"),
}


def padded(texts):
    """Token ids of several texts as the three inputs of a BERT, (texts, longest)."""
    ids = np.zeros((len(texts), max(map(len, texts))), np.int64)
    mask = np.zeros_like(ids)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
    return dict(zip(INPUTS, (ids, mask, np.zeros_like(ids))))


class Embedder:
    """An engine with a batch size and a number of batches that run at the same time."""

    def __init__(self, opened, streams, batch):
        self.run, self.streams, self.batch = opened(streams), streams, batch
        self.pool = ThreadPoolExecutor(streams) if streams > 1 else None

    def embed(self, texts):
        """Unit vectors in the order of the texts."""
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        parts = [order[i : i + self.batch] for i in range(0, len(order), self.batch)]
        work = lambda part: self.run(padded([texts[i] for i in part]))  # noqa: E731
        vectors = list(self.pool.map(work, parts) if self.pool else map(work, parts))
        out = np.empty((len(texts), vectors[0].shape[1]), np.float32)
        for part, rows in zip(parts, vectors):
            out[part] = rows
        return out

    def seconds(self, texts):
        start = time.perf_counter()
        self.embed(texts)
        return time.perf_counter() - start


def fastest(opened, texts):
    """The best of a small search; candidates take turns, so that a busy moment hits all of them."""
    sample = sorted(texts, key=len)[:: max(1, len(texts) // SEARCH_TEXTS)]
    candidates = [Embedder(opened, streams, batch) for streams in sorted({1, CORES}) for batch in BATCHES]
    tried = [[candidate.seconds(sample) for candidate in candidates] for _ in range(2)]
    return candidates[int(np.argmin(np.min(tried, axis=0)))]


def main():
    engine, model, texts_file, work = sys.argv[1:]
    with open(texts_file, encoding="utf-8") as file:
        given = json.load(file)
    texts, question = given["texts"], given["question"]
    opened, report = ENGINES[engine](model, work)
    best = fastest(opened, texts)
    alone = Embedder(opened, 1, 1)
    # Engines prepare for each new shape: all of them are met before the first measurement.
    best.embed(texts)
    report |= {"batch": best.batch, "streams": best.streams}
    print("ready", json.dumps(report, ensure_ascii=False), file=ANSWERS)
    for line in sys.stdin:
        word, *rest = line.split(maxsplit=1)
        if word == "go":
            print(best.seconds(texts), file=ANSWERS)
        elif word == "one":
            times = [alone.seconds([question]) for _ in range(31)]
            # The first ones warm up.
            print(median(times[3:]), file=ANSWERS)
        elif word == "vectors":
            best.embed(texts).astype("<f4").tofile(rest[0].rstrip("\n"))
            print("written", file=ANSWERS)
        else:
            sys.exit(f"peers.py: no such request: {word}")


if __name__ == "__main__":
    main()
