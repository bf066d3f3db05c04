"""Glow from the outside: files by their page, data as a start, threads and ranks, refusals."""

import unittest

import h5py
import numpy as np

from program import ProgramTest, differences

JOB = """[system]
{system}
[model]
name = glow
{model}
[train]
steps = {steps}
learning_rate = 0.02
batch = 130
validate_batch = 64
{train}
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
PHI4 = "name = phi4\nL = 4, 8\nm2 = 1\nlambda = 1"
FIELD = "name = dual_ising\nL = 4\nbeta = 0.44"
RANGES = "conditional = true\nconditions = lambda 0.5:2, m2 -1:3"
ODD = "symmetry = odd\nrepeat = 2\nchannels = 4\nfree_field = last"


class Page:
    """Layers of glow from a file, as docs/model-file.md describes them."""

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

    def actnorm(self, layer, y):
        """y (chains, cells, channels)."""
        s = self.numbers(layer, "log_scale")
        b = 0 if layer["@odd"] else self.numbers(layer, "shift")
        return (y - b) * np.exp(-s), -y.shape[1] * s.sum()

    def invertible_convolution(self, layer, y):
        f = self.numbers(layer, "factors")
        n = len(f)
        inner = (np.tril(f, -1) + np.eye(n)) @ np.diag(np.exp(np.diag(f))) @ (np.triu(f, 1) + np.eye(n))
        a = np.zeros((n, n))
        for i in range(n):
            a[layer["permutation"][i]] = layer["sign"][i] * inner[i]
        return y @ np.linalg.inv(a).T, -y.shape[1] * np.log(abs(np.linalg.det(a)))

    def convolved(self, layer, name, h):
        """h (chains, channels, cells in C order), by "0", "1", ..., "t" or "s"."""
        w = self.numbers(layer, f"W{name}" if name.isdigit() else f"{name}_W")
        widths, axes = w.shape[:-2], tuple(range(2, h.ndim))
        out = 0
        for tap in np.ndindex(widths):
            step = [t - (width - 1) // 2 for t, width in zip(tap, widths)]
            out = out + np.einsum("oi,ni...->no...", w[tap], np.roll(h, [-s for s in step], axes))
        bias = f"b{name}" if name.isdigit() else f"{name}_b"
        if bias in layer:
            out = out + self.numbers(layer, bias).reshape((-1,) + (1,) * len(axes))
        return out

    def channel_coupling(self, layer, y):
        half = y.shape[2] // 2
        activation = {"tanh": np.tanh, "softplus": lambda v: np.logaddexp(0, v),
                      "elu": lambda v: np.where(v > 0, v, np.expm1(np.minimum(v, 0)))}
        shape = tuple(layer["shape"][::-1])
        h, k = np.moveaxis(y[:, :, :half], 1, 2).reshape(len(y), half, *shape), 0
        while f"W{k}" in layer:
            h = activation[layer["@activation"]](self.convolved(layer, str(k), h))
            k += 1

        def head(name, h):
            return np.moveaxis(self.convolved(layer, name, h).reshape(len(y), half, -1), 1, 2)

        t, s = head("t", h), np.zeros_like(y[:, :, half:])
        if layer["@kind"] == "affine":
            s = self.numbers(layer, "scale") * np.tanh(head("s", h**2 if layer["@odd"] else h))
        moved = (y[:, :, half:] - t) * np.exp(-s)
        return np.concatenate([y[:, :, :half], moved], axis=2), -s.sum(axis=(1, 2))

    def free_field(self, layer, y):
        slopes = self.x @ layer["slopes"] if len(self.x) else 0
        a = (layer["log_amplitude"] + slopes)[layer["orbit"]]
        shape = tuple(layer["shape"][::-1])
        axes = tuple(range(1, 1 + len(shape)))
        waves = np.fft.fftn(y.reshape(-1, *shape), axes=axes)
        field = np.fft.ifftn(waves * np.exp(-a.reshape(shape)), axes=axes).real
        return field.reshape(y.shape), -a.sum()

    def inverse(self, y):
        y, log_det = y.copy(), np.zeros(len(y))
        for layer in reversed(self.layers):
            if layer["@type"] == "free_field":
                y, more = self.free_field(layer, y)
            else:
                cells, more = getattr(self, layer["@type"])(layer, y[:, layer["sites"]])
                y[:, layer["sites"]] = cells
            log_det = log_det + more
        return y, log_det


class Glow(ProgramTest):

    def job(self, model, system=PHI4, sampler="independence", train="", steps=12):
        self.write("job.ini", JOB.format(system=system, model=model, sampler=sampler, steps=steps,
                                         train=train))
        return "job.ini"

    def test_files_evaluate_by_their_page(self):
        for system, model in (
                (PHI4, ODD), (PHI4, ODD + "\n" + RANGES),
                (PHI4.replace("4, 8", "8"), "activation = elu\nchannels = 7\nkernel = 5"),
                (PHI4.replace("4, 8", "12"), "coupling = additive\ndepth = 3\nlevels = 1\n" + RANGES),
                (PHI4.replace("4, 8", "4, 2, 6"), "activation = softplus\nfree_field = first")):
            with self.subTest(f"{system} {model}"):
                self.nmc("train", self.job("precision = double\n" + model, system), "--restart")
                page = Page(self.directory / "out/model.h5")
                sites = max(layer["sites"].max() for layer in page.layers if "sites" in layer) + 1
                x = np.random.default_rng(4).normal(size=(50, sites))
                with h5py.File(self.directory / "in.h5", "w") as file:
                    file["x"] = x
                self.nmc("evaluate", "out/model.h5", "--input", "in.h5", "--output", "out.h5", code=0)
                z, log_det = page.inverse(x)
                with h5py.File(self.directory / "out.h5", "r") as file:
                    self.assertLess(np.max(np.abs(file["z"][:] - z)), 1e-11)
                    self.assertLess(np.max(np.abs(file["log_det_dzdx"][:] - log_det)), 1e-11)
                    self.assertGreater(np.max(np.abs(z - x)), 1e-2)

    def first_nll(self, **keys):
        self.nmc("train", self.job("channels = 4\nrepeat = 1", FIELD, steps=1, **keys), "--restart")
        with h5py.File(self.directory / "out/train.h5", "r") as file:
            return file["log/forward_loss"][0]

    def data(self):
        """Draws of normals, all correlated, far from mean 0 and variance 1."""
        rng = np.random.default_rng(2)
        x = 6 * rng.normal(size=(4000, 16)) + 5 * rng.normal(size=(4000, 1)) + 3
        with h5py.File(self.directory / "data.h5", "w") as file:
            file["x"] = x
        return "objective = forward\ndata = data.h5:x\ngradient = total"

    def test_begins_from_the_first_data_it_is_given(self):
        # 16 normals of variance 61, correlated: standardised, the cross entropy is that of the
        # variance; from mean 0 and variance 1 it is of the order of 16 (61 + 9) / 2.
        train = self.data()
        self.assertLess(self.first_nll(train=train), 16 * (0.5 * np.log(2 * np.pi * 61) + 0.75))
        self.assertGreater(self.first_nll(train=train), 16 * 0.5 * np.log(2 * np.pi * 36))

    def test_training_on_does_not_begin_anew(self):
        train = self.data()
        self.nmc("train", self.job("channels = 4\nrepeat = 1", FIELD, train=train, steps=40))
        self.nmc("train", self.job("channels = 4\nrepeat = 1\nfile = out/model.h5", FIELD,
                                   train=train + "\ncontinue = true", steps=1),
                 "--output.dir=more")
        with h5py.File(self.directory / "out/model.h5", "r") as one, \
                h5py.File(self.directory / "more/model.h5", "r") as more:
            for name, layer in one["model/layers"].items():
                for key in ("log_scale", "factors", "t_W"):
                    if key in layer:
                        moved = np.max(np.abs(layer[key][:] - more[f"model/layers/{name}/{key}"][:]))
                        self.assertLess(moved, 0.021)  # one step of Adam

    def test_threads_and_ranks_change_no_bit(self):
        for system, model, train in ((PHI4, ODD, ""),
                                     (FIELD, "channels = 3\nsymmetry = z2",
                                      "objective = forward\ndata = block_gibbs")):
            with self.subTest(train):
                self.nmc("run", self.job(model, system, train=train, steps=6), "--restart")
                one = self.directory / "out/result.h5"
                self.nmc("run", "job.ini", "--output.dir=two", "--run.threads=2", "--restart")
                self.assertEqual(differences(one, self.directory / "two/result.h5"), [])
                self.nmc("run", "job.ini", "--output.dir=ranks", "--restart", ranks=2)
                self.assertEqual(differences(one, self.directory / "ranks/result.h5"), [])

    def test_other_verbs_and_samplers_take_it(self):
        self.nmc("run", self.job(ODD, sampler="latent_hmc"))
        self.assertIn("level", self.nmc("latent", "out", code=0).stdout)
        self.nmc("certify", "glow", "--system.name=dual_ising", "--system.L=4", "--system.dim=1",
                 "--system.beta=0.3", "--model.channels=2", "--model.repeat=1",
                 "--model.symmetry=odd", code=0)
        self.assertIn("1x1 convolutions", self.nmc("describe", "glow").stdout)

    def test_refuses_what_it_is_not_for_with_the_way_out(self):
        for system, model, words in (
                (PHI4, "kernel = 5", ("job.ini:", "wider than the lattice", "take kernel = 3")),
                (PHI4.replace("4, 8", "8"), "kernel = 4", ("job.ini:", "take 5")),
                (PHI4, "levels = 3", ("job.ini:", "can be halved 2 times", "take levels = 2")),
                (PHI4.replace("4, 8", "5, 6"), "", ("a squeeze halves it", "real_nvp")),
                (PHI4, "channels = 0", ("job.ini:", "channels")),
                (PHI4, "repeat = 0", ("job.ini:", "repeat")),
                (PHI4, "symmetry = odd\nactivation = elu", ("job.ini:", "take activation = tanh")),
                (PHI4 + "\nboundary = open", "", ("periodic kernels", "use real_nvp or nice")),
                ("name = mixture", "", ("needs a lattice", "real_nvp or nice")),
                ("name = ising\nL = 4\nbeta = 0.4", "", ("glow draws real numbers",))):
            with self.subTest(f"{system} {model}"):
                message = self.nmc("train", self.job(model, system), code=2).stderr
                for word in words:
                    self.assertIn(word, message)

    def test_damaged_files_are_refused_with_their_place(self):
        def of(kind):
            def layer(file):
                return next(at for at in file["model/layers"].values()
                            if at.attrs["type"] in (kind, kind.encode()))
            return layer

        def twice(file):
            of("actnorm")(file)["sites"][0, 0] = of("actnorm")(file)["sites"][0, 1]

        def sign(file):
            of("invertible_convolution")(file)["sign"][0] = 2

        def permutation(file):
            layer = of("invertible_convolution")(file)
            layer["permutation"][0] = layer["permutation"][1]

        def kernel(file):
            of("channel_coupling")(file).attrs["kernel"] = 4

        def shape(file):
            of("channel_coupling")(file)["shape"][0] = 3

        def gone(file):
            del of("channel_coupling")(file)["t_W"]

        def other(file):
            of("actnorm")(file)["shift2"] = np.zeros(4)

        for message, damage in (("stands in two places", twice), ("no sign", sign),
                                ("no permutation", permutation), ("it is odd, from 3 on", kernel),
                                ("channels name", shape), ("t_W", gone), ("shift2", other)):
            with self.subTest(message):
                self.nmc("train", self.job(ODD, steps=1), "--restart")
                path = self.directory / "out/model.h5"
                path.write_bytes(path.read_bytes()[512:])
                with h5py.File(path, "r+") as file:
                    damage(file)
                self.assertIn(message, self.nmc("run", "job.ini", "--model.file=out/model.h5",
                                                "--output.dir=o2", "--restart", code=2).stderr)


if __name__ == "__main__":
    unittest.main()
