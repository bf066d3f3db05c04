#!/usr/bin/env python3
"""How well nmc check foretells the CPU time of sampling: expected over spent, in pairs in one run.

Prints a line per job: the median of the ratios, the least and the largest.

usage: estimates.py [--nmc PROGRAM] [--pairs 5] [--directory DIR]
"""
import argparse
import json
import re
import shutil
import statistics
import subprocess
from pathlib import Path

ISING = ["--system.name=ising", "--system.L=8", "--system.beta=0.4"]
PHI4 = ["--system.name=phi4", "--system.L=8", "--system.m2=1", "--system.lambda=0.5"]
# Clusters that grow while a run warms up, trajectories whose tuning sets their cost, a ladder, of whose
# time a third goes into the numbers of its temperatures, and the cheapest steps there are.
JOBS = {
    "wolff, Ising 32x32": ["--system.name=ising", "--system.L=32", "--system.beta=0.44",
                           "--sampler.name=wolff", "--sampler.chains=16", "--run.draws=4000"],
    "hmc, phi4 8x8": PHI4 + ["--sampler.name=hmc", "--sampler.chains=16", "--run.warmup=300",
                             "--run.draws=3000"],
    "tempering, Ising 8x8": ISING + ["--sampler.name=tempering", "--sampler.chains=64",
                                     "--sampler.ladder=0.1, 0.2, 0.25, 0.3, 0.35, 0.4",
                                     "--run.draws=2000"],
    "metropolis, Ising 8x8": ISING + ["--sampler.name=metropolis", "--sampler.chains=64",
                                      "--run.draws=2000"],
}


def expected(nmc, words):
    text = subprocess.run([nmc, "check", *words], capture_output=True, text=True, check=True).stdout
    return float(re.search(r"sampling .*about (\S+) s \(", text).group(1))


def spent(nmc, words, directory):
    shutil.rmtree(directory, ignore_errors=True)
    subprocess.run([nmc, "run", *words], capture_output=True)
    lines = subprocess.run([nmc, "report", str(directory), "--json"], capture_output=True,
                           text=True).stdout.splitlines()
    rows = {row["name"]: row for row in map(json.loads, lines)}
    shutil.rmtree(directory, ignore_errors=True)
    return rows["sampler"]["cpu_seconds"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nmc", default="build/nmc")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--directory", default="estimates")
    options = parser.parse_args()
    directory = Path(options.directory)
    print(f"{'job':<24}{'expected / spent':>18}{'least':>8}{'largest':>9}")
    for name, words in JOBS.items():
        words = words + ["--run.threads=1", f"--output.dir={directory}"]
        ratios = [expected(options.nmc, words) / spent(options.nmc, words, directory)
                  for _ in range(options.pairs)]
        print(f"{name:<24}{statistics.median(ratios):>18.2f}{min(ratios):>8.2f}{max(ratios):>9.2f}",
              flush=True)


if __name__ == "__main__":
    main()
