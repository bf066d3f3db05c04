"""Damages inputs of every format at random and sees what the program makes of them.

  fuzz.py FORK_SERVER [--count N] [--seed S] [--formats a,b | --readers] [--keep DIR]

Each mutation must end with exit code 0, 2, 3, 4 or 75 (nmc status: 1 too, a run at work), within
the time limit of the fork server, without a signal, without the word nan in what is printed with exit code 0, and without the message
of a defect. Prints a line per format with the CPU
time of all and of the slowest, and fails where one did not. FORK_SERVER is the program
fork_server of this folder; NMC the program that makes the whole inputs.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from inputs import FORMATS, READERS, make_input
from mutate_hdf5 import mutate_hdf5
from mutations import mutate_binary, mutate_text

NOT_A_NUMBER = re.compile(r"(?<![\w./:\"-])-?nan(?![\w./:\"-])", re.IGNORECASE)


class Server:
    """Runs commands in the children of one process."""

    def __init__(self, program, directory):
        # Symbols bound once, not in every child.
        environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1",
                           LD_BIND_NOW="1")
        self.directory = directory
        self.process = subprocess.Popen([program], cwd=directory, text=True, env=environment,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, words):
        self.process.stdin.write("\t".join(words) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        return answer, self.text(".stdout"), self.text(".stderr")

    def text(self, name):
        path = self.directory / name
        return path.read_text(errors="replace") if path.exists() else ""


def complaint(answer, out, err, codes):
    """What is wrong with an outcome; empty where nothing is."""
    if answer[0] != "exit":
        return " ".join(answer)
    code = int(answer[1])
    if code not in codes:
        return f"exit {code}: {err.strip()[:300]}"
    if "defect" in err or "terminate called" in err:
        return f"exit {code}: {err.strip()[:300]}"
    if code == 0 and NOT_A_NUMBER.search(out):
        return f"exit 0 with nan: {NOT_A_NUMBER.search(out).group()}"
    if code == 2 and not err.strip() and not out.strip():
        return "exit 2 without a message"
    return ""


@dataclass
class Outcome:
    """Of all mutations of a format."""

    failures: list = field(default_factory=list)  # (complaint, path of the input, words)
    codes: Counter = field(default_factory=Counter)
    cpu_ms: float = 0.0
    slowest_ms: float = 0.0

    def text(self):
        codes = " ".join(f"{code}:{times}" for code, times in sorted(self.codes.items()))
        count = sum(self.codes.values())
        return (f"{count} mutations  {len(self.failures)} failures  codes {codes}  "
                f"{self.cpu_ms / max(count, 1):.1f} ms each, slowest {self.slowest_ms:.0f} ms")


def clear(directory):
    for old in directory.iterdir():
        if not old.name.startswith(".std"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()


def damage(whole, is_text, coins):
    if is_text:
        return mutate_text(whole, coins)
    is_hdf5 = whole.startswith(b"\x89HDF")
    return (mutate_hdf5 if is_hdf5 and coins.randrange(2) else mutate_binary)(whole, coins)


def fuzz_format(server, name, form, options):
    """Mutates one format's inputs in turn."""
    outcome, coins = Outcome(), random.Random(f"{options.seed} {name}")
    for number in range(options.count):
        source = form.sources[number % len(form.sources)]
        whole = source.read_bytes()
        damaged = damage(whole, form.is_text, coins)
        clear(server.directory)
        form.place(server.directory, source, damaged)
        words = form.command(source, damaged)
        (*answer, milliseconds), out, err = server.run(words)
        outcome.codes[answer[-1] if answer[0] == "exit" else answer[0]] += 1
        outcome.cpu_ms += float(milliseconds)
        wrong = complaint(answer, out, err, form.codes)
        is_slowest = float(milliseconds) > outcome.slowest_ms
        outcome.slowest_ms = max(outcome.slowest_ms, float(milliseconds))
        if wrong or is_slowest:
            kept = options.keep / f"{name}-{number if wrong else 'slowest'}{source.suffix}"
            kept.write_bytes(damaged)
            if wrong:
                outcome.failures.append((wrong, kept, words))
    return outcome


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fork_server")
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--formats", default="")
    parser.add_argument("--readers", action="store_true", help="what reader_server reads")
    parser.add_argument("--keep", default="")
    options = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="nmc-fuzz-"))
    is_kept = bool(options.keep)
    options.keep = Path(options.keep or scratch / "keep")
    options.keep.mkdir(parents=True, exist_ok=True)
    (scratch / "work").mkdir()
    server = Server(os.path.abspath(options.fork_server), scratch / "work")
    failed = 0
    every = READERS if options.readers else FORMATS
    for name in options.formats.split(",") if options.formats else every:
        outcome = fuzz_format(server, name, make_input(name, scratch / name), options)
        print(f"{name:<20} {outcome.text()}", flush=True)
        for wrong, kept, words in outcome.failures[:10]:
            print(f"    {wrong}\n    {kept}: {' '.join(words)}", flush=True)
        failed += len(outcome.failures)
    if not is_kept and failed == 0:
        shutil.rmtree(scratch, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
