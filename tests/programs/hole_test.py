"""Networks that miss a part of their system are refused, others are not; chains begin where the
network does not choose."""

import json
import unittest

import h5py

from program import ProgramTest, differences

ISING = ["--system.name=ising", "--system.L=4", "--model.name=made", "--train.steps=300",
         "--train.batch=128", "--train.learning_rate=0.05", "--sampler.name=independence",
         "--sampler.chains=64", "--run.draws=400", "--run.warmup=50", "--run.importance=5000",
         "--run.forward=2048", "--run.seed=6"]
ONE_MODE = ISING + ["--system.beta=0.6"]
GOOD = ISING + ["--system.beta=0.3", "--model.symmetry=z2"]


class Hole(ProgramTest):
    def report(self, name, code):
        lines = self.nmc("report", name, "--json", code=code).stdout.splitlines()
        return {line["name"]: line for line in map(json.loads, lines)}

    def test_a_network_of_one_mode_is_refused_in_text_json_and_exit_code(self):
        done = self.nmc("run", *ONE_MODE, "--output.dir=one", code=4)
        self.assertIn("refused: the network misses a part of the system", done.stdout)
        self.assertIn("[independence x 1, heat_bath x 4]", done.stdout)
        report = self.report("one", 4)
        self.assertIsNone(report["energy"]["mean"])
        self.assertIn("the network misses a part", " ".join(report["energy"]["refused"]))
        self.assertIsNone(report["network"]["lnZ"])
        # Half of the system is missing: the draws of the network do not know.
        self.assertLess(report["network"]["ess_forward"], 0.1 * report["network"]["ess"])
        self.assertIn("forward_ess", [item["check"] for item in report["verdict"]["refused"]])
        self.assertEqual(report["verdict"]["exit_code"], 4)

    def test_a_composition_with_a_local_sampler_is_believed_and_lnz_is_not(self):
        words = [word for word in ONE_MODE if "sampler.name" not in word]
        self.nmc("run", *words, "--sampler.name=[independence x 1, heat_bath x 4]",
                 "--output.dir=both", code=4)
        report = self.report("both", 4)
        self.assertIsNone(report["network"]["lnZ"])
        # Four standard errors, once in 16000.
        self.assertLess(abs(report["energy"]["z"]), 4)
        self.assertLess(abs(report["m2"]["z"]), 4)

    def test_a_good_network_is_printed(self):
        self.nmc("run", *GOOD, "--output.dir=good", code=0)
        report = self.report("good", 0)
        self.assertEqual(report["verdict"]["refused"], [])
        self.assertGreater(report["network"]["ess_forward"], 0.5 * report["network"]["ess"])
        self.assertLess(abs(report["energy"]["z"]), 4)

    def test_starts_and_forward_draws_are_the_same_for_ranks_and_threads(self):
        self.nmc("run", *GOOD, "--output.dir=one")
        self.nmc("run", *GOOD, "--output.dir=two", threads=2)
        self.assertEqual(differences(self.directory / "one/result.h5",
                                     self.directory / "two/result.h5"), [])
        self.nmc("run", *GOOD, "--output.dir=three", ranks=3)
        self.assertEqual(differences(self.directory / "one/result.h5",
                                     self.directory / "three/result.h5"), [])

    def test_chains_begin_where_the_job_says(self):
        for start in ("classical", "network"):
            # Without warm-up: chains that take the same proposals have soon forgotten it.
            self.nmc("run", *GOOD, "--run.warmup=0", f"--sampler.start={start}",
                     f"--output.dir={start}")
            with h5py.File(self.directory / start / "result.h5") as file:
                self.assertEqual(file["posterior"].attrs["start"], start)
        self.assertNotEqual(differences(self.directory / "classical/result.h5",
                                        self.directory / "network/result.h5"), [])
        words = [word for word in GOOD if "sampler.name" not in word]
        done = self.nmc("run", *words, "--sampler.name=[independence x 1, heat_bath x 1]",
                        "--sampler.heat_bath.start=up", code=2)
        self.assertIn("leave heat_bath.start out", done.stderr)

    def test_describe_names_the_classical_sampler(self):
        self.assertIn("without a network\n  swendsen_wang", self.nmc("describe", "ising").stdout)
        self.assertIn("without a network\n  block_gibbs", self.nmc("describe", "dual_ising").stdout)

    def test_a_default_run_of_wolff_at_criticality_is_equilibrated(self):
        self.nmc("run", "--system.name=ising", "--system.L=64", "--system.beta=0.44068679350977",
                 "--sampler.name=wolff", "--sampler.chains=16", "--run.draws=200",
                 "--output.dir=wolff", code=0)
        self.assertLess(abs(self.report("wolff", 0)["energy"]["z"]), 4)

    def test_a_run_that_still_relaxes_is_refused_as_drifting(self):
        self.nmc("run", "--system.name=ising", "--system.L=64", "--system.beta=0.44068679350977",
                 "--sampler.name=metropolis", "--sampler.chains=32", "--run.draws=100",
                 "--run.thin=1", "--run.warmup=0", "--output.dir=hot", code=4)
        report = self.report("hot", 4)
        self.assertIn("drift", [item["check"] for item in report["verdict"]["refused"]])
        self.assertIsNone(report["energy"]["mean"])


if __name__ == "__main__":
    unittest.main()
