"""Flows with conditions as inputs: by their page alone, at every condition, in ladders."""

import unittest

import h5py
import numpy as np

from program import ProgramTest

JOB = """[system]
{system}
[model]
{model}
precision = double
free_field = first
scaling = true
[train]
steps = 12
learning_rate = 0.05
batch = 65
validate_batch = 32
[sampler]
name = independence
chains = 8
[run]
warmup = 10
draws = 20
importance = 100
[output]
dir = out
"""
DUAL = "name = dual_ising\nL = 2, 4\nbeta = 0.4"
PHI4 = "name = phi4\nL = 2, 4\nm2 = 1\nlambda = 1"
BETAS = "conditional = true\nbeta_min = 0.2\nbeta_max = 0.6"
FIELDS = "conditional = true\nconditions = lambda 0.5:2, m2 -1:3"
NVP = "name = real_nvp\nhidden = 5\ndepth = 2\ncouplings = 3"
NICE = NVP.replace("real_nvp", "nice")


def elu(x):
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


class Page:
    """/model of a file at given conditions, or at its own."""

    def __init__(self, path, **given):
        with h5py.File(path, "r") as file:
            model = file["model"]
            group = model["conditions"]
            self.x = []
            for number in sorted(group):
                at = dict(group[number].attrs)
                name = at["name"].decode() if isinstance(at["name"], bytes) else at["name"]
                value = given.get(name, at["own"])
                self.x.append((2 * value - at["least"] - at["most"]) / (at["most"] - at["least"]))
            self.x = np.array(self.x)
            self.layers = []
            for number in sorted(model["layers"]):
                layer = {}
                model["layers"][number].visititems(
                    lambda name, item: layer.update(
                        {name: item[()]} if isinstance(item, h5py.Dataset) else {}))
                layer |= {"@" + key: value.decode() if isinstance(value, bytes) else value
                          for key, value in model["layers"][number].attrs.items()}
                self.layers.append(layer)

    def net(self, layer, which, c, a):
        y = np.hstack([a, np.tile(self.x, (len(a), 1))])
        depth = sum(name.startswith(which + "/W") for name in layer)
        for k in range(depth):
            y = y @ layer[f"{which}/W{k}"][c].T + layer[f"{which}/b{k}"][c]
            y = elu(y) if k + 1 < depth else y
        return y

    def inverse(self, y):
        log_det = np.zeros(len(y))
        for layer in reversed(self.layers):
            kind = layer["@type"]
            assert int(layer["@conditions"]) == len(self.x)
            if kind == "coupling":
                sites = layer["sites"][0]
                for c in reversed(range(len(layer["mask"]))):
                    m = layer["mask"][c].astype(float)
                    v = y[:, sites]
                    s = 0 * v
                    if layer["@kind"] == "affine":
                        s = ((1 - m) * layer["s/scale"][c] *
                             np.tanh(self.net(layer, "s", c, m * v)))
                    t = (1 - m) * self.net(layer, "t", c, m * v)
                    y = y.copy()
                    y[:, sites] = m * v + (1 - m) * (v - t) * np.exp(-s)
                    log_det -= s.sum(axis=1)
            elif kind == "scaling":
                scale = layer["log_scale"] + self.x @ layer["slopes"]
                y, log_det = y * np.exp(-scale), log_det - scale.sum()
            else:
                a = (layer["log_amplitude"] + self.x @ layer["slopes"])[layer["orbit"]]
                shape = tuple(layer["shape"][::-1])
                waves = np.fft.fftn(y.reshape(-1, *shape), axes=(1, 2))
                y = np.fft.ifftn(waves * np.exp(-a.reshape(shape)), axes=(1, 2)).real
                y, log_det = y.reshape(len(waves), -1), log_det - a.sum()
        return y, log_det

    def log_q(self, y):
        z, log_det = self.inverse(y)
        return -0.5 * (z**2 + np.log(2 * np.pi)).sum(axis=1) + log_det


class ConditionalFlow(ProgramTest):

    def train(self, system, model):
        self.x = np.random.default_rng(4).normal(size=(50, 8))
        with h5py.File(self.directory / "in.h5", "w") as file:
            file["x"] = self.x
        self.write("job.ini", JOB.format(system=system, model=model))
        self.nmc("train", "job.ini", "--restart")

    def evaluate(self, *words, code=0):
        return self.nmc("evaluate", "out/model.h5", "--input", "in.h5", "--output", "out.h5",
                        *words, code=code)

    def numbers(self, **given):
        self.evaluate(*(f"--system.{name}={value}" for name, value in given.items()))
        with h5py.File(self.directory / "out.h5", "r") as file:
            return {name: file[name][:] for name in ("log_q", "z", "log_det_dzdx", "energy")}

    def test_files_evaluate_by_their_page_at_every_condition(self):
        cases = ((DUAL, f"{NVP}\n{BETAS}", ({}, {"beta": 0.2}, {"beta": 0.47}, {"beta": 0.6})),
                 (DUAL, f"{NICE}\n{BETAS}", ({}, {"beta": 0.6})),
                 (PHI4, f"{NVP}\n{FIELDS}", ({}, {"m2": -1}, {"m2": 3, "lambda": 0.5})))
        for system, model, places in cases:
            self.train(system, model)
            energies = []
            for given in places:
                with self.subTest(f"{model} at {given}"):
                    got = self.numbers(**given)
                    page = Page(self.directory / "out/model.h5", **given)
                    z, log_det = page.inverse(self.x)
                    self.assertLess(np.max(np.abs(got["z"] - z)), 1e-12)
                    self.assertLess(np.max(np.abs(got["log_det_dzdx"] - log_det)), 1e-12)
                    self.assertLess(np.max(np.abs(got["log_q"] - page.log_q(self.x))), 1e-11)
                    energies.append((got["log_q"], got["energy"]))
            for log_q, energy in energies[1:]:
                self.assertGreater(np.max(np.abs(log_q - energies[0][0])), 1e-3)
                self.assertGreater(np.max(np.abs(energy - energies[0][1])), 1e-3)

    def test_energies_are_those_of_the_condition(self):
        self.train(PHI4, f"{NVP}\n{FIELDS}")
        own, other = self.numbers(), self.numbers(m2=-1)
        difference = own["energy"] - other["energy"]
        self.assertLess(np.max(np.abs(difference - 2 * (self.x**2).sum(axis=1))), 1e-11)

    def test_conditions_that_the_network_does_not_know_are_refused(self):
        self.train(DUAL, f"{NVP}\n{BETAS}")
        for message, word in (
                ("the network was made for beta = 0.2 ... 0.6, and beta = 1 is outside",
                 "--system.beta=1"),
                ("takes --system.beta and no other value", "--system.L=4")):
            self.assertIn(message, self.evaluate(word, code=2).stderr)
        self.train(PHI4, f"{NVP}\n{FIELDS}")
        for message, word in (
                ("made for m2 = -1 ... 3, and m2 = 4 is outside", "--system.m2=4"),
                ("takes --system.beta, --system.lambda, --system.m2 and no other value",
                 "--system.L=4")):
            self.assertIn(message, self.evaluate(word, code=2).stderr)

    def test_ranges_that_are_none_are_refused_with_the_way_out(self):
        for message, system, keys in (
                ("give beta_min and beta_max", DUAL, "conditional = true"),
                ("goes with conditional = true", DUAL, "beta_min = 0.1"),
                ("go with conditional = true", PHI4, "conditions = m2 0:2"),
                ("the system has beta = 0.4", DUAL, BETAS.replace("0.6", "0.3")),
                ("has no beta: phi4 has m2 and lambda: write conditions = m2 LEAST:MOST", PHI4,
                 BETAS),
                ("phi4 has m2 and lambda", PHI4, "conditional = true"),
                ("phi4 has no L that a network could have", PHI4,
                 "conditional = true\nconditions = L 1:2"),
                ('"m2" is not a name with its range', PHI4,
                 "conditional = true\nconditions = m2"),
                ("must lead upwards and hold the system's m2 = 1", PHI4,
                 "conditional = true\nconditions = m2 2:3"),
                ("twice", PHI4, "conditional = true\nconditions = m2 0:3, m2 0:2"),
                ("the system is not there at an end of the range", PHI4,
                 "conditional = true\nconditions = lambda -0.02:2"),
                ("nothing stands between two commas or at an end", PHI4,
                 "conditional = true\nconditions = m2 0:2,"),
                ("nothing stands between two commas or at an end", PHI4,
                 "conditional = true\nconditions = m2 0:2,, lambda 0:2"),
                ("keys of its own: beta_min and beta_max", DUAL,
                 "conditional = true\nconditions = beta 0:1"),
                ("dual_ising has no m2 that a network could have as an input: leave conditions out",
                 DUAL, "conditional = true\nconditions = m2 0:1")):
            with self.subTest(message):
                self.write("job.ini", JOB.format(system=system, model=f"{NVP}\n{keys}"))
                self.assertIn(message, self.nmc("train", "job.ini", code=2).stderr)

    def test_a_stored_network_serves_other_conditions_and_each_rung_of_a_ladder(self):
        self.train(DUAL, f"{NVP}\n{BETAS}")
        done = self.nmc("run", "job.ini", "--output.dir=other", "--model.file=out/model.h5",
                        "--system.beta=0.5", code=(0, 4))
        self.assertNotIn("trained for another system", done.stdout + done.stderr)
        self.nmc("run", "job.ini", "--output.dir=ladder", "--model.file=out/model.h5",
                 "--sampler.name=tempering", "--sampler.inner=independence",
                 "--sampler.ladder=0.2:0.4:0.1", code=(0, 4))
        done = self.nmc("run", "job.ini", "--output.dir=ladder2", "--model.file=out/model.h5",
                        "--sampler.name=tempering", "--sampler.inner=independence",
                        "--sampler.ladder=0.1:0.4:0.1", code=2)
        self.assertIn("the network was made for 0.2 ... 0.6", done.stderr)
        done = self.nmc("run", "job.ini", "--output.dir=out2", "--model.file=out/model.h5",
                        "--system.beta=0.7", code=2)
        self.assertIn("beta = 0.7 is outside", done.stderr)

    def test_damaged_conditions_are_refused_with_their_place(self):
        def own(file):
            file["model/conditions/000"].attrs["own"] = 0.7

        def name(file):
            file["model/conditions/000"].attrs["name"] = ""

        def most(file):
            file["model/conditions/000"].attrs["most"] = 0.2

        def gone(file):
            del file["model/conditions"]

        def fewer(file):
            del file["model/layers/002"].attrs["conditions"]

        def many(file):
            file["model/layers/001"].attrs["conditions"] = 2000

        for message, damage in (("000", gone), ("beta = 0.7 is outside", own),
                                ("without a name", name), ("end above its beginning", most),
                                ("slopes", fewer), ("there are 1 ... 1000", many)):
            with self.subTest(message):
                self.train(DUAL, f"{NVP}\n{BETAS}")
                path = self.directory / "out/model.h5"
                path.write_bytes(path.read_bytes()[512:])
                with h5py.File(path, "r+") as file:
                    damage(file)
                self.assertIn(message, self.evaluate(code=2).stderr)


if __name__ == "__main__":
    unittest.main()
