"""Couplings learned from configurations: true values, the file as a system, refusals."""

import json
import unittest

import h5py
import numpy as np

from program import ProgramTest

BETA = 0.3
JOB = """[learn]
machine = ising
data = drawn/result.h5:configurations/x
{more}
[output]
dir = out
"""


class InverseIsing(ProgramTest):
    def draw(self, L=4):
        # Clusters leave so little memory that rows are nearly independent.
        self.nmc("run", "--system.name=ising", f"--system.L={L}", f"--system.beta={BETA}",
                 "--sampler.name=swendsen_wang", "--sampler.chains=100", "--run.draws=200",
                 "--run.thin=5", "--output.configurations=all", "--output.dir=drawn", code=0)

    def job(self, more=""):
        return self.write("job.ini", JOB.format(more=more))

    def numbers(self, where="out"):
        with h5py.File(self.directory / where / "learned.h5") as file:
            return {name: np.array(file["couplings"][name]) for name in file["couplings"]}

    def test_couplings_of_all_pairs_are_those_of_the_torus(self):
        self.draw()
        text = self.nmc("train", self.job("fields = false"), code=0).stdout
        self.assertIn("ising: 16 spins, 120 couplings", text)
        self.assertIn("exact gradient on 20000 rows", text)
        c = self.numbers()
        x, y = c["i"] % 4 - c["j"] % 4, c["i"] // 4 - c["j"] // 4
        is_bond = (np.abs(x) % 2 + np.abs(y) % 2 == 1) & ((x == 0) | (y == 0))
        self.assertEqual(is_bond.sum(), 32)
        z = (c["J"] - BETA * is_bond) / c["J_error"]
        # 120 at 4.5 sigma, and their mean square within 4.5 of its error: false alarms 8e-4.
        self.assertLess(np.abs(z).max(), 4.5)
        self.assertLess(abs((z ** 2).mean() - 1), 4.5 * np.sqrt(2 / 120))

    def test_the_file_is_a_system_of_the_same_lnZ(self):
        self.draw()
        for method in ("exact", "pseudo"):
            self.nmc("train", self.job(f"L = 4\nmethod = {method}"), "--restart", code=0)
            head = json.loads(self.nmc("report", "out", "--json").stdout.splitlines()[0])
            exact = json.loads(self.nmc("exact", "--system.name=ising", "--system.beta=1",
                                        "--system.bonds=out/couplings.h5", "--json",
                                        code=0).stdout)
            self.assertAlmostEqual(head["lnZ"], exact["lnZ"], delta=1e-10)
            self.assertLess(np.abs((self.numbers()["J"] - BETA) / self.numbers()["J_error"]).max(),
                            4.5)

    def test_many_spins_are_learned_by_the_pseudo_likelihood(self):
        self.draw(L=6)
        text = self.nmc("train", self.job("L = 6"), code=0).stdout
        self.assertIn("pseudo-likelihood on 20000 rows", text)
        self.assertIn("lnZ      none: 2^36 states are too many", text)
        c = self.numbers()
        self.assertLess(np.abs((c["J"] - BETA) / c["J_error"]).max(), 4.5)
        self.assertLess(np.abs(c["h"] / c["h_error"]).max(), 4.5)

    def test_a_training_that_is_done_is_read_again(self):
        self.draw()
        first = self.nmc("train", self.job("L = 4"), code=0).stdout
        again = self.nmc("train", self.job("L = 4"), code=0).stdout
        self.assertEqual(first, again)

    def test_a_check_says_what_the_training_would_take(self):
        self.draw()
        text = self.nmc("check", self.job("L = 4"), code=0).stdout
        self.assertIn("32 couplings and fields by pseudo-likelihood and exact gradient", text)
        self.assertIn("training  at most 1000 steps of", text)
        self.assertFalse((self.directory / "out").exists())

    def test_what_does_not_fit_is_refused(self):
        self.draw()
        with h5py.File(self.directory / "frozen.h5", "w") as file:
            file["x"] = np.array([[1, 1, 1], [-1, -1, 1], [1, 1, -1]])
        for more, says in (("hidden = 3", "hidden means nothing to machine = ising"),
                           ("L = 5x5", "has 25 sites, and the rows of data have 16"),
                           ("method = cd", "is of hidden units"),
                           ("held_out = 20000", "none would be left"),
                           ("data = frozen.h5:x", "spins 0 and 1 are equal in all rows")):
            job = self.write("bad.ini", JOB.format(more=more) if "data" not in more else
                             f"[learn]\nmachine = ising\n{more}\n[output]\ndir = out\n")
            self.assertIn(says, self.nmc("train", job, code=2).stderr)
        self.draw_and_refuse_a_sum_that_is_too_long()
        job = self.write("rbm.ini", "[learn]\ndata = frozen.h5:x\nunits = spin\n")
        self.assertIn("how many hidden units?", self.nmc("train", job, code=2).stderr)
        self.assertFalse((self.directory / "out").exists())

    def draw_and_refuse_a_sum_that_is_too_long(self):
        rows = np.where(np.random.default_rng(1).random((50, 21)) < 0.5, -1, 1)
        with h5py.File(self.directory / "wide.h5", "w") as file:
            file["x"] = rows
        job = self.write("wide.ini", "[learn]\nmachine = ising\ndata = wide.h5:x\nmethod = exact\n")
        self.assertIn("2^21 states", self.nmc("train", job, code=2).stderr)


if __name__ == "__main__":
    unittest.main()
