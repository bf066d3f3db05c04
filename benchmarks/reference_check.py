#!/usr/bin/env python3
"""Runs nmc on instances whose exact values are known and prints value, error, exact value and z.

usage: reference_check.py NMC [--data DIR] [--files NAMES] [--instances N] [--relative 1e-4]
                              [--quick] [--threads N] [--seed 1]

For every instance of ea2d_small, ea3d_small, ea2d_8x8 and sk_n20 and every stored beta:
  energy   by tempering, measurements averaged into bins until its error is `--relative` of it
  lnZ      by integration over the ladder, by MBAR, by population annealing and by annealed
           importance sampling
  P(E0)    the fraction of draws in the ground state against degeneracy exp(-beta E0) / Z
Exit code 1 where the largest |z| is one that n normal numbers exceed once in a thousand times."""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

FILES = ("ea2d_small", "ea3d_small", "ea2d_8x8", "sk_n20")
LADDER = (0, 0.1, 0.2, 0.35, 0.5, 0.6, 0.75, 0.9, 1, 1.25, 1.5, 2, 2.5, 3)
CHAINS = 128
BINS = 100


class Check:
    def __init__(self, options):
        self.options = options
        self.rows = []

    def nmc(self, *words):
        command = [self.options.nmc, *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}\n{done.stderr}")
        return done.stdout

    def report(self, directory):
        lines = self.nmc("report", directory, "--json").splitlines()
        return [json.loads(line) for line in lines]

    def add(self, where, beta, what, value, error, exact):
        z = (value - exact) / error if error and error > 0 else float("nan")
        self.rows.append((where, beta, what, z))
        relative = abs(error / exact) if error and exact else float("nan")
        print(f"{where:<14} {beta:<5g} {what:<16} {value:16.8f} {error or 0:10.1e} {exact:16.8f} "
              f"{relative:8.1e} {z:+6.2f}", flush=True)

    def job(self, source, index, beta, work, kind, **sections):
        """A job file of its own directory; `sections` as {section: {key: value}}."""
        path = Path(work) / f"{kind}.ini"
        sections["system"] = {"name": "ising", "bonds": source, "instance": index, "beta": beta}
        sections.setdefault("run", {}).update(threads=self.options.threads, seed=self.options.seed)
        sections.setdefault("output", {})["dir"] = Path(work) / kind
        path.write_text("".join(f"[{name}]\n" + "".join(f"{k} = {v}\n" for k, v in keys.items())
                                for name, keys in sections.items()))
        return path

    def instance(self, name, source, index, data):
        where = f"{name}/{index}"
        values = {value["beta"]: value for value in data["values"]}
        betas = sorted(set(values) | {b for b in LADDER if b <= max(values)})
        ladder = {"name": "tempering", "chains": CHAINS, "ladder": ",".join(map(str, betas))}
        with tempfile.TemporaryDirectory(prefix="nmc-reference-") as work:
            make = lambda kind, **keys: self.job(source, index, max(values), work, kind, **keys)
            self.lnZ(where, values, make, ladder, work)
            self.energies(where, values, make, ladder, work)
            self.annealing(where, values, make, betas, work)
            self.ground_state(where, values, data, Path(work) / "ladder" / "result.h5")

    def lnZ(self, where, values, make, ladder, work):
        draws = 300 if self.options.quick else 3000
        self.nmc("run", make("ladder", sampler=ladder, run={"warmup": 300, "draws": draws}))
        for row in self.report(Path(work) / "ladder"):
            if row["name"] in ("lnZ_integration", "lnZ_mbar") and row["beta"] in values:
                self.add(where, row["beta"], row["name"], row["mean"], row["error"],
                         values[row["beta"]]["lnZ"])

    def energies(self, where, values, make, ladder, work):
        slack = 1.2  # for 2 tau a little above 1
        # Means need no ladder as dense as lnZ does.
        betas = sorted(set(values) | {b for b in (0, 0.35, 0.75) if b <= max(values)})
        ladder = dict(ladder, ladder=",".join(map(str, betas)))
        needed = max(v["heat"] / (b * v["energy"] * self.options.relative) ** 2
                     for b, v in values.items())
        run = {"warmup": 300, "draws": BINS, "thin": 1,
               "bin": max(1, math.ceil(slack * needed / (CHAINS * BINS)))}
        self.nmc("run", make("energy", sampler=ladder, run=run,
                             output={"observables": "energy", "dir": Path(work) / "energy"}))
        for row in self.report(Path(work) / "energy"):
            if row["name"] == "energy" and row.get("beta") in values:
                self.add(where, row["beta"], "energy", row["mean"], row["error"],
                         values[row["beta"]]["energy"])

    def annealing(self, where, values, make, betas, work):
        # Weights that nothing resamples spread with the heat of every step: after 27 temperatures a
        # few configurations of 8x8 spins carry them all, and the error knows only those it has seen.
        for method, parts, sweeps in (("population", 2, 10), ("importance", 32, 1)):
            schedule = [a + (b - a) * k / parts for a, b in zip(betas, betas[1:])
                        for k in range(parts)] + betas[-1:]
            anneal = {"method": method, "runs": 40, "population": 300 if self.options.quick else 3000,
                      "sweeps": sweeps, "schedule": ",".join(map(repr, schedule))}
            self.nmc("anneal", make(method, anneal=anneal, sampler={"name": "heat_bath"}))
            for row in self.report(Path(work) / method):
                if row["name"] == "lnZ" and row["beta"] in values:
                    self.add(where, row["beta"], f"lnZ_{method}", row["mean"], row["error"],
                             values[row["beta"]]["lnZ"])

    def ground_state(self, where, values, data, result):
        import h5py
        # Gaussian couplings without fields: the state and its mirror image
        degeneracy = data.get("degeneracy") or 2
        with h5py.File(result) as file:
            beta = file["ladder/beta"][()]
            energy = file["ladder/energy"][()]
        for k, b in enumerate(beta):
            if b not in values:
                continue
            exact = float(degeneracy) * math.exp(-b * data["E0"] - values[b]["lnZ"])
            found = (energy[:, :, k] < data["E0"] + 1e-6).mean(axis=1)  # of every chain
            error = found.std(ddof=1) / math.sqrt(len(found))
            # A handful of events, or of their absence, have no normal error.
            if 50 < exact * energy[:, :, k].size < energy[:, :, k].size - 50:
                self.add(where, b, "P(E0)", found.mean(), error, exact)

    def summary(self):
        z = [abs(row[3]) for row in self.rows if not math.isnan(row[3])]
        # |z| that one of n independent normal numbers exceeds with odds of 1/1000; jackknife errors
        # from 40 blocks or runs follow Student's t, which 10 % more allow for.
        low, high = 0.0, 10.0
        while high - low > 1e-6:
            middle = (low + high) / 2
            low, high = ((middle, high) if len(z) * math.erfc(middle / math.sqrt(2)) > 1e-3
                         else (low, middle))
        limit = 1.1 * high
        over = [row for row in self.rows if abs(row[3]) > 3]
        print(f"\n{len(z)} values, largest |z| {max(z):.2f}, rms {math.sqrt(sum(x * x for x in z) / len(z)):.2f}; "
              f"beyond 3: {len(over)}, expected {0.0027 * len(z):.1f}; limit {limit:.2f}")
        for row in over:
            print(f"  {row[0]} beta {row[1]} {row[2]} z {row[3]:+.2f}")
        return 0 if max(z) < limit else 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("nmc")
    parser.add_argument("--data", default=Path(__file__).parents[1] / ".." / "shared" / "data")
    parser.add_argument("--files", nargs="*", default=FILES)
    parser.add_argument("--instances", type=int, default=1000, help="at most so many of each file")
    parser.add_argument("--relative", type=float, default=1e-4, help="error of the energy")
    parser.add_argument("--quick", action="store_true", help="short ladders and small populations")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    check = Check(options)
    print(f"{'instance':<14} {'beta':<5} {'quantity':<16} {'value':>16} {'error':>10} {'exact':>16} "
          f"{'relative':>8} {'z':>6}")
    for name in options.files:
        source = (Path(options.data) / f"{name}.json").resolve()
        instances = json.loads(source.read_text())["instances"]
        for index, data in enumerate(instances[:options.instances]):
            check.instance(name, source, index, data)
    return check.summary()


if __name__ == "__main__":
    sys.exit(main())
