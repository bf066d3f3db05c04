#!/usr/bin/env python3
"""How often a run is refused whose sampler or network is wrong on purpose, and how often one that is
right. (Networks that miss a part of their system: hole_check.py.)

Each case runs at many seeds; what counts is the exit code of nmc run: 4, a result was refused, or
0. Prints a line per case: refused of runs and the checks that did. The wrong ratio is that of
examples/own_sampler with -DPLANT_FAULT, the network whose q sums to less than 1 that of faults/,
built against the package of --build.

usage: alarms.py [--build build] [--runs 200] [--case NAME] [--directory DIR]
"""
import argparse
import collections
import json
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = {name: HERE.parent / "examples" / name for name in ("own_sampler", "own_network")}
SOURCES["unnormalised"] = HERE / "faults"
ISING = ["--system.name=ising", "--system.L=4", "--output.observables=energy, m, m2"]
COLD = ["--system.name=ising", "--system.L=8", "--system.beta=0.7", "--sampler.name=metropolis",
        "--output.observables=energy, m, m2", "--run.thin=20"]
BALANCED = ISING + ["--system.beta=0.3", "--sampler.name=balanced", "--run.thin=4"]
BELIEF = ISING + ["--system.beta=0.2", "--model.name=belief", "--train.steps=600",
                  "--train.batch=256", "--sampler.name=independence"]
UNNORMALISED = ISING + ["--system.beta=0.2", "--model.name=unnormalised", "--train.steps=100",
                        "--train.batch=256", "--sampler.name=independence"]
UNTRAINED = ISING + ["--system.beta=0.6", "--model.name=made", "--model.width=8",
                     "--train.steps=1", "--train.batch=64", "--sampler.name=independence"]
PHI4 = ["--system.name=phi4", "--system.L=4", "--sampler.name=hmc"]
RUN = ["--sampler.chains=16", "--run.draws=1000", "--run.warmup=100"]
# Words of the job, the plug-in (a source, and whether its fault is planted), whether it is wrong.
CASES = {
    "one sector, Ising 8x8 at 0.7": (COLD + ["--sampler.start=up"], None, True),
    "both sectors, never crossed": (COLD, None, True),
    "wrong ratio, Ising 4x4": (BALANCED, ("own_sampler", True), True),
    "right ratio, Ising 4x4": (BALANCED, ("own_sampler", False), False),
    "bound above lnZ, Ising 4x4": (UNNORMALISED, ("unnormalised", False), True),
    "good network, Ising 4x4": (BELIEF, ("own_network", False), False),
    "stuck chains, untrained network": (UNTRAINED, None, True),
    "stuck chains, HMC with steps of 3": (PHI4 + ["--sampler.step_size=3",
                                                  "--sampler.target_acceptance=0"], None, True),
    "good, phi4 4x4": (PHI4, None, False),
    "good, Ising 4x4 at 0.44": (ISING + ["--system.beta=0.44", "--sampler.name=wolff"], None,
                                False),
}


def call(words, allowed=(0,)):
    done = subprocess.run([str(word) for word in words], text=True, capture_output=True)
    if done.returncode not in allowed:
        raise SystemExit(f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done


class Program:
    """The installed program, and plug-ins against its package."""

    def __init__(self, build, directory):
        self.prefix, self.directory = directory / "package", directory
        call(["cmake", "--install", build, "--prefix", self.prefix])

    def plugin(self, example, has_fault):
        folder = self.directory / (example + ("_fault" if has_fault else ""))
        call(["cmake", "-S", SOURCES[example], "-B", folder, "-DCMAKE_BUILD_TYPE=Release",
              f"-DCMAKE_PREFIX_PATH={self.prefix}",
              "-DCMAKE_CXX_FLAGS=" + ("-DPLANT_FAULT" if has_fault else "")])
        call(["cmake", "--build", folder, "--target", f"{example}_plugin"])
        return folder / f"{example}_plugin.so"

    def __call__(self, plugin, *words):
        loaded = ["--plugin", self.plugin(*plugin)] if plugin else []
        return [self.prefix / "bin/nmc", *loaded, *words]


def checks_of(text):
    verdict = next(json.loads(line) for line in text.splitlines() if '"verdict"' in line)
    return {item["check"] for item in verdict["refused"]}


def examine(program, given, name):
    words, plugin, is_wrong = CASES[name]
    directory = given.directory / name.replace(" ", "_").replace(",", "")
    nmc = program(plugin)
    model = [word for word in words if word.startswith("--model.")]
    if model:
        call([*nmc, "train", *words, "--run.seed=783209", f"--output.dir={directory}"], (0, 4))
        words = [word for word in words if not word.startswith("--train.")]
        words.append(f"--model.file={directory / 'model.h5'}")
    refused, counts = 0, collections.Counter()
    for seed in range(1, given.runs + 1):
        out = directory / "run"
        shutil.rmtree(out, ignore_errors=True)
        done = call([*nmc, "run", *words, *RUN, f"--run.seed={seed}", f"--output.dir={out}"], (0, 4))
        refused += done.returncode == 4
        counts.update(checks_of(call([*nmc, "report", out, "--json"], (0, 4)).stdout))
    print(json.dumps({"case": name, "runs": given.runs, "refused": refused,
                      "must_be": "refused" if is_wrong else "printed", "checks": dict(counts)}),
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--case", action="append", choices=list(CASES))
    parser.add_argument("--directory", type=Path, default=Path("runs/alarms"))
    given = parser.parse_args()
    given.directory = given.directory.resolve()
    given.directory.mkdir(parents=True, exist_ok=True)
    program = Program(given.build, given.directory)
    for name in given.case or CASES:
        examine(program, given, name)


if __name__ == "__main__":
    main()
