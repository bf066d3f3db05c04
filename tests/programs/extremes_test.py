"""Numbers at the ends of what a double holds, and graphs of extreme shape: a value or exit 2."""

import json
import math
import unittest

from program import ProgramTest


class Extremes(ProgramTest):
    def refuse(self, message, *words):
        before = self.files()
        done = self.nmc(*words, code=2)
        self.assertIn(message, done.stderr)
        self.assertEqual(self.files(), before, "something was written")

    def exact(self, *words):
        done = self.nmc("exact", "--json", "--system.name=ising", *words)
        self.assertNotIn("nan", done.stdout)
        self.assertNotIn("inf", done.stdout)
        return json.loads(done.stdout)

    def test_couplings_whose_energies_have_no_square(self):
        for verb in ("exact", "anneal", "check"):
            words = ("--sampler.name=metropolis",) if verb == "check" else ()
            self.refuse("the couplings and fields sum up to", verb, "--system.name=ising",
                        "--system.L=4", "--system.J=1e307", "--system.beta=0.5", *words)
        self.write("graph.txt", "0 1 1e308\n1 2 1e308\n2 3 1e308\n")
        self.refuse("", "exact", "--system.name=ising", "--system.bonds=graph.txt",
                    "--system.beta=0.5")

    def test_beta_times_coupling_beyond_a_double(self):
        self.refuse("beta is 1e+300", "exact", "--system.name=ising", "--system.L=4",
                    "--system.J=1e10", "--system.beta=1e300")

    def test_annealing_with_large_couplings_finds_the_ground_state(self):
        done = self.nmc("anneal", "--json", "--system.name=ising", "--system.L=4",
                        "--system.J=1e100", "--system.beta=1", "--anneal.population=200",
                        "--anneal.runs=2", "--output.dir=out")
        self.assertNotIn("nan", done.stdout)

    def test_seeds_beyond_the_stated_range(self):
        for key in ("run.seed", "system.disorder_seed"):
            for seed in ("9007199254740993", "18446744073709551616", "-1", "1e16"):
                self.refuse(key.split(".")[1], "check", "--system.name=edwards_anderson",
                            "--system.L=4x4", "--system.beta=1", "--sampler.name=metropolis",
                            f"--{key}={seed}")

    def test_spins_so_cold_that_no_draw_is_excited(self):
        # A spin is turned once in 2e6 draws: what 3200 draws miss of an identity is no fault.
        for sampler in ("wolff", "heat_bath"):
            done = self.nmc("run", "--system.name=ising", "--system.L=8", "--system.beta=2",
                            f"--sampler.name={sampler}", "--sampler.chains=16", "--run.warmup=100",
                            "--run.draws=200", "--run.seed=4", f"--output.dir={sampler}")
            self.assertNotIn("refused", done.stdout + done.stderr)
            self.assertNotIn("warning: callen", done.stdout + done.stderr)
            # A reduced mean with a larger error than the plain one is not shown.
            self.assertNotIn("/ 0.", done.stdout)

    def test_hub_of_ten_thousand_neighbours(self):
        # One edge after the other: lnZ = ln 2 + n ln(2 cosh beta).
        self.write("star.txt", "".join(f"0 {i}\n" for i in range(1, 10001)))
        value = self.exact("--system.bonds=star.txt", "--system.beta=0.5")
        expected = math.log(2) + 10000 * math.log(2 * math.cosh(0.5))
        self.assertAlmostEqual(value["lnZ"] / expected, 1, delta=1e-13)


if __name__ == "__main__":
    unittest.main()
