#!/usr/bin/env python3
"""phi^4 at m^2 = -4 by Metropolis and embedded clusters beside published and exact values.

usage: phi4_table.py NMC [--fraction 0.5] [--seed 1] [--only L ...] [--time]

S = sum_x [sum_mu (phi(x + mu) - phi(x))^2 + m^2 phi^2 + lambda phi^4], periodic. For L = 6 to 32
<|M|>, chi = V <M^2> and S/V are held against cluster simulations with errors of their own, for
L = 2, 3, 4 against `nmc exact` (transfer matrix). A pilot run says how many draws make every error
`--fraction` of the one beside it. `identity` is <S/V> + lambda <phi^4> - 1/2 and must be 0.
z = (value - reference) / combined error; exit code 1 where one of them lies beyond 3.

--time instead measures compositions of the two samplers at L = 32: CPU time of a draw, of
`nmc sample` as a whole, times 2 tau(M^2): the price of an independent configuration. One core, best
on a quiet machine."""

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

M2 = -4
# L: lambda, then (value, error) of <|M|>, chi and S/V
TABLE = {
    6: (6.975, (0.141567, 0.000104), (1.0645, 0.0014), (0.133276, 0.000091)),
    8: (8.0, (0.087056, 0.000072), (0.7452, 0.0011), (0.161519, 0.000080)),
    12: (5.276, (0.14022, 0.00020), (4.118, 0.010), (0.05187, 0.00014)),
    20: (4.807, (0.13549, 0.00031), (10.633, 0.044), (-0.00230, 0.00019)),
    32: (4.572, (0.13106, 0.00048), (25.36, 0.17), (-0.04496, 0.00027)),
}
NAMES = ("abs_m", "chi", "action")
EXACT = {L: 6.975 for L in (2, 3, 4)}
EXACT_ERROR = 1e-3  # relative, aimed at
CHAINS = 32
PILOT = 2000
# sweeps of Metropolis, clusters, steps per draw
COMPOSITIONS = ((1, 1, 2), (1, 1, 4), (1, 2, 3), (1, 4, 2), (1, 8, 1), (2, 1, 2), (2, 2, 2),
                (2, 3, 2), (3, 2, 2), (3, 3, 2), (3, 4, 1), (4, 3, 1), (4, 4, 1))


class Runner:
    def __init__(self, program, work, seed):
        self.program, self.work, self.seed = program, work, seed

    def nmc(self, *words):
        done = subprocess.run([self.program, *map(str, words)], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(map(str, words))}\n{done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    def sample(self, L, coupling, draws, sweeps=2, clusters=1, thin=2, observables=""):
        """{name: row of the report} and the CPU seconds of `nmc sample`."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.nmc("sample", "--system.name=phi4", f"--system.L={L}", f"--system.m2={M2}",
                 f"--system.lambda={coupling}", f"--run.seed={self.seed}", "--run.threads=1",
                 f"--sampler.name=[metropolis x {sweeps}, phi4_cluster x {clusters}]",
                 f"--sampler.chains={CHAINS}", "--run.warmup=500", f"--run.draws={draws}",
                 f"--run.thin={thin}", f"--output.dir={self.work}", "--restart",
                 "--output.observables=" + (observables or "action,abs_m,m2,phi4,identity"))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return {row["name"]: row for row in self.nmc("report", self.work, "--json")}, cpu

    def precise(self, L, coupling, goals):
        """Errors below `goals` {name: error}, as far as a pilot can tell."""
        pilot, _ = self.sample(L, coupling, PILOT)
        factor = max((pilot[name]["error"] / goal) ** 2 for name, goal in goals.items())
        return self.sample(L, coupling, max(PILOT, math.ceil(1.1 * factor * PILOT)))[0]


def line(L, coupling, name, row, reference, reference_error):
    z = (row["mean"] - reference) / math.hypot(row["error"], reference_error)
    print(f"{L:<3} {coupling:<6g} {name:<9} {row['mean']:13.8f} {row['error']:9.1e} "
          f"{reference:13.8f} {reference_error:9.1e} {z:+6.2f}", flush=True)
    return z


def published(runner, L, fraction):
    coupling, *references = TABLE[L]
    goals = {name: fraction * error for name, (_, error) in zip(NAMES, references)}
    rows = runner.precise(L, coupling, goals)
    found = [line(L, coupling, name, rows[name], *reference)
             for name, reference in zip(NAMES, references)]
    return found + [line(L, coupling, "identity", rows["identity"], 0, 0)]


def exact(runner, L):
    coupling = EXACT[L]
    answer = runner.nmc("exact", "--system.name=phi4", f"--system.L={L}", f"--system.m2={M2}",
                        f"--system.lambda={coupling}", "--json")[0]
    references = {"chi": answer["m2"] * L * L, "action": answer["action"], "phi4": answer["phi4"]}
    # S/V follows <phi^4> by the identity and may lie at 0.
    goals = {k: EXACT_ERROR * references[k] for k in ("chi", "phi4")}
    rows = runner.precise(L, coupling, goals)
    found = [line(L, coupling, k, rows[k], v, 0) for k, v in references.items()]
    return found + [line(L, coupling, "identity", rows["identity"], 0, 0)]


def table(runner, options):
    print(f"{'L':<3} {'lambda':<6} {'quantity':<9} {'value':>13} {'error':>9} {'reference':>13} "
          f"{'error':>9} {'z':>6}")
    z = []
    for L in options.only or [*EXACT, *TABLE]:
        z += exact(runner, L) if L in EXACT else published(runner, L, options.fraction)
    print(f"\n{len(z)} values, largest |z| {max(map(abs, z)):.2f}, "
          f"chi2/n {sum(x * x for x in z) / len(z):.2f}")
    return int(max(map(abs, z)) > 3)


def price(runner, L=32, draws=6000):
    coupling = TABLE[L][0]
    print("sweeps clusters steps/draw   tau(M^2)   us/draw   us per independent configuration")
    for sweeps, clusters, thin in COMPOSITIONS:
        words = dict(sweeps=sweeps, clusters=clusters, thin=thin, observables="m2")
        _, start = runner.sample(L, coupling, 100, **words)
        rows, cpu = runner.sample(L, coupling, draws, **words)
        each = (cpu - start) / (CHAINS * (draws - 100)) * 1e6
        tau, error = rows["m2"]["tau_int"], rows["m2"]["tau_int_error"]
        print(f"{sweeps:6} {clusters:8} {thin:10} {tau:7.3f}({error:.3f}) {each:8.1f} "
              f"{2 * tau * each:8.1f} +- {2 * error * each:.1f}", flush=True)
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nmc")
    parser.add_argument("--fraction", type=float, default=0.5, help="our error by the reference's")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, nargs="*", choices=[*EXACT, *TABLE], metavar="L")
    parser.add_argument("--time", action="store_true", help="the price of a configuration")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nmc-phi4-") as work:
        runner = Runner(options.nmc, Path(work) / "run", options.seed)
        return price(runner) if options.time else table(runner, options)


if __name__ == "__main__":
    sys.exit(main())
