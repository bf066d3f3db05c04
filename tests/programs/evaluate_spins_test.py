"""nmc evaluate at a given temperature: recurrent networks and mixtures by their page alone."""

import unittest

import h5py
import numpy as np

from program import ProgramTest

JOB = """[system]
name = edwards_anderson
L = 3
disorder_seed = 3
beta = 0.7
[model]
{model}
[train]
steps = 20
learning_rate = 0.1
batch = 65
validate_batch = 32
[sampler]
name = suffix
chains = 8
[output]
dir = out
"""
RANGE = "conditional = true\nbeta_min = 0.3\nbeta_max = 0.9"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Reader:
    """/model of a file, with its biases at beta, or at its own beta."""

    def __init__(self, path, beta=None):
        with h5py.File(path, "r") as file:
            model = file["model"]
            self.attributes = {key: value.decode() if isinstance(value, bytes) else value
                               for key, value in model.attrs.items()}
            self.order, self.theta = model["order"][:], model["parameters"][:]
            self.parents = model["parents"][:] if "parents" in model else None
            self.x = None
            if "beta" in model:
                at = {key: float(value) for key, value in model["beta"].attrs.items()}
                beta = at["own"] if beta is None else beta
                self.x = (2 * beta - at["least"] - at["most"]) / (at["most"] - at["least"])
        self.place = 0

    def take(self, count):
        self.place += count
        return self.theta[self.place - count:self.place]

    def lines(self, count):
        numbers = self.take(count)
        return numbers if self.x is None else numbers + self.x * self.take(count)


def log_q_mixture(reader, s):
    K = int(reader.attributes["components"])
    numbers = reader.lines(K * (1 + s.shape[1]))
    log_pi, b = numbers[:K], numbers[K:].reshape(K, -1)
    log_pi = log_pi - np.log(np.exp(log_pi).sum())
    terms = log_pi - np.logaddexp(0, -s[:, None, :] * b).sum(axis=2)
    return np.log(np.exp(terms).sum(axis=1))


def log_q_recurrent(reader, s):
    """Weights shared by all tokens."""
    n, is_gru = int(reader.attributes["width"]), reader.attributes["cell"] == "gru"
    parents = reader.parents
    directions, tokens = parents.shape
    # A direction has its matrices where it is first met.
    met = sorted(range(directions), key=lambda d: (np.argmax(parents[d] >= 0), d))
    gates = (1 if is_gru else 2) + directions
    shape = (gates + 1) * n
    W = {d: reader.take(shape * (n + 1)).reshape(shape, n + 1) for d in met}
    b = reader.lines(shape)
    V = {d: reader.take(n).reshape(n, 1) for d in met} if is_gru else {}
    a = reader.lines(n) if is_gru else None
    w, b_logit = reader.take(n), reader.lines(1)
    assert reader.place == len(reader.theta)
    h, c = np.zeros((tokens, len(s), n)), np.zeros((tokens, len(s), n))
    total = np.zeros(len(s))
    for t in range(tokens):
        own = [(d, parents[d, t]) for d in range(directions) if parents[d, t] >= 0]
        spin = {p: s[:, [reader.order[p]]] for _, p in own}
        blocks = b + sum(np.hstack([h[p], spin[p]]) @ W[d].T for d, p in own) + np.zeros((len(s), 1))
        gate = sigmoid(blocks[:, :gates * n]).reshape(len(s), gates, n)
        last = blocks[:, gates * n:]
        if is_gru:
            z, r = gate[:, 0], gate[:, 1]
            new = np.tanh(a + sum(spin[p] @ V[d].T for d, p in own) + r * last)
            states = [h[p] for _, p in own]
            kept = (0 if not states else states[0] if len(states) == 1 else
                    gate[:, 2] * states[0] + (1 - gate[:, 2]) * states[1])
            h[t] = z * new + (1 - z) * kept
        else:
            c[t] = gate[:, 0] * np.tanh(last) + sum(gate[:, 2 + d] * c[p] for d, p in own)
            h[t] = gate[:, 1] * np.tanh(c[t])
        total -= np.logaddexp(0, -s[:, reader.order[t]] * (h[t] @ w + b_logit))
    return total


class Evaluate(ProgramTest):
    MODELS = {
        "gru": "name = rnn\nwidth = 3\nprecision = double",
        "gru snake": "name = rnn\nwidth = 3\nprecision = double\nlayout = snake2d",
        "lstm snake": "name = rnn\ncell = lstm\nwidth = 3\nprecision = double\nlayout = snake2d",
        "mixture": "name = bernoulli_mixture\ncomponents = 3",
    }

    def train(self, model):
        self.s = np.random.default_rng(4).choice([-1.0, 1.0], size=(50, 9))
        with h5py.File(self.directory / "in.h5", "w") as file:
            file["x"] = self.s
        self.write("job.ini", JOB.format(model=model))
        self.nmc("train", "job.ini", "--restart")

    def evaluate(self, *words, code=0):
        return self.nmc("evaluate", "out/model.h5", "--input", "in.h5", "--output", "out.h5",
                        *words, code=code)

    def numbers(self, *words):
        self.evaluate(*words)
        with h5py.File(self.directory / "out.h5", "r") as file:
            return {name: file[name][:] for name in ("log_q", "log_conditionals", "energy")}

    def test_files_evaluate_by_their_page_at_every_temperature(self):
        for name, model in self.MODELS.items():
            formula = log_q_mixture if name == "mixture" else log_q_recurrent
            for more, betas in (("", (None,)), (RANGE, (None, 0.3, 0.45, 0.9))):
                self.train(f"{model}\n{more}")
                energy = None
                for beta in betas:
                    with self.subTest(f"{name} at {beta}"):
                        got = self.numbers(*([] if beta is None else [f"--system.beta={beta}"]))
                        reader = Reader(self.directory / "out/model.h5", beta)
                        expected = formula(reader, self.s)
                        self.assertLess(np.max(np.abs(got["log_q"] - expected)), 1e-12)
                        self.assertGreater(np.std(expected), 0.1)
                        terms = got["log_conditionals"].sum(axis=1)
                        self.assertLess(np.max(np.abs(terms - got["log_q"])), 1e-12)
                        per_beta = got["energy"] / (beta or 0.7)
                        energy = per_beta if energy is None else energy
                        self.assertLess(np.max(np.abs(per_beta - energy)), 1e-12)

    def test_a_temperature_that_the_network_does_not_know_is_refused(self):
        self.train(f"{self.MODELS['gru']}\n{RANGE}")
        for message, word in (
                ("out/model.h5: the network was made for beta = 0.3 ... 0.9, and beta = 1 is outside",
                 "--system.beta=1"),
                ("beta = x is not a number", "--system.beta=x"),
                ("takes --system.beta and no other value", "--system.L=4"),
                ("takes --system.beta and no other value", "--model.width=4")):
            done = self.evaluate(word, code=2)
            self.assertIn(message, done.stderr)
            self.assertFalse((self.directory / "out.h5").exists())

    def test_a_network_of_one_temperature_has_one_density(self):
        self.train(self.MODELS["mixture"])
        own, hot = self.numbers(), self.numbers("--system.beta=0.35")
        self.assertTrue((own["log_q"] == hot["log_q"]).all())
        self.assertLess(np.max(np.abs(own["energy"] - 2 * hot["energy"])), 1e-12)
        # Without the line that holds the checksum, as the page says.
        path = self.directory / "out/model.h5"
        path.write_bytes(path.read_bytes()[512:])
        with h5py.File(path, "r+") as file:
            del file["target"]
        done = self.evaluate("--system.beta=0.35", code=2)
        self.assertIn("a network of one condition and no target", done.stderr)


if __name__ == "__main__":
    unittest.main()
