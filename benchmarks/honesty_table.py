#!/usr/bin/env python3
"""What an independent configuration costs by a network, Metropolis, the best classical move, and on
tori of two directions the tensor network of the couplings.

usage: honesty_table.py NMC [--data DIR] [--only NAMES] [--seed 1]

NAMES: examples with a network of spins (ising_two_body, ising_hierarchical, ising_conditional,
ising_rnn, sk_made, glass_suffix, triangular_antiferromagnet_network), each with the training and
the moves of its job file, and glass8x8, a glass of ../shared/data at a low temperature.

The price is CPU time of a draw of one chain times 2 tau_int of the slowest of energy, m2 and, for
glasses, q2. CPU time of a draw: `nmc sample` as a whole, a long run less a short one. `training`
is added as spread over the independent configurations of a run of 256 chains and 500 draws, the
size of the examples. A row whose R-hat is above 1.1 never forgot where it began: its tau is a lower
bound, and so is its price (>). Prints a table in Markdown. One core, best on a quiet machine."""

import argparse
import configparser
import tempfile
from pathlib import Path

from autoregressive_check import CHAIN, TWO_BODY, Runner

EXAMPLES = Path(__file__).parents[1] / "examples"
RUN = 256 * 500  # draws of an example
TEMPERING = {"name": "tempering", "ladder": "0.2,0.35,0.5,0.6,0.75,0.9,1,1.25,1.5,2,2.5,3",
             "chains": 512}


def metropolis(thin, draws):
    return ("Metropolis", {"name": "metropolis", "chains": 512}, draws, thin)


def tempering(beta):
    ladder = ",".join(b for b in TEMPERING["ladder"].split(",") if float(b) < beta)
    return ("tempering", dict(TEMPERING, ladder=f"{ladder},{beta}"), 400, 1)


def wolff(clusters, draws=2000):
    return ("Wolff", {"name": "wolff", "clusters": clusters, "chains": 128}, draws, 1)


def sheets(chi, chains=64, draws=400):
    """The tensor network of a torus: all but a row and a column drawn at once given these."""
    return ("tensor network", {"name": "sheet_heat_bath", "chi": chi, "chains": chains}, draws, 1)


# example: (what it is, draws of its network, its classical rivals)
CASES = {
    "ising_two_body": ("critical torus, L = 16", 500, [metropolis(20, 1000), wolff(4), sheets(8, 16, 200)]),
    "ising_hierarchical": ("critical torus, L = 32", 300, [metropolis(100, 500), wolff(8), sheets(8, 8, 100)]),
    "ising_conditional": ("critical torus, L = 8, network of 0.3 ... 0.5", 1000,
                          [metropolis(5, 2000), wolff(4), sheets(4)]),
    "ising_rnn": ("critical torus, L = 8", 300, [metropolis(5, 2000), wolff(4), sheets(4)]),
    "sk_made": ("SK, N = 20, beta = 2", 2000, [metropolis(1, 2000), tempering(2)]),
    "glass_suffix": ("+-J, 8 x 8, beta = 1", 1000, [metropolis(10, 2000), tempering(1), sheets(8)]),
    "triangular_antiferromagnet_network": ("triangular antiferromagnet, L = 4", 500,
                                           [metropolis(2, 2000), tempering(4)]),
    "glass8x8": ("Gauss, 8 x 8, beta = 3", 500, [metropolis(10, 2000), tempering(3), sheets(8)]),
}


def job_of(name, data):
    """Sections of the job file, less what a benchmark chooses for itself."""
    if name == "glass8x8":
        return {"system": {"name": "ising", "bonds": data / "ea2d_8x8.json", "instance": 2,
                           "beta": 3},
                "model": TWO_BODY,
                "sampler": {"name": CHAIN}}
    parser = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=("#",))
    parser.optionxform = str
    parser.read(EXAMPLES / f"{name}.ini")
    return {section: dict(parser[section]) for section in ("system", "model", "train", "sampler")}


def learned(runner, job):
    """The model file and the CPU seconds of its training, with those of the data that it needs."""
    if "train" in job:
        return runner.train(job["system"], job["model"], job["train"])
    train, seconds = runner.covering(job["system"])
    file, more = runner.train(job["system"], job["model"], train)
    return file, seconds + more


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
    with_training = cost + training * 2 * tau / RUN if training else cost
    moves = f"{method[0]}, `{method[1]['name']}`" if training else method[0]
    print(f"| {title} | {moves} | {each * 1e6:.3g} | {bound}{tau:.3g} ({slow}) "
          f"| {bound}{cost * 1e6:.3g} | {bound}{with_training * 1e6:.3g} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nmc")
    parser.add_argument("--data", default=Path(__file__).parents[1] / ".." / "shared" / "data")
    parser.add_argument("--only", nargs="*", choices=CASES, default=list(CASES))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print("| system | by | CPU µs per draw | τ in draws | µs per independent | with training |\n"
          "| --- | --- | --- | --- | --- | --- |", flush=True)
    with tempfile.TemporaryDirectory(prefix="nmc-honesty-") as work:
        runner = Runner(options.nmc, work, options.seed)
        runner.takes_refused = True  # a short run beside a long one, for its CPU time alone
        for name in options.only:
            title, draws, rivals = CASES[name]
            job = job_of(name, Path(options.data).resolve())
            file, training = learned(runner, job)
            network = ("network", {"name": job["sampler"]["name"], "chains": 256}, draws, 1)
            for method in (network, *rivals):
                is_network = method is network
                case = (title, job["system"], job["model"], file if is_network else None)
                row(runner, title, case, method, training if is_network else 0)
            print(f"<!-- {name}: training {training:.1f} CPU s -->", flush=True)


if __name__ == "__main__":
    main()
