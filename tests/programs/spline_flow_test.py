"""Spline couplings from the outside: files by their page, threads and ranks, refusals."""

import unittest

import h5py
import numpy as np

from program import ProgramTest, differences

JOB = """[system]
{system}
[model]
name = neural_spline
hidden = 6
couplings = 3
bins = 4
bound = 3
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
warmup = 10
draws = 20
importance = 200
[output]
dir = out
"""
MIXTURE = "name = forty_modes\nmodes = 3\nsites = 3\nhalf_width = 2\nwidth = 0.7"
PHI4 = "name = phi4\nL = 4\ndim = 1\nm2 = 1\nlambda = 1"
RANGES = "conditional = true\nconditions = lambda 0.5:2, m2 -1:3"
LEAST = 1e-3


def softmax(a):
    e = np.exp(a - a.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class Page:
    """A neural_spline of a file, as docs/model-file.md describes it."""

    def __init__(self, path):
        with h5py.File(path, "r") as file:
            model = file["model"]
            self.x = np.array([(2 * at.attrs["own"] - at.attrs["least"] - at.attrs["most"]) /
                               (at.attrs["most"] - at.attrs["least"])
                               for at in model.get("conditions", {}).values()])
            self.layers = []
            for layer in model["layers"].values():
                read = {name: item[()] for name, item in layer.items() if isinstance(item, h5py.Dataset)}
                read |= {f"{net}/{name}": item[()] for net in ("s", "t") if net in layer
                         for name, item in layer[net].items()}
                read |= {"@" + key: value for key, value in layer.attrs.items()}
                self.layers.append(read)

    def net(self, layer, prefix, fed):
        h, k = np.hstack([fed, np.tile(self.x, (len(fed), 1))]) if len(self.x) else fed, 0
        while True:
            w, b = (layer[f"{prefix}{name}{k}"] for name in "Wb")
            w, b = (w[0], b[0]) if w.ndim == 3 else (w, b)
            h, k = h @ w.T + b, k + 1
            if f"{prefix}W{k}" not in layer:
                return h
            h = np.where(h > 0, h, np.expm1(np.minimum(h, 0)))

    def inverse_spline(self, layer, y):
        moved, bins, bound = layer["moved"], layer["@bins"], layer["@bound"]
        kept = np.setdiff1d(np.arange(y.shape[1]), moved)
        raw = self.net(layer, "", y[:, kept]).reshape(len(y), len(moved), 3 * bins - 1)
        z, log_det = y.copy(), np.zeros(len(y))
        shares = [2 * bound * (LEAST + (1 - bins * LEAST) * softmax(a))
                  for a in (raw[..., :bins], raw[..., bins:2 * bins])]
        slopes = np.ones((*raw.shape[:2], bins + 1))
        slopes[..., 1:-1] = LEAST + (1 - LEAST) * np.logaddexp(0, raw[..., 2 * bins:] + np.log(np.e - 1))
        for c in range(len(y)):
            for j, site in enumerate(moved):
                v = y[c, site]
                if abs(v) >= bound:
                    continue
                knots = [np.concatenate([[-bound], -bound + np.cumsum(share[c, j])]) for share in shares]
                k = min(np.searchsorted(knots[1], v, side="right") - 1, bins - 1)
                w, h = shares[0][c, j, k], shares[1][c, j, k]
                s, low, high = h / w, slopes[c, j, k], slopes[c, j, k + 1]
                d = high + low - 2 * s
                at = v - knots[1][k]
                a, b, root = h * (s - low) + at * d, h * low - at * d, -s * at
                xi = 2 * root / (-b - np.sqrt(b * b - 4 * a * root))
                z[c, site] = knots[0][k] + w * xi
                q = xi * (1 - xi)
                slope = s * s * (high * xi**2 + 2 * s * q + low * (1 - xi) ** 2) / (s + d * q) ** 2
                log_det[c] -= np.log(slope)
        return z, log_det

    def inverse_affine(self, layer, y):
        kept = layer["mask"][0].astype(float)
        t, s = (self.net(layer, f"{net}/", kept * y) for net in ("t", "s"))
        s = (1 - kept) * layer["s/scale"][0] * np.tanh(s)
        return kept * y + (1 - kept) * (y - t) * np.exp(-s), -s.sum(axis=1)

    def inverse(self, y):
        log_det = np.zeros(len(y))
        for layer in reversed(self.layers):
            is_spline = layer["@type"] in ("spline_coupling", b"spline_coupling")
            y, more = (self.inverse_spline if is_spline else self.inverse_affine)(layer, y)
            log_det += more
        return y, log_det


class SplineFlow(ProgramTest):

    def job(self, model="", system=MIXTURE, sampler="independence", steps=12):
        self.write("job.ini", JOB.format(system=system, model=model, sampler=sampler, steps=steps))
        return "job.ini"

    def test_files_evaluate_by_their_page(self):
        for system, sites, model in ((MIXTURE, 3, "precision = double"),
                                     (MIXTURE, 3, "precision = double\naffine = false"),
                                     (PHI4, 4, "precision = double\n" + RANGES)):
            with self.subTest(model):
                x = 2 * np.random.default_rng(4).normal(size=(40, sites))
                with h5py.File(self.directory / "in.h5", "w") as file:
                    file["x"] = x
                self.nmc("train", self.job(model, system), "--restart")
                self.nmc("evaluate", "out/model.h5", "--input", "in.h5", "--output", "out.h5", code=0)
                z, log_det = Page(self.directory / "out/model.h5").inverse(x)
                with h5py.File(self.directory / "out.h5", "r") as file:
                    self.assertLess(np.max(np.abs(file["z"][:] - z)), 1e-11)
                    self.assertLess(np.max(np.abs(file["log_det_dzdx"][:] - log_det)), 1e-11)
                    self.assertGreater(np.max(np.abs(z - x)), 1e-2)

    def test_threads_and_ranks_change_no_bit(self):
        self.nmc("run", self.job("symmetry = z2"))
        one = self.directory / "out/result.h5"
        self.nmc("run", "job.ini", "--output.dir=two", "--run.threads=2")
        self.assertEqual(differences(one, self.directory / "two/result.h5"), [])
        self.nmc("run", "job.ini", "--output.dir=ranks", ranks=2)
        self.assertEqual(differences(one, self.directory / "ranks/result.h5"), [])

    def test_other_verbs_and_samplers_take_it(self):
        self.nmc("run", self.job(sampler="latent_hmc"), code=None)
        self.nmc("certify", "neural_spline", "--system.name=mixture", "--model.couplings=2", code=0)

    def test_certify_sees_a_fault_of_a_network_on_sixteen_numbers(self):
        self.nmc("certify", "real_nvp", "--system.name=phi4", "--system.L=4", code=0)

    def test_refuses_what_it_is_not_for_with_the_way_out(self):
        for system, model, words in (
                ("name = ising\nL = 4\nbeta = 0.4", "", ("neural_spline draws real numbers",)),
                (MIXTURE.replace("sites = 3", "sites = 1"), "", ("at least two sites",)),
                (MIXTURE, "depth = 0", ("job.ini:", "depth"))):
            with self.subTest(f"{system} {model}"):
                message = self.nmc("train", self.job(model, system), code=2).stderr
                for word in words:
                    self.assertIn(word, message)

    def test_damaged_files_are_refused_with_their_place(self):
        def twice(file):
            file["model/layers/000/moved"][...] = [1, 1]

        def bound(file):
            file["model/layers/000"].attrs["bound"] = -1.0

        def gone(file):
            del file["model/layers/000/b1"]

        for message, damage in (("moved twice", twice), ("above 0", bound), ("b1", gone)):
            with self.subTest(message):
                self.nmc("train", self.job("affine = false", MIXTURE.replace("sites = 3", "sites = 4"),
                                           steps=1), "--restart")
                path = self.directory / "out/model.h5"
                path.write_bytes(path.read_bytes()[512:])
                with h5py.File(path, "r+") as file:
                    damage(file)
                self.assertIn(message, self.nmc("run", "job.ini", "--model.file=out/model.h5",
                                                "--output.dir=o2", "--restart", code=2).stderr)


if __name__ == "__main__":
    unittest.main()
