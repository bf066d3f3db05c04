"""Boltzmann machines as a user trains and samples them: exact values, files, resume, refusals."""

import itertools
import json
import shutil
import unittest
from pathlib import Path

import h5py
import numpy as np

from program import DONE, ProgramTest

JOB = """[learn]
data = {data}
hidden = {hidden}
{more}
[run]
seed = 2
[output]
dir = out
"""


def patterns(L=3):
    rows = list(itertools.product([0.0, 1.0], repeat=L))
    bars = [np.repeat(r, L) for r in rows] + [np.tile(r, L) for r in rows]
    return np.unique(np.array(bars), axis=0)


def log_p(file, v):
    """ln of the unnormalised density, from the numbers of a model file."""
    with h5py.File(file) as f:
        a, b, W = (f["model/" + name][:] for name in ("a", "b", "W"))
        spin = f["model"].attrs["units"] in ("spin", b"spin")
    x = v @ W + b
    return v @ a + (np.logaddexp(x, -x) if spin else np.logaddexp(0, x)).sum(1)


class BoltzmannTest(ProgramTest):
    def setUp(self):
        super().setUp()
        with h5py.File(self.directory / "data.h5", "w") as f:
            f["x"] = patterns()
            f["s"] = 2 * patterns() - 1
            f["bad"] = np.where(np.arange(9) == 4, 0.5, patterns())

    def job(self, data="data.h5:x", hidden=6, more=""):
        return self.write("job.ini", JOB.format(data=data, hidden=hidden, more=more))

    def test_the_exact_gradient_reaches_the_entropy_and_the_file_is_the_machine(self):
        text = self.nmc("train", self.job(), code=0).stdout
        self.assertIn("the entropy of the rows is 2.63906", text)
        head = json.loads(self.nmc("report", "out", "--json", code=0).stdout.splitlines()[0])
        self.assertLess(head["nll"], np.log(14) + 1e-3)
        every = np.array(list(itertools.product([0.0, 1.0], repeat=9)))
        of_all = log_p(self.directory / "out/model.h5", every)
        lnZ = of_all.max() + np.log(np.exp(of_all - of_all.max()).sum())
        self.assertAlmostEqual(head["lnZ"], lnZ, delta=1e-9)
        exact = json.loads(self.nmc("exact", "--system.name=rbm", "--system.file=out/model.h5",
                                    "--json", code=0).stdout)
        self.assertAlmostEqual(exact["lnZ"], lnZ, delta=1e-9)
        nll = lnZ - log_p(self.directory / "out/model.h5", patterns()).mean()
        self.assertAlmostEqual(head["nll"], nll, delta=1e-9)

    def test_contrastive_divergence_learns_both_kinds_of_units(self):
        for method, data, units, rate in (("pcd", "x", "binary", .05), ("cd", "s", "spin", .01)):
            self.job(f"data.h5:{data}", more=f"method = {method}\nunits = {units}\nsteps = 4000\n"
                                             f"learning_rate = {rate}\nheld_out = 2")
            self.nmc("train", "job.ini", "--restart", code=0)
            with h5py.File(self.directory / "out/learned.h5") as f:
                nll, step = f["learn/nll"][:], f["learn/step"][:]
                self.assertEqual(list(step), [0, 1000, 2000, 3000, 4000])
                self.assertFalse(np.isnan(f["learn/held_out_nll"][:]).any())
            self.assertLess(nll[-1], nll[0] - 0.7)

    def test_a_training_that_is_stopped_goes_on_bit_for_bit(self):
        job = self.job(more="method = pcd\nsteps = 40000\nvalidate_every = 4000")
        self.nmc("train", job, "--output.dir=whole", code=0)
        for _ in range(40):
            done = self.nmc("train", job, "--output.dir=part", "--run.walltime=1s", threads=2,
                            code=(0, 75))
            if done.returncode == 0:
                break
        self.assertEqual(done.returncode, 0)
        with h5py.File(self.directory / "whole/model.h5") as one, \
                h5py.File(self.directory / "part/model.h5") as other:
            for name in ("a", "b", "W"):
                np.testing.assert_array_equal(one["model/" + name], other["model/" + name])

    def test_samplers_agree_with_the_sum_over_all_states(self):
        job = self.write("sample.ini", "[system]\nname = rbm\nvisible = 9\nhidden = 5\n"
                                       "[sampler]\nname = block_gibbs\nchains = 64\n"
                                       "[run]\ndraws = 2000\n[output]\ndir = sampled\n")
        for name, more in (("block_gibbs", []), ("heat_bath", []),
                           ("metropolis", ["--system.units=spin"]),
                           ("tempering", ["--sampler.inner=heat_bath", "--sampler.replicas=4",
                                          "--sampler.chains=16"])):
            self.nmc("run", job, "--restart", f"--sampler.name={name}", *more, code=0)
            for line in self.nmc("report", "sampled", "--json").stdout.splitlines():
                row = json.loads(line)
                if row.get("name") == "energy" and row.get("z") is not None:
                    self.assertLess(abs(row["z"]), 4.5, (name, row))

    def test_what_does_not_fit_is_refused_before_a_file_is_made(self):
        self.job()
        for words, says in (
                (["--learn.hidden=0"], "hidden = 0"),
                (["--learn.data=data.h5:bad"], "row 0 of data.h5:bad holds 0.5 at place 4"),
                (["--learn.data=data.h5:none"], "holds no dataset /none"),
                (["--learn.data=data.h5"], "which dataset"),
                (["--learn.units=spin"], "2 x - 1"),
                (["--learn.data=data.h5:s"], "units = spin"),
                (["--learn.method=cd", "--learn.k=0"], "k = 0"),
                (["--learn.k=3"], "means nothing to method = exact"),
                (["--learn.method=pcd", "--learn.starts=4"], "starts means nothing"),
                (["--learn.held_out=14"], "none would be left"),
                (["--system.name=ising"], "has no [system]")):
            self.assertIn(says, self.nmc("train", "job.ini", *words, code=2).stderr)
        self.assertIn("nothing to sample", self.nmc("sample", "job.ini", code=2).stderr)
        self.assertFalse((self.directory / "out").exists())

    def test_a_check_says_what_the_training_would_take_and_leaves_nothing(self):
        text = self.nmc("check", self.job(), code=0).stdout
        self.assertIn("14 rows of 9 units, 14 of them different", text)
        self.assertRegex(text, r"training  at most 3000 steps of \S+ CPU s")
        self.assertIn("k = 0", self.nmc("check", "job.ini", "--learn.method=cd", "--learn.k=0",
                                        code=2).stderr)
        self.assertFalse((self.directory / "out").exists())

    def test_an_exact_gradient_of_too_many_units_says_how_long_it_would_take(self):
        with h5py.File(self.directory / "wide.h5", "w") as f:
            f["x"] = np.eye(40)
        self.job("wide.h5:x", 40, "method = exact")
        message = self.nmc("train", "job.ini", code=2).stderr
        self.assertRegex(message, r"2\^40 states of the smaller side, \S+ hours")

    def test_a_machine_recommends_for_another_system_and_is_corrected(self):
        ising = "--system.name=ising --system.L=3 --system.beta=0.3 --sampler.chains=64".split()
        self.nmc("run", "--sampler.name=heat_bath", *ising, "--run.draws=100", "--run.thin=20",
                 "--output.configurations=all", "--output.dir=drawn", code=0)
        with h5py.File(self.directory / "drawn/result.h5") as f:
            s = f["configurations/x"][:].reshape(-1, 9)
        with h5py.File(self.directory / "spins.h5", "w") as f:
            f["s"] = s
        self.job("spins.h5:s", 3, "units = spin\nsteps = 20\nstarts = 1")  # stopped early: poor
        self.nmc("train", "job.ini", code=0)
        for k in (1, 3):
            self.nmc("run", *ising, "--sampler.name=rbm_recommender", "--output.dir=recommended",
                     "--sampler.file=out/model.h5", f"--sampler.k={k}", "--restart", code=DONE)
            for line in self.nmc("report", "recommended", "--json").stdout.splitlines():
                row = json.loads(line)
                if row.get("name") in ("energy", "m2"):
                    self.assertLess(abs(row["z"]), 4.5, row)
        message = self.nmc("run", *ising, "--system.L=4", "--sampler.name=rbm_recommender",
                           "--sampler.file=out/model.h5", code=2).stderr
        self.assertIn("the proposal has 9 sites and the target 16", message)

    def test_a_deep_machine_of_a_file_agrees_with_the_sum_over_all_its_states(self):
        random = np.random.default_rng(3)
        layers = (4, 3, 2, 3)
        b = [random.normal(0, .5, n) for n in layers]
        W = [random.normal(0, .7, shape) for shape in zip(layers, layers[1:])]
        with h5py.File(self.directory / "deep.h5", "w") as file:
            file.attrs.update({"format": "neuralmc-model", "version": 2})
            model = file.create_group("model")
            model.attrs.update({"type": "dbm", "name": "dbm", "units": "binary", "layers": 4})
            for layer, numbers in enumerate(b):
                model[f"b{layer}"] = numbers
            for layer, numbers in enumerate(W, 1):
                model[f"W{layer}"] = numbers
        h = np.split(np.array(list(itertools.product([0.0, 1.0], repeat=sum(layers)))),
                     np.cumsum(layers)[:-1], axis=1)
        log_p = sum(x @ y for x, y in zip(h, b))
        log_p += sum(((x @ w) * y).sum(1) for x, w, y in zip(h, W, h[1:]))
        system = ("--system.name=dbm", "--system.file=deep.h5")
        exact = json.loads(self.nmc("exact", *system, "--json", code=0).stdout)
        self.assertAlmostEqual(exact["lnZ"], np.logaddexp.reduce(log_p), delta=1e-10)
        for sampler in ("block_gibbs", "heat_bath"):
            done = self.nmc("run", *system, f"--sampler.name={sampler}", "--sampler.chains=64",
                            f"--output.dir={sampler}")
            energy = next(r.split() for r in done.stdout.splitlines() if r.startswith("energy "))
            self.assertLess(abs(float(energy[6])), 4.5, energy)  # false alarms 7e-6 each
        self.nmc("train", self.job(), code=0)
        for words, message in (
                (("--system.name=rbm", "--system.file=deep.h5"), "take [system] name = dbm"),
                (("--system.name=dbm", "--system.file=out/model.h5"), "take [system] name = rbm"),
                ((*system, "--system.layers=3, 2"), "leave one of them out"),
                (("--system.name=dbm", "--system.layers=3"), "one hidden layer or more"),
                ((*system, "--system.beta=2", "--sampler.name=block_gibbs"), "at beta = 1 alone")):
            done = self.nmc("run", "--sampler.name=heat_bath", *words, "--output.dir=refused",
                            code=2)
            self.assertIn(message, done.stderr, words)
        with h5py.File(self.directory / "deep.h5", "a") as file:
            del file["model/W2"]
            file["model/W2"] = np.zeros((2, 2))
        self.assertIn("W2", self.nmc("exact", *system, code=2).stderr)

    def deep_job(self, more=""):
        return self.write("deep.ini", "[learn]\nmachine = dbm\ndata = data.h5:x\nlayers = 6, 4\n"
                          f"{more}\n[run]\nseed = 2\n[output]\ndir = deep\n")

    def test_a_deep_machine_learns_to_the_entropy_and_is_sampled(self):
        self.nmc("train", self.deep_job(), code=0)
        rows = [json.loads(line) for line in
                self.nmc("report", "deep", "--json", code=0).stdout.splitlines()]
        head = rows[0]
        elbo = next(row["value"] for row in rows if row["name"] == "elbo")
        self.assertLess(head["nll"], np.log(14) + .02)
        self.assertGreater(head["nll"], np.log(14))
        self.assertLessEqual(head["nll"], -elbo + 1e-9)
        exact = json.loads(self.nmc("exact", "--system.name=dbm", "--system.file=deep/model.h5",
                                    "--json", code=0).stdout)
        self.assertAlmostEqual(exact["lnZ"], head["lnZ"], delta=1e-8)
        done = self.nmc("check", "deep.ini", "--output.dir=no", code=0)
        self.assertIn("mean field of the rows, exact sums", done.stdout)

    def test_a_deep_training_that_is_stopped_goes_on_bit_for_bit(self):
        job = self.deep_job("method = pcd\nsteps = 1500\nk = 2\nvalidate_every = 100")
        self.nmc("train", job, "--output.dir=whole", code=0)
        self.nmc("train", job, "--output.dir=parts", "--run.walltime=0.2s", code=(0, 75))
        self.nmc("train", job, "--output.dir=parts", code=0)
        for name in ("b0", "b2", "W1", "W2"):
            values = []
            for where in ("whole", "parts"):
                with h5py.File(self.directory / where / "model.h5") as file:
                    values.append(file["model/" + name][:])
            self.assertTrue((values[0] == values[1]).all(), name)

    def test_a_deep_training_that_cannot_work_is_refused(self):
        for more, message in (("hidden = 3", "given by layers"), ("method = cd", "exact or pcd"),
                              ("method = exact\nk = 2", "means nothing to method = exact"),
                              ("held_out = 14", "none would be left"),
                              ("method = pcd\nk = 0", "k")):
            done = self.nmc("train", self.deep_job(more), code=2)
            self.assertIn(message, done.stderr, more)
        done = self.nmc("train", self.deep_job(), "--learn.layers=30, 30", "--learn.method=exact",
                        code=2)
        self.assertIn("method", done.stderr)
        done = self.nmc("train", self.job(more="layers = 3"), code=2)
        self.assertIn("set machine = dbm", done.stderr)
        self.assertEqual(self.files(), ["data.h5", "deep.ini", "job.ini"])

    def test_missing_units_are_drawn_given_the_others(self):
        self.nmc("train", self.job("data.h5:s", 4, "units = spin\nmethod = pcd\nsteps = 400"),
                 code=0)
        model = self.directory / "out/model.h5"
        given = np.full((2000, 9), np.nan)
        given[:, [0, 4]] = 1
        given[:, 8] = -1
        with h5py.File(self.directory / "rows.h5", "w") as file:
            file["x"] = given
        words = ("evaluate", "out/model.h5", "--input=rows.h5", "--output=filled.h5")
        self.nmc(*words, "--sweeps=50", code=0)
        with h5py.File(self.directory / "filled.h5") as file:
            x, means, found = (file[name][:] for name in ("x", "means", "log_p"))
        every = np.array(list(itertools.product([-1.0, 1.0], repeat=9)))
        every = every[(every[:, 0] == 1) & (every[:, 4] == 1) & (every[:, 8] == -1)]
        p = np.exp(log_p(model, every) - log_p(model, every).max())
        exact = p @ every / p.sum()
        # 4.5 sigma of 2000 rows, 18 checks: false alarms 1e-4.
        for values in (x, means):
            error = 4.5 * values.std(0) / np.sqrt(2000) + 1e-12
            self.assertTrue((abs(values.mean(0) - exact) < error).all(), (values.mean(0), exact))
        self.assertTrue(np.allclose(found, log_p(model, x), atol=1e-12))
        self.nmc("train", self.deep_job("greedy_steps = 20\nsteps = 5"), code=0)
        with h5py.File(self.directory / "rows.h5", "w") as file:
            file["x"] = np.where(np.arange(9) % 2 == 0, patterns(), np.nan)
        self.nmc("evaluate", "deep/model.h5", "--input=rows.h5", "--output=deep.h5", code=0)
        with h5py.File(self.directory / "deep.h5") as file:
            self.assertTrue((file["x"][:, ::2] == patterns()[:, ::2]).all())
            self.assertTrue(np.isin(file["x"][:], (0, 1)).all())
        # Thirty patterns that no chain crosses, of which one unit is given.
        for name in ("rbm_bars_and_stripes.ini", "bars_and_stripes.h5"):
            shutil.copy(Path(__file__).resolve().parents[2] / "examples" / name, self.directory)
        self.nmc("train", "rbm_bars_and_stripes.ini", "--output.dir=sharp")
        for given, code in ((1, 4), (8, 0)):
            with h5py.File(self.directory / "rows.h5", "w") as file:
                file["x"] = np.where(np.arange(16) < given, [1.0] * 4 + [0.0] * 12, np.nan)[None]
            done = self.nmc("evaluate", "sharp/model.h5", "--input=rows.h5", "--output=sharp.h5",
                            code=code)
            self.assertEqual("do not find the same completions" in done.stdout, code == 4)
            with h5py.File(self.directory / "sharp.h5") as file:
                self.assertEqual(file["rhat"][0] > 1.1, code == 4)
                means = file["means"][0]
        # Rows 1111 and 0000: columns would be broken, and the other two rows are free.
        np.testing.assert_allclose(means[8:], 0.5, atol=1e-3)
        with h5py.File(self.directory / "rows.h5", "w") as file:
            file["x"] = np.zeros((1, 9))
        done = self.nmc(*words, code=2)
        self.assertIn("units = spin are -1 and 1", done.stderr)
        self.assertIn("two at least", self.nmc(*words, "--sweeps=1", code=2).stderr)

    def test_files_that_are_no_machines_are_refused(self):
        self.nmc("train", self.job(), code=0)
        model = self.directory / "out/model.h5"
        raw = bytearray(model.read_bytes())
        raw[-100] ^= 1
        (self.directory / "damaged.h5").write_bytes(raw)
        for file, says in (("damaged.h5", "damaged"), ("data.h5", "not a model"),
                           ("none.h5", "none.h5")):
            message = self.nmc("exact", "--system.name=rbm", f"--system.file={file}", code=2).stderr
            self.assertIn(says, message)
        self.assertIn("name = rbm", self.nmc("latent", "out/model.h5", code=2).stderr)
        message = self.nmc("exact", "--system.name=rbm", "--system.file=out/model.h5",
                           "--system.hidden=3", code=2).stderr
        self.assertIn("leave one of them out", message)


if __name__ == "__main__":
    unittest.main()
