"""What warm-up has fitted stands in the report."""

import json
import unittest
from pathlib import Path

from program import DONE, ProgramTest

# The plaquette model of which J1 by enumeration is 1.120442 (T = 2.493).
JOB = ("run", "--system.name=ising", "--system.L=4", "--system.beta=0.40112314480545527",
       "--system.K=0.2", "--sampler.chains=64", "--run.warmup=200", "--run.draws=50")


class Fitted(ProgramTest):
    def report(self, name, *words):
        self.nmc(*JOB, f"--sampler.name={name}", "--output.dir=out", *words, "--restart", code=DONE)
        text = self.nmc("report", "out", code=DONE).stdout
        rows = [json.loads(line) for line in
                self.nmc("report", "out", "--json", code=DONE).stdout.splitlines()]
        return text, next(row for row in rows if row.get("name") == "sampler")

    def test_couplings_of_the_surrogate_and_the_factor_of_the_machine(self):
        for name, before, after in (("self_learning", "J1 ", " of the surrogate"),
                                    ("boltzmann_cluster", "factor ", " of the machine")):
            text, sampler = self.report(name)
            words = sampler["fitted"]
            self.assertIn(f"fitted   {words}\n", text)
            self.assertTrue(words.startswith(before) and words.endswith(after), words)
            # 6400 rows: J1 to 1 %.
            self.assertAlmostEqual(float(words[len(before):-len(after)]), 1.1204, delta=0.03)

    def test_those_of_all_parts_and_nothing_where_nothing_was_fitted(self):
        _, sampler = self.report("[self_learning x 1, boltzmann_cluster x 1]")
        self.assertRegex(sampler["fitted"], r"J1 \S+ of the surrogate; factor \S+ of the machine")
        text, sampler = self.report("self_learning", "--sampler.J=1.1")
        self.assertNotIn("fitted", sampler)
        self.assertNotIn("fitted", text)

    def test_clusters_of_plaquettes_reject_nothing_and_fit_nothing(self):
        example = Path(__file__).resolve().parents[2] / "examples/plaquette_cluster.ini"
        self.nmc("run", example, "--run.draws=20", "--output.dir=out", code=DONE)
        rows = map(json.loads, self.nmc("report", "out", "--json", code=DONE).stdout.splitlines())
        sampler = next(row for row in rows if row.get("name") == "sampler")
        self.assertEqual(sampler["acceptance"], 1)
        self.assertNotIn("fitted", sampler)

    def test_a_policy_and_what_it_refuses(self):
        text, sampler = self.report("policy_flips", "--sampler.flips=4", "--run.draws=500")
        self.assertRegex(sampler["fitted"], r"^theta -0\.\d+(, -?\S+){3} of the policy$")
        energy = next(row.split() for row in text.splitlines() if row.startswith("energy "))
        self.assertLess(abs(float(energy[6])), 4.5, energy)  # false alarms 7e-6
        theta = sampler["fitted"].removeprefix("theta ").removesuffix(" of the policy")
        _, sampler = self.report("policy_flips", f"--sampler.theta={theta}")
        self.assertNotIn("fitted", sampler)
        for words, message in (
                (("--system.name=phi4",), "are known one by one, and phi4 is none"),
                (("--sampler.theta=1, 2",), "theta has 2 numbers, and a policy 4"),
                (("--sampler.theta=1, 2, 3, 4", "--sampler.updates=2"), "leave one of them out"),
                (("--sampler.flips=17",), "1 to 16 spins"),
                (("--run.warmup=19",), "needs 20 steps of warm-up to learn")):
            job = JOB if words[0] != "--system.name=phi4" else ("run", "--system.L=4")
            done = self.nmc(*job, "--sampler.name=policy_flips", "--output.dir=refused", *words,
                            "--restart", code=2)
            self.assertIn(message, done.stderr, words)


if __name__ == "__main__":
    unittest.main()
