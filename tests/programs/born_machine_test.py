"""Born machines: sweeps over a data set by jobs, their file by its page alone, and what is refused."""

import itertools
import math
import shutil
import unittest
from pathlib import Path

import h5py
import numpy as np

from program import ProgramTest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

JOB = """[system]
name = ising
L = 3
beta = 0
boundary = open
[model]
name = mps
chi = 16
order = raster
[train]
objective = forward
data = data.h5:x
held_out = 0
optimiser = sweeps
cutoff = 1e-7
steps = 8
[run]
importance = 100
forward = 0
[output]
dir = out
"""


def bars_and_stripes(n):
    lines = np.array(list(itertools.product((-1.0, 1.0), repeat=n)))
    both = np.concatenate([np.repeat(lines, n, 1), np.tile(lines, (1, n))])
    return np.unique(both, axis=0)


class BornMachines(ProgramTest):
    def setUp(self):
        super().setUp()
        self.patterns = bars_and_stripes(3)
        with h5py.File(self.directory / "data.h5", "w") as file:
            file["x"] = self.patterns
        self.write("job.ini", JOB)

    def test_the_examples_run_one_after_the_other(self):
        (self.directory / "examples").mkdir()
        for name in ("ising_data.ini", "ising_mps.ini", "ising_tree.ini"):
            shutil.copy(EXAMPLES / name, self.directory / "examples")
            done = self.nmc("run", f"examples/{name}")
            if name != "ising_data.ini":
                self.assertRegex(done.stdout, r"exact 15\.5219\d+, gap 0\.[012]\d* nats")

    def test_sweeps_learn_a_set_of_patterns_and_the_file_is_what_its_page_says(self):
        self.nmc("train", "job.ini", code=0)
        with h5py.File(self.directory / "out/model.h5") as file:
            model = file["model"]
            self.assertEqual(list(model["bonds"][:]), [1, 2, 4, 7, 8, 8, 7, 4, 2, 1])
            bonds, numbers = model["bonds"][:], model["parameters"][:]
            order = model["order"][:]
        with h5py.File(self.directory / "in.h5", "w") as file:
            file["x"] = self.patterns
        self.nmc("evaluate", "out/model.h5", "--input", "in.h5", "--output", "x.h5", code=0)
        with h5py.File(self.directory / "x.h5") as file:
            log_q = file["log_q"][:]
            # Of the even superposition, cut behind the first row.
            self.assertEqual(file["schmidt"].shape, (8, 8))
            self.assertLess(np.abs((file["schmidt"][:] ** 2).sum(1) - 1).max(), 1e-12)
            patterns = (self.patterns > 0).astype(int)
            psi = np.zeros((8, 64))
            psi[patterns[:, :3] @ [4, 2, 1], patterns[:, 3:] @ [32, 16, 8, 4, 2, 1]] = 14 ** -0.5
            values = np.linalg.svd(psi, compute_uv=False)
            self.assertLess(np.abs(file["schmidt"][2] - values).max(), 1e-9)
            weight = values[values > 1e-9] ** 2
            self.assertAlmostEqual(file["entanglement_entropy"][2], -(weight * np.log(weight)).sum(),
                                   places=8)
        self.assertLess(np.abs(log_q + math.log(14)).max(), 1e-9)
        with h5py.File(self.directory / "holes.h5", "w") as file:
            holes = self.patterns.copy()
            holes[:, 3:] = 0
            file["x"] = np.repeat(holes, 20, 0)
        self.nmc("evaluate", "out/model.h5", "--input", "holes.h5", "--output", "y.h5", code=0)
        with h5py.File(self.directory / "y.h5") as file:
            known = {tuple(row) for row in self.patterns}
            self.assertTrue(all(tuple(row) in known for row in file["x"][:]))
            both = file["log_given"][:] + file["log_filled"][:]
            self.assertLess(np.abs(both - file["log_q"][:]).max(), 1e-9)
        tensors, at = [], 0
        for left, right in zip(bonds[:-1], bonds[1:]):
            tensors.append(numbers[at:at + 2 * left * right].reshape(left, 2, right))
            at += 2 * left * right
        psi = []
        for s in itertools.product((-1, 1), repeat=9):
            vector = np.ones(1)
            for place, site in enumerate(order):
                vector = vector @ tensors[place][:, int(s[site] > 0)]
            psi.append(vector[0])
        psi = np.array(psi)
        self.assertEqual(np.sum(psi**2 > 1e-6 * np.sum(psi**2)), 14)
        with h5py.File(self.directory / "out/train.h5") as file:
            self.assertLess(abs(file["log/forward_loss"][-1] - math.log(14)), 1e-9)

    def test_a_tree_learns_them_and_its_file_is_what_its_page_says(self):
        words = ("--model.name=tree", "--train.steps=30", "--model.order=bisect")
        self.nmc("train", "job.ini", *words, code=0)
        with h5py.File(self.directory / "out/model.h5") as file:
            model = file["model"]
            self.assertEqual(model.attrs["type"], "tree")
            bonds, numbers, order = (model[name][:] for name in ("bonds", "parameters", "order"))
        joints = []

        def join(first, leaves):
            if leaves == 1:
                return first
            half = (leaves + 1) // 2
            joints.append((join(first, half), join(first + half, leaves - half)))
            return 9 + len(joints) - 1

        join(0, 9)
        states = np.array(list(itertools.product((-1, 1), repeat=9)))
        vectors, at = [np.eye(2)[(states[:, site] > 0).astype(int)] for site in order], 0
        for node, (left, right) in enumerate(joints, 9):
            shape = (bonds[left], bonds[right], bonds[node])
            tensor = numbers[at:at + np.prod(shape)].reshape(shape)
            at += np.prod(shape)
            vectors.append(np.einsum("nl,nr,lrp->np", vectors[left], vectors[right], tensor))
        self.assertEqual(at, len(numbers))
        p = vectors[-1][:, 0] ** 2
        log_p = np.log(np.maximum(p / p.sum(), 1e-300))
        known = {tuple(row) for row in self.patterns}
        inside = np.array([tuple(row) in known for row in states])
        self.assertLess(np.abs(log_p[inside] + math.log(14)).max(), 1e-6)
        with h5py.File(self.directory / "in.h5", "w") as file:
            file["x"] = states.astype(float)
        self.nmc("evaluate", "out/model.h5", "--input", "in.h5", "--output", "x.h5", code=0)
        with h5py.File(self.directory / "x.h5") as file:
            self.assertLess(np.abs(file["log_q"][:] - log_p)[inside].max(), 1e-11)
        holes = np.where(np.arange(9) < 3, self.patterns, 0)
        with h5py.File(self.directory / "holes.h5", "w") as file:
            file["x"] = np.repeat(holes, 20, 0)
        self.nmc("evaluate", "out/model.h5", "--input", "holes.h5", "--output", "y.h5", code=0)
        with h5py.File(self.directory / "y.h5") as file:
            self.assertTrue(all(tuple(row) in known for row in file["x"][:]))
            both = file["log_given"][:] + file["log_filled"][:]
            self.assertLess(np.abs(both - file["log_q"][:]).max(), 1e-9)

    def test_a_stopped_training_goes_on_to_the_same_bits(self):
        self.nmc("train", "job.ini", code=0)
        self.nmc("train", "job.ini", "--output.dir=half", "--train.steps=1", code=(0, 4))
        self.nmc("train", "job.ini", "--output.dir=half", "--train.steps=8", code=0)
        with h5py.File(self.directory / "out/model.h5") as whole, \
                h5py.File(self.directory / "half/model.h5") as half:
            self.assertTrue(np.array_equal(whole["model/parameters"][:],
                                           half["model/parameters"][:]))

    def test_patience_ends_a_training_that_gets_no_better(self):
        rng = np.random.default_rng(1)
        with h5py.File(self.directory / "data.h5", "a") as file:
            file["noise"] = rng.choice((-1.0, 1.0), (60, 9))
        words = ["--train.data=data.h5:noise", "--train.held_out=0.5", "--train.patience=2",
                 "--train.steps=500", "--model.symmetry=z2"]
        self.nmc("train", "job.ini", *words, code=4)  # noise teaches nothing
        with h5py.File(self.directory / "out/train.h5") as file:
            best = file["state"].attrs["best_step"]
            self.assertEqual(file["state"].attrs["step"], best + 2)
        self.assertIn("mps", self.nmc("check", "job.ini", "--output.dir=other", code=0).stdout)

    def test_what_does_not_fit_is_refused_before_any_file_is_made(self):
        with h5py.File(self.directory / "data.h5", "a") as file:
            file["wide"] = np.ones((4, 10))
            file["bits"] = np.zeros((4, 9))
        refusals = {
            ("--model.boundary=periodic",): "set boundary = open",
            ("--model.chi=0",): "chi",
            ("--train.data=data.h5:wide",): "10 entries",
            ("--train.data=data.h5:bits",): "take 2 x - 1",
            ("--train.data=data.h5:none",): "no dataset",
            ("--train.learning_rate=0.1",): "does nothing in sweeps",
            ("--train.objective=reverse",): "objective = forward",
            ("--train.optimiser=adam",): "cutoff goes with optimiser = sweeps",
            ("--model.symmetry=point",): "with symmetry = z2",
        }
        for words, message in refusals.items():
            said = self.nmc("train", "job.ini", *words, code=2).stderr
            self.assertIn(message, said, words)
        self.assertEqual(self.files(), ["data.h5", "job.ini"])

    def test_a_ring_learns_by_adam_and_proposes(self):
        text = JOB.replace("optimiser = sweeps\ncutoff = 1e-7\n", "batch = 128\n")
        text = text.replace("chi = 16", "chi = 4\nboundary = periodic").replace("beta = 0", "beta = 0.3")
        text = text.replace("objective = forward\ndata = data.h5:x\nheld_out = 0\n", "")
        text = text.replace("steps = 8", "steps = 300\nlearning_rate = 0.03\nvalidate_batch = 500")
        self.write("ring.ini", text + "[sampler]\nname = independence\nchains = 8\n")
        self.nmc("run", "ring.ini", "--run.draws=50", "--run.warmup=10", "--run.importance=2000",
                 code=0)
        with h5py.File(self.directory / "out/train.h5") as file:
            # From 0.2 at the beginning to 0.97.
            self.assertGreater(file["validations/validation_ess"][-1], 0.9)


if __name__ == "__main__":
    unittest.main()
