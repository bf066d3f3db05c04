"""Autoregressive flows: by their page alone, on any number of workers, distilled, and what is
refused of them."""

import json
import shutil
import unittest
from pathlib import Path

import h5py
import numpy as np

from program import ProgramTest, differences

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
JOB = """[system]
{system}
[model]
{model}
precision = double
[train]
steps = {steps}
learning_rate = 0.02
batch = 130
gradient = path
{train}
[sampler]
name = {sampler}
chains = 8
[run]
warmup = 10
draws = 20
importance = 2000
forward = 0
[output]
dir = out
"""
DUAL = "name = dual_ising\nL = 2, 4\nbeta = 0.4"
PHI4 = "name = phi4\nL = 3\nm2 = 1\nlambda = 1"
ACTIVATIONS = {"elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))), "tanh": np.tanh,
               "softplus": lambda x: np.logaddexp(0, x)}


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def knee(x, kappa, place):
    u = x - place
    root = np.sqrt(u**2 + 1)
    rise = np.expm1(kappa)
    return x + rise * (u + root) / 2, np.log1p(rise * (1 + u / root) / 2)


class Page:
    """Layers of /model as docs/model-file.md has them, at its own conditions."""

    def __init__(self, path):
        with h5py.File(path, "r") as file:
            model = file["model"]
            self.x = []
            for number in sorted(model.get("conditions", ())):
                at = model["conditions"][number].attrs
                self.x.append((2 * at["own"] - at["least"] - at["most"]) /
                              (at["most"] - at["least"]))
            self.layers = []
            for number in sorted(model["layers"]):
                group, layer = model["layers"][number], {}
                group.visititems(lambda name, item, layer=layer: layer.update(
                    {name: item[()]} if isinstance(item, h5py.Dataset) else {}))
                layer |= {"@" + key: text(value) for key, value in group.attrs.items()}
                self.layers.append(layer)

    def lines(self, layer, name):
        slopes = layer.get(name.rsplit("/", 1)[0] + "/slopes" if "/" in name else "slopes")
        return layer[name] if slopes is None else layer[name] + np.array(self.x) @ slopes

    def heads(self, layer, tokens):
        h, depth = tokens, sum(name.endswith("/degree") for name in layer)
        for k in range(depth):
            at = f"hidden/{k:03}"
            h = ACTIVATIONS[layer["@activation"]](h @ layer[at + "/W"].T +
                                                  self.lines(layer, at + "/b"))
        out = self.lines(layer, "output/b") + (h @ layer["output/W"].T if depth else 0)
        out = out.reshape(-1, tokens.shape[1], 2 if layer["@log_scale"] == "network" else 1)
        alpha = self.lines(layer, "scale/log_scale")
        if layer["@log_scale"] == "network":
            alpha = alpha + layer["scale/bound"] * np.tanh(out[:, :, 1])
        return out[:, :, 0] + tokens @ layer["direct"].T, alpha + 0 * tokens

    def forward(self, y):
        """Token after token: each one from those before it."""
        log_det = np.zeros(len(y))
        for layer in self.layers:
            if layer["@type"] == "bend":
                kappa, left, right = self.lines(layer, "bends").reshape(3, -1)
                y, first = knee(y, kappa, left)
                y, second = knee(y, -kappa, right)
                log_det += (first + second).sum(1)
                continue
            order = layer["order"]
            z, is_maf = y[:, order], layer["@kind"] == "maf"
            x = np.zeros_like(z)
            for t in range(z.shape[1]):
                mean, alpha = self.heads(layer, x if is_maf else z)
                x[:, t] = (z * np.exp(alpha) + mean if is_maf else
                           (z - mean) * np.exp(-alpha))[:, t]
            log_det += (1 if is_maf else -1) * self.heads(layer, x if is_maf else z)[1].sum(1)
            y = np.empty_like(x)
            y[:, order] = x
        return y, log_det


class AutoregressiveFlow(ProgramTest):

    def job(self, system, model, train="", steps=12, sampler="independence"):
        self.write("job.ini", JOB.format(system=system, model=model, train=train, steps=steps,
                                         sampler=sampler))

    def report(self):
        lines = self.nmc("report", "out", "--json").stdout.splitlines()
        return next(row for row in map(json.loads, lines) if "lnZ" in row and "loss" in row)

    def test_files_evaluate_by_their_page(self):
        conditional = "conditional = true\nbeta_min = 0.2\nbeta_max = 0.5"
        for model in ("name = maf\nhidden = 11\ndepth = 2\nactivation = tanh",
                      "name = iaf\nblocks = 3\norder = snake\nreverse = false",
                      f"name = maf\nbends = true\nhidden = 5\nactivation = softplus\n{conditional}",
                      "name = iaf\ndepth = 0",
                      "name = maf\nlog_scale = site\nhidden = 9"):
            with self.subTest(model):
                self.job(DUAL, model)
                self.nmc("train", "job.ini", "--restart")
                z = np.random.default_rng(4).normal(size=(50, 8))
                with h5py.File(self.directory / "in.h5", "w") as file:
                    file["z"] = z
                self.nmc("evaluate", "out/model.h5", "--input", "in.h5", "--output", "out.h5",
                         code=0)
                x, log_det = Page(self.directory / "out/model.h5").forward(z)
                with h5py.File(self.directory / "out.h5", "r") as file:
                    self.assertLess(np.max(np.abs(file["x"][:] - x)), 1e-11)
                    self.assertLess(np.max(np.abs(file["log_det_dxdz"][:] - log_det)), 1e-11)

    def test_numbers_do_not_depend_on_the_workers(self):
        self.job(PHI4, "name = maf\nbends = true\nsymmetry = z2", sampler="latent_hmc")
        self.nmc("run", "job.ini", "--output.dir=one")
        self.nmc("run", "job.ini", "--output.dir=threads", threads=3)
        names = ["threads"]
        if self.has_ranks():
            self.nmc("run", "job.ini", "--output.dir=ranks", ranks=2)
            names.append("ranks")
        for name in names:
            for file in ("model.h5", "result.h5"):
                self.assertEqual(differences(self.directory / "one" / file,
                                             self.directory / name / file), [], f"{name}/{file}")

    def has_ranks(self):
        try:
            self.need_ranks()
        except unittest.SkipTest:
            return False
        return True

    def test_a_linear_block_finds_the_free_field(self):
        for name in ("maf", "iaf"):
            self.job("name = phi4\nL = 4\nm2 = 0.5\nlambda = 0",
                     f"name = {name}\ndepth = 0\nblocks = 1", steps=1500,
                     train="validate_every = 1500")
            self.nmc("run", "job.ini", "--restart", code=0)
            row = self.report()
            self.assertAlmostEqual(row["lnZ"], -1.65403853166586, delta=1e-6)
            self.assertLess(abs(row["loss"] - 1.65403853166586), 1e-6)

    def test_a_distilled_flow_comes_to_its_teacher(self):
        self.job("name = flow_density\nsites = 5\nwidth = 0.1", "name = iaf", steps=500)
        self.nmc("run", "job.ini")
        row = self.report()
        self.assertGreaterEqual(row["loss"], -1e-3)
        self.assertLess(row["loss"], 0.02)
        self.assertLess(abs(row["lnZ"]), 5 * row["lnZ_error"])

    def test_a_trained_flow_is_a_system(self):
        self.job(PHI4, "name = maf\nsymmetry = z2", steps=50)
        self.nmc("train", "job.ini")
        self.job("name = flow_density\nfile = out/model.h5", "name = none", sampler="hmc")
        text = (self.directory / "job.ini").read_text().split("[train]")
        self.write("job.ini", text[0].replace("[model]\nname = none\nprecision = double\n", "") +
                   "[sampler]" + text[1].split("[sampler]")[1].replace("dir = out", "dir = hmc"))
        self.nmc("run", "job.ini")
        done = self.nmc("run", "job.ini", "--system.sites=5", "--output.dir=other", code=2)
        self.assertIn("random flow", done.stderr)
        done = self.nmc("certify", "flow_density", code=0)
        self.assertIn("surrogate_hmc of flow_density is left out: 120 configurations", done.stderr)

    def test_the_examples_run_one_after_the_other(self):
        (self.directory / "examples").mkdir()
        for name in ("dual_ising_maf.ini", "dual_ising_distilled.ini"):
            shutil.copy(EXAMPLES / name, self.directory / "examples")
            self.nmc("run", f"examples/{name}", "--train.steps=120", "--run.draws=10")
        student = "runs/dual_ising_distilled/model.h5"
        self.assertIn(student, self.files())
        done = self.nmc("sample", "examples/dual_ising_maf.ini", f"--model.file={student}",
                        "--model.name=iaf", "--run.draws=10", "--output.dir=physical")
        self.assertIn("8x8 torus", done.stdout)

    def test_networks_are_certified(self):
        for name in ("maf", "iaf"):
            self.nmc("certify", name, code=0)

    def test_what_cannot_be_is_refused(self):
        cases = (("name = ising\nL = 4\nbeta = 0.4", "name = maf", "draws real numbers"),
                 (DUAL, "name = maf\ndepth = 0\nlog_scale = network", "needs a hidden layer"),
                 (DUAL, "name = maf\ndepth = 0\nhidden = 8", "no hidden layers"),
                 (DUAL, "name = iaf\norder = file:none.txt", "none.txt"),
                 (DUAL, "name = maf\norder = sideways", "raster, snake, hilbert"),
                 ("name = flow_density\nfile = none.h5", "name = iaf", "none.h5"))
        for system, model, message in cases:
            with self.subTest(f"{system} {model}"):
                self.job(system, model)
                self.assertIn(message, self.nmc("train", "job.ini", code=2).stderr)
                self.assertEqual(self.files(), ["job.ini"])

    def test_files_of_other_networks_are_refused(self):
        self.job(DUAL, "name = maf\nhidden = 6")
        self.nmc("train", "job.ini")
        whole = (self.directory / "out/model.h5").read_bytes()[512:]
        with h5py.File(self.directory / "in.h5", "w") as file:
            file["z"] = np.zeros((1, 8))

        def spoil(name, change, message):
            path = self.directory / "bad.h5"
            path.write_bytes(whole)
            with h5py.File(path, "r+") as file:
                change(file["model/layers/000"])
            with self.subTest(name):
                done = self.nmc("evaluate", "bad.h5", "--input", "in.h5", "--output", "out.h5",
                                code=2)
                self.assertIn(message, done.stderr)

        def put(name, place, value):
            def change(layer):
                layer[name][place] = value
            return change

        spoil("masked", put("direct", (2, 5), 0.1), "must not read")
        spoil("degree", put("hidden/000/degree", 5, 8), "must ascend")
        spoil("order", put("order", 0, 3), "once")
        spoil("kind", lambda layer: layer.attrs.modify("kind", "fma"), "kind")
        spoil("more", lambda layer: layer.create_dataset("scale/other", data=1.0), "other")


if __name__ == "__main__":
    unittest.main()
