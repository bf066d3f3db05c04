#!/usr/bin/env python3
"""Draws docs/images/tensor_network.svg: how wide bonds must be, and what an independent draw costs.

usage: tensor_network.py NMC OUTPUT.svg [--seed 5]   (needs python3-matplotlib; ten minutes)
Left: importance ESS of draws of the tensor network of an open +-J plane of 32 x 32 spins over beta,
by chi. Right: CPU time of an independent value of the slowest observable on 16 x 16, of the tensor
network with chi = 16 and of tempering, by `nmc compare`."""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

BETAS = [0.5, 1, 1.5, 2, 2.5, 3, 4]
CHIS = {2: "o", 4: "s", 8: "^", 16: "D"}


class Planes:
    def __init__(self, nmc, work, seed):
        self.nmc, self.work, self.seed = nmc, Path(work), seed

    def words(self, L, beta, name, chi):
        return ["--system.name=edwards_anderson", f"--system.L={L}", "--system.boundary=open",
                f"--system.disorder_seed={self.seed}", f"--system.beta={beta}",
                "--model.name=tensor_network", f"--model.chi={chi}",
                "--sampler.name=independence", "--sampler.chains=64", "--run.warmup=5",
                "--run.threads=1", f"--output.dir={self.work / name}"]

    def lines(self, *words):
        done = subprocess.run([self.nmc, *words], capture_output=True, text=True)
        if done.returncode not in (0, 4):
            raise RuntimeError(done.stderr)
        return {line["name"]: line for line in map(json.loads, done.stdout.splitlines())
                if "name" in line}

    def ess(self, beta, chi):
        name = f"ess-{beta}-{chi}"
        done = subprocess.run([self.nmc, "run", *self.words(32, beta, name, chi), "--run.draws=8",
                               "--run.importance=4096"], capture_output=True, text=True)
        if done.returncode not in (0, 4):
            raise RuntimeError(done.stderr)
        return self.lines("report", str(self.work / name), "--json")["network"]["ess"]

    def costs(self, beta):
        rows = self.lines("compare", *self.words(16, beta, f"cost-{beta}", 16), "--run.draws=400",
                          "--with", "tempering, inner = heat_bath, warmup = 2000", "--budget", "3",
                          "--json")
        return rows["independence"]["slowest"], rows["tempering, inner = heat_bath"]["slowest"]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nmc")
    parser.add_argument("output")
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
    with tempfile.TemporaryDirectory(prefix="nmc-figure-") as work:
        planes = Planes(options.nmc, work, options.seed)
        for chi, mark in CHIS.items():
            left.plot(BETAS, [planes.ess(beta, chi) for beta in BETAS], mark + "-", ms=4,
                      label=f"chi = {chi}")
        costs = [planes.costs(beta) for beta in BETAS]
    left.set(xlabel=r"$\beta$", ylabel="importance ESS, of 1", ylim=(0, 1.05),
             title="32 x 32, open, ±J")
    left.legend(frameon=False)
    for column, (name, mark) in enumerate({"tensor network, chi = 16": "D-",
                                           "tempering": "o--"}.items()):
        right.plot(BETAS, [1e3 * pair[column] if pair[column] else float("nan") for pair in costs],
                   mark, ms=4, label=name)
    right.set(xlabel=r"$\beta$", ylabel="ms per independent value", yscale="log",
              title="16 x 16, open, ±J")
    right.legend(frameon=False)
    figure.tight_layout()
    figure.savefig(options.output)


if __name__ == "__main__":
    main()
