"""Circuits as Born machines: their file by its page alone, what they learn, propose and refuse."""

import unittest
from pathlib import Path

import h5py
import numpy as np

from program import ProgramTest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PATTERNS = EXAMPLES / "bars_and_stripes_spins.h5"

JOB = f"""[system]
name = ising
L = 3
beta = 0
[model]
name = circuit
depth = 6
[train]
objective = mmd
data = {PATTERNS}:x
held_out = 0
steps = 600
learning_rate = 0.1
[run]
importance = 100
forward = 0
[output]
dir = out
"""


def rotation(axis, angle):
    c, s = np.cos(angle / 2), np.sin(angle / 2)
    if axis == "x":
        return np.array([[c, -1j * s], [-1j * s, c]])
    return np.diag([c - 1j * s, c + 1j * s])


def probabilities(file):
    """All of them by the page of the model file, qubit 0 the slowest index."""
    model = file["model"]
    n, depth = int(model.attrs["sites"]), int(model.attrs["depth"])
    angles = iter(model["parameters"][:])
    psi = np.zeros((2,) * n, complex)
    psi[(0,) * n] = 1

    def turn(axes):
        nonlocal psi
        for qubit in range(n):
            for axis in axes:
                psi = np.moveaxis(np.tensordot(rotation(axis, next(angles)), psi, (1, qubit)), 0,
                                  qubit)

    turn("xz")
    for layer in range(depth):
        pairs = [(q, q + 1) for q in range(n - 1)]
        if model.attrs["entangler"] == "ring":
            pairs.append((n - 1, 0))
        for control, target in pairs:
            psi = np.moveaxis(psi, (control, target), (0, 1)).copy()
            psi[1] = psi[1][::-1].copy()
            psi = np.moveaxis(psi, (0, 1), (control, target))
        turn("zx" if layer == depth - 1 else "zxz")
    return np.abs(psi) ** 2


class Circuits(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("job.ini", JOB)

    def log_q(self, x):
        with h5py.File(self.directory / "in.h5", "w") as file:
            file["x"] = x
        self.nmc("evaluate", "out/model.h5", "--input", "in.h5", "--output", "q.h5", code=0)
        with h5py.File(self.directory / "q.h5") as file:
            return file["log_q"][:]

    def test_bars_and_stripes_are_learned_and_the_file_is_as_its_page_says(self):
        # Of no system, so that the report refuses its weights.
        self.assertRegex(self.nmc("train", "job.ini", code=4).stdout, r"MMD squared \d\S*e-0")
        with h5py.File(PATTERNS) as file:
            patterns = file["x"][:].astype(float)
        found = self.log_q(patterns)
        self.assertGreater(np.exp(found).sum(), 0.9)
        with h5py.File(self.directory / "out/model.h5") as file:
            p, order = probabilities(file), file["model/order"][:]
        self.assertAlmostEqual(p.sum(), 1, 12)
        bits = ((1 - patterns[:, order]) / 2).astype(int)
        self.assertLess(np.abs(np.exp(found) - p[tuple(bits.T)]).max(), 1e-12)
        with h5py.File(self.directory / "out/train.h5") as file:
            self.assertLess(file["log/mmd"][-1], 1e-3)

    def test_both_gradients_are_the_same_training(self):
        for rule in ("adjoint", "shift"):
            self.nmc("train", "job.ini", f"--model.gradient={rule}", "--train.steps=5",
                     f"--output.dir={rule}")
        with h5py.File(self.directory / "adjoint/model.h5") as one, \
                h5py.File(self.directory / "shift/model.h5") as other:
            self.assertLess(np.abs(one["model/parameters"][:] - other["model/parameters"][:]).max(),
                            1e-9)

    # z of three observables: 4.5 errors each are a false alarm in 5e4.
    def test_a_simulated_circuit_proposes(self):
        words = ["--system.beta=0.4", "--train.objective=", "--train.data=", "--train.held_out=",
                 "--train.batch=128", "--train.steps=200", "--train.learning_rate=0.05",
                 "--model.symmetry=z2", "--sampler.name=independence", "--sampler.chains=64",
                 "--run.draws=500", "--run.importance="]
        said = self.nmc("run", "job.ini", *words, code=0).stdout
        said = said.partition("reduced by control variates")[0]
        rows = {row[0]: row for row in map(str.split, said.splitlines()) if row}
        for name in ("energy", "abs_m", "m2"):
            self.assertLess(abs(float(rows[name][6])), 4.5, rows[name])

    def test_what_does_not_fit_is_refused_before_any_file_is_made(self):
        with h5py.File(self.directory / "bits.h5", "w") as file:
            file["x"] = np.zeros((4, 9))
        refusals = {
            ("--system.L=5",): "2^25 amplitudes",
            ("--train.batch=64",): "does nothing in objective = mmd",
            ("--model.name=made", "--model.depth="): "a circuit alone knows",
            ("--model.symmetry=z2",): "without symmetry",
            ("--train.objective=forward", "--train.kernel=numbers"): "kernel goes with",
            ("--train.data=heat_bath",): "FILE.h5:DATASET",
            ("--train.data=bits.h5:x",): "take 2 x - 1",
            ("--train.bandwidths=0",): "bandwidths",
        }
        for words, message in refusals.items():
            said = self.nmc("train", "job.ini", *words, code=2).stderr
            self.assertIn(message, said, words)
        self.assertEqual(self.files(), ["bits.h5", "job.ini"])


if __name__ == "__main__":
    unittest.main()
