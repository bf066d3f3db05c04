"""Damages inputs of every format at random and sees what the program makes of them.

  fuzz.py FORK_SERVER [--count N] [--seed S] [--formats a,b] [--keep DIR]

Each mutation must end with exit code 0, 2, 3, 4 or 75, within the time limit of the fork server,
without a signal, without the word nan in what is printed with exit code 0, and without the message
of a defect. Prints a line per format and fails where one did not. FORK_SERVER is the program
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
import time
from pathlib import Path

from inputs import FORMATS, make_inputs
from mutations import mutate_binary, mutate_text

GOOD_CODES = {0, 2, 3, 4, 75}
NOT_A_NUMBER = re.compile(r"(?<![\w./-])-?nan(?![\w./-])", re.IGNORECASE)


class Server:
    """Runs commands in the children of one process."""

    def __init__(self, program, directory):
        environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
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


def complaint(answer, out, err):
    """What is wrong with an outcome; empty where nothing is."""
    if answer[0] != "exit":
        return " ".join(answer)
    code = int(answer[1])
    if code not in GOOD_CODES:
        return f"exit {code}: {err.strip()[:300]}"
    if "defect" in err or "terminate called" in err:
        return f"exit {code}: {err.strip()[:300]}"
    if code == 0 and NOT_A_NUMBER.search(out):
        return f"exit 0 with nan: {NOT_A_NUMBER.search(out).group()}"
    if code == 2 and not err.strip():
        return "exit 2 without a message"
    return ""


def fuzz_format(server, form, count, coins, keep):
    """Mutates one format's inputs in turn; the failures as (complaint, path of the input)."""
    failures, codes = [], {}
    work = server.directory
    for number in range(count):
        source = form.sources[number % len(form.sources)]
        whole = source.read_bytes()
        damaged = mutate_text(whole, coins) if form.is_text else mutate_binary(whole, coins)
        for old in work.iterdir():
            if not old.name.startswith(".std"):
                shutil.rmtree(old) if old.is_dir() else old.unlink()
        form.place(work, source, damaged)
        words = form.command(source, damaged)
        answer, out, err = server.run(words)
        codes[answer[-1]] = codes.get(answer[-1], 0) + 1
        wrong = complaint(answer, out, err)
        if wrong:
            kept = keep / f"{form.name}-{number}{source.suffix}"
            kept.write_bytes(damaged)
            failures.append((wrong, kept, words))
    return failures, codes


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fork_server")
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--formats", default="")
    parser.add_argument("--keep", default="")
    options = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="nmc-fuzz-"))
    keep = Path(options.keep or scratch / "keep")
    keep.mkdir(parents=True, exist_ok=True)
    inputs = make_inputs(scratch / "inputs")
    (scratch / "work").mkdir()
    server = Server(os.path.abspath(options.fork_server), scratch / "work")
    chosen = [name for name in options.formats.split(",") if name] or list(FORMATS)
    failed = 0
    for name in chosen:
        begin = time.monotonic()
        failures, codes = fuzz_format(server, inputs[name], options.count,
                                      random.Random(f"{options.seed} {name}"), keep)
        outcome = " ".join(f"{code}:{times}" for code, times in sorted(codes.items()))
        print(f"{name:<14} {options.count} mutations  {len(failures)} failures  codes {outcome}  "
              f"{time.monotonic() - begin:.0f} s", flush=True)
        for wrong, kept, words in failures[:10]:
            print(f"    {wrong}\n    {kept}: {' '.join(words)}", flush=True)
        failed += len(failures)
    if not options.keep and failed == 0:
        shutil.rmtree(scratch, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
