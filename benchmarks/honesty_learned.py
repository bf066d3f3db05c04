#!/usr/bin/env python3
"""What an independent value costs by samplers that learn, beside the best without learning.

usage: honesty_learned.py NMC [--only NAMES] [--seed 1]

NAMES: scg, ring, rings, dual_field, ising16, cold16, plaquette32, ising32, recommender8, circuit.

The price is CPU time of a draw of one chain times 2 tau_int of the slowest observable. CPU time of
a draw: `nmc sample` as a whole, a long run less a short one. What is left of the short one is the
warm-up, in which these samplers learn; it, and the training of a machine or a circuit with its
data, is `learning`. A row whose R-hat is above 1.1 never forgot where it began (>). Prints a table
in Markdown. One core, best on a quiet machine."""

import argparse
import tempfile
from pathlib import Path

from autoregressive_check import BETA_C, Runner

TORUS = {"name": "ising", "beta": BETA_C}
SPINS = ("energy", "abs_m", "m2")


def learner(name, **keys):
    return {"name": name, **keys}


# name: (title, system, observables, rows of (sampler, warm-up, draws, thin))
CASES = {
    "scg": ("Gaussian 50.05, -49.95", {"name": "gaussian", "covariance": "50.05, -49.95, -49.95, 50.05"},
            ("x0", "x1"),
            [(learner("hmc", mass="dense", n_steps=5, chains=256), 400, 1000, 1),
             (learner("l2hmc", chains=256), 800, 1000, 1)]),
    "ring": ("ring, radius 2", {"name": "ring", "radius": 2, "width": 0.28284271247461906},
             ("x0", "x1", "r2"),
             [(learner("hmc", mass="dense", n_steps=10, chains=256), 400, 1000, 1),
              (learner("a_nice", chains=256), 1500, 1000, 1)]),
    "rings": ("five rings, width 0.2", {"name": "rings"}, ("x0", "x1", "r2"),
              [(learner("hmc", mass="dense", n_steps=10, chains=256), 400, 1000, 1),
               (learner("a_nice", warp="true", updates=8, chains=256), 3000, 1000, 1)]),
    "dual_field": ("dual field, L = 8, beta = .35", {"name": "dual_ising", "L": 8, "beta": 0.35},
                   ("action", "m2"),
                   [(learner("hmc", chains=64), 400, 2000, 1),
                    (learner("surrogate_hmc", chains=64), 400, 2000, 1)]),
    "ising16": ("critical torus, L = 16", TORUS | {"L": 16}, SPINS,
                [(learner("metropolis", chains=64), 200, 4000, 8),
                 (learner("heat_bath", chains=64), 200, 4000, 8),
                 (learner("wolff", chains=64, clusters=4), 200, 2000, 1),
                 (learner("policy_flips", chains=64, theta="-0.5,0,0,0"), 200, 400, 1),
                 (learner("policy_flips", chains=64), 200, 400, 1),
                 (learner("policy_flips", chains=64, flips=4), 200, 400, 1)]),
    "cold16": ("torus, L = 16, beta = 1, from up", {"name": "ising", "L": 16, "beta": 1},
               ("energy", "m2"),
               [(learner("metropolis", chains=64, start="up"), 200, 4000, 8),
                (learner("heat_bath", chains=64, start="up"), 200, 4000, 8),
                (learner("policy_flips", chains=64, start="up", theta="-0.5,0,0,0"), 200, 400, 1),
                (learner("policy_flips", chains=64, start="up"), 200, 400, 1),
                (learner("policy_flips", chains=64, start="up", flips=4), 200, 400, 1)]),
    "plaquette32": ("plaquettes K = .2, L = 32, T = 2.493",
                    {"name": "ising", "L": 32, "K": 0.2, "T": 2.493}, SPINS,
                    [(learner("metropolis", chains=64), 300, 2000, 20),
                     (learner("metropolis", chains=1), 300, 8000, 20),
                     (learner("self_learning", chains=16), 300, 2000, 8)]),
    "ising32": ("critical torus, L = 32", TORUS | {"L": 32}, SPINS,
                [(learner("swendsen_wang", chains=64), 200, 1000, 1),
                 (learner("boltzmann_cluster", W=2, chains=64), 200, 1000, 1),
                 (learner("wolff", chains=64, clusters=8), 200, 1000, 1)]),
    "recommender8": ("critical torus, L = 8", TORUS | {"L": 8}, SPINS,
                     [(learner("wolff", chains=64, clusters=4), 200, 2000, 1),
                      (learner("rbm_recommender", chains=64, k=4), 200, 1000, 1)]),
    "circuit": ("torus 3x3, beta = .4", {"name": "ising", "L": 3, "beta": 0.4}, SPINS,
                [(learner("metropolis", chains=64), 200, 4000, 1),
                 (learner("wolff", chains=64), 200, 2000, 1),
                 (learner("independence", chains=64), 0, 1000, 1)]),
}
CIRCUIT = ({"name": "circuit", "symmetry": "z2"}, {"steps": 500})


def machine_of(runner, system):
    """A machine of as many hidden units as spins, learned from draws of Wolff, and its CPU s."""
    work = runner.work
    seconds = runner.run("sample", work / "wolff", system=system,
                         sampler={"name": "wolff", "chains": 64, "clusters": 4},
                         run={"warmup": 100, "draws": 160},
                         output={"configurations": "all", "observables": "energy"})
    data = f"{work}/wolff/result.h5:configurations/x"
    words = {"machine": "rbm", "units": "spin", "data": data, "hidden": 64, "method": "pcd",
             "steps": 4000, "ais_temperatures": 100}
    done, more = runner.nmc("train", *(f"--learn.{key}={value}" for key, value in words.items()),
                            f"--output.dir={work}/machine", "--run.threads=1")
    return work / "machine/model.h5", seconds + more


def measured(runner, case, row, model):
    title, system, observables, _ = case
    sampler, warmup, draws, thin = row
    seconds = {}
    for n in (draws // 5, draws):
        rows, seconds[n] = runner.sample(system, sampler, {"warmup": warmup, "draws": n, "thin": thin},
                                         ",".join(observables), model)
    each = (seconds[draws] - seconds[draws // 5]) / (sampler["chains"] * (draws - draws // 5))
    begun = max(0, seconds[draws // 5] - each * sampler["chains"] * (draws // 5))
    found = [rows[o] for o in observables]
    slow = max(found, key=lambda one: one["tau_int"] or 0.5)
    return each, begun, slow, max(one["rhat"] or 1 for one in found)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nmc")
    parser.add_argument("--only", nargs="*", choices=CASES, default=list(CASES))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print("| system | sampler | CPU µs per draw | τ in draws | µs per independent | learning, CPU s |\n"
          "| --- | --- | --- | --- | --- | --- |", flush=True)
    with tempfile.TemporaryDirectory(prefix="nmc-honesty-") as work:
        runner = Runner(options.nmc, work, options.seed)
        runner.takes_refused = True
        for name in options.only:
            case = CASES[name]
            for row in case[3]:
                sampler, model, learning = dict(row[0]), None, 0
                if sampler["name"] == "rbm_recommender":
                    sampler["file"], learning = machine_of(runner, case[1])
                if sampler["name"] == "independence":
                    file, learning = runner.train(case[1], *CIRCUIT)
                    model = (CIRCUIT[0], file)
                each, begun, slow, rhat = measured(runner, case, (sampler, *row[1:]), model)
                tau, bound = slow["tau_int"] or 0.5, "> " if rhat > 1.1 else ""
                keys = ", ".join(f"`{key} = {value}`" for key, value in row[0].items()
                                 if key not in ("name", "chains", "start"))
                print(f"| {case[0]} | `{sampler['name']}`{', ' if keys else ''}{keys} | {each * 1e6:.3g} "
                      f"| {bound}{tau:.3g} ({slow['name']}) | {bound}{2 * tau * each * 1e6:.3g} "
                      f"| {learning + begun:.2g} |", flush=True)


if __name__ == "__main__":
    main()
