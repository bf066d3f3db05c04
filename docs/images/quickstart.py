#!/usr/bin/env python3
"""Draws docs/images/quickstart.svg from runs/quickstart, which tools/quickstart.sh leaves behind.

usage: quickstart.py RUN OUTPUT.svg   (needs python3-h5py and python3-matplotlib)
Left: gap of the training loss to the exact value. Right: running mean of m2 of the independence
sampler with its final error, beside the exact value."""

import json
import subprocess
import sys

import h5py
import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402


def training(axes, train):
    axes.plot(train["step"], train["gap"], color="0.75", lw=0.7, label="batch")
    axes.plot(train["validation_step"], train["validation_gap"], "o-", ms=3, color="C0",
              label="validation, fresh draws")
    axes.set(yscale="log", xlabel="training step", ylabel="nats",
             title="training: loss above $-\\ln Z$ (exact)")
    axes.legend(frameon=False)


def sampling(axes, m2, line):
    draws = np.arange(1, m2.shape[1] + 1)
    running = np.cumsum(m2.mean(axis=0)) / draws
    axes.axhspan(line["exact"] - line["error"], line["exact"] + line["error"], color="C2", alpha=0.25,
                 label="exact ± error of the run")
    axes.axhline(line["exact"], color="C2")
    axes.plot(draws, running, color="C0", label="running mean, all chains")
    axes.set(xscale="log", xlabel="draws per chain", ylabel="$\\langle m^2\\rangle$",
             title=f"sampling: $z = {line['z']:+.2f}$, $\\tau = {line['tau_int']:.2f}$")
    spread = 12 * line["error"]
    axes.set_ylim(line["exact"] - spread, line["exact"] + spread)
    axes.legend(frameon=False)


def main(run, output):
    report = subprocess.run(["build/nmc", "report", run, "--json"], check=True, capture_output=True,
                            text=True).stdout
    lines = {line["name"]: line for line in map(json.loads, report.splitlines())}
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
    with h5py.File(f"{run}/result.h5", "r") as file:
        training(left, {name: values[:] for name, values in file["train"].items()})
        sampling(right, file["posterior/m2"][:], lines["m2"])
    figure.tight_layout()
    figure.savefig(output)


if __name__ == "__main__":
    main(*sys.argv[1:])
