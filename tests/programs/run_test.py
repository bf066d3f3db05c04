"""The whole job from the outside: train, sample, report, stop, resume, ranks and threads."""

import calendar
import json
import resource
import signal
import subprocess
import time
import unittest

import h5py

from program import BETA, DONE, NMC, ProgramTest, differences

JOB = f"""[system]
name = dual_ising
L = 4
beta = {BETA}
[model]
name = neural_rg
hidden = 4
depth = 1
couplings = 2
symmetry = z2
[train]
steps = 12
batch = 96
validate_every = 5
validate_batch = 64
[sampler]
name = independence
chains = 70
[run]
warmup = 4
draws = 20
importance = 300
threads = 1
[output]
dir = out
observables = energy, m2, heat
configurations = every 5
"""


class Run(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("job.ini", JOB)

    def run_to(self, directory, *words, **how):
        self.nmc("run", "job.ini", f"--output.dir={directory}", *words, **how)
        return self.directory / directory / "result.h5"

    def test_makes_the_files_of_the_output_directory(self):
        done = self.nmc("run", "job.ini")
        # Twelve steps make no proposal distribution: numbers would be wrong with a small error bar.
        self.assertIn("too low to carry an error bar", done.stdout)
        self.assertRegex(done.stdout, r"\nenergy +refused ")
        self.assertIn("lower bound", done.stdout)
        for name in ("job.ini", "resolved.ini", "status.json", "log.jsonl", "model.h5", "result.h5"):
            self.assertIn(f"out/{name}", self.files())
        self.assertEqual((self.directory / "out/job.ini").read_text(), JOB)
        self.assertIn("# job.ini:3", (self.directory / "out/resolved.ini").read_text())
        with h5py.File(self.directory / "out/result.h5") as file:
            self.assertEqual(file["posterior/energy"].shape, (70, 20))
            self.assertEqual(file["configurations/x"].shape, (70, 4, 16))
            self.assertEqual(file["train/loss"].shape, (12,))
            self.assertEqual(file["importance/log_weight"].shape, (300,))
            self.assertEqual(file["sample_stats/diverging"].attrs["dtype"], "bool")

    def test_opens_in_xarray_group_by_group(self):
        try:
            import xarray
        except ImportError:
            self.skipTest("xarray is not installed")
        result = self.run_to("out")
        for group in ("posterior", "sample_stats", "constant_data", "train", "importance",
                      "configurations", "provenance"):
            with xarray.open_dataset(result, group=group) as data:
                if group == "posterior":
                    self.assertEqual(data["energy"].dims, ("chain", "draw"))
                if group == "sample_stats":
                    self.assertEqual(data["diverging"].dtype, bool)

    def test_says_when_and_by_what_it_was_made(self):
        words = ("--sampler.name=block_gibbs", "--run.draws=60", "--run.checkpoint=0s")
        self.run_to("out", *words, "--run.walltime=0.000001s", code=75)
        for _ in range(200):
            done = self.nmc("run", "job.ini", *words, "--run.walltime=0.000001s", code=None)
            if done.returncode != 75:
                break
        with h5py.File(self.run_to("whole")) as file:
            for group in file:
                self.assertEqual(file[group].attrs["inference_library"], "NeuralMC")
                self.assertRegex(file[group].attrs["inference_library_version"], r"^\d+\.\d+\.\d+$")
                made = time.strptime(file[group].attrs["created_at"], "%Y-%m-%dT%H:%M:%SZ")
                self.assertLess(abs(calendar.timegm(made) - time.time()), 300)
            phases = file["provenance/phases"]
            self.assertEqual(sorted(phases), ["importance", "sample", "train"])
            dates = [phases[p].attrs[d] for p in ("train", "sample") for d in ("started", "ended")]
            self.assertEqual(dates, sorted(dates))
        with h5py.File(self.directory / "out/result.h5") as file, \
                h5py.File(self.directory / "out/sample.h5") as checkpoint:
            sample = file["provenance/phases/sample"].attrs
            self.assertEqual(sample["started"], checkpoint["state"].attrs["started"])

    def test_reports_every_key_as_json(self):
        self.nmc("run", "job.ini")
        lines = self.nmc("report", "out", "--json").stdout.splitlines()
        rows = {row["name"]: row for row in map(json.loads, lines)}
        for key in ("mean", "error", "tau_int", "tau_int_error", "rhat", "rhat_bulk", "rhat_folded",
                    "ess_bulk", "ess_tail", "mcse_mean", "exact", "z"):
            self.assertIn(key, rows["energy"])
        self.assertAlmostEqual(rows["energy"]["exact"], -25.04998060, places=6)
        self.assertAlmostEqual(rows["m2"]["exact"], 0.7613589086, places=8)
        for key in ("loss", "ess", "acceptance", "w_max", "lnZ", "lnZ_error", "lnZ_lower",
                    "lnZ_upper"):
            self.assertIn(key, rows["network"])
        self.assertIn("heat", rows)

    def test_is_the_same_for_every_number_of_ranks_and_threads(self):
        reference = self.run_to("t1")
        self.assertEqual(differences(reference, self.run_to("t2", "--run.threads=2")), [])
        self.assertEqual(differences(reference, self.run_to("r2", ranks=2)), [])
        both = self.run_to("r3t2", "--run.threads=2", ranks=3)
        self.assertEqual(differences(reference, both), [])

    def test_resumes_bit_for_bit_after_stops_in_training_and_sampling(self):
        reference = self.run_to("whole")
        # A wall-time limit that has passed at once stops after the first step or segment.
        stops = 0
        for _ in range(100):
            done = self.nmc("run", "job.ini", "--output.dir=parts", "--run.walltime=0.000001s",
                            code=None)
            if done.returncode in DONE:
                break
            self.assertEqual(done.returncode, 75, done.stderr)
            self.assertIn("run again to resume", done.stderr)
            stops += 1
        self.assertGreater(stops, 12)
        self.assertEqual(differences(reference, self.directory / "parts/result.h5"), [])

    def test_a_signal_leaves_a_checkpoint_from_which_the_run_resumes(self):
        words = ["--run.draws=400000", "--sampler.name=block_gibbs", "--output.configurations=none"]
        command = [NMC, "run", "job.ini", *words]
        running = subprocess.Popen(command, cwd=self.directory, stderr=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, text=True)
        log = self.directory / "out/log.jsonl"
        while not log.exists() and running.poll() is None:
            time.sleep(0.01)
        time.sleep(0.5)
        running.send_signal(signal.SIGTERM)
        _, stderr = running.communicate(timeout=60)
        self.assertEqual(running.returncode, 75, stderr)
        self.assertIn("run again to resume", stderr)
        self.assertIn("out/sample.h5", self.files())
        self.assertNotIn("out/result.h5", self.files())

    def test_a_damaged_checkpoint_costs_the_draws_since_the_one_before(self):
        words = ["--sampler.name=block_gibbs", "--run.draws=60"]
        reference = self.run_to("whole", *words)
        for _ in range(12):
            self.nmc("run", "job.ini", *words, "--run.walltime=0.000001s", code=75)
        path = self.directory / "out/sample.h5"
        damaged = bytearray(path.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        path.write_bytes(bytes(damaged))
        done = self.nmc("run", "job.ini", *words)
        self.assertIn("sample.h5", done.stderr)
        self.assertEqual(differences(reference, self.directory / "out/result.h5"), [])

    def test_a_full_disk_stops_with_a_message_and_without_debris(self):
        def small_files():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

        done = subprocess.run([NMC, "run", "job.ini", "--run.draws=2000"], cwd=self.directory,
                              preexec_fn=small_files, capture_output=True, text=True, timeout=100)
        self.assertEqual(done.returncode, 75, done.stderr)
        self.assertNotIn("out/result.h5", self.files())
        self.assertEqual([f for f in self.files() if "tmp" in f], [])
        resumed = self.run_to("out", "--run.draws=2000")
        self.assertEqual(differences(resumed, self.run_to("whole", "--run.draws=2000")), [])

    def test_extends_a_finished_run_to_more_draws(self):
        reference = self.run_to("long", "--run.draws=30")
        self.run_to("short")
        extended = self.run_to("short", "--run.draws=30")
        self.assertEqual(differences(reference, extended), [])

    def test_refuses_a_directory_with_another_job_and_restart_moves_it_aside(self):
        self.run_to("out")
        done = self.nmc("run", "job.ini", "--system.beta=0.43", code=2)
        self.assertIn("beta is 0.44068679350977151 in the checkpoint and 0.43 in the job",
                      done.stderr)
        before = self.files()
        self.nmc("run", "job.ini", "--run.seed=2", "--restart")
        after = self.files()
        self.assertIn("out.1/result.h5", after)
        self.assertEqual(len([f for f in after if f.startswith("out.1/")]),
                         len([f for f in before if f.startswith("out/")]))

    def test_trains_and_samples_in_two_calls_as_in_one(self):
        reference = self.run_to("one")
        self.nmc("train", "job.ini", "--output.dir=two")
        self.nmc("sample", "job.ini", "--output.dir=two")
        self.assertEqual(differences(reference, self.directory / "two/result.h5"), [])
        self.nmc("train", "job.ini", "--output.dir=two")
        self.assertEqual(differences(reference, self.directory / "two/result.h5"), [])

    def test_latent_hmc_and_the_samplers_without_a_network_run(self):
        done = self.nmc("run", "job.ini", "--sampler.name=latent_hmc", "--run.warmup=10")
        self.assertIn("energy ", done.stdout)
        for sampler in ("hmc", "block_gibbs", "metropolis"):
            result = self.run_to(sampler, f"--sampler.name={sampler}", "--run.warmup=10")
            with h5py.File(result) as file:
                self.assertNotIn("importance", file)
            # Two threads cut the chains into other chunks.
            again = self.run_to(sampler + "2", f"--sampler.name={sampler}", "--run.warmup=10",
                                "--run.threads=2")
            self.assertEqual(differences(result, again), [])

    def test_two_ranks_say_a_message_once(self):
        done = self.nmc("run", "job.ini", "--sampler.chains=1", ranks=2, code=2)
        self.assertEqual(done.stderr.count("2 ranks and 1 chains"), 1)
        self.assertEqual(self.files(), ["job.ini"])


if __name__ == "__main__":
    unittest.main()
