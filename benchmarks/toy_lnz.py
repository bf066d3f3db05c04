#!/usr/bin/env python3
"""lnZ of the toy densities of the field from 2000 configurations of annealed importance sampling.

    benchmarks/toy_lnz.py build/nmc [--runs 200] [--only funnel,forty_modes,many_well]

One flow per system: of the funnel by reverse KL, of the two with many modes by forward KL on 40 000
exact configurations, which know nothing of lnZ. Then independent runs of `nmc anneal` from it, 2000
configurations each. Printed: mean absolute error of the first five and of all groups of five, the
root mean square error and the mean of the error that a run gives itself, how many runs have the
exact value within one and two of these, and CPU seconds, one thread.
"""

import argparse
import os
import subprocess
import tempfile
from pathlib import Path

import h5py
import numpy as np

SPLINES = ("--model.name=neural_spline", "--train.objective=forward", "--train.steps=3000",
           "--train.learning_rate=0.01", "--model.bound=4")
TRAIN = {
    "funnel": ("--model.name=maf", "--model.blocks=1", "--model.depth=1", "--model.hidden=10",
               "--model.activation=tanh", "--model.precision=double", "--train.steps=4000",
               "--train.batch=512",
               "--train.learning_rate=0.02", "--train.gradient=path", "--run.forward=0"),
    "forty_modes": SPLINES + ("--model.bins=16", "--model.scaling=true", "--train.batch=512"),
    "many_well": SPLINES + ("--model.bins=12", "--model.hidden=16", "--model.depth=1",
                            "--model.couplings=2", "--train.batch=256"),
}
ANNEAL = {
    "funnel": ("--anneal.culling=0.005", "--anneal.leapfrog=3", "--anneal.start_width=1.05"),
    "forty_modes": ("--anneal.culling=0.005", "--anneal.leapfrog=0", "--anneal.proposals=2"),
    "many_well": ("--anneal.culling=0.03", "--anneal.leapfrog=0"),
}
POPULATION = 2000


def exact_configurations(name, count, rng):
    """By inverting the distribution of a well, and by the means that nmc has."""
    if name == "many_well":
        x = np.linspace(-4, 4, 40001)
        p = np.exp(-x**4 + 6 * x**2 + 0.5 * x - 12)
        share = np.append(0, np.cumsum((p[1:] + p[:-1]) / 2))
        y = rng.normal(size=(count, 32))
        y[:, ::2] = np.interp(rng.random((count, 16)), share / share[-1], x)
        return y
    words = np.random.RandomState(0).randint(0, 2**32, size=80, dtype=np.uint32)
    means = (((words & 0xFFFFFF) / 2**24 - 0.5) * 80).reshape(40, 2)
    return means[rng.integers(40, size=count)] + np.log1p(np.e) * rng.normal(size=(count, 2))


def nmc(program, directory, *words):
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run([program, *words], cwd=directory, env=environment, check=False,
                          capture_output=True, text=True).stdout


def measure(program, name, runs):
    with tempfile.TemporaryDirectory() as directory:
        system = f"--system.name={name}"
        words = TRAIN[name]
        if "--train.objective=forward" in words:
            with h5py.File(Path(directory) / "data.h5", "w") as file:
                file["x"] = exact_configurations(name, 40000, np.random.default_rng(1))
            words += ("--train.data=data.h5:x",)
        nmc(program, directory, "train", system, *words, "--output.dir=flow")
        nmc(program, directory, "anneal", system, "--anneal.method=importance",
            "--anneal.start=flow/model.h5", f"--anneal.population={POPULATION}", "--anneal.sweeps=1",
            f"--anneal.runs={runs}", *ANNEAL[name], "--output.dir=path")
        with h5py.File(Path(directory) / "path/anneal.h5") as file:
            lnZ = file["anneal/lnZ"][:, -1]
            log_square = file["anneal/log_mean_square"][:, -1]
            steps = len(file["anneal/beta"]) - 1
            seconds = file["anneal"].attrs["cpu_seconds"]
    exact = float(nmc(program, ".", "exact", system).split()[-1])
    off, error = lnZ - exact, np.sqrt((np.exp(log_square - 2 * lnZ) - 1) / POPULATION)
    fives = np.abs(off[:len(off) // 5 * 5]).reshape(-1, 5).mean(axis=1)
    inside = [np.mean(np.abs(off) < k * error) for k in (1, 2)]
    print(f"{name:12} {steps:5} {fives[0]:9.5f} {fives.mean():9.5f} {np.sqrt(np.mean(off**2)):9.5f} "
          f"{error.mean():9.5f} {inside[0]:7.1%} {inside[1]:7.1%} {seconds / runs:9.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nmc")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--only", default=",".join(TRAIN))
    options = parser.parse_args()
    print("system       steps  first 5  all fives      rms     error  <1 err  <2 err  CPU s/run")
    for name in options.only.split(","):
        measure(str(Path(options.nmc).resolve()), name, options.runs)


if __name__ == "__main__":
    main()
