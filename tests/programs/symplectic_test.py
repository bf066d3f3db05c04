"""Canonical transformations from the outside: files by their page, frequencies, refusals."""

import json
import unittest

import h5py
import numpy as np

from program import ProgramTest, differences

JOB = """[system]
{system}
[model]
name = symplectic
leapfrogs = 1
hidden = 4
{model}
[train]
steps = {steps}
learning_rate = 0.02
gradient = path
batch = 130
validate_batch = 64
[sampler]
name = {sampler}
chains = 8
[run]
warmup = 5
draws = 20
importance = 200
[output]
dir = out
"""
CHAIN = "name = phi4\nL = 3\ndim = 1\nboundary = open\nm2 = 0.5\nlambda = {}\nmass = 2"
RANGES = "conditional = true\nconditions = lambda 0.5:2, m2 -1:3"


class Page:
    """A symplectic network of a file, as docs/model-file.md describes it."""

    def __init__(self, path):
        with h5py.File(path, "r") as file:
            model = file["model"]
            self.x = np.array([(2 * at.attrs["own"] - at.attrs["least"] - at.attrs["most"]) /
                               (at.attrs["most"] - at.attrs["least"])
                               for at in model.get("conditions", {}).values()])
            self.layers = [({"@" + key: value for key, value in layer.attrs.items()},
                            {name: item[()] for name, item in layer.items()})
                           for layer in model["layers"].values()]

    def numbers(self, data):
        return {name: value + (np.tensordot(self.x, data[name + "_slopes"], 1) if len(self.x) else 0)
                for name, value in data.items() if not name.endswith("_slopes")}

    def inverse(self, y):
        n = y.shape[1] // 2
        q, p, log_det = y[:, :n].copy(), y[:, n:].copy(), np.zeros(len(y))
        for attributes, data in reversed(self.layers):
            at = self.numbers(data)
            kind = attributes["@type"]
            kind = kind.decode() if isinstance(kind, bytes) else kind
            if kind == "oscillators":
                q *= np.exp(at["log_frequency"])
                log_det += at["log_frequency"].sum()
            elif kind == "point_transform":
                f = at["factors"]
                a = (np.tril(f, -1) + np.eye(n)) @ np.diag(np.exp(np.diag(f))) @ (np.triu(f, 1) + np.eye(n))
                q, p = np.linalg.solve(a, q.T).T, p @ a
            elif kind == "rotation":
                x = np.zeros((n, n))
                x[np.tril_indices(n, -1)] = at["X"]
                x = x - x.T
                r = (np.eye(n) - x) @ np.linalg.inv(np.eye(n) + x)
                q, p = q @ r, p @ r
            else:
                s = np.zeros((n, n))
                s[np.tril_indices(n)] = at["quadratic"]
                s = s + np.tril(s, -1).T
                moves = attributes["@moves"]
                is_drift = (moves.decode() if isinstance(moves, bytes) else moves) == "positions"
                x = p if is_drift else q
                grad = x @ s + at.get("constant", 0)
                grad = grad + (at["amplitude"] * np.tanh(x @ at["W"].T + at.get("b", 0))) @ at["W"]
                if is_drift:
                    q = q - grad
                else:
                    p = p + grad
        return np.hstack([q, p]), log_det


class Symplectic(ProgramTest):

    def job(self, model="", system=CHAIN.format(1), sampler="independence", steps=12):
        self.write("job.ini", JOB.format(system=system, model=model, sampler=sampler, steps=steps))
        return "job.ini"

    def test_files_evaluate_by_their_page(self):
        for model in ("", "symmetry = odd", RANGES):
            with self.subTest(model):
                x = np.random.default_rng(4).normal(size=(40, 6))
                with h5py.File(self.directory / "in.h5", "w") as file:
                    file["x"] = x
                self.nmc("train", self.job(model), "--restart")
                self.nmc("evaluate", "out/model.h5", "--input", "in.h5", "--output", "out.h5", code=0)
                z, log_det = Page(self.directory / "out/model.h5").inverse(x)
                with h5py.File(self.directory / "out.h5", "r") as file:
                    self.assertLess(np.max(np.abs(file["z"][:] - z)), 1e-11)
                    self.assertLess(np.max(np.abs(file["log_det_dzdx"][:] - log_det)), 1e-11)
                    self.assertGreater(np.max(np.abs(z - x)), 1e-2)

    def test_modes_of_a_chain_are_found_and_lnZ_has_the_momenta(self):
        self.job(system=CHAIN.format(0), steps=1500)
        report = self.nmc("run", "job.ini", "--model.leapfrogs=0", "--train.schedule=cosine",
                          "--train.validate_every=1500", code=0).stdout
        lines = self.nmc("latent", "out", "--frequencies", "--json", code=0).stdout.splitlines()
        found = [json.loads(line) for line in lines]
        exact = np.sqrt(4 * np.sin(np.pi * np.arange(3) / 6)**2 + 0.5)
        self.assertLess(np.max(np.abs([mode["frequency"] for mode in found] - exact)), 1e-3)
        # Normal modes of a chain with free ends are cosines.
        for k, mode in enumerate(found):
            shape = np.array(mode["shape"])
            cosine = np.cos(np.pi * k * (np.arange(3) + 0.5) / 3)
            self.assertGreater(abs(shape @ cosine) / np.linalg.norm(shape) / np.linalg.norm(cosine), 0.999)
        self.assertIn("of 3", self.nmc("latent", "out", "--frequencies", code=0).stdout)
        stiffness = np.array([[3, -2, 0], [-2, 5, -2], [0, -2, 3]])  # of S = x K x / 2
        lnZ = (3 * np.log(2 * np.pi) - np.linalg.slogdet(stiffness)[1] + 3 * np.log(2 * np.pi * 2)) / 2
        self.assertIn(f"exact {lnZ:.5f}"[:-1], report)

    def test_exact_values_per_site_are_those_without_momenta(self):
        words = ("run", "--system.name=dual_ising", "--system.L=4", "--system.beta=0.3",
                 "--sampler.name=hmc", "--sampler.chains=4", "--run.draws=50")
        exact = []
        for mass in (0, 2):
            self.nmc(*words, f"--system.mass={mass}", f"--output.dir=m{mass}")
            lines = map(json.loads, self.nmc("report", f"m{mass}", "--json", code=None)
                        .stdout.splitlines())
            exact.append({line["name"]: line["exact"] for line in lines
                          if line.get("exact") is not None and line["name"] != "kinetic"})
        self.assertIn("susceptibility", exact[0])
        for name in exact[0].keys() & exact[1].keys():
            self.assertAlmostEqual(exact[0][name], exact[1][name], places=9, msg=name)
        self.assertIn("energy_per_site", exact[1])

    def test_threads_and_ranks_change_no_bit(self):
        self.nmc("run", self.job("symmetry = z2"))
        one = self.directory / "out/result.h5"
        self.nmc("run", "job.ini", "--output.dir=two", "--run.threads=2")
        self.assertEqual(differences(one, self.directory / "two/result.h5"), [])
        self.nmc("run", "job.ini", "--output.dir=ranks", ranks=2)
        self.assertEqual(differences(one, self.directory / "ranks/result.h5"), [])

    def test_other_samplers_and_certify_take_a_phase_space(self):
        self.nmc("run", self.job(sampler="latent_hmc"), code=None)
        self.nmc("run", "job.ini", "--sampler.name=hmc", "--output.dir=hmc")
        self.nmc("certify", "symplectic", "--system.name=mixture", "--system.mass=1", code=0)

    def test_refuses_what_it_is_not_for_with_the_way_out(self):
        for words, message in ((("--system.mass=0",), "set system.mass = 1"),
                               (("--system.mass=-1",), "mass"),
                               (("--sampler.name=phi4_cluster",), "cluster")):
            with self.subTest(message):
                self.assertIn(message, self.nmc("run", self.job(), *words, code=2).stderr)
        self.write("conv.ini", f"[system]\n{CHAIN.format(1)}\n[model]\nname = conv_flow\n")
        self.assertIn("positions and momenta together have none", self.nmc("train", "conv.ini", code=2).stderr)
        self.write("nvp.ini", "[system]\nname = mixture\n[model]\nname = real_nvp\n[train]\nsteps = 1\n"
                   "[output]\ndir = nvp\n")
        self.nmc("train", "nvp.ini")
        self.assertIn("--frequencies takes a network that begins with oscillators",
                      self.nmc("latent", "nvp", "--frequencies", code=2).stderr)

    def test_damaged_files_are_refused_with_their_place(self):
        def gone(file):
            del file["model/layers/003/amplitude"]

        def shape(file):
            del file["model/layers/001/factors"]
            file["model/layers/001/factors"] = np.zeros((2, 3))

        def moves(file):
            file["model/layers/003"].attrs["moves"] = "both"

        for message, damage in (("amplitude", gone), ("factors", shape), ("moves", moves)):
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
