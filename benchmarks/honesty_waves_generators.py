#!/usr/bin/env python3
"""Wave functions, generators and circuits beside what does the same work without them.

usage: honesty_waves_generators.py NMC [--only NAMES] [--seed 1]

NAMES: chain20, chain40 (ground states of the open critical Ising chain in a transverse field: free
fermions, exact diagonalisation, matrix products in NumPy, and wave functions); fields (draws of the
critical 4x4 dual Ising field from 3000 rows: autoencoder, adversarial network, kernel, a flow, one
Gaussian, and Monte Carlo itself, by the squared maximum mean discrepancy to 4000 other fields);
bars (the 14 bars and stripes of 3x3: circuit, matrix products, autoregression, Boltzmann machine).

CPU time is of training, where there is one, and of what the number takes. Prints tables in
Markdown. One core, best on a quiet machine."""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent / "peers"))
import dmrg_numpy  # noqa: E402

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
CHAIN = ("--system.name=tfim", "--system.lattice=chain", "--system.boundary=open")
FIELD = ("--system.name=dual_ising", "--system.L=4", "--system.beta=0.44068679350977151")
SEARCH = ("--run.mode=ground_state", "--sampler.chains=64")
RBM = ("--model.name=rbm_wave", "--model.even=true", "--ground_state.steps=300")
WAVES = {
    "`rbm_wave`, `alpha = 1`": (*RBM, "--run.warmup=100"),
    "`rbm_wave`, `alpha = 3`": (*RBM, "--model.alpha=3", "--run.warmup=100"),
    "`rnn`, GRU of 16": ("--model.name=rnn", "--model.cell=gru", "--model.width=16",
                         "--model.symmetry=z2", "--ground_state.steps=600", "--ground_state.samples=512"),
    "`mps` by sampling, `chi = 8`": ("--model.name=mps", "--model.chi=8", "--ground_state.steps=300"),
}


class Program:
    def __init__(self, nmc, work, seed):
        self.nmc, self.work, self.seed = nmc, Path(work), seed

    def run(self, *words):
        """Output and CPU seconds; results that are refused count too."""
        def used():
            of = resource.getrusage(resource.RUSAGE_CHILDREN)
            return of.ru_utime + of.ru_stime

        begun = used()
        done = subprocess.run([self.nmc, *map(str, words)], cwd=self.work, capture_output=True,
                              text=True, check=False)
        if done.returncode not in (0, 4):
            raise SystemExit(f"{words}: {done.stderr}")
        return done.stdout, used() - begun

    def lines(self, run):
        return {one["name"]: one for one in map(json.loads, self.run("report", run, "--json")[0].splitlines())
                if "name" in one}

    def train(self, out, *words):
        return self.run("train", *words, f"--output.dir={out}", f"--run.seed={self.seed}",
                        "--run.threads=1")[1]


def chain(program, sites):
    print(f"\n| open chain of {sites} at h = 1 | CPU s | energy too high by, of it |\n| --- | --- | --- |")
    system = (*CHAIN, f"--system.L={sites}")
    free, seconds = program.run("exact", *system, "--json")
    exact = json.loads(free.splitlines()[0])["energy"]
    print(f"| free fermions | {seconds:.2g} | 0 |")
    if sites <= 20:
        terms = program.work / "terms.txt"
        terms.write_text("".join(f"-1 Z{i} Z{i + 1}\n" for i in range(sites - 1)) +
                         "".join(f"-1 X{i}\n" for i in range(sites)))
        found, seconds = program.run("exact", "--system.name=pauli", f"--system.terms={terms}", "--json")
        energy = json.loads(found.splitlines()[0])["energy"]
        print(f"| all 2^{sites} states, Lanczos | {seconds:.2g} | {(energy - exact) / -exact:.0e} |")
    begun = time.process_time()
    energy = dmrg_numpy.ground_energy(sites, chi=24, sweeps=3)
    print(f"| matrix products of 24, two-site sweeps in NumPy | {time.process_time() - begun:.2g} "
          f"| {(energy - exact) / -exact:.0e} |", flush=True)
    for title, words in WAVES.items():
        job = (*system, *SEARCH, *words, "--run.draws=2000")
        seconds = program.train("wave", *job, "--restart")
        program.run("run", *job, "--output.dir=wave", f"--run.seed={program.seed}", "--run.threads=1")
        energy = program.lines("wave")["energy"]
        print(f"| {title} | {seconds:.2g} | {(energy['mean'] - exact) / -exact:.1e} "
              f"± {energy['error'] / -exact:.0e} |", flush=True)


def discrepancy(x, y):
    """Unbiased squared maximum mean discrepancy, Gaussians of 1/2, 1, 2 of the median distance."""
    squares = lambda a, b: (a * a).sum(1)[:, None] + (b * b).sum(1) - 2 * a @ b.T  # noqa: E731
    median = np.median(squares(y[:1000], y[1000:2000]))
    kernel = lambda a, b: sum(np.exp(-squares(a, b) / (2 * w * median)) for w in (0.5, 1, 2)) / 3  # noqa: E731
    own = lambda a: (kernel(a, a).sum() - len(a)) / (len(a) * (len(a) - 1))  # noqa: E731
    return own(x) + own(y) - 2 * kernel(x, y).mean()


def fields(program):
    print("\n| 4000 draws of | CPU s to train | µs a draw | 10⁴ MMD² | nll held out | proposes, acceptance |\n"
          "| --- | --- | --- | --- | --- | --- |")
    draws = ("--sampler.name=block_gibbs", "--sampler.chains=40", "--run.warmup=200", "--run.draws=100",
             "--run.thin=200", "--output.configurations=all", "--run.threads=1")

    def sampled(out, seed):
        _, seconds = program.run("run", *FIELD, *draws, f"--run.seed={seed}", f"--output.dir={out}")
        with h5py.File(program.work / out / "result.h5") as file:
            return file["configurations/x"][()].reshape(-1, 16), seconds

    data, seconds = sampled("data", 11)
    other, _ = sampled("other", 12)

    def row(title, train, each, x, nll="", proposes="no"):
        print(f"| {title} | {train:.2g} | {each * 1e6:.2g} | {1e4 * discrepancy(x, other):.1f} | {nll} "
              f"| {proposes} |", flush=True)

    row("block Gibbs, 200 steps apart", 0, seconds / len(data), data, proposes="is the chain")
    learn = data[:3000]
    begun = time.process_time()
    root = np.linalg.cholesky(np.cov(learn.T, bias=True))
    x = learn.mean(0) + np.random.default_rng(1).normal(size=(4000, 16)) @ root.T
    rest = np.linalg.solve(root, (data[3000:] - learn.mean(0)).T)
    nll = 0.5 * (rest**2).sum(0).mean() + np.log(np.diag(root)).sum() + 8 * np.log(2 * np.pi)
    row("one Gaussian, mean and covariance of the rows", time.process_time() - begun, 1e-6, x, f"{nll:.2f}")
    source = ("--learn.data=data/result.h5:configurations/x", "--learn.held_out=1000")
    kinds = {
        "`vae`, `hidden = 16`, 2 latent": ("vae", "--learn.hidden=16", "--learn.latent=2"),
        "`vae`, `hidden = 32`, 16 latent": ("vae", "--learn.hidden=32", "--learn.latent=16"),
        "`gan`, kernel": ("gan", "--learn.critic=kernel", "--learn.hidden=32", "--learn.latent=16",
                          "--learn.steps=2000"),
        "`gan`, network, `penalty = 10`": ("gan", "--learn.critic=network", "--learn.hidden=32",
                                           "--learn.latent=16", "--learn.penalty=10",
                                           "--learn.schedule=cosine", "--learn.steps=6000"),
        "the same, `hidden = 64`, `batch = 512`, `penalty = 2`, `learning_rate = .002`": (
            "gan", "--learn.critic=network", "--learn.hidden=64", "--learn.latent=16", "--learn.batch=512",
            "--learn.penalty=2", "--learn.learning_rate=0.002", "--learn.schedule=cosine",
            "--learn.steps=6000")}
    for title, (machine, *words) in kinds.items():
        train = program.train("made", f"--learn.machine={machine}", *source, *words, "--restart")
        _, each = program.run("evaluate", "made/model.h5", "--draws=4000", "--output=draws.h5")
        with h5py.File(program.work / "draws.h5") as file:
            x = file["x"][()]
        nll = program.lines("made").get("nll_held_out")
        row(title, train, each / 4000, x, f"{nll['value']:.2f}" if nll else "")
    job = (*FIELD, "--model.name=maf", "--model.bends=true", "--train.objective=forward",
           "--train.data=data/result.h5:configurations/x", "--train.held_out=0.25", "--train.steps=2000",
           "--sampler.name=independence", "--sampler.chains=64", "--run.draws=200")
    train = program.train("flow", *job)
    program.run("run", *job, "--output.dir=flow", f"--run.seed={program.seed}", "--run.threads=1")
    with h5py.File(program.work / "z.h5", "w") as file:
        file["z"] = np.random.default_rng(2).normal(size=(4000, 16))
    _, each = program.run("evaluate", "flow/model.h5", "--input=z.h5", "--output=x.h5")
    with h5py.File(program.work / "rows.h5", "w") as file:
        file["x"] = data[3000:]
    program.run("evaluate", "flow/model.h5", "--input=rows.h5", "--output=q.h5")
    with h5py.File(program.work / "x.h5") as file, h5py.File(program.work / "q.h5") as q:
        row("`maf` on the same rows", train, each / 4000, file["x"][()], f"{-q['log_q'][()].mean():.2f}",
            f"yes, {program.lines('flow')['sampler']['acceptance']:.2f}")


def bars(program):
    print("\n| 14 bars and stripes of 3×3 | CPU s to train | ⟨−ln q⟩ − ln 14 |\n| --- | --- | --- |")
    with h5py.File(EXAMPLES / "bars_and_stripes_spins.h5") as file:
        rows = np.unique(file["x"][()], axis=0)
    with h5py.File(program.work / "bars.h5", "w") as file:
        file["x"] = rows
    torus = ("--system.name=ising", "--system.L=3", "--system.beta=0", "--train.data=bars.h5:x",
             "--train.held_out=0", "--sampler.name=independence")
    for title, words in {
            "`circuit`, `depth = 6`, by its MMD": ("--model.name=circuit", "--model.depth=6",
                                                   "--train.objective=mmd", "--train.steps=2000",
                                                   "--train.learning_rate=0.1"),
            "`mps`, two-site sweeps": ("--model.name=mps", "--model.chi=16", "--train.objective=forward",
                                       "--train.optimiser=sweeps", "--train.steps=10"),
            "`made`, likelihood": ("--model.name=made", "--model.width=32", "--train.objective=forward",
                                   "--train.steps=2000", "--train.learning_rate=0.01")}.items():
        seconds = program.train("bars", *torus, *words, "--restart")
        program.run("evaluate", "bars/model.h5", "--input=bars.h5", "--output=q.h5")
        with h5py.File(program.work / "q.h5") as file:
            print(f"| {title} | {seconds:.2g} | {-file['log_q'][()].mean() - np.log(14):.1e} |", flush=True)
    seconds = program.train("machine", "--learn.data=bars.h5:x", "--learn.units=spin", "--learn.hidden=8")
    nll = program.lines("machine")["machine"]["nll"]
    print(f"| restricted Boltzmann machine, exact gradient | {seconds:.2g} | {nll - np.log(14):.1e} |")


CASES = {"chain20": lambda p: chain(p, 20), "chain40": lambda p: chain(p, 40), "fields": fields, "bars": bars}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nmc")
    parser.add_argument("--only", nargs="*", choices=CASES, default=list(CASES))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nmc-honesty-") as work:
        program = Program(Path(options.nmc).resolve(), work, options.seed)
        for name in options.only:
            CASES[name](program)


if __name__ == "__main__":
    main()
