#!/usr/bin/env python3
"""Whether every example gives the same numbers however it is laid out and interrupted.

Runs every job of a folder, shortened as same_numbers.py does, once by one rank and one thread, then
by other numbers of ranks and threads, with little `run.memory`, and stopped again and again (STOP
in its directory, and SIGKILL) until it is done, and compares all data sets and attributes of every
HDF5 file by SHA-256. A line per job; exit code 0 where all are equal.

usage: layouts.py NMC [--examples DIR] [--only NAME ...] [--layouts 1x2 2x1 ... memory kills]
"""
import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from same_numbers import (DONE, EXAMPLES, needs_another, numbers, overrides, prepare, program,
                          sections)

LAYOUTS = ("1x2", "2x1", "2x2", "3x1", "4x1", "memory", "kills")
CHECKPOINTS = ("sample.h5", "train.h5", "anneal_runs.h5", "search.h5")
MOST_KILLS = 6  # of a run, however long it takes


class Runner:
    def __init__(self, nmc, job, root):
        self.nmc, self.job, self.root = nmc, job, root
        self.parts = sections(job.read_text())
        self.verb = "anneal" if "anneal" in self.parts else "run"
        self.coins = random.Random(job.stem)
        self.seconds = 0

    def command(self, ranks, keys):
        words = overrides(self.parts) | {"output.dir": "out", "run.threads": "1"} | keys
        launch = ["mpirun", "--oversubscribe", "-n", str(ranks)] if ranks > 1 else []
        return [*launch, str(self.nmc), self.verb, self.job.name,
                *(f"--{key}={value}" for key, value in words.items())]

    def prepare(self, layout):
        directory = self.root / f"{self.job.stem}-{layout}"
        prepare(self.job, directory)
        return directory

    def start(self, directory, ranks, keys):
        environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1",
                           OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMPI_MCA_mpi_yield_when_idle="1")
        environment.pop("OMP_NUM_THREADS", None)
        return subprocess.Popen(self.command(ranks, keys), cwd=directory, text=True,
                                env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def finish(self, directory, ranks, keys, codes=DONE):
        process = self.start(directory, ranks, keys)
        out, err = process.communicate()
        if process.returncode not in codes:
            raise RuntimeError(f"{' '.join(self.command(ranks, keys))}: exit "
                               f"{process.returncode}\n{out}{err}")

    def interrupt(self, directory):
        """Ends the run by KILL and by STOP in turn, at times that the coins draw."""
        keys = {"run.checkpoint": "0.05s"}
        for k in range(MOST_KILLS):
            process = self.start(directory, 1, keys)
            try:
                process.communicate(timeout=self.coins.uniform(0.05, max(0.1, self.seconds)))
                break
            except subprocess.TimeoutExpired:
                if k % 2:
                    (directory / "out").mkdir(exist_ok=True)
                    (directory / "out" / "STOP").touch()
                else:
                    process.send_signal(signal.SIGKILL)
                process.communicate()
                (directory / "out" / "STOP").unlink(missing_ok=True)
        self.finish(directory, 1, keys)

    def run(self, layout):
        directory = self.prepare(layout)
        if layout == "kills":
            self.interrupt(directory)
        elif layout == "memory":
            self.finish(directory, 1, {"run.memory": "1 MB"})
        else:
            ranks, threads = layout.split("x")
            self.finish(directory, int(ranks), {"run.threads": threads})
        out = directory / "out"
        files = {p.relative_to(out).as_posix(): numbers(p) for p in sorted(out.rglob("*.h5"))
                 if p.name not in CHECKPOINTS and not p.name.endswith(".previous.h5")
                 and "parts" not in p.relative_to(out).parts}
        shutil.rmtree(directory)
        return files


def check(options, job, root):
    runner = Runner(options.nmc, job, root)
    began = time.monotonic()
    right = runner.run("1x1")
    runner.seconds = time.monotonic() - began
    if not right:
        raise RuntimeError(f"{job.name} has written no file to compare")
    differ = []
    for layout in options.layouts:
        try:
            found = runner.run(layout)
        except RuntimeError as error:
            if layout != "memory" or "run.memory" not in str(error):
                raise
            print(f"  {job.stem} memory: refused, {str(error).splitlines()[1][:120]}")
            continue
        names = [f"{name}:{key}" for name in sorted(right.keys() | found.keys())
                 for key in sorted(right.get(name, {}).keys() | found.get(name, {}).keys())
                 if right.get(name, {}).get(key) != found.get(name, {}).get(key)]
        if names:
            differ.append(layout)
            print(f"  {job.stem} {layout}: {len(names)} differ, first {names[0]}")
    count = sum(len(file) for file in right.values())
    print(f"{job.stem}: {count} numbers and arrays,",
          "differ: " + ", ".join(differ) if differ else "equal", flush=True)
    return not differ


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nmc", type=program)
    parser.add_argument("--examples", type=Path, default=EXAMPLES, help="folder of the jobs")
    parser.add_argument("--only", nargs="+", help="names of the jobs, without .ini")
    parser.add_argument("--layouts", nargs="+", default=LAYOUTS, choices=LAYOUTS)
    options = parser.parse_args()
    jobs = [j for j in sorted(options.examples.glob("*.ini"))
            if (options.only is None or j.stem in options.only) and not needs_another(j)]
    if not jobs:
        parser.error(f"no job of these names in {options.examples}")
    root = Path(tempfile.mkdtemp(prefix="layouts-"))
    unequal, failed = [], []
    try:
        for job in jobs:
            try:
                if not check(options, job, root):
                    unequal.append(job.stem)
            except RuntimeError as error:
                failed.append(job.stem)
                print(f"  {job.stem}: {error}", flush=True)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    print(f"{len(jobs)} jobs, {len(jobs) - len(unequal) - len(failed)} equal",
          *(["differ: " + ", ".join(unequal)] if unequal else []),
          *(["failed: " + ", ".join(failed)] if failed else []))
    sys.exit(1 if unequal or failed else 0)


if __name__ == "__main__":
    main()
