"""A training that goes on: more steps than were asked for first, and the network of another run."""

import unittest

import h5py

from program import BETA, ProgramTest, differences

JOB = f"""[system]
name = dual_ising
L = 4
beta = {BETA}
[model]
name = neural_rg
hidden = 4
depth = 1
couplings = 2
[train]
steps = 7
batch = 64
schedule = constant
validate_every = 3
validate_batch = 64
[sampler]
name = latent_hmc
chains = 8
[run]
warmup = 4
draws = 10
importance = 100
threads = 1
[output]
dir = out
observables = energy, m2
"""


class ContinuedTraining(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("job.ini", JOB)

    def run_to(self, directory, *words, verb="run", **how):
        done = self.nmc(verb, "job.ini", f"--output.dir={directory}", *words, **how)
        return self.directory / directory / "result.h5", done

    def test_is_the_training_that_was_asked_for_at_once_and_leaves_the_earlier_samples_aside(self):
        whole, _ = self.run_to("whole", "--train.steps=12")
        first, _ = self.run_to("out")
        before = first.read_bytes()
        longer, done = self.run_to("out", "--train.steps=12")
        # Step 7 is no regular validation: what it found must not be in the longer training.
        self.assertEqual(differences(whole, longer), [])
        self.assertIn("training resumes at step 7 of 12", done.stderr)
        self.assertIn("are in out/network_7", done.stderr)
        self.assertEqual((self.directory / "out/network_7/result.h5").read_bytes(), before)
        for name in ("model.h5", "sample.h5", "parts/draws_000000000000.h5"):
            self.assertIn(f"out/network_7/{name}", self.files())

    def test_resumes_bit_for_bit_after_stops_in_the_longer_part(self):
        whole, _ = self.run_to("whole", "--train.steps=12")
        self.run_to("out")
        for _ in range(40):
            parts, done = self.run_to("out", "--train.steps=12", "--run.walltime=0.000001s", code=None)
            if done.returncode in (0, 4):  # 4: so few draws, a result is refused
                break
            self.assertEqual(done.returncode, 75, done.stderr)
        self.assertEqual(differences(whole, parts), [])

    def test_of_a_falling_learning_rate_says_that_it_is_another_one(self):
        words = ("--train.schedule=cosine",)
        self.run_to("out", *words)
        longer, done = self.run_to("out", *words, "--train.steps=14")
        self.assertIn("the learning rate is that of a cosine over 14 steps", done.stderr)
        whole, _ = self.run_to("whole", *words, "--train.steps=14")
        with h5py.File(longer) as a, h5py.File(whole) as b:
            self.assertEqual(list(a["train/learning_rate"][7:]), list(b["train/learning_rate"][7:]))
            self.assertNotEqual(list(a["train/learning_rate"][:7]), list(b["train/learning_rate"][:7]))

    def test_refuses_fewer_steps_and_samples_of_an_unfinished_network(self):
        self.run_to("out")
        before = self.files()
        _, done = self.run_to("out", "--train.steps=5", code=2)
        self.assertIn("train.steps = 5 are fewer than the 7 steps that are done", done.stderr)
        _, done = self.run_to("out", "--train.steps=9", verb="sample", code=2)
        self.assertIn("has not had all of train.steps = 9", done.stderr)
        self.assertEqual(self.files(), before)

    def test_trains_the_network_of_another_run_on_where_it_is_told_to(self):
        self.run_to("out", verb="train")
        file = "--model.file=out/model.h5"
        used, done = self.run_to("used", file)
        self.assertIn("used as it is; train.continue = true trains it on", done.stderr)
        with h5py.File(used) as result:
            self.assertNotIn("train", result)
        _, done = self.run_to("unclear", file, "--train.steps=5", code=2)
        self.assertIn("--train.continue=true", done.stderr)
        more, _ = self.run_to("more", file, "--train.steps=5", "--train.continue=true")
        again, _ = self.run_to("again", file, "--train.steps=5", verb="train")
        with h5py.File(more) as a, h5py.File(again) as b, h5py.File(self.directory / "out/result.h5") as c:
            self.assertEqual(list(a["train/loss"]), list(b["train/loss"]))
            self.assertEqual(a["train/loss"].shape, (5,))
            self.assertLess(a["train/loss"][0], c["train/loss"][0])
        _, done = self.run_to("none", "--train.continue=true", code=2)
        self.assertIn("raise train.steps", done.stderr)

    def test_draws_of_two_networks_at_one_path_do_not_meet(self):
        self.run_to("out", verb="train")
        (self.directory / "net.h5").write_bytes((self.directory / "out/model.h5").read_bytes())
        self.run_to("used", "--model.file=net.h5")
        self.run_to("used", "--model.file=net.h5", "--run.draws=12")
        self.run_to("longer", "--train.steps=9", verb="train")
        (self.directory / "net.h5").write_bytes((self.directory / "longer/model.h5").read_bytes())
        _, done = self.run_to("used", "--model.file=net.h5", "--run.draws=14", code=2)
        self.assertIn("model.file: net.h5 does not hold what the run", done.stderr)

    def test_names_model_file_to_who_wants_another_sampler_on_the_network(self):
        self.run_to("out")
        _, done = self.run_to("out", "--sampler.name=independence", code=2)
        self.assertIn("model.file = out/model.h5", done.stderr)
        _, done = self.run_to("out", "--train.batch=128", code=2)
        self.assertIn("model.file = out/model.h5 and train.continue = true", done.stderr)


if __name__ == "__main__":
    unittest.main()
