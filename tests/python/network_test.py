"""Networks of model files on NumPy arrays: the bits of the program."""

import unittest

import h5py
import numpy as np

import neuralmc
from support import InFolder

FLOW = {
    "system": {"name": "dual_ising", "L": 4, "beta": 0.44},
    "model": {"name": "neural_rg", "hidden": 8, "couplings": 2},
    "train": {"steps": 10, "batch": 64},
    "run": {"seed": 3},
    "output": {"dir": "flow"},
}
SPINS = {
    "system": {"name": "ising", "L": 4, "beta": 0.4},
    "model": "made",
    "train": {"steps": 200, "batch": 64},
    "run": {"seed": 3},
    "output": {"dir": "spins"},
}


class Networks(InFolder):
    def evaluate(self, model, name, values, *words):
        """What nmc evaluate gives for them."""
        with h5py.File("in.h5", "w") as file:
            file[name] = values
        self.program("evaluate", model, "--input", "in.h5", "--output", "out.h5", *words)
        with h5py.File("out.h5", "r") as file:
            return {key: data[()] for key, data in file.items()}

    def test_a_flow_has_the_bits_of_evaluate(self):
        network = neuralmc.train(FLOW).network()
        self.assertEqual((network.sites, network.is_flow, network.name), (16, True, "neural_rg"))
        self.assertEqual(network.target["L"], "4")
        z = np.random.default_rng(1).normal(size=(200, 16))
        for given in (z, np.asfortranarray(z), z.tolist()):
            x, log_det = network.forward(given)
            theirs = self.evaluate("flow/model.h5", "z", z)
            np.testing.assert_array_equal(x, theirs["x"])
            np.testing.assert_array_equal(log_det, theirs["log_det_dxdz"])
            np.testing.assert_array_equal(network.energy(x), theirs["energy"])
        back, log_det = network.inverse(x)
        theirs = self.evaluate("flow/model.h5", "x", x)
        np.testing.assert_array_equal(back, theirs["z"])
        np.testing.assert_array_equal(log_det, theirs["log_det_dzdx"])
        np.testing.assert_array_equal(network.log_prob(x), theirs["log_q"])
        # A row does not know the others.
        np.testing.assert_array_equal(network.forward(z[77:78])[0], x[77:78])

    def test_a_symmetric_flow_has_the_log_q_of_the_mixture(self):
        network = neuralmc.train(FLOW, model={"symmetry": "z2"}).network()
        x, log_q = network.sample(100, seed=2)
        theirs = self.evaluate("flow/model.h5", "x", x)
        np.testing.assert_array_equal(network.log_prob(x), theirs["log_q_sym"])
        np.testing.assert_allclose(log_q, theirs["log_q_sym"], atol=1e-4)  # nets in float

    def test_draws_are_a_function_of_seed_and_place(self):
        network = neuralmc.train(FLOW).network()
        x, log_q = network.sample(150, seed=9)
        np.testing.assert_array_equal(network.sample(100, seed=9, first=50)[0], x[50:])
        np.testing.assert_array_equal(network.sample(100, seed=9, first=50)[1], log_q[50:])
        self.assertFalse((network.sample(150, seed=10)[0] == x).any())
        self.assertLess(abs(x.mean()), 0.5)

    def test_draws_are_those_that_a_run_weighs(self):
        job = {**FLOW, "sampler": {"name": "independence", "chains": 64},
               "run": {"seed": 11, "draws": 4, "warmup": 1, "importance": 300}}
        run = neuralmc.run(job)
        x, log_q = run.network().sample(300, seed=11)
        log_w = -run.network().energy(x) - log_q
        judged = next(row for row in run.report() if "lnZ_lower" in row)
        self.assertAlmostEqual(judged["lnZ_lower"], log_w.mean(), places=10)

    def test_a_network_of_spins_samples_and_knows_its_log_q(self):
        network = neuralmc.train(SPINS).network()
        self.assertEqual((network.support, network.is_flow), ("spins", False))
        s, log_q = network.sample(500, seed=4)
        self.assertEqual(set(np.unique(s)), {-1.0, 1.0})
        theirs = self.evaluate("spins/model.h5", "x", s)
        np.testing.assert_array_equal(network.log_prob(s), theirs["log_q"])
        np.testing.assert_allclose(log_q, theirs["log_q"], atol=1e-4)  # nets in float
        with self.assertRaisesRegex(neuralmc.UserError, "no flow"):
            network.forward(s)
        with self.assertRaisesRegex(neuralmc.UserError, "other than 1 and -1"):
            network.log_prob(0 * s)

    def test_a_conditional_network_is_asked_at_a_condition(self):
        job = {**SPINS, "model": {"name": "made", "conditional": True, "beta_min": 0.3, "beta_max": 0.5}}
        neuralmc.train(job)
        network = neuralmc.load("spins/model.h5", beta=0.35)
        s, _ = network.sample(50, seed=4)
        theirs = self.evaluate("spins/model.h5", "x", s, "--system.beta=0.35")
        np.testing.assert_array_equal(network.log_prob(s), theirs["log_q"])
        with self.assertRaises(neuralmc.UserError):
            neuralmc.load("spins/model.h5", beta=0.7)

    def test_a_flow_learns_ones_own_system(self):
        neuralmc.register_system("my_wells", lambda x: ((x**2 - 1) ** 2).sum(1),
                                 lambda x: 4 * x * (x**2 - 1), extents=(4, 4))
        network = neuralmc.train({**FLOW, "system": "my_wells", "output": {"dir": "wells"}}).network()
        x, _ = network.sample(10, seed=1)
        np.testing.assert_allclose(network.energy(x), ((x**2 - 1) ** 2).sum(1), rtol=1e-12)

    def test_wrong_arrays_and_files_are_refused(self):
        network = neuralmc.train(FLOW).network()
        for wrong, text in ((np.zeros((3, 15)), r"\(batch, 16\)"), (np.zeros(16), r"\(batch, 16\)"),
                            (np.full((2, 16), np.nan), "not finite"), ("abc", "real numbers"),
                            (np.zeros((2, 16), complex), "real numbers")):
            with self.assertRaisesRegex(neuralmc.UserError, text):
                network.log_prob(wrong)
        hidden = np.ma.masked_array(np.zeros((2, 16)), mask=[[True] * 16, [False] * 16])
        with self.assertRaisesRegex(neuralmc.UserError, "masked"):
            network.log_prob(hidden)
        np.testing.assert_array_equal(network.log_prob(np.ma.masked_array(np.zeros((2, 16)))),
                                      network.log_prob(np.zeros((2, 16))))
        with self.assertRaisesRegex(neuralmc.UserError, "row 1 .* is no number"):
            network.log_prob(np.vstack([np.zeros(16), np.full(16, 1e200)]))

    def test_counts_and_seeds_are_whole_numbers_of_their_range(self):
        network = neuralmc.train(FLOW).network()
        for wrong in (dict(n=0), dict(n=1.5), dict(n="3"), dict(n=3, seed=-1), dict(n=3, seed=2**60),
                      dict(n=3, first=2**32), dict(n=True)):
            with self.assertRaisesRegex(neuralmc.UserError, "whole number"):
                network.sample(**wrong)
        self.assertEqual(network.sample(np.int64(3))[0].shape, (3, 16))

    def test_what_is_not_there_is_refused(self):
        neuralmc.train(FLOW)
        with self.assertRaises(neuralmc.UserError):
            neuralmc.load("nowhere.h5")
        with self.assertRaises(neuralmc.UserError):
            neuralmc.load("flow/model.h5", temperature=2)


if __name__ == "__main__":
    unittest.main()
