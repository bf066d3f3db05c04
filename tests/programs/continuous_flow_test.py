"""Continuous flows from the outside: files by their page, ranks, errors of ln q, refusals."""

import unittest

import h5py
import numpy as np

from program import ProgramTest, differences

JOB = """[system]
{system}
[model]
name = continuous_flow
hidden = 5
depth = 2
steps = 4
{model}
[train]
steps = {steps}
learning_rate = 0.02
batch = 130
validate_batch = 64
[sampler]
name = {sampler}
chains = 8
[run]
warmup = 2
draws = 8
importance = 200
forward = 0
[output]
dir = out
"""
MIXTURE = "name = mixture\ncomponents = 3"
PHI4 = "name = phi4\nL = 3\ndim = 1\nm2 = 1\nlambda = 1"
RANGES = "conditional = true\nconditions = lambda 0.5:2, m2 -1:3"


class Page:
    """A continuous_flow of a file, as docs/model-file.md describes it."""

    def __init__(self, path):
        with h5py.File(path, "r") as file:
            model = file["model"]
            self.x = np.array([(2 * at.attrs["own"] - at.attrs["least"] - at.attrs["most"]) /
                               (at.attrs["most"] - at.attrs["least"])
                               for at in model.get("conditions", {}).values()])
            layer = model["layers/000"]
            self.data = {name: item[()] for name, item in layer.items()}
            self.steps = int(layer.attrs["steps"])

    def velocity(self, t, x):
        h, jacobian, depth = x, np.eye(x.shape[1]), max(int(k[1:]) for k in self.data if k[0] == "W")
        for l in range(depth + 1):
            w = self.data[f"W{l}"]
            b = self.data[f"b{l}"] + t * self.data[f"time{l}"]
            if len(self.x):
                b = b + self.x @ self.data[f"condition{l}"]
            h, jacobian = h @ w.T + b, w @ jacobian
            if l < depth:
                h = np.tanh(h)
                jacobian = (1 - h**2)[..., None] * jacobian
        return h, np.trace(jacobian, axis1=-2, axis2=-1)

    def inverse(self, x):
        log_det, h = 0, -1 / self.steps
        for step in range(self.steps):
            t, point, total, divs = 1 + step * h, x, 0, 0
            for reach, weight in ((0, 1), (.5, 2), (.5, 2), (1, 1)):
                point = x if reach == 0 else x + reach * h * k
                k, div = self.velocity(t + reach * h, point)
                total, divs = total + weight * k, divs + weight * div
            x, log_det = x + h / 6 * total, log_det + h / 6 * divs
        return x, log_det


class ContinuousFlow(ProgramTest):

    def job(self, model="", system=MIXTURE, sampler="independence", steps=12):
        self.write("job.ini", JOB.format(system=system, model=model, sampler=sampler, steps=steps))
        return "job.ini"

    def test_files_evaluate_by_their_page(self):
        for system, sites, model in ((MIXTURE, 2, ""), (PHI4, 3, RANGES)):
            with self.subTest(model):
                x = np.random.default_rng(4).normal(size=(50, sites))
                with h5py.File(self.directory / "in.h5", "w") as file:
                    file["x"] = x
                self.nmc("train", self.job("precision = double\n" + model, system), "--restart")
                self.nmc("evaluate", "out/model.h5", "--input", "in.h5", "--output", "out.h5", code=0)
                z, log_det = Page(self.directory / "out/model.h5").inverse(x)
                with h5py.File(self.directory / "out.h5", "r") as file:
                    self.assertLess(np.max(np.abs(file["z"][:] - z)), 1e-11)
                    self.assertLess(np.max(np.abs(file["log_det_dzdx"][:] - log_det)), 1e-11)
                    self.assertGreater(np.max(np.abs(z - x)), 1e-2)
                    self.assertRegex(file["log_q"].attrs["meaning"], r"true to \d\.\de-\d\d")

    def test_threads_and_ranks_change_no_bit(self):
        self.nmc("run", self.job())
        one = self.directory / "out/result.h5"
        self.nmc("run", "job.ini", "--output.dir=ranks", "--run.threads=2", ranks=2)
        self.assertEqual(differences(one, self.directory / "ranks/result.h5"), [])

    def test_other_verbs_and_samplers_take_it(self):
        self.nmc("run", self.job(sampler="latent_hmc"))
        self.nmc("certify", "continuous_flow", "--system.name=mixture", "--model.hidden=4",
                 "--model.depth=1", code=0)

    def match(self, *words, system=MIXTURE, **how):
        self.write("job.ini", JOB.format(system=system, sampler="independence", steps=400,
                                         model="").replace("hidden = 5", "hidden = 32"))
        return self.nmc("train", "job.ini", "--train.objective=flow_matching", *words, "--restart", **how)

    def nll(self, directory):
        with h5py.File(self.directory / directory / "train.h5", "r") as file:
            return min(file["validations/validation_forward_loss"])

    def test_flow_matching_learns_the_density_of_its_data(self):
        # Two numbers on a circle of width 0.1 and radius 1, entropy 0.5 ln(2 pi e 0.01) + ln 2 pi
        # about, where normals of the same variance have 2.4 nats.
        rng = np.random.default_rng(1)
        angle, radius = rng.uniform(0, 2 * np.pi, 20000), 1 + 0.1 * rng.normal(size=20000)
        with h5py.File(self.directory / "ring.h5", "w") as file:
            file["x"] = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)
        entropy = 0.5 * np.log(2 * np.pi * np.e * 0.01) + np.log(2 * np.pi)
        self.match("--train.data=ring.h5:x")
        self.assertLess(self.nll("out"), entropy + 0.6)
        self.assertGreater(self.nll("out"), entropy - 0.05)
        one = self.directory / "out/model.h5"
        self.match("--train.data=ring.h5:x", "--run.threads=2", "--output.dir=two", ranks=2)
        self.assertEqual(differences(one, self.directory / "two/model.h5"), [])

    def test_flow_matching_takes_chains_as_data_and_refuses_what_it_is_not_for(self):
        field = "name = dual_ising\nL = 2\ndim = 1\nbeta = 0.3"
        self.match("--train.data=block_gibbs", "--train.steps=20", system=field)
        for words, message in (
                ((), "a forward objective needs data"),
                (("--model.name=real_nvp", "--model.steps="), "velocity of a continuous_flow"),
                (("--train.data=block_gibbs", "--train.forward_weight=0.3"), "goes with objective = mixed"),
                (("--train.data=block_gibbs", "--model.conditional=true", "--model.beta_min=0.2",
                  "--model.beta_max=0.4"), "data have one condition")):
            if "data=" not in "".join(words) and words:
                words += ("--train.data=block_gibbs",)
            with self.subTest(message):
                self.assertIn(message, self.match(*words, system=field, code=2).stderr)

    def test_steps_that_are_too_coarse_are_refused(self):
        self.nmc("train", self.job(steps=1))
        path = self.directory / "out/model.h5"
        path.write_bytes(path.read_bytes()[512:])
        with h5py.File(path, "r+") as file:
            layer = file["model/layers/000"]
            layer["W2"][...] = 3 * np.ones(layer["W2"].shape)
            layer.attrs["steps"] = 1
            if "weights_sha256" in file["model"].attrs:
                del file["model"].attrs["weights_sha256"]
        said = self.nmc("run", "job.ini", "--model.file=out/model.h5", "--output.dir=o2",
                        "--restart", code=2).stderr
        self.assertIn("ln q of the network is off by", said)
        with h5py.File(self.directory / "in.h5", "w") as file:
            file["x"] = np.random.default_rng(5).normal(size=(10, 2))
        said = self.nmc("evaluate", "out/model.h5", "--input", "in.h5", "--output", "out.h5", code=0)
        self.assertIn("warning: ln q of this network is off by", said.stderr)

    def test_refuses_what_it_is_not_for_with_the_way_out(self):
        for words, message in ((("--model.activation=elu",), "tanh"), (("--model.steps=0",), "steps"),
                               (("--model.depth=0",), "hidden = 5 does nothing: depth = 0 has")):
            self.assertIn(message, self.nmc("train", self.job(), *words, code=2).stderr)
        system = "name = ising\nL = 4\nbeta = 0.4"
        self.assertIn("continuous_flow draws real numbers",
                      self.nmc("train", self.job(system=system), code=2).stderr)

    def test_damaged_files_are_refused_with_their_place(self):
        def gone(file):
            del file["model/layers/000/time1"]

        def shape(file):
            del file["model/layers/000/W1"]
            file["model/layers/000/W1"] = np.zeros((5, 4))

        def steps(file):
            file["model/layers/000"].attrs["steps"] = 0

        for message, damage in (("time1", gone), ("W1", shape), ("steps = 0", steps)):
            with self.subTest(message):
                self.nmc("train", self.job(steps=1), "--restart")
                path = self.directory / "out/model.h5"
                path.write_bytes(path.read_bytes()[512:])
                with h5py.File(path, "r+") as file:
                    damage(file)
                self.assertIn(message, self.nmc("run", "job.ini", "--model.file=out/model.h5",
                                                "--output.dir=o2", "--restart", code=2).stderr)


if __name__ == "__main__":
    unittest.main()
