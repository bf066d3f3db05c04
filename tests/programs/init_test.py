"""nmc init: a job for every system that runs as it is written, with what it takes and gives."""

import re
import unittest

from program import ProgramTest


class Init(ProgramTest):
    def test_writes_jobs_that_are_accepted(self):
        for system in ("ising", "potts", "edwards_anderson", "phi4", "ring"):
            text = self.nmc("init", system).stdout
            self.assertRegex(text, r"^# Measured here: \d+ draws of \d+ chains took [\d.e-]+ CPU s")
            self.write(f"{system}.ini", text)
            self.nmc("check", f"{system}.ini")
            described = self.nmc("describe", system).stdout
            keys = re.findall(r"^(?:# )?(\w+) =", text.partition("[sampler]")[0], re.MULTILINE)
            self.assertGreater(len(keys), 2)
            for key in set(keys) - {"name"}:
                self.assertRegex(described, rf"(?m)^  {key} ", system)

    def test_says_truly_what_the_run_takes_and_is_worth(self):
        self.nmc("init", "ising", "wolff", "--system.L=8", "--run.seed=4", "-o", "job.ini")
        text = (self.directory / "job.ini").read_text()
        promised = re.search(r"tau of (\w+), .* was ([\d.]+) draws", text.replace("\n# ", " "))
        self.assertIn("L = 8\n", text)
        self.assertIn("seed = 4\n", text)
        self.nmc("run", "job.ini", "--output.dir=out")
        rows = self.nmc("report", "out").stdout
        tau = float(re.search(rf"^{promised[1]} +\S+ +([\d.]+)\(", rows, re.MULTILINE)[1])
        self.assertAlmostEqual(tau, float(promised[2]), delta=0.3 * tau)

    def test_adds_a_network_where_the_sampler_needs_one(self):
        text = self.nmc("init", "dual_ising", "independence", "--system.L=4").stdout
        self.assertIn("[model]\nname = neural_rg\n", text)
        self.assertIn("symmetry = z2\n", text)
        self.assertRegex(text, r"steps of training take about [\d.]+ CPU s")
        self.write("job.ini", text)
        self.nmc("run", "job.ini", "--output.dir=out", "--train.steps=3", "--run.draws=20",
                 "--run.importance=100", "--run.forward=0", code=(0, 4))

    def test_refuses_with_the_way_out(self):
        self.write("job.ini", "[system]\n")
        for words, message in ((("isin",), "did you mean \"ising\""), ((), "a system"),
                               (("ising", "hmc"), "dual_ising"),
                               (("ising", "-o", "job.ini"), "already"),
                               (("ising", "--system.M=3"), "unknown key")):
            self.assertIn(message, self.nmc("init", *words, code=2).stderr)
        self.assertEqual((self.directory / "job.ini").read_text(), "[system]\n")


if __name__ == "__main__":
    unittest.main()
