#!/usr/bin/env python3
"""Autoregressive networks beside exact values: value, error, exact value and z.

usage: autoregressive_check.py NMC [--data DIR] [--only glasses triangular sk ising8 ising16 ising32]
                                   [--files NAMES] [--instances N] [--seed 1]

glasses     every instance and stored beta of ea2d_small, ea3d_small and ea2d_8x8, trained afresh at
            each with configurations of tempering at 0.7 beta mixed in: lnZ and energy by
            importance, energy and P(E0) of a chain of independence and Metropolis moves
triangular  entropy of the antiferromagnet, L = 4, by importance, down to the residual one at
            beta = 5, trained with a heat bath mixed in
sk          sk_n20 at beta 1 and 2: lnZ within 0.1 %, ESS of at least 0.95, CPU time of the training
isingL      the critical torus, L = 8, 16, 32: ESS, lnZ, energy, m2 (beyond L = 8 beside Wolff)

z of a mean of draws assumes a normal mean: rows in which fewer than 50 draws differ from the rest
(an energy that is E0 but for a handful of draws) are left out. One core. Exit code 1 where |z| is
one that n normal numbers exceed once in a thousand times, or where a bar of sk or ising is missed.
"""

import argparse
import json
import math
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FILES = ("ea2d_small", "ea3d_small", "ea2d_8x8")
BETA_C = 0.4406867935
RARE = 50  # events
FRESH = 50000  # draws for importance
TWO_BODY = {"name": "two_body", "width": 12, "symmetry": "z2"}
LADDER = (0.1, 0.2, 0.35, 0.5, 0.6, 0.75, 0.9, 1, 1.25, 1.5, 2, 2.5)
WARMER = 0.7  # beta of the configurations that networks of glasses learn from, over their own
# Ends with the network, so that the upper bound of lnZ costs nothing.
CHAIN = "[metropolis x 1, independence x 1]"
SK = {1: (4, {"name": "made", "depth": 1, "width": 1},
          {"steps": 2000, "batch": 1024, "learning_rate": 0.01}),
      2: (12, {"name": "made", "depth": 2, "width": 8, "couplings": "true"},
          {"steps": 6000, "anneal_steps": 3000, "batch": 1024, "learning_rate": 0.01})}
TRIANGULAR = {"steps": 2000, "anneal_steps": 1500, "batch": 256, "learning_rate": 0.01,
              "objective": "mixed", "forward_weight": 0.1, "data": "heat_bath"}
WIRED = {"name": "two_body", "width": 16}
# L: bar of the ESS, model, training, chain and draws
ISING = {8: (0.9, WIRED, {"steps": 3000, "batch": 512, "learning_rate": 0.005}, CHAIN, 1000),
         16: (0.5, WIRED, {"steps": 3000, "batch": 256, "learning_rate": 0.005}, CHAIN, 1000),
         32: (0.1, {"name": "hierarchical"},
              {"steps": 1500, "anneal_steps": 700, "batch": 256, "learning_rate": 0.005},
              "[suffix x 2, metropolis x 2]", 5000)}


def annealed(beta):
    """Training with as many steps as beta has to rise."""
    steps = int(2000 * max(1, beta))
    return {"steps": steps, "anneal_steps": int(0.75 * steps), "batch": 256,
            "learning_rate": 0.01}


class Runner:
    """nmc with options on the command line, one thread, and its CPU seconds."""

    takes_refused = False  # whether a run whose numbers its report refuses is one

    def __init__(self, program, work, seed):
        self.program, self.work, self.seed, self.runs = program, Path(work), seed, 0

    def nmc(self, *words):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([self.program, *map(str, words)], capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode not in ((0, 4) if self.takes_refused else (0,)):
            sys.exit(f"{' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}")
        return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def run(self, command, directory, **sections):
        sections.setdefault("run", {}).update(threads=1, seed=1000 * self.seed + self.runs)
        sections["output"] = dict(sections.get("output", {}), dir=directory)
        words = [f"--{s}.{k}={v}" for s, keys in sections.items() for k, v in keys.items()]
        return self.nmc(command, *words)[1]

    def train(self, system, model, train):
        """The model file and the CPU seconds of its training."""
        self.runs += 1
        directory = self.work / f"train{self.runs}"
        train = dict({"validate_every": train["steps"]}, **train)
        seconds = self.run("train", directory, system=system, model=model, train=train,
                           sampler={"name": "independence"})
        return directory / "model.h5", seconds

    def covering(self, system):
        """Training of a glass that keeps what reverse KL alone forgets, mixed with configurations of
        tempering, which are warmer than the target so that they hold its rare states; and the CPU
        seconds of those."""
        beta, warm = system["beta"], WARMER * system["beta"]
        ladder = ",".join(str(b) for b in (*(b for b in LADDER if b < warm), warm))
        directory = self.work / "data"  # large: only those of the last call are kept
        shutil.rmtree(directory, ignore_errors=True)
        self.runs += 1
        seconds = self.run(
            "sample", directory, system=system | {"beta": warm},
            sampler={"name": "tempering", "ladder": ladder, "chains": 512},
            run={"warmup": 250, "draws": 100, "thin": 5},
            output={"observables": "energy", "configurations": "all"})
        data = f"{directory}/result.h5:configurations/x"
        return annealed(beta) | {"objective": "mixed", "forward_weight": 0.2, "data": data}, seconds

    def sample(self, system, sampler, run, observables="energy,m2", model=None):
        """{name: row of the report} and the CPU seconds."""
        self.runs += 1
        directory = self.work / f"sample{self.runs}"
        sections = {"model": dict(model[0], file=model[1])} if model else {}
        seconds = self.run("sample", directory, system=system, sampler=sampler,
                           run=dict({"thin": 1}, **run), output={"observables": observables},
                           **sections)
        lines = self.nmc("report", directory, "--json")[0].splitlines()
        rows = [json.loads(line) for line in lines]
        return {row["name"]: row for row in rows if row["name"] != "part"}, seconds


class Check:
    def __init__(self, options, work):
        self.options, self.rows, self.missed = options, [], []
        self.runner = Runner(options.nmc, work, options.seed)

    def add(self, where, beta, what, value, error, exact, exact_error=0):
        if not error:  # the report refuses estimates that a few weights carry
            self.bar(where, beta, what, math.nan, False)
            return
        z = (value - exact) / math.hypot(error, exact_error)
        self.rows.append((where, beta, what, z))
        print(f"{where:<16} {beta:<5.3g} {what:<14} {value:16.8f} {error:9.1e} {exact:16.8f} "
              f"{z:+6.2f}", flush=True)

    def bar(self, where, beta, what, value, holds):
        if not holds:
            self.missed.append(f"{where} beta {beta} {what} {value:.5g}")
        print(f"{where:<16} {beta:<5.3g} {what:<14} {value:16.5g} {'' if holds else 'missed'}",
              flush=True)

    def importance(self, where, beta, network, lnZ, energy):
        self.add(where, beta, "lnZ", network["lnZ"], network["lnZ_error"], lnZ)
        self.add(where, beta, "energy_q", network["energy"], network["energy_error"], energy)

    def source(self, name):
        return (Path(self.options.data) / f"{name}.json").resolve()

    def glasses(self):
        for name in self.options.files:
            instances = json.loads(self.source(name).read_text())["instances"]
            for index, data in enumerate(instances[:self.options.instances]):
                for value in data["values"]:
                    if not self.options.beta or value["beta"] in self.options.beta:
                        self.glass(f"{name}/{index}", name, index, data, value)

    def glass(self, where, name, index, data, value):
        beta = value["beta"]
        system = {"name": "ising", "bonds": self.source(name), "instance": index, "beta": beta}
        training, seconds = self.runner.covering(system)
        file, more = self.runner.train(system, TWO_BODY, training)
        chains, draws = 256, 400
        rows, _ = self.runner.sample(
            system, {"name": CHAIN, "chains": chains},
            {"warmup": 50, "draws": draws, "importance": FRESH}, "energy", (TWO_BODY, file))
        network, energy = rows["network"], rows["energy"]
        print(f"{where:<16} {beta:<5g} trained in {seconds + more:.1f} CPU s: "
              f"ESS {network['ess']:.4f}, largest weight {network['w_max']:.1f}, "
              f"R-hat {energy['rhat']:.4f}", flush=True)
        # Gaussian couplings without fields: the state and its mirror image
        ground = float(data.get("degeneracy") or 2) * math.exp(-beta * data["E0"] - value["lnZ"])
        if (1 - ground) * FRESH > RARE:
            self.importance(where, beta, network, value["lnZ"], value["energy"])
        if (1 - ground) * chains * draws > RARE:
            self.add(where, beta, "energy", energy["mean"], energy["error"], value["energy"])
            if ground * chains * draws > RARE:
                row = rows["P(E0)"]
                self.add(where, beta, "P(E0)", row["mean"], row["error"], ground)

    def triangular(self):
        for value in json.loads(self.source("triangular_afm").read_text())["values"]:
            if value["L"] != 4 or value["beta"] < 1:
                continue
            beta, lnZ, energy = value["beta"], float(value["lnZ"]), float(value["energy"])
            system = {"name": "ising", "lattice": "triangular", "L": 4, "J": -1, "beta": beta}
            model = dict(TWO_BODY, symmetry="translations")
            file, seconds = self.runner.train(system, model, TRIANGULAR)
            chains, draws = 256, 1000
            rows, _ = self.runner.sample(system, {"name": CHAIN, "chains": chains},
                                         {"warmup": 50, "draws": draws, "importance": 200000},
                                         model=(model, file))
            network, where = rows["network"], "triangular L=4"
            print(f"{where:<16} {beta:<5g} trained in {seconds:.1f} CPU s: "
                  f"ESS {network['ess']:.4f}; 42 ground states: {math.log(42):.6f}")
            self.importance(where, beta, network, lnZ, energy)
            self.add(where, beta, "entropy", network["entropy"], network["entropy_error"],
                     lnZ + beta * energy)
            excited = 1 - 42 * math.exp(16 * beta - lnZ)
            if excited * chains * draws > RARE:
                row = rows["energy"]
                self.add(where, beta, "energy", row["mean"], row["error"], energy)

    def sk(self):
        for index, data in enumerate(json.loads(self.source("sk_n20").read_text())["instances"]):
            for value in data["values"]:
                if value["beta"] in SK:
                    self.sk_instance(f"sk_n20/{index}", index, value)

    def sk_instance(self, where, index, value):
        beta = value["beta"]
        budget, model, train = SK[beta]
        system = {"name": "ising", "bonds": self.source("sk_n20"), "instance": index, "beta": beta}
        file, seconds = self.runner.train(system, model, train)
        rows, _ = self.runner.sample(system, {"name": CHAIN, "chains": 256},
                                     {"warmup": 50, "draws": 1000, "importance": 100000},
                                     model=(model, file))
        network = rows["network"]
        self.bar(where, beta, "CPU seconds", seconds, seconds <= budget)
        self.bar(where, beta, "ESS", network["ess"], network["ess"] >= 0.95)
        # What a user without importance weights reads off: the bound, as VAN's figures do.
        for what, lnZ in (("bound", network["lnZ_lower"]), ("importance", network["lnZ"])):
            error = abs(lnZ / value["lnZ"] - 1)
            self.bar(where, beta, f"{what} error", error, error <= 1e-3)
        self.importance(where, beta, network, value["lnZ"], value["energy"])
        self.add(where, beta, "energy", rows["energy"]["mean"], rows["energy"]["error"],
                 value["energy"])

    def ising(self, L):
        bar, model, train, chain, draws = ISING[L]
        system = {"name": "ising", "L": L, "beta": BETA_C}
        exact = next(v for v in json.loads(self.source("ising2d_torus").read_text())["values"]
                     if v["L"] == L and v["beta"] == BETA_C)
        lnZ, energy = float(exact["lnZ"]), float(exact["energy"])
        file, seconds = self.runner.train(system, model, train)
        rows, _ = self.runner.sample(system, {"name": chain, "chains": 256},
                                     {"warmup": 500, "draws": draws, "importance": 20000},
                                     model=(model, file))
        network, where = rows["network"], f"ising L={L}"
        self.bar(where, BETA_C, "CPU seconds", seconds, L != 8 or seconds <= 60)
        self.bar(where, BETA_C, "ESS", network["ess"], network["ess"] >= bar)
        error = abs(network["lnZ"] / lnZ - 1)
        self.bar(where, BETA_C, "F error", error, error <= 1e-4)
        self.importance(where, BETA_C, network, lnZ, energy)
        for name, value in (("energy", (energy, 0)), ("m2", self.m2(L, system))):
            row = rows[name]
            print(f"{where:<16} {name} tau {row['tau_int']:.2f}, R-hat {row['rhat']:.4f}")
            self.add(where, BETA_C, name, row["mean"], row["error"], *value)

    def m2(self, L, system):
        if L == 8:
            values = json.loads(self.source("ising2d_magnetisation").read_text())["values"]
            return next((v["m2"], 0) for v in values if v["L"] == L and v["beta"] == BETA_C)
        rows, _ = self.runner.sample(system, {"name": "wolff", "clusters": 4, "chains": 64},
                                     {"warmup": 500, "draws": 40000 * 16 // L})
        self.add(f"wolff L={L}", BETA_C, "energy", rows["energy"]["mean"], rows["energy"]["error"],
                 rows["energy"]["exact"])
        return rows["m2"]["mean"], rows["m2"]["error"]

    def summary(self):
        z = [abs(row[3]) for row in self.rows]
        low, high = 0.0, 10.0
        while high - low > 1e-6:
            middle = (low + high) / 2
            low, high = ((middle, high) if len(z) * math.erfc(middle / math.sqrt(2)) > 1e-3
                         else (low, middle))
        over = [row for row in self.rows if abs(row[3]) > 3]
        chi2 = sum(x * x for x in z) / len(z)
        print(f"\n{len(z)} values, largest |z| {max(z):.2f}, chi2/n {chi2:.3f}; "
              f"beyond 3: {len(over)}, expected {0.0027 * len(z):.1f}; limit {high:.2f}")
        for what in dict.fromkeys(row[2] for row in self.rows):
            some = [row[3] for row in self.rows if row[2] == what]
            print(f"  {what:<10} {len(some):4} values, largest |z| {max(map(abs, some)):.2f}, "
                  f"chi2/n {sum(x * x for x in some) / len(some):.3f} "
                  f"+- {math.sqrt(2 / len(some)):.3f}, mean z {sum(some) / len(some):+.3f}")
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"  {used.ru_utime + used.ru_stime:.0f} CPU s in all")
        for row in over:
            print(f"  {row[0]} beta {row[1]} {row[2]} z {row[3]:+.2f}")
        for line in self.missed:
            print(f"  missed: {line}")
        return 0 if max(z) < high and not self.missed else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = ("glasses", "triangular", "sk", "ising8", "ising16", "ising32")
    parser.add_argument("nmc")
    parser.add_argument("--data", default=Path(__file__).parents[1] / ".." / "shared" / "data")
    parser.add_argument("--only", nargs="*", choices=parts, default=parts)
    parser.add_argument("--files", nargs="*", default=FILES)
    parser.add_argument("--instances", type=int, default=1000, help="at most so many of each file")
    parser.add_argument("--beta", type=float, nargs="*", help="these alone")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nmc-autoregressive-") as work:
        check = Check(options, work)
        print(f"{'instance':<16} {'beta':<5} {'quantity':<14} {'value':>16} {'error':>9} "
              f"{'exact':>16} {'z':>6}")
        for part in options.only:
            if part.startswith("ising"):
                check.ising(int(part[5:]))
            else:
                getattr(check, part)()
        return check.summary()


if __name__ == "__main__":
    sys.exit(main())
