#!/usr/bin/env python3
"""Kills the program at system calls that write, and looks what is left.

In: the program, a model, transcripts. Out: counts. Each round kills `onrecord add` (or a merge of the
index, by `rebuild --index`) at one call that writes, syncs, renames, cuts or deletes; then every call that it
reported has to be there, `doctor --full` has to find the rest sound, and the next `add` has to work without
a flag and give the library that an undisturbed one gives.

Needs Linux and strace.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile

CALLS = "write,pwrite64,pwritev,writev,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate,openat,mkdir"


def run(command, **more):
    return subprocess.run(command, capture_output=True, text=True, **more)


class Bench:
    def __init__(self, args):
        self.args = args
        self.folder = tempfile.mkdtemp(prefix="kill-")
        self.environment = dict(os.environ, HOME=self.folder, NO_COLOR="1")
        self.failures = []

    def command(self, library, *arguments):
        return [self.args.program, "--library", library, "--model", self.args.model, *arguments]

    def onrecord(self, library, *arguments):
        return run(self.command(library, *arguments), env=self.environment)

    def points(self, library, arguments):
        """The calls there are to kill at, each as its name and how often it has been called by then."""
        log = os.path.join(self.folder, "log")
        run(["strace", "-f", "-o", log, "-e", f"trace={CALLS}"] + self.command(library, *arguments), env=self.environment)
        counts, points = {}, []
        with open(log) as lines:
            for line in lines:
                call = re.match(r"\d+ +(\w+)\(", line)
                if call:
                    counts[call[1]] = counts.get(call[1], 0) + 1
                    points.append((call[1], counts[call[1]]))
        return points

    def kill(self, library, arguments, point):
        """Kills at a call; where other threads call it as well it may be a later one, or none."""
        name, at = point
        inject = f"inject={name}:signal=SIGKILL:when={at}"
        return run(["strace", "-f", "-o", "/dev/null", "-e", f"trace={name}", "-e", inject]
                   + self.command(library, *arguments), env=self.environment)

    def calls(self, library):
        listed = self.onrecord(library, "calls", "--json")
        if listed.returncode == 2:
            return {}
        return {call["id"]: call["passages"] for call in json.loads(listed.stdout)["calls"]}

    def fail(self, what):
        self.failures.append(what)
        print("FAILED", what, flush=True)

    def check(self, name, library, reported, expected):
        there = self.calls(library)
        for call in reported:
            if call not in there:
                self.fail(f"{name}: {call} was reported and is lost")
        for call, passages in there.items():
            if expected.get(call) != passages:
                self.fail(f"{name}: {call} is there in part")
        if os.path.exists(os.path.join(library, "library.db")):
            doctor = self.onrecord(library, "doctor", "--full")
            if doctor.returncode not in (0, 1):
                self.fail(f"{name}: doctor says {doctor.returncode}: {doctor.stderr}")
        again = self.onrecord(library, "add", *self.args.transcripts)
        if again.returncode != 0:
            self.fail(f"{name}: the next add fails: {again.stderr}")
        if self.calls(library) != expected:
            self.fail(f"{name}: the next add gives another library")
        files = os.listdir(os.path.join(library, "index"))
        if any(file.endswith(".tmp") for file in files):
            self.fail(f"{name}: a file is left behind: {files}")

    def rounds(self, name, arguments, prepare, expected):
        trial = os.path.join(self.folder, "trial")
        prepare(trial)
        points = self.points(trial, arguments)
        chosen = points[:: max(1, len(points) // self.args.points)]
        killed = 0
        for point in chosen:
            prepare(trial)
            killed_run = self.kill(trial, arguments, point)
            killed += killed_run.returncode != 0
            reported = re.findall(r"^added .* → (\S+) \(", killed_run.stdout, re.M)
            self.check(f"{name}, killed at {point}", trial, reported, expected)
        print(f"{name}: {len(points)} calls, {len(chosen)} runs, {killed} of them killed", flush=True)

    def run(self):
        whole = os.path.join(self.folder, "whole")
        self.onrecord(whole, "add", *self.args.transcripts)
        expected = self.calls(whole)
        print(f"{len(expected)} calls of {sum(expected.values())} passages", flush=True)
        fresh = lambda trial: shutil.rmtree(trial, ignore_errors=True)
        self.rounds("add", ["add", *self.args.transcripts], fresh, expected)

        # One add a file, so that there are files of the index to merge.
        half = os.path.join(self.folder, "half")
        for transcript in self.args.transcripts[:-1]:
            self.onrecord(half, "add", transcript)

        def grown(trial):
            shutil.rmtree(trial, ignore_errors=True)
            shutil.copytree(half, trial)

        self.rounds("add that merges", ["add", self.args.transcripts[-1]], grown, expected)

        def ready(trial):
            shutil.rmtree(trial, ignore_errors=True)
            shutil.copytree(whole, trial)

        self.rounds("rebuild --index", ["rebuild", "--index"], ready, expected)
        shutil.rmtree(self.folder)
        print(f"{len(self.failures)} failures")
        return 1 if self.failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("transcripts", nargs="+")
    parser.add_argument("--model", required=True)
    parser.add_argument("--points", type=int, default=100, help="in each kind of run [100]")
    raise SystemExit(Bench(parser.parse_args()).run())


if __name__ == "__main__":
    main()
