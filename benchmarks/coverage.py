#!/usr/bin/env python3
"""How often error bars of one standard error hold the exact value, of the plain means and of those
that control variates reduced: 68 % where they are what they say.

Each case runs at many seeds. Prints a line per case and observable: how many per cent of the bars
hold the exact value, with the standard error of that number over independent seeds, the mean of z
(a bias, over its error), and the median factor by which the variance fell.

usage: coverage.py [--nmc PROGRAM] [--repeats 200] [--first-seed 1000] [--case NAME]
       [--directory DIR]
"""
import argparse
import json
import math
import shutil
import statistics
import subprocess
from pathlib import Path

BETA = "0.44068679350977151"
ISING = ["--system.name=ising", "--system.L=8", f"--system.beta={BETA}",
         "--output.observables=energy, m2"]
DUAL = ["--system.name=dual_ising", "--system.L=4", f"--system.beta={BETA}",
        "--output.observables=energy, m2"]
NETWORK = ["--model.name=neural_rg", "--model.hidden=10", "--model.couplings=10",
           "--model.symmetry=z2", "--model.free_field=last", "--train.batch=512",
           "--train.learning_rate=0.01", "--train.warmup=100", "--train.schedule=cosine",
           "--train.gradient=path", "--run.importance=2000", "--run.forward=1024"]
PHI4 = ["--system.name=phi4", "--system.L=4", "--output.observables=action, m2, phi4"]
GLASS = ["--system.name=edwards_anderson", "--system.L=4", "--system.beta=1",
         "--output.observables=energy, energy2"]


NAMES = ("energy", "m2", "action", "phi4", "lnZ", "lnZ_mbar", "lnZ_integration")


def run(*words):
    return [f"--run.{word}" for word in words]


CASES = {
    "metropolis, Ising 8x8": (ISING + run("draws=400", "thin=20", "warmup=200") +
                              ["--sampler.name=metropolis", "--sampler.chains=16"]),
    "heat_bath, Ising 8x8 at 0.7": (ISING[:2] + ISING[3:] + ["--system.beta=0.7"] +
                                    run("draws=500", "thin=25", "warmup=50") +
                                    ["--sampler.name=heat_bath", "--sampler.start=up",
                                     "--sampler.chains=16"]),
    "wolff, Ising 8x8": (ISING + run("draws=400", "thin=1", "warmup=100") +
                         ["--sampler.name=wolff", "--sampler.chains=16"]),
    "hmc, phi4 4x4": (PHI4 + run("draws=400", "thin=1", "warmup=200") +
                      ["--sampler.name=hmc", "--sampler.chains=16"]),
    "latent_hmc, dual 4x4": (DUAL + NETWORK + run("draws=200", "warmup=100") +
                             ["--sampler.name=latent_hmc", "--sampler.chains=16"]),
    "independence, dual 4x4": (DUAL + NETWORK + run("draws=400", "warmup=50") +
                               ["--sampler.name=independence", "--sampler.chains=16"]),
    "tempering, glass 4x4": (GLASS + run("draws=400", "thin=2", "warmup=200") +
                             ["--sampler.name=tempering", "--sampler.inner=heat_bath",
                              "--sampler.replicas=6", "--sampler.chains=8"]),
    "population annealing, glass 4x4": (GLASS[:-1] + run("seed=1") +
                                        ["--anneal.method=population", "--anneal.population=500",
                                         "--anneal.runs=16", "--anneal.sweeps=2",
                                         "--output.observables=energy"]),
}


def call(nmc, *words):
    done = subprocess.run([nmc, *words], text=True, capture_output=True)
    if done.returncode not in (0, 4):
        raise SystemExit(f"{' '.join(map(str, words))}\n{done.stderr}")
    return done.stdout


def train(nmc, words, directory):
    """The network of a case, once."""
    out = directory / "network"  # the same for all cases with one
    if not (out / "model.h5").exists():
        call(nmc, "train", *words, "--train.steps=2000", f"--output.dir={out}")
    return [word for word in words if not word.startswith("--train.")] + [
        f"--model.file={out / 'model.h5'}"]


def rows_of(nmc, words, seed, directory):
    """(observable, kind, z, variance ratio) of one seed."""
    out = directory / "run"
    shutil.rmtree(out, ignore_errors=True)
    anneals = any(word.startswith("--anneal.") for word in words)
    call(nmc, "anneal" if anneals else "run", *words, f"--run.seed={seed}", f"--output.dir={out}")
    for line in map(json.loads, call(nmc, "report", out, "--json").splitlines()):
        is_own = line.get("beta", 1) == 1  # of a ladder or an annealing the system's temperature
        if line["name"] not in NAMES or line.get("z") is None or not is_own:
            continue
        yield line["name"], "plain", line["z"], None
        if line.get("reduced_z") is not None:
            yield line["name"], "reduced", line["reduced_z"], line["variance_ratio"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nmc", default="build/nmc")
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument("--first-seed", type=int, default=1000)
    parser.add_argument("--case", choices=CASES)
    parser.add_argument("--directory", type=Path, default=Path("coverage"))
    given = parser.parse_args()
    print(f"{'case':34}{'observable':20}{'kind':9}{'held %':>10}{'mean z':>13}{'variance':>10}")
    for name in [given.case] if given.case else CASES:
        words, directory = CASES[name], given.directory
        directory.mkdir(parents=True, exist_ok=True)
        if any(word.startswith("--model.") for word in words):
            words = train(given.nmc, words, directory)
        found = {}
        for seed in range(given.first_seed, given.first_seed + given.repeats):
            for observable, kind, z, ratio in rows_of(given.nmc, words, seed, directory):
                found.setdefault((observable, kind), []).append((z, ratio))
        for (observable, kind), values in found.items():
            zs = [z for z, _ in values]
            held = sum(abs(z) < 1 for z in zs) / len(zs)
            error = math.sqrt(held * (1 - held) / len(zs))
            ratios = [ratio for _, ratio in values if ratio is not None]
            fell = f"/ {statistics.median(ratios):.3g}" if ratios else "-"
            print(f"{name:34}{observable:20}{kind:9}{100 * held:6.1f}({100 * error:.1f})"
                  f"{statistics.mean(zs):8.2f}({1 / math.sqrt(len(zs)):.2f}){fell:>10}", flush=True)


if __name__ == "__main__":
    main()
