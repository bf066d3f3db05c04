#!/usr/bin/env python3
"""What an independent configuration costs by a network, Metropolis, and the best classical move.

usage: honesty_table.py NMC [--data DIR] [--only ising16 ising32 sk glass glass8x8] [--seed 1]

The price is CPU time of a draw of one chain times 2 tau_int of the slowest of energy, m2 and, for
glasses, q2. CPU time of a draw: `nmc sample` as a whole, a long run less a short one. `training`
is added as spread over the independent configurations of a run of 256 chains and 500 draws, the
size of the examples. A row whose R-hat is above 1.1 never forgot where it began: its tau is a lower
bound, and so is its price (>). Prints a table in Markdown. One core, best on a quiet machine."""

import argparse
import tempfile
from pathlib import Path

from autoregressive_check import BETA_C, ISING, SK, Runner, annealed

RUN = 256 * 500  # draws of an example
WIRED = {"name": "two_body", "width": 16}
TEMPERING = {"name": "tempering", "ladder": "0.2,0.35,0.5,0.6,0.75,0.9,1,1.25,1.5,2,2.5,3",
             "chains": 512}


def classical(last, thin=1, draws=2000):
    return [("Metropolis", {"name": "metropolis", "chains": 512}, draws, thin), last]


def tempering(beta):
    ladder = ",".join(b for b in TEMPERING["ladder"].split(",") if float(b) < beta)
    return ("tempering", dict(TEMPERING, ladder=f"{ladder},{beta}"), 400, 1)


def wolff(L):
    return ("Wolff", {"name": "wolff", "clusters": 4 if L < 32 else 8, "chains": 128}, 2000, 1)


def cases(data):
    """name: title, system, model, training, [(method, sampler, draws, steps per draw)]"""
    network = lambda moves, draws: ("network", {"name": moves, "chains": 256}, draws, 1)
    bonds = lambda name, k, beta: {"name": "ising", "bonds": data / f"{name}.json", "instance": k,
                                   "beta": beta}
    return {
        "ising16": ("critical torus, L = 16", {"name": "ising", "L": 16, "beta": BETA_C}, WIRED,
                    ISING[16][1], [network("independence", 500), *classical(wolff(16), 20, 1000)]),
        "ising32": ("critical torus, L = 32", {"name": "ising", "L": 32, "beta": BETA_C}, WIRED,
                    ISING[32][1],
                    [network("[suffix x 2, metropolis x 2]", 500),
                     *classical(wolff(32), 100, 500)]),
        "sk": ("SK, N = 20, beta = 2",
               {"name": "sherrington_kirkpatrick", "N": 20, "beta": 2}, SK[2][1], SK[2][2],
               [network("independence", 2000), *classical(tempering(2))]),
        "glass": ("+-J, 8 x 8, beta = 1",
                  {"name": "edwards_anderson", "L": 8, "beta": 1, "disorder_seed": 3},
                  {"name": "two_body", "width": 12},
                  {"steps": 2000, "anneal_steps": 1500, "batch": 512, "learning_rate": 0.01},
                  [network("[metropolis x 2, suffix x 2]", 1000), *classical(tempering(1), 10)]),
        "glass8x8": ("Gauss, 8 x 8, beta = 3", bonds("ea2d_8x8", 2, 3),
                     {"name": "two_body", "width": 12, "symmetry": "z2"}, annealed(3),
                     [network("[independence x 1, metropolis x 1]", 500),
                      *classical(tempering(3), 10)]),
    }


def price(runner, case, method):
    """CPU seconds of a draw, tau of the slowest observable with its name, R-hat."""
    title, system, model, file = case
    name, sampler, draws, thin = method
    observables = ["energy", "m2"] + (["q2"] if "torus" not in title else [])
    given = dict(run={"warmup": 500, "thin": thin, "importance": 2000},
                 observables=",".join(observables), model=(model, file) if file else None)
    seconds = {}
    for n in (draws // 5, draws):
        given["run"]["draws"] = n
        rows, seconds[n] = runner.sample(system, sampler, **given)
    each = (seconds[draws] - seconds[draws // 5]) / (sampler["chains"] * (draws - draws // 5))
    slow = max(observables, key=lambda o: rows[o]["tau_int"] or 0.5)
    return each, rows[slow]["tau_int"] or 0.5, slow, max(rows[o]["rhat"] or 1 for o in observables)


def row(runner, title, case, method, training):
    each, tau, slow, rhat = price(runner, case, method)
    cost, bound = 2 * tau * each, "> " if rhat > 1.1 else ""
    learned = cost + training * 2 * tau / RUN if training else cost
    moves = f"{method[0]}, `{method[1]['name']}`" if training else method[0]
    print(f"| {title} | {moves} | {each * 1e6:.3g} | {bound}{tau:.3g} ({slow}) "
          f"| {bound}{cost * 1e6:.3g} | {bound}{learned * 1e6:.3g} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nmc")
    parser.add_argument("--data", default=Path(__file__).parents[1] / ".." / "shared" / "data")
    parser.add_argument("--only", nargs="*", help="of ising16 ising32 sk glass glass8x8")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print("| system | by | CPU µs per draw | τ in draws | µs per independent | with training |\n"
          "| --- | --- | --- | --- | --- | --- |", flush=True)
    table = cases(Path(options.data).resolve())
    with tempfile.TemporaryDirectory(prefix="nmc-honesty-") as work:
        runner = Runner(options.nmc, work, options.seed)
        for name in options.only or table:
            title, system, model, train, methods = table[name]
            file, training = runner.train(system, model, train)
            for method in methods:
                is_network = method[0] == "network"
                case = (title, system, model, file if is_network else None)
                row(runner, title, case, method, training if is_network else 0)
            print(f"<!-- {name}: training {training:.1f} CPU s -->", flush=True)


if __name__ == "__main__":
    main()
