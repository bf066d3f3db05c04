"""lnZ along a path from a flow, or from normals, to a density of real numbers."""

import json
import os
import unittest

import h5py
import numpy as np

from program import ProgramTest, differences

JOB = """[system]
name = many_well
pairs = 1
[model]
name = real_nvp
hidden = 8
couplings = 2
scaling = true
[train]
steps = 60
batch = 64
validate_batch = 64
learning_rate = 0.02
[anneal]
start_width = 1.7
population = 400
runs = 6
sweeps = 2
[run]
threads = 1
[output]
dir = out
"""


class AnnealPath(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("job.ini", JOB)

    def anneal_to(self, directory, *words, **how):
        self.nmc("anneal", "job.ini", f"--output.dir={directory}", *words, **how)
        return self.directory / directory / "anneal.h5"

    def last(self, directory):
        rows = [json.loads(row) for row in self.nmc("report", directory, "--json").stdout.splitlines()]
        return [row for row in rows if row["name"] == "lnZ"][-1], rows

    def test_normals_lead_to_the_exact_value_by_either_method(self):
        for method, words in (("importance", "annealed importance sampling"),
                              ("population", "sequential Monte Carlo")):
            out = self.nmc("anneal", "job.ini", f"--anneal.method={method}", f"--output.dir={method}").stdout
            self.assertIn(words, out)
            self.assertIn("lambda", out)
            self.assertNotIn("lowest energy", out)
            with h5py.File(self.directory / method / "anneal.h5") as file:
                lambdas = file["anneal/beta"][()]
                self.assertEqual((lambdas[0], lambdas[-1]), (0, 1))
                self.assertTrue(np.all(np.diff(lambdas) > 0))
                np.testing.assert_array_equal(file["anneal/lnZ"][:, 0], 0)
            lnZ, rows = self.last(method)
            self.assertAlmostEqual(lnZ["exact"], 10.2934797, places=7)
            self.assertLess(abs(lnZ["z"]), 8)  # Student's t of five degrees of freedom
            self.assertLess(lnZ["error"], 0.1)
            self.assertEqual(lnZ["lambda"], 1)
            means = {row["name"]: row for row in rows if row.get("lambda") == 1}
            self.assertIsNotNone(means["x0"]["exact"])
            self.assertNotIn("lowest_energy", rows[-1])

    def test_a_trained_flow_is_the_start(self):
        self.nmc("train", "job.ini", "--output.dir=flow")
        words = ("--anneal.start=flow/model.h5", "--anneal.start_width=", "--anneal.method=importance")
        one = self.anneal_to("from", *words)
        self.assertLess(abs(self.last("from")[0]["z"]), 5)
        self.nmc("report", "from", "--html")
        self.assertIn("λ", (self.directory / "from/report.html").read_text())
        self.nmc("plot", "from", "--observable", "lnZ", code=None)
        self.assertEqual(differences(one, self.anneal_to("t2", *words, "--run.threads=2")), [])
        if os.environ.get("NMC_HAS_MPI") == "1":
            self.assertEqual(differences(one, self.anneal_to("r2", *words, ranks=2)), [])

    def test_layers_alternate_with_trajectories(self):
        self.nmc("train", "job.ini", "--output.dir=flow")
        words = ("--anneal.start=flow/model.h5", "--anneal.start_width=", "--anneal.proposals=0")
        for walk in ("layers", "latent"):
            for method in ("importance", "population"):
                with self.subTest(f"{walk} {method}"):
                    self.anneal_to(walk + method, *words, f"--anneal.walk={walk}",
                                   f"--anneal.method={method}")
                    lnZ = self.last(walk + method)[0]
                    self.assertLess(abs(lnZ["z"]), 6)
                    self.assertLess(lnZ["error"], 0.1)
        one = self.directory / "layersimportance/anneal.h5"
        words += ("--anneal.walk=layers", "--anneal.method=importance")
        self.assertEqual(differences(one, self.anneal_to("t2", *words, "--run.threads=2")), [])
        if os.environ.get("NMC_HAS_MPI") == "1":
            self.assertEqual(differences(one, self.anneal_to("r2", *words, ranks=2)), [])
        # From configurations themselves the same path is another walk.
        self.assertNotEqual(differences(one, self.anneal_to("plain", *words[:-2], words[-1])), [])

    def test_stochastic_flows_of_fields_have_the_exact_lnZ(self):
        for L, symmetry in ((2, "none"), (3, "z2")):
            with self.subTest(L):
                system = ("--system.name=phi4", "--system.pairs=", f"--system.L={L}", "--system.m2=-4",
                          "--system.lambda=6.975", f"--model.symmetry={symmetry}", f"--output.dir=phi{L}")
                self.nmc("train", "job.ini", *system)
                self.anneal_to(f"walk{L}", *system[:-1], f"--anneal.start=phi{L}/model.h5",
                               "--anneal.start_width=", "--anneal.walk=layers", "--anneal.proposals=0",
                               "--anneal.method=importance", "--anneal.population=1000")
                lnZ = self.last(f"walk{L}")[0]
                self.assertLess(abs(lnZ["z"]), 6)  # Student's t of five degrees of freedom
                self.assertLess(lnZ["error"], 0.02)
                if symmetry == "z2":  # the mixture of images is one of wider normals as well
                    self.anneal_to("wider", *system[:-1], f"--anneal.start=phi{L}/model.h5",
                                   "--anneal.start_width=1.1", "--anneal.method=importance",
                                   "--anneal.population=1000")
                    self.assertLess(abs(self.last("wider")[0]["z"]), 6)
                    self.assertLess(self.last("wider")[0]["error"], 0.02)

    def test_goes_on_from_the_runs_that_were_done(self):
        words = ("--anneal.runs=2", "--anneal.schedule=0,0.5,1", "--anneal.culling=")
        reference = self.anneal_to("whole", *words)
        self.nmc("anneal", "job.ini", "--output.dir=parts", "--run.walltime=0.000001s", *words, code=75)
        self.assertEqual(differences(reference, self.anneal_to("parts", *words)), [])

    def test_runs_from_two_starts_at_one_path_do_not_meet(self):
        self.nmc("train", "job.ini", "--output.dir=flow")
        words = ("--anneal.start=flow/model.h5", "--anneal.start_width=", "--output.dir=parts")
        self.nmc("anneal", "job.ini", *words, "--run.walltime=0.000001s", code=75)
        self.nmc("train", "job.ini", "--output.dir=flow", "--train.steps=70")
        done = self.nmc("anneal", "job.ini", *words, code=2)
        self.assertIn("anneal.start: flow/model.h5 does not hold what the run", done.stderr)

    def test_a_flow_of_wider_normals_is_another_start(self):
        self.nmc("train", "job.ini", "--output.dir=flow")
        words = ("--anneal.start=flow/model.h5", "--anneal.method=importance", "--anneal.schedule=0,0.5,1")
        means = {}
        for width in ("1", "1.2"):
            with self.subTest(width):
                path = self.anneal_to("w" + width, *words, f"--anneal.start_width={width}")
                self.assertLess(abs(self.last("w" + width)[0]["z"]), 8)
                with h5py.File(path) as file:
                    means[width] = file["anneal/lnZ"][:, 1].mean()
        self.assertEqual(differences(self.directory / "w1/anneal.h5",
                                     self.anneal_to("one", *words, "--anneal.start_width=")), [])
        self.assertGreater(abs(means["1"] - means["1.2"]), 1e-3)
        # Of wider normals the steps lie between other layers, and the weights are those of the width.
        self.anneal_to("layers", *words, "--anneal.start_width=1.2", "--anneal.walk=layers")
        self.assertLess(abs(self.last("layers")[0]["z"]), 8)

    def test_refuses_what_leads_nowhere(self):
        self.nmc("train", "job.ini", "--output.dir=flow")
        for message, words in (
                ("train one for this system", ("--system.pairs=2", "--anneal.start=flow/model.h5",
                                               "--anneal.start_width=")),
                ("set start, or leave walk out", ("--anneal.walk=layers",)),
                ("makes none: leave one of them out", ("--anneal.start=flow/model.h5", "--anneal.leapfrog=0",
                                                       "--anneal.start_width=", "--anneal.walk=latent")),
                ("nothing moves", ("--anneal.leapfrog=0", "--anneal.proposals=0")),
                ("update is of spins", ("--anneal.update=heat_bath",)),
                ("upwards to 1", ("--anneal.schedule=0,0.5",)),
                ("upwards to 1", ("--anneal.schedule=0.5,1",)),
                ("leave one of them out", ("--anneal.schedule=0,1", "--anneal.culling=0.1"))):
            with self.subTest(message):
                self.assertIn(message, self.nmc("anneal", "job.ini", "--output.dir=no", *words, code=2).stderr)
        self.assertFalse((self.directory / "no").exists())
        for key in ("start_width=2", "leapfrog=3", "proposals=1", "walk=layers"):
            done = self.nmc("anneal", "--system.name=ising", "--system.L=4", "--system.beta=0.4",
                            f"--anneal.{key}", code=2)
            self.assertIn("paths to real numbers", done.stderr)


if __name__ == "__main__":
    unittest.main()
