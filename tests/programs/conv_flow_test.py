"""Convolutional couplings from the outside: files by their page, threads and ranks, refusals."""

import unittest

import h5py
import numpy as np

from program import ProgramTest, differences

JOB = """[system]
{system}
[model]
name = conv_flow
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
PHI4 = "name = phi4\nL = 4, 6\nm2 = 1\nlambda = 1"
RANGES = "conditional = true\nconditions = lambda 0.5:2, m2 -1:3"
ODD = "symmetry = odd\ncouplings = 3\nchannels = 4\nfree_field = last"


class Page:
    """A conv_flow of a file on a lattice of two directions, as docs/model-file.md describes it."""

    def __init__(self, path):
        with h5py.File(path, "r") as file:
            model = file["model"]
            self.x = np.array([(2 * at.attrs["own"] - at.attrs["least"] - at.attrs["most"]) /
                               (at.attrs["most"] - at.attrs["least"])
                               for at in model.get("conditions", {}).values()])
            self.layers = []
            for layer in model["layers"].values():
                read = {name: item[()] for name, item in layer.items()}
                read |= {"@" + key: value.decode() if isinstance(value, bytes) else value
                         for key, value in layer.attrs.items()}
                self.layers.append(read)

    def numbers(self, layer, name):
        if "@conditions" not in layer:
            return layer[name]
        return layer[name] + np.tensordot(self.x, layer[name + "_slopes"], 1)

    def convolved(self, layer, name, h):
        """h (chains, channels, Ly, Lx) by "0", "1", ..., "t" or "s"."""
        w = self.numbers(layer, f"W{name}" if name.isdigit() else f"{name}_W")
        reach = w.shape[0] // 2
        out = sum(np.einsum("oi,nixy->noxy", w[dy + reach, dx + reach],
                            np.roll(h, (-dy, -dx), (2, 3)))
                  for dy in range(-reach, reach + 1) for dx in range(-reach, reach + 1))
        bias = f"b{name}" if name.isdigit() else f"{name}_b"
        return out + (self.numbers(layer, bias).reshape(-1, 1, 1) if bias in layer else 0)

    def inverse_coupling(self, layer, y):
        rows, columns = np.indices(y.shape[1:])
        kept = ((rows + columns) % 2 == layer["@kept"]).astype(float)
        activation = {"tanh": np.tanh, "softplus": lambda v: np.logaddexp(0, v),
                      "elu": lambda v: np.where(v > 0, v, np.expm1(np.minimum(v, 0)))}
        h, k = (kept * y)[:, None], 0
        while f"W{k}" in layer:
            h = activation[layer["@activation"]](self.convolved(layer, str(k), h))
            k += 1
        t, s = self.convolved(layer, "t", h)[:, 0], 0 * y
        if layer["@kind"] == "affine":
            raw = self.convolved(layer, "s", h**2 if layer["@odd"] else h)[:, 0]
            s = (1 - kept) * self.numbers(layer, "scale") * np.tanh(raw)
        return kept * y + (1 - kept) * (y - t) * np.exp(-s), -s.sum(axis=(1, 2))

    def inverse(self, y):
        log_det = np.zeros(len(y))
        for layer in reversed(self.layers):
            if layer["@type"] == "conv_coupling":
                shape = tuple(layer["shape"][::-1])
                y, more = self.inverse_coupling(layer, y.reshape(-1, *shape))
            else:
                slopes = self.x @ layer["slopes"] if len(self.x) else 0
                a = (layer["log_amplitude"] + slopes)[layer["orbit"]]
                waves = np.fft.fftn(y.reshape(-1, *layer["shape"][::-1]), axes=(1, 2))
                y = np.fft.ifftn(waves * np.exp(-a.reshape(waves.shape[1:])), axes=(1, 2)).real
                more = -a.sum()
            log_det = log_det + more
        return y.reshape(len(y), -1), log_det


class ConvFlow(ProgramTest):

    def job(self, model, system=PHI4, sampler="independence", steps=12):
        self.write("job.ini", JOB.format(system=system, model=model, sampler=sampler, steps=steps))
        return "job.ini"

    def test_files_evaluate_by_their_page(self):
        x = np.random.default_rng(4).normal(size=(50, 24))
        with h5py.File(self.directory / "in.h5", "w") as file:
            file["x"] = x
        for model in (ODD, ODD + "\nisotropic = true\n" + RANGES,
                      "activation = elu\nchannels = 7\ncouplings = 4\nfree_field = first",
                      "coupling = additive\ndepth = 3\nactivation = softplus\ncouplings = 2\n" + RANGES):
            with self.subTest(model):
                self.nmc("train", self.job("precision = double\n" + model), "--restart")
                self.nmc("evaluate", "out/model.h5", "--input", "in.h5", "--output", "out.h5", code=0)
                z, log_det = Page(self.directory / "out/model.h5").inverse(x)
                with h5py.File(self.directory / "out.h5", "r") as file:
                    self.assertLess(np.max(np.abs(file["z"][:] - z)), 1e-12)
                    self.assertLess(np.max(np.abs(file["log_det_dzdx"][:] - log_det)), 1e-12)
                    self.assertGreater(np.max(np.abs(z - x)), 1e-2)

    def test_threads_and_ranks_change_no_bit(self):
        self.nmc("run", self.job(ODD))
        one = self.directory / "out/result.h5"
        self.nmc("run", "job.ini", "--output.dir=two", "--run.threads=2")
        self.assertEqual(differences(one, self.directory / "two/result.h5"), [])
        self.nmc("run", "job.ini", "--output.dir=ranks", ranks=2)
        self.assertEqual(differences(one, self.directory / "ranks/result.h5"), [])

    def test_other_verbs_and_samplers_take_it(self):
        self.nmc("run", self.job(ODD, sampler="latent_hmc"))
        self.nmc("run", self.job(ODD.replace("odd", "z2"), sampler="[independence x 1, hmc x 2]"),
                 "--restart")
        self.nmc("latent", "out", code=0)
        self.nmc("certify", "conv_flow", "--system.name=dual_ising", "--system.L=4",
                 "--system.dim=1", "--system.beta=0.3", "--model.channels=2",
                 "--model.symmetry=odd", code=0)
        self.assertIn("periodic convolutions", self.nmc("describe", "conv_flow").stdout)

    def test_refuses_what_it_is_not_for_with_the_way_out(self):
        for system, model, words in (
                (PHI4, "kernel = 5", ("job.ini:", "wider than the lattice", "take kernel = 3")),
                (PHI4, "kernel = 4", ("job.ini:", "take 5")),
                (PHI4.replace("4, 6", "5, 6"), "", ("even extents", "real_nvp")),
                (PHI4, "channels = 0", ("job.ini:", "channels")),
                (PHI4, "depth = 0", ("job.ini:", "depth")),
                (PHI4, "symmetry = odd\nactivation = elu", ("job.ini:", "take activation = tanh")),
                (PHI4 + "\nboundary = open", "", ("periodic kernels", "use real_nvp or nice")),
                ("name = dual_ising\nL = 4\nbeta = 0.4\nboundary = open", "",
                 ("periodic kernels", "4x4 open", "use real_nvp or nice")),
                ("name = mixture", "", ("needs a lattice", "real_nvp or nice")),
                ("name = ising\nL = 4\nbeta = 0.4", "", ("conv_flow draws real numbers",))):
            with self.subTest(f"{system} {model}"):
                message = self.nmc("train", self.job(model, system), code=2).stderr
                for word in words:
                    self.assertIn(word, message)

    def test_damaged_files_are_refused_with_their_place(self):
        def kernel(file):
            layer = file["model/layers/000"]
            w = layer["W0"][()]
            w[0, 0] += 1
            layer["W0"][...] = w

        def shape(file):
            file["model/layers/000/shape"][...] = [3, 8]

        def odd(file):
            file["model/layers/001"].attrs["odd"] = 2

        def gone(file):
            del file["model/layers/001/t_W"]

        def other(file):
            file["model/layers/000/b0"] = np.zeros(4)

        for message, damage in (("isotropic = 1 makes equal", kernel), ("even extents", shape),
                                ("it is 0 or 1", odd), ("t_W", gone), ("b0", other)):
            with self.subTest(message):
                self.nmc("train", self.job(ODD + "\nisotropic = true", steps=1), "--restart")
                path = self.directory / "out/model.h5"
                path.write_bytes(path.read_bytes()[512:])
                with h5py.File(path, "r+") as file:
                    damage(file)
                self.assertIn(message, self.nmc("run", "job.ini", "--model.file=out/model.h5",
                                                "--output.dir=o2", "--restart", code=2).stderr)


if __name__ == "__main__":
    unittest.main()
