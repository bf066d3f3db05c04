#!/usr/bin/env python3
"""What a checkpoint of 64 MiB takes, beside writing and syncing as many bytes in the same place.

Runs phi^4 of 1024 x 1024 in 4 chains, with their gradients, a state of 64 MiB, with a checkpoint every second, and
watches the directory: from the moment the temporary file appears to its rename. After each, the
same number of bytes is written by write(2) and fsync(2). Prints the medians, and the share of a
minute that a checkpoint takes.

usage: checkpoint.py NMC [--directory DIR] [--count N]
"""
import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

JOB = """[system]
name = phi4
L = 1024
[sampler]
name = hmc
chains = 4
step_size = 0.05
n_steps = 1
target_acceptance = 0
[run]
warmup = 1
draws = 100000
checkpoint = 1s
[output]
dir = out
observables = m2
"""


def plain_write(path, content):
    began = time.perf_counter()
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    seconds = time.perf_counter() - began
    os.unlink(path)
    return seconds


def next_checkpoint(out):
    """Seconds from the appearance of the temporary file of sample.h5 to its name, and its bytes."""
    while not (names := list(out.glob("sample.h5.*.tmp"))):
        time.sleep(0.0005)
    began = time.perf_counter()
    while names[0].exists():
        time.sleep(0.0005)
    return time.perf_counter() - began, (out / "sample.h5").stat().st_size


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nmc", type=Path)
    parser.add_argument("--directory", help="where the run goes; else that of temporary files")
    parser.add_argument("--count", type=int, default=7)
    options = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="nmc-checkpoint-", dir=options.directory))
    try:
        (root / "job.ini").write_text(JOB)
        run = subprocess.Popen([options.nmc.resolve(), "run", "job.ini"], cwd=root,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        own, plain = [], []
        while not (root / "out" / "sample.h5").exists():
            if run.poll() is not None:
                raise SystemExit("the run has ended before its first checkpoint")
            time.sleep(0.01)
        for _ in range(options.count):
            seconds, size = next_checkpoint(root / "out")
            run.send_signal(19)  # STOP: nothing else writes while the bytes are written plainly
            own.append(seconds)
            plain.append(plain_write(root / "plain", os.urandom(size)))
            run.send_signal(18)
        run.kill()
        run.wait()
        a, b = statistics.median(own), statistics.median(plain)
        print(f"{size / 2**20:.1f} MiB: checkpoint {a:.3f} s, plain write and sync {b:.3f} s, ratio "
              f"{statistics.median(x / y for x, y in zip(own, plain)):.2f}; "
              f"{100 * a / 60:.2f} % of a minute")
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
