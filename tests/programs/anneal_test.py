"""Population annealing and annealed importance sampling from the outside."""

import json
import os
import unittest

import h5py
import numpy as np

from program import ProgramTest, differences

JOB = """[system]
name = edwards_anderson
L = 4
disorder_seed = 1
beta = 1.5
[anneal]
population = 700
runs = 6
sweeps = 3
[run]
threads = 1
[output]
dir = out
"""


class Anneal(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("job.ini", JOB)

    def anneal_to(self, directory, *words, **how):
        self.nmc("anneal", "job.ini", f"--output.dir={directory}", *words, **how)
        return self.directory / directory / "anneal.h5"

    def refuse(self, message, *words):
        before = self.files()
        self.assertIn(message, self.nmc("anneal", "job.ini", *words, code=2).stderr)
        self.assertEqual(self.files(), before, "something was written")

    def test_prints_and_stores_every_temperature(self):
        for method, word in (("population", "rho_t"), ("importance", "ESS")):
            done = self.nmc("anneal", "job.ini", f"--anneal.method={method}",
                            f"--output.dir={method}")
            self.assertIn(word, done.stdout)
            self.assertIn("lowest energy -18", done.stdout)
            with h5py.File(self.directory / method / "anneal.h5") as file:
                beta = file["anneal/beta"][()]
                self.assertEqual((beta[0], beta[-1]), (0, 1.5))
                self.assertEqual(file["anneal/lnZ"].shape, (6, len(beta)))
                np.testing.assert_allclose(file["anneal/lnZ"][:, 0], 16 * np.log(2), rtol=1e-15)
            rows = [json.loads(row) for row in
                    self.nmc("report", method, "--json").stdout.splitlines()]
            lnZ = [row for row in rows if row["name"] == "lnZ"]
            self.assertEqual(len(lnZ), len(beta))
            self.assertLess(abs(lnZ[-1]["z"]), 8)  # Student's t of five degrees of freedom
            self.assertEqual(rows[-1]["method"], method)

    # lnZ of a machine of either kind of units, and of labels, where single updates ask for energies;
    # Student's t of seven degrees of freedom: beyond 10 once in 10^5.
    def test_cools_machines_and_labels(self):
        machine = "[system]\nname = rbm\nvisible = 9\nhidden = 6\nwidth = 0.7\nunits = "
        systems = [machine + "binary", machine + "spin",
                   "[system]\nname = potts\nq = 3\nL = 3\nbeta = 0.8"]
        for k, system in enumerate(systems):
            self.write("other.ini", system + "\n[anneal]\npopulation = 600\nruns = 8\nsweeps = 3\n")
            self.nmc("anneal", "other.ini", f"--output.dir=o{k}", code=0)
            rows = [json.loads(row) for row in self.nmc("report", f"o{k}", "--json").stdout.splitlines()]
            lnZ = [row for row in rows if row["name"] == "lnZ"]
            self.assertAlmostEqual(lnZ[0]["mean"], 9 * np.log(3 if k == 2 else 2), delta=1e-12)
            self.assertLess(abs(lnZ[-1]["z"]), 10)
            self.assertLess(lnZ[-1]["error"], 0.05)
            self.assertEqual(lnZ[-1]["beta"], 0.8 if k == 2 else 1)  # a temperature, no step of a path
            self.assertNotEqual(lnZ[0]["mean"], lnZ[-1]["mean"])

    def test_takes_a_schedule(self):
        with h5py.File(self.anneal_to("out", "--anneal.schedule=0:1:0.25")) as file:
            np.testing.assert_allclose(file["anneal/beta"][()], [0, 0.25, 0.5, 0.75, 1, 1.5])

    def test_is_the_same_for_every_number_of_ranks_and_threads(self):
        reference = self.anneal_to("t1")
        self.assertEqual(differences(reference, self.anneal_to("t2", "--run.threads=2")), [])
        self.assertEqual(differences(reference, self.anneal_to("r4", ranks=4)), [])

    def test_goes_on_from_the_runs_that_were_done(self):
        reference = self.anneal_to("whole")
        for done in range(5):
            stopped = self.nmc("anneal", "job.ini", "--output.dir=parts", "--run.walltime=0.000001s",
                               code=75)
            self.assertIn(f"stopped after {done + 1} of 6 runs", stopped.stderr)
        self.assertEqual(differences(reference, self.anneal_to("parts")), [])

    def test_refuses_what_cannot_be_annealed(self):
        self.refuse("cools spins and labels from beta = 0, where their Z is known, or leads real "
                    "numbers from a flow to a system; xy has angles",
                    "--system.name=xy", "--system.disorder_seed=")
        self.refuse("it must begin at 0", "--anneal.schedule=0.1:1.5:0.2")
        self.refuse("beyond beta = 1.5", "--anneal.schedule=0,1.5,2")
        self.refuse("passes over beta = 1.5", "--anneal.schedule=0,1,2")
        self.refuse("leave one of them out", "--anneal.schedule=0,1", "--anneal.culling=0.2")
        self.refuse("population = 1 is out of range", "--anneal.population=1")
        self.refuse("which is 0", "--system.beta=0")
        if os.environ.get("NMC_HAS_MPI") == "1":
            done = self.nmc("anneal", "job.ini", "--anneal.runs=1", ranks=2, code=2)
            self.assertEqual(done.stderr.count("2 ranks and 1 runs"), 1)


if __name__ == "__main__":
    unittest.main()
