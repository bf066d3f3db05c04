"""Autoencoders and generators against a critic: what they report, and that they may not propose."""

import json
import math
import unittest

import h5py
import numpy as np

from program import ProgramTest

JOB = """[learn]
machine = vae
data = data.h5:x
hidden = 0
latent = 2
held_out = 200
steps = 2000
importance = 200
[output]
dir = out
"""


class Generators(ProgramTest):
    def setUp(self):
        super().setUp()
        rng = np.random.default_rng(1)
        self.W = rng.normal(size=(4, 2))
        x = 3 + rng.normal(size=(2200, 2)) @ self.W.T + 0.5 * rng.normal(size=(2200, 4))
        with h5py.File(self.directory / "data.h5", "w") as file:
            file["x"] = x
            file["same"] = np.ones((20, 4))
            file["none"] = np.ones((0, 4))
            file["bad"] = np.where(np.arange(80).reshape(20, 4) == 7, np.nan, 1.0)
        self.write("job.ini", JOB)

    def numbers(self, *words):
        said = self.nmc("report", "out", "--json", *words, code=0).stdout
        rows = [json.loads(line) for line in said.splitlines()]
        return {row["name"]: row for row in rows if "value" in row}

    # The nll of 2000 rows and 23 numbers lies within a few thousandths of the entropy rate of the
    # truth of those rows; the bound of a diagonal posterior is exact only where W is orthogonal.
    def test_a_linear_autoencoder_finds_the_density_of_its_rows(self):
        self.nmc("train", "job.ini", code=0)
        numbers = self.numbers()
        covariance = self.W @ self.W.T + 0.25 * np.eye(4)
        entropy = 0.5 * (4 * (1 + math.log(2 * math.pi)) + np.linalg.slogdet(covariance)[1])
        exact = numbers["nll_exact"]
        self.assertLess(abs(exact["value"] - entropy), 4.5 * exact["error"])
        self.assertAlmostEqual(numbers["nll"]["value"], exact["value"], 2)
        self.assertLess(-numbers["elbo"]["value"] - exact["value"], 0.2)
        for name in ("reparametrised", "reinforce", "reinforce_baseline"):
            self.assertLess(abs(numbers[name]["value"] / numbers[name + "_exact"]["value"] - 1), 0.2)
        with h5py.File(self.directory / "out/learned.h5") as file:
            draws = file["draws"][:]
        self.assertEqual(draws.shape, (1000, 4))
        self.assertLess(np.abs(draws.mean(0) - 3).max(), 0.5)

    def test_other_data_at_the_same_path_are_refused(self):
        short = ("--learn.steps=20", "--learn.held_out=20")
        self.nmc("train", "job.ini", *short, code=0)
        self.nmc("train", "job.ini", *short, code=0)
        with h5py.File(self.directory / "data.h5", "r+") as file:
            file["x"][...] = 2 * file["x"][...]
        done = self.nmc("train", "job.ini", *short, code=2)
        self.assertIn("learn.data: data.h5 does not hold what the run", done.stderr)
        done = self.nmc("train", "job.ini", *short, "--learn.hidden=3", code=2)
        self.assertIn("nothing of [learn]", done.stderr)
        self.nmc("train", "job.ini", *short, "--restart", code=0)

    # Draws of seed 1 are those that the training kept; those of another are of the same density.
    def test_files_are_read_again_to_draw(self):
        gan = ["--learn.machine=gan", "--learn.hidden=4", "--learn.importance="]
        for name, words in (("vae", ["--learn.hidden=3"]), ("gan", gan)):
            self.nmc("train", "job.ini", *words, "--learn.steps=20", f"--output.dir={name}", code=0)
            draw = ("evaluate", f"{name}/model.h5", "--output=x.h5")
            self.nmc(*draw, "--draws=1000", code=0)
            with h5py.File(self.directory / name / "learned.h5") as one, \
                    h5py.File(self.directory / "x.h5") as other:
                self.assertTrue(np.array_equal(one["draws"][:], other["x"][:]))
                kept = one["draws"][:]
            self.nmc(*draw, "--draws=4000", "--seed=2", code=0)
            with h5py.File(self.directory / "x.h5") as file:
                x = file["x"][:]
            self.assertEqual(x.shape, (4000, 4))
            self.assertTrue((x[0] != kept[0]).all())
            self.assertLess(abs(x.mean(0) - kept.mean(0)).max(), 6 * x.std(0).max() / 1000**0.5)
            for words, message in ((("--input=data.h5",), "leave --input out"),
                                   ((), "how many rows"), (("--draws=0",), "one at least"),
                                   (("--draws=5", "--sweeps=3"), "alone")):
                self.assertIn(message, self.nmc(*draw, *words, code=2).stderr)
            with h5py.File(self.directory / name / "model.h5", "r+") as file:
                del file["model/centre"]
                file["model/centre"] = np.zeros(3)
            self.assertIn("damaged", self.nmc(*draw, "--draws=5", code=2).stderr)
            data = (self.directory / name / "model.h5").read_bytes()
            (self.directory / "bare.h5").write_bytes(data[512:])
            said = self.nmc("evaluate", "bare.h5", "--output=x.h5", "--draws=5", code=2).stderr
            self.assertIn("bare.h5: 3 numbers in centre", said)

    def test_a_training_that_diverges_is_warned_of_and_has_a_page(self):
        self.nmc("train", "job.ini", "--learn.steps=200", "--learn.learning_rate=10", code=0)
        warning = "the training has diverged"
        text = " ".join(self.nmc("report", "out", code=0).stdout.split())
        self.assertIn(warning, text)
        head = json.loads(self.nmc("report", "out", "--json", code=0).stdout.splitlines()[0])
        self.assertIn(warning, head["warnings"][0])
        self.nmc("report", "out", "--html", code=0)
        page = (self.directory / "out/report.html").read_text()
        for words in (warning, "Bound", "reinforce_baseline", "<svg"):
            self.assertIn(words, page)
        self.nmc("train", "job.ini", "--learn.steps=200", "--output.dir=well", code=0)
        self.assertNotIn("warning", self.nmc("report", "well", code=0).stdout)

    def test_neither_may_propose(self):
        for machine, words in (("vae", []), ("gan", ["--learn.hidden=4", "--learn.importance=",
                                                     "--learn.critic=kernel"])):
            self.nmc("train", "job.ini", f"--learn.machine={machine}", "--learn.steps=5", *words,
                     f"--output.dir={machine}", code=0)
            field = ["--system.name=dual_ising", "--system.L=2", "--system.beta=0.3",
                     "--sampler.name=independence"]
            for model in (["--model.name=neural_rg", f"--model.file={machine}/model.h5"], [f"--model.name={machine}"]):
                said = self.nmc("run", *field, *model, "--output.dir=no", code=2).stderr
                self.assertIn("cannot propose", said)
                self.assertIn("autoregressive network", said)

    def test_a_training_that_was_stopped_is_the_same(self):
        gan = ["--learn.machine=gan", "--learn.hidden=4", "--learn.importance=", "--learn.steps=40"]
        for name, words in (("vae", ["--learn.steps=40"]), ("gan", gan)):
            self.nmc("train", "job.ini", *words, "--output.dir=" + name + "_whole", code=0)
            self.nmc("train", "job.ini", *words, "--output.dir=" + name, "--run.walltime=0.001s",
                     code=75)
            self.nmc("train", "job.ini", *words, "--output.dir=" + name, code=0)
            with h5py.File(self.directory / (name + "_whole") / "model.h5") as one, \
                    h5py.File(self.directory / name / "model.h5") as other:
                self.assertTrue(np.array_equal(one["model/parameters"][:],
                                               other["model/parameters"][:]))

    def test_the_discrepancy_of_a_generator_falls(self):
        self.nmc("train", "job.ini", "--learn.machine=gan", "--learn.hidden=16", "--learn.latent=4",
                 "--learn.importance=", "--learn.critic=kernel", "--learn.steps=300", "--learn.batch=64",
                 code=0)
        numbers = self.numbers()
        self.assertLess(numbers["mmd"]["value"], 0.02)
        with h5py.File(self.directory / "out/learned.h5") as file:
            self.assertGreater(file["learn/mmd"][0], 5 * file["learn/mmd"][-1])

    def test_check_says_what_it_would_take(self):
        said = self.nmc("check", "job.ini", code=0).stdout
        self.assertIn("2000 rows of 4 numbers", said)
        self.assertIn("at most 2000 steps", said)

    def test_what_does_not_fit_is_refused_before_any_file_is_made(self):
        refusals = {
            ("--learn.hidden=",): "lacks hidden",
            ("--learn.machine=gan", "--learn.importance="): "one at least",
            ("--learn.machine=gan", "--learn.hidden=4"): "importance means nothing",
            ("--learn.critic=kernel",): "critic means nothing",
            ("--learn.k=3",): "k means nothing to machine = vae",
            ("--learn.data=data.h5:same", "--learn.held_out=0"): "are the same",
            ("--learn.data=data.h5:bad", "--learn.held_out=0"): "row 1 of data.h5:bad is not finite",
            ("--learn.held_out=2199",): "two at least",
            ("--learn.data=data.h5:none", "--learn.held_out=0"): "data.h5:none holds no rows",
            ("--learn.machine=rbm", "--learn.hidden=0", "--learn.importance="): "hidden unit at least",
            ("--learn.machine=ising", "--learn.hidden=", "--learn.latent=3"): "latent",
        }
        for words, message in refusals.items():
            said = self.nmc("train", "job.ini", *words, code=2).stderr
            self.assertIn(message, said, words)
        self.assertEqual(self.files(), ["data.h5", "job.ini"])


if __name__ == "__main__":
    unittest.main()
