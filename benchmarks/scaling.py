#!/usr/bin/env python3
"""What a second rank, or a second thread, gains on jobs of a minute.

Times each job by the wall clock on one core, on two ranks, and on two threads, and two independent
runs of it side by side: what they slow each other down by, sharing caches and memory, no program
can gain. Prints the speed-up of each and, behind it, its share of what the machine allows. The
machine must be idle.

usage: scaling.py NMC [--only NAME ...] [--pairs N]
"""
import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

COMMON = "[output]\ndir = out\nobservables = {observables}\n"
JOBS = {
    "lattice": """[system]
name = ising
L = 1024
beta = 0.4
[sampler]
name = metropolis
chains = 8
[run]
warmup = 400
draws = 27000
thin = 4
""" + COMMON.format(observables="energy, m2"),
    "field": """[system]
name = phi4
L = 32
[sampler]
name = hmc
chains = 64
[run]
warmup = 300
draws = 45000
""" + COMMON.format(observables="m2, action"),
    "flow": """[system]
name = dual_ising
L = 8
T = 2.269
[model]
name = neural_rg
[train]
steps = 5300
batch = 512
[run]
draws = 100
warmup = 20
importance = 20000
forward = 0
[sampler]
name = independence
chains = 16
""" + COMMON.format(observables="energy"),
    "network": """[system]
name = ising
L = 12
beta = 0.44
[model]
name = made
[train]
steps = 9000
batch = 500
[run]
draws = 100
warmup = 20
importance = 20000
forward = 0
[sampler]
name = independence
chains = 16
""" + COMMON.format(observables="energy"),
    "sweep": """[system]
name = ising
L = 256
[sweep]
system.beta = 0.1, 0.2, 0.3, 0.35, 0.4, 0.42, 0.44, 0.46, 0.5, 0.6
[sampler]
name = metropolis
chains = 8
[run]
warmup = 100
draws = 4000
thin = 16
""" + COMMON.format(observables="energy, m2"),
}


def start(nmc, directory, ranks, threads):
    directory.mkdir()
    (directory / "job.ini").write_text((directory.parent / "job.ini").read_text())
    launch = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(ranks)] if ranks > 1 else []
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OMPI_ALLOW_RUN_AS_ROOT="1",
                       OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    return subprocess.Popen([*launch, str(nmc), "run", "job.ini"], cwd=directory, env=environment,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def wall(nmc, root, runs):
    """Seconds until all runs of (ranks, threads) are done that begin together."""
    began = time.perf_counter()
    places = [root / f"run{i}" for i in range(len(runs))]
    started = [start(nmc, place, *run) for place, run in zip(places, runs)]
    for run in started:
        _, err = run.communicate()
        if run.returncode not in (0, 4):
            raise SystemExit(err)
    seconds = time.perf_counter() - began
    for place in places:
        shutil.rmtree(place)
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nmc", type=Path)
    parser.add_argument("--only", nargs="+", choices=JOBS, default=list(JOBS))
    parser.add_argument("--pairs", type=int, default=3)
    options = parser.parse_args()
    nmc = options.nmc.resolve()
    print(f"{'job':>8} {'1 x 1':>8} {'2 ranks':>14} {'2 threads':>14} {'two runs':>9}")
    for name in options.only:
        root = Path(tempfile.mkdtemp(prefix="nmc-scaling-"))
        try:
            (root / "job.ini").write_text(JOBS[name])
            alone, ranks, threads, beside = [], [], [], []
            for _ in range(options.pairs):
                one = wall(nmc, root, [(1, 1)])
                alone.append(one)
                ranks.append(one / wall(nmc, root, [(2, 1)]))
                threads.append(one / wall(nmc, root, [(1, 2)]))
                beside.append(2 * one / wall(nmc, root, [(1, 1), (1, 1)]))
            limit = statistics.median(beside)
            shown = [f"{statistics.median(x):.2f} ({statistics.median(x) / limit:.0%})"
                     for x in (ranks, threads)]
            print(f"{name:>8} {statistics.median(alone):6.1f} s {shown[0]:>14} {shown[1]:>14} "
                  f"{limit:9.2f}", flush=True)
        finally:
            shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
