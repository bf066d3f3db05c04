"""The referee: a job's sampler against the best classical ones on the same machine."""

import json
import unittest
import xml.etree.ElementTree as xml

from program import ProgramTest

JOB = """[system]
name = ising
L = 8
beta = 0.44068679350977147
[sampler]
name = metropolis
chains = 8
[run]
draws = 300
seed = 3
threads = 1
[output]
dir = out
observables = energy, m2
"""
NETWORK = """[system]
name = sherrington_kirkpatrick
N = 10
beta = 0.5
[model]
name = made
[train]
steps = 150
batch = 128
[sampler]
name = independence
chains = 64
[run]
warmup = 20
draws = 500
importance = 1000
forward = 512
seed = 3
threads = 1
[output]
dir = out
observables = energy
"""


class Compare(ProgramTest):
    def compared(self, *words, **more):
        done = self.nmc("compare", "job.ini", "--json", *words, **more)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        return {row["name"]: row for row in rows}, done.stderr

    def test_holds_metropolis_against_clusters(self):
        self.write("job.ini", JOB)
        rows, _ = self.compared("-o", "costs.svg")
        self.assertEqual(set(rows), {"metropolis", "wolff", "swendsen_wang",
                                     "sheet_heat_bath, chi = 8", "verdict"})
        self.assertGreater(rows["metropolis"]["slowest"], 2 * rows["wolff"]["slowest"])
        self.assertIn(rows["verdict"]["best_rival"], ("wolff", "swendsen_wang"))
        self.assertRegex(rows["verdict"]["sentence"], r"times as fast as metropolis\.$")
        self.assertLess(rows["verdict"]["largest_difference"], 5)
        xml.parse(self.directory / "costs.svg")
        again, errors = self.compared()
        self.assertEqual(errors, "")  # nothing is made anew
        self.assertEqual(again["wolff"], rows["wolff"])
        other = self.nmc("compare", "job.ini", "--system.beta=0.3", code=2)
        self.assertIn("beta is 0.44068679350977147 in the checkpoint and 0.3", other.stderr)
        text = self.nmc("compare", "job.ini").stdout
        self.assertIn("A  metropolis (the job)", text)
        self.assertLessEqual(max(map(len, text.splitlines())), 110)
        self.nmc("report", "out/compare/wolff")

    def test_holds_samplers_of_open_lattices_against_the_tensor_network(self):
        tensors = "independence, model.name = tensor_network, model.chi = 16"
        self.write("job.ini", JOB.replace("L = 8", "L = 8\nboundary = open"))
        rows, _ = self.compared("--with", tensors)
        self.assertEqual(rows["verdict"]["best_rival"], tensors)
        self.assertLess(rows["verdict"]["largest_difference"], 5)
        self.write("job.ini", JOB.replace("name = ising", "name = potts\nq = 3")
                   .replace("L = 8", "L = 6\nboundary = periodic, open")
                   .replace("= out", "= potts"))
        rows, _ = self.compared()
        self.assertIn(tensors, rows)
        self.assertLess(rows["verdict"]["largest_difference"], 5)

    def test_counts_the_training_of_a_network(self):
        self.write("job.ini", NETWORK)
        rows, _ = self.compared("--with", "heat_bath; tempering, replicas = 4, warmup = 100",
                                "--budget", "0.5")
        job = rows["independence"]
        self.assertGreater(job["train_cpu_seconds"], 0)
        self.assertIn("tempering, replicas = 4", rows)
        self.assertIn("its training of", rows["verdict"]["sentence"])
        gain = rows[rows["verdict"]["best_rival"]]["slowest"] - job["slowest"]
        if gain > 0:
            self.assertAlmostEqual(rows["verdict"]["break_even"],
                                   job["train_cpu_seconds"] / gain, delta=1e-6 / gain)
        else:
            self.assertIsNone(rows["verdict"]["break_even"])

    def test_refuses_what_it_cannot_hold_against_anything(self):
        self.write("job.ini", JOB)
        for words, message in (
                (("--with", "wolf"), "wolff"), (("--with", "wolff;"), "empty"),
                (("--budget", "0"), "above 0"), (("-o", "costs.gif"), "svg"),
                (("--with", "metropolis"), "no rival")):
            refused = self.nmc("compare", "job.ini", *words, code=2)
            self.assertIn(message, refused.stderr)
        self.assertFalse((self.directory / "out").exists())
        self.write("job.ini", JOB + "[sweep]\nsystem.beta = 0.3, 0.4\n")
        self.assertIn("one job", self.nmc("compare", "job.ini", code=2).stderr)


if __name__ == "__main__":
    unittest.main()
