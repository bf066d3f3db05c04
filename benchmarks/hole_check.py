#!/usr/bin/env python3
"""How often a network is refused that misses a part of its system, and one that does not.

Each case trains a network once and samples with it at many seeds. What counts is the exit code of
nmc run: 4, a result was refused, or 0. Prints a line per case: refused of runs, with the bound that
the count allows at 95 %, and how far from the exact values the numbers lie that were printed.

usage: hole_check.py [--nmc PROGRAM] [--runs 200] [--case NAME] [--directory DIR]
"""
import argparse
import collections
import json
import shutil
import subprocess
from pathlib import Path

ISING = ["--system.name=ising", "--system.L=4"]
MADE = ["--model.name=made", "--model.width=8", "--train.steps=300", "--train.batch=128",
        "--train.learning_rate=0.05"]
TWO_BODY = ["--model.name=two_body", "--model.symmetry=z2", "--train.steps=300",
            "--train.batch=128", "--train.learning_rate=0.01"]
DUAL = ["--system.name=dual_ising", "--system.L=4", "--model.name=neural_rg",
        "--model.free_field=last", "--train.steps=500", "--train.batch=256",
        "--train.learning_rate=0.01", "--train.warmup=50", "--train.gradient=path"]
RUN = ["--sampler.name=independence", "--sampler.chains=64", "--run.draws=500", "--run.warmup=50"]
# The network, its training's seed, and whether it must be refused.
CASES = {
    "one mode, 4x4 at 0.6": (ISING + MADE + ["--system.beta=0.6"], True),
    "good, 4x4 at 0.44": (ISING + TWO_BODY + ["--system.beta=0.44068679"], False),
    "good, 4x4 at 0.3": (ISING + MADE + ["--system.beta=0.3"], False),
    "fair, dual 4x4 at 0.44": (DUAL[:4] + ["--train.steps=2000", "--train.batch=512"] + DUAL[6:7] +
                               ["--train.warmup=100", "--train.gradient=path",
                                "--system.beta=0.44068679350977151", "--model.symmetry=z2"], False),
    "planted hole, dual 4x4 at 0.6": (DUAL + ["--system.beta=0.6", "--model.symmetry=z2"], True),
    "one mode, dual 4x4 at 0.6": (DUAL + ["--system.beta=0.6"], True),
}


def run(nmc, words):
    done = subprocess.run([nmc, *words], text=True, capture_output=True)
    if done.returncode not in (0, 4):
        raise SystemExit(f"{' '.join(words)}\n{done.stderr}")
    return done.returncode


def worst_z(nmc, directory):
    """Largest |z| of what was printed."""
    text = subprocess.run([nmc, "report", directory, "--json"], text=True, capture_output=True)
    lines = [json.loads(line) for line in text.stdout.splitlines()]
    return max((abs(line["z"]) for line in lines if line.get("z") is not None), default=0.0)


def checks_of(nmc, directory):
    text = subprocess.run([nmc, "report", directory, "--json"], text=True, capture_output=True)
    verdict = next(json.loads(line) for line in text.stdout.splitlines() if '"verdict"' in line)
    return {item["check"] for item in verdict["refused"]}


def check(options, name, words, must_refuse):
    directory = Path(options.directory) / name.replace(" ", "_").replace(",", "")
    model = directory / "model.h5"
    if not model.exists():
        run(options.nmc, ["train", *words, "--run.seed=783209", f"--output.dir={directory}"])
    refused, worst, counts = 0, 0.0, collections.Counter()
    for seed in range(1, options.runs + 1):
        out = directory / "run"
        shutil.rmtree(out, ignore_errors=True)
        code = run(options.nmc, ["run", *words, *RUN, f"--model.file={model}", f"--run.seed={seed}",
                                 f"--output.dir={out}"])
        refused += code == 4
        counts.update(checks_of(options.nmc, out))
        if code == 0:
            worst = max(worst, worst_z(options.nmc, out))
    bound = 3 / options.runs  # 95 % bound of a rate whose count is 0
    wrong = options.runs - refused if must_refuse else refused
    print(json.dumps({"case": name, "runs": options.runs, "refused": refused,
                      "must_be": "refused" if must_refuse else "printed", "wrong": wrong,
                      "rate_if_zero_below": bound, "checks": dict(counts), "worst_z_printed": round(worst, 2)}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nmc", default="build/nmc")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--case", action="append", choices=list(CASES))
    parser.add_argument("--directory", default="runs/hole_check")
    options = parser.parse_args()
    for name in options.case or CASES:
        check(options, name, *CASES[name])


if __name__ == "__main__":
    main()
