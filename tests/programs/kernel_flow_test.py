"""Kernel flows from the outside: files by their page, threads and ranks, errors of ln q, refusals."""

import unittest

import h5py
import numpy as np

from program import ProgramTest, differences

JOB = """[system]
{system}
[model]
name = kernel_flow
channels = 2
harmonics = 2
steps = 4
{model}
[train]
steps = {steps}
learning_rate = 0.02
gradient = {gradient}
schedule = constant
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
PHI4 = "name = phi4\nL = 4, 6\nm2 = 1\nlambda = 1"
RANGES = "conditional = true\nconditions = lambda 0.5:2, m2 -1:3"


def orbit_of(shape):
    """Of every wave vector of a field (..., Ly, Lx), as docs/model-file.md numbers them."""
    known, orbits = {}, np.empty(shape, int)
    for k in np.ndindex(*shape):
        least = [min(n, extent - n) for n, extent in zip(k, shape)][::-1]
        extents = shape[::-1]
        for a in range(len(least)):
            for b in range(a + 1, len(least)):
                if extents[a] == extents[b] and least[b] > least[a]:
                    least[a], least[b] = least[b], least[a]
        orbits[k] = known.setdefault(tuple(least), len(known))
    return orbits


class Page:
    """A kernel_flow of a file, by Fourier transforms of numpy."""

    def __init__(self, path):
        with h5py.File(path, "r") as file:
            model = file["model"]
            x = np.array([(2 * at.attrs["own"] - at.attrs["least"] - at.attrs["most"]) /
                          (at.attrs["most"] - at.attrs["least"])
                          for at in model.get("conditions", {}).values()])
            layer = model["layers/000"]
            self.steps = layer.attrs["steps"]
            self.shape = tuple(layer["shape"][()][::-1])
            self.numbers = {
                name: layer[name][()] + (np.tensordot(x, layer[name + "_slopes"][()], 1)
                                         if len(x) else 0)
                for name in ("log_scale", "linear", "kernel_in", "kernel_out", "weight",
                             "frequency")}
        self.orbit = orbit_of(self.shape)

    def filtered(self, by_orbit, field):
        axes = tuple(range(1, field.ndim))
        return np.fft.ifftn(np.fft.fftn(field, axes=axes) * by_orbit[self.orbit], axes=axes).real

    def velocity(self, t, v):
        n = self.numbers
        basis = np.polynomial.legendre.legvander(np.array([2 * t - 1]), len(n["linear"]) - 1)[0]
        scale = np.exp(n["log_scale"])
        linear = basis @ n["linear"]
        velocity, div = self.filtered(linear, v), linear[self.orbit].sum()
        for c, omega in enumerate(n["frequency"]):
            into, out = (scale * (basis @ n[name][c]) for name in ("kernel_in", "kernel_out"))
            weight = basis @ n["weight"][c]
            phase = omega * self.filtered(into, v)
            f = range(1, len(weight) + 1)
            h = sum(b * np.sin(k * phase) for k, b in zip(f, weight))
            slope = sum(b * k * omega * np.cos(k * phase) for k, b in zip(f, weight))
            velocity = velocity + self.filtered(out, h)
            div = div + (into * out)[self.orbit].mean() * slope.sum(axis=tuple(range(1, v.ndim)))
        return velocity, div

    def inverse(self, x):
        x = x.reshape(-1, *self.shape)
        v, log_det = self.filtered(np.exp(-self.numbers["log_scale"]), x), 0
        h = -1 / self.steps
        for step in range(self.steps):
            t, point, total, divs = 1 + step * h, v, 0, 0
            for reach, weight in ((0, 1), (.5, 2), (.5, 2), (1, 1)):
                point = v if reach == 0 else v + reach * h * k
                k, div = self.velocity(t + reach * h, point)
                total, divs = total + weight * k, divs + weight * div
            v, log_det = v + h / 6 * total, log_det + h / 6 * divs
        return v.reshape(len(x), -1), log_det - self.numbers["log_scale"][self.orbit].sum()


class KernelFlow(ProgramTest):

    def job(self, model="", system=PHI4, sampler="independence", steps=12, gradient="path"):
        self.write("job.ini", JOB.format(system=system, model=model, sampler=sampler, steps=steps,
                                         gradient=gradient))
        return "job.ini"

    def test_files_evaluate_by_their_page(self):
        x = np.random.default_rng(4).normal(size=(50, 24))
        with h5py.File(self.directory / "in.h5", "w") as file:
            file["x"] = x
        for model in ("times = 3", RANGES):
            with self.subTest(model):
                self.nmc("train", self.job("precision = double\n" + model, gradient="total"),
                         "--restart")
                self.nmc("evaluate", "out/model.h5", "--input", "in.h5", "--output", "out.h5", code=0)
                z, log_det = Page(self.directory / "out/model.h5").inverse(x)
                with h5py.File(self.directory / "out.h5", "r") as file:
                    self.assertLess(np.max(np.abs(file["z"][:] - z)), 1e-11)
                    self.assertLess(np.max(np.abs(file["log_det_dzdx"][:] - log_det)), 1e-11)
                    self.assertGreater(np.max(np.abs(file["z"][:] - x)), 1e-1)
                    self.assertRegex(file["log_q"].attrs["meaning"], r"true to \d\.\de-\d\d")

    def test_threads_and_ranks_change_no_bit(self):
        said = self.nmc("run", self.job()).stderr
        self.assertIn("ln q of the network is true to", said)
        one = self.directory / "out/result.h5"
        self.nmc("run", "job.ini", "--output.dir=ranks", "--run.threads=2", ranks=2)
        self.assertEqual(differences(one, self.directory / "ranks/result.h5"), [])

    def test_a_training_goes_on_with_the_steps_it_began_with(self):
        self.nmc("train", self.job(steps=20))
        self.nmc("train", "job.ini", "--output.dir=two", "--train.steps=8")
        self.nmc("train", "job.ini", "--output.dir=two", "--train.steps=20")
        with h5py.File(self.directory / "out/model.h5") as once, \
             h5py.File(self.directory / "two/model.h5") as twice:
            for name in ("kernel_in", "weight", "log_scale"):
                a, b = (file["model/layers/000"][name][()] for file in (once, twice))
                self.assertTrue(np.array_equal(a, b), name)

    def test_other_verbs_and_samplers_take_it(self):
        self.nmc("run", self.job(sampler="latent_hmc"))
        self.nmc("latent", "out", code=0)
        self.nmc("certify", "kernel_flow", "--system.name=dual_ising", "--system.L=4",
                 "--system.dim=1", "--system.beta=0.3", "--model.channels=1",
                 "--model.harmonics=1", code=0)

    def test_steps_that_are_too_coarse_are_refused(self):
        self.nmc("train", self.job(steps=1))
        path = self.directory / "out/model.h5"
        path.write_bytes(path.read_bytes()[512:])
        with h5py.File(path, "r+") as file:
            layer = file["model/layers/000"]
            layer["weight"][...] = np.full(layer["weight"].shape, 1.5)
            layer.attrs["steps"] = 1
            if "weights_sha256" in file["model"].attrs:
                del file["model"].attrs["weights_sha256"]
        said = self.nmc("run", "job.ini", "--model.file=out/model.h5", "--output.dir=o2",
                        "--restart", code=2).stderr
        self.assertIn("ln q of the network is off by", said)
        self.assertIn("samplers take 0.001 at most", said)
        said = self.nmc("anneal", "job.ini", "--anneal.start=out/model.h5", "--output.dir=o3",
                        code=2).stderr
        self.assertIn("weights take 0.001 at most", said)

    def test_a_network_of_half_the_extents_is_a_start(self):
        square = PHI4.replace("4, 6", "4")
        self.nmc("train", self.job(system=square))
        lift = ("--model.lift=out/model.h5", "--output.dir=two", "--train.steps=1",
                "--train.learning_rate=1e-12")
        self.nmc("train", "job.ini", "--system.L=8", *lift)
        with h5py.File(self.directory / "out/model.h5") as small, \
             h5py.File(self.directory / "two/model.h5") as large:
            small, large = small["model/layers/000"], large["model/layers/000"]
            np.testing.assert_allclose(large["weight"][()], small["weight"][()], atol=1e-10)
            # k = 2 pi / 8 lies halfway between the first two waves of the smaller lattice.
            a = small["log_scale"][()]
            np.testing.assert_allclose(large["log_scale"][1], (a[0] + a[1]) / 2, atol=1e-10)
        for words, message in ((("--system.L=6",), "every extent must be twice as large"),
                               (("--system.L=8", "--model.channels=1"), "all keys of [model]"),
                               (("--system.L=8", "--model.file=out/model.h5"), "leave one out"),
                               (("--system.L=8", "--model.name=maf"), "")):
            said = self.nmc("train", "job.ini", *lift, *words, "--restart", code=2).stderr
            self.assertIn(message, said)

    def test_refuses_what_it_is_not_for_with_the_way_out(self):
        self.assertIn("steps", self.nmc("train", self.job(), "--model.steps=0", code=2).stderr)
        for system, words in (
                (PHI4 + "\nboundary = open", ("periodic kernels", "use real_nvp or nice")),
                ("name = mixture", ("needs a lattice",)),
                ("name = ising\nL = 4\nbeta = 0.4", ("kernel_flow draws real numbers",))):
            with self.subTest(system):
                message = self.nmc("train", self.job(system=system), code=2).stderr
                for word in words:
                    self.assertIn(word, message)


if __name__ == "__main__":
    unittest.main()
