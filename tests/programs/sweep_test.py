"""A job with [sweep]: one task per point, stopped and resumed, reported in one table and one file."""

import json
import os
import signal
import subprocess
import time
import unittest

import h5py
import numpy as np

from program import DONE, NMC, ProgramTest, differences

JOB = """[system]
name = ising
beta = 0.44
[sweep.local]
sampler.name = metropolis
system.L, run.thin = (4, 2), (6, 3)
[sweep.cluster]
sampler.name = wolff
sampler.clusters = 2
system.L = 4
[sampler]
chains = 12
[run]
warmup = 10
draws = 30
seed = 5
threads = 1
[output]
dir = out
observables = energy, m2
"""
TASKS = ("local_L4", "local_L6", "cluster")


class Sweep(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("job.ini", JOB)

    def compare(self, first, second):
        for task in TASKS:
            self.assertEqual(differences(self.directory / first / task / "result.h5",
                                         self.directory / second / task / "result.h5"), [])
        self.assertEqual(differences(self.directory / first / "sweep.h5",
                                     self.directory / second / "sweep.h5"), [])

    def test_runs_every_task_in_a_directory_of_its_own(self):
        done = self.nmc("run", "job.ini")
        for task in TASKS:
            self.assertIn(task, done.stdout)
            # A task that is done keeps three files.
            there = [path.name for path in (self.directory / "out" / task).rglob("*.*")]
            self.assertEqual(sorted(there), ["draws_000000000000.h5", "result.h5", "sample.h5"])
        self.assertEqual((self.directory / "out/job.ini").read_text(), JOB)
        status = json.loads((self.directory / "out/status.json").read_text())
        self.assertEqual((status["phase"], status["done"], status["total"]), ("done", 3, 3))
        with h5py.File(self.directory / "out/local_L6/result.h5") as file:
            self.assertEqual(file["posterior"].attrs["steps_per_draw"], 3)
            self.assertEqual(file["constant_data"].attrs["sites"], 36)
            resolved = file["provenance"].attrs["resolved_job"]
        # A task's result holds a job of its own.
        self.write("task.ini", resolved)
        self.nmc("run", "task.ini", "--output.dir=again")
        self.assertEqual(differences(self.directory / "out/local_L6/result.h5",
                                     self.directory / "again/result.h5"), [])

    def test_a_packed_task_is_known_goes_on_and_is_held_against_its_job(self):
        self.nmc("run", "job.ini")
        shown = json.loads(self.nmc("status", "out/local_L4", "--json").stdout.splitlines()[0])
        self.assertEqual((shown["state"], shown["done"]), ("done", shown["total"]))
        self.assertRegex(self.nmc("status", "out").stdout, "local_L4 +done")
        log = [json.loads(line) for line in
               (self.directory / "out/log.jsonl").read_text().splitlines()]
        self.assertEqual([line["event"] for line in log if line.get("task") == "local_L4"],
                         ["sweep", "start", "done"])
        self.nmc("run", "job.ini", "--system.beta=0.1", code=2)
        before = (self.directory / "out/tasks.jsonl").read_text()
        self.nmc("run", "job.ini")  # nothing to do
        self.assertEqual((self.directory / "out/tasks.jsonl").read_text(), before)
        more = ["--run.draws=120"]
        self.nmc("run", "job.ini", *more)
        self.assertFalse((self.directory / "out/local_L4/resolved.ini").exists())
        self.nmc("run", "job.ini", *more, "--output.dir=whole")
        self.compare("whole", "out")
        # Killed when its result was whole, and not yet said to be: the next start ends it.
        task = self.directory / "out/local_L4"
        (task / "status.json").write_text('{"state": "running"}')
        (task / "resolved.ini").write_text("")
        self.nmc("run", "job.ini", *more)
        self.assertEqual([path.name for path in task.glob("*.[ij]*")], [])
        self.assertRegex(self.nmc("status", "out").stdout, "local_L4 +done")
        # Of a result that is lost the checkpoint is left, and its job in tasks.jsonl.
        whole = (task / "result.h5").read_bytes()
        (task / "result.h5").unlink()
        self.assertIn("waiting", self.nmc("status", "out", code=75).stdout)
        self.nmc("run", "job.ini", *more, "--system.beta=0.1", code=2)
        self.nmc("run", "job.ini", *more)
        self.compare("whole", "out")
        # A result in the directory of another task is none of it.
        (task / "result.h5").write_bytes((self.directory / "out/local_L6/result.h5").read_bytes())
        self.assertIn("system.L = 6", self.nmc("report", "out", code=2).stderr)
        (task / "result.h5").write_bytes(whole)
        # Without its line a task is done all the same.
        (self.directory / "out/tasks.jsonl").unlink()
        self.assertRegex(self.nmc("status", "out").stdout, "local_L4 +done")

    def test_tasks_of_one_seed_draw_different_numbers(self):
        self.write("job.ini", JOB.replace("system.L, run.thin = (4, 2), (6, 3)",
                                          "system.L = 4\nrun.importance = 100, 200"))
        self.nmc("run", "job.ini")
        first, second = (h5py.File(self.directory / f"out/local_importance{n}/result.h5")["posterior/m2"][()]
                         for n in (100, 200))
        self.assertFalse(np.array_equal(first, second))

    def test_opens_in_xarray_with_the_swept_values_as_columns(self):
        self.nmc("run", "job.ini")
        with h5py.File(self.directory / "out/sweep.h5") as file:
            self.assertEqual(list(file["system.L"][()]), [4, 6, 4])
            clusters = file["sampler.clusters"]
            self.assertEqual(clusters[0], clusters.attrs["_FillValue"])
            self.assertEqual(clusters[2], 2)
        try:
            import xarray
        except ImportError:
            self.skipTest("xarray is not installed")
        with xarray.open_dataset(self.directory / "out/sweep.h5") as data:
            frame = data.to_dataframe()
        self.assertEqual(list(frame["sampler.name"]), ["metropolis", "metropolis", "wolff"])
        self.assertEqual(list(frame["name"]), list(TASKS))
        self.assertEqual(list(frame["sites"]), [16, 36, 16])
        self.assertLess(frame["m2_z"].abs().max(), 5)

    def grid(self):
        self.write("grid.ini", "[system]\nname = ising\n[sampler]\nchains = 4\n"
                   "[run]\nwarmup = 10\ndraws = 30\nthreads = 1\n[output]\ndir = grid\n"
                   "observables = m2, energy\n[sweep]\nsystem.beta = 0.3, 0.4, 0.44\n"
                   "system.L, run.thin = (4, 2), (6, 3)\nsampler.name = metropolis, wolff\n")

    def test_a_product_becomes_a_grid_over_the_swept_keys(self):
        self.grid()
        self.nmc("run", "grid.ini")
        with h5py.File(self.directory / "grid/sweep.h5") as file:
            self.assertEqual(file["m2"].shape, (3, 2, 2))
            self.assertEqual([d[0].name for d in file["m2"].dims],
                             ["/system.beta", "/system.L", "/sampler.name"])
            self.assertEqual(file["system.L"].dtype.kind, "i")
            self.assertEqual(file["chains"].dtype.kind, "i")
            self.assertEqual(file["run.thin"].shape, (2,))
            for name, item in file.items():
                self.assertTrue(item.attrs["long_name"], name)
                self.assertTrue(item.dtype.kind == "O" or item.attrs["units"], name)
            self.assertEqual(file["wall_seconds"].attrs["units"], "s")
        try:
            import xarray
        except ImportError:
            self.skipTest("xarray is not installed")
        for engine in ("netcdf4", "h5netcdf"):
            with xarray.open_dataset(self.directory / "grid/sweep.h5", engine=engine) as data:
                self.check_grid(data)

    def check_grid(self, data):
        self.assertEqual(data["m2"].dims, ("system.beta", "system.L", "sampler.name"))
        self.assertEqual(data["run.thin"].dims, ("system.L",))
        self.assertIn("run.thin", data.coords)
        self.assertTrue(bool(data["done"].all()))
        self.assertEqual(data["done"].dtype, bool)
        self.assertEqual(data["draws"].dtype.kind, "i")
        # Each number is at the place of its task.
        rows = [json.loads(line) for line in self.nmc("report", "grid", "--json").stdout.splitlines()]
        for row in rows:
            if row.get("name") == "m2":
                at = {key: row[key] for key in ("system.beta", "system.L", "sampler.name")}
                self.assertEqual(float(data["m2"].sel(at)), row["mean"])
                self.assertEqual(str(data["name"].sel(at).values), row["task"])

    def test_a_task_that_is_missing_is_masked(self):
        self.write("bad.ini", "[system]\nname = phi4\nL = 5\n[sweep]\nsystem.lambda = 1, 1e300\n"
                   "[sampler]\nname = hmc\nchains = 2\nstart_width = 1e10\nstep_size = 0.001\n"
                   "target_acceptance = 0\n[run]\nwarmup = 2\ndraws = 4\n[output]\ndir = bad\n")
        self.nmc("run", "bad.ini", code=3)
        with h5py.File(self.directory / "bad/sweep.h5") as file:
            self.assertEqual(list(file["done"][()]), [1, 0])
            self.assertTrue(np.isnan(file["m2"][1]))
            self.assertEqual(file["chains"][0], 2)
            self.assertEqual(file["chains"][1], file["chains"].attrs["_FillValue"])
        try:
            import xarray
        except ImportError:
            self.skipTest("xarray is not installed")
        with xarray.open_dataset(self.directory / "bad/sweep.h5") as data:
            self.assertTrue(np.isnan(float(data["chains"][1])))

    def test_the_table_shows_what_was_asked_for_in_its_order(self):
        self.grid()
        done = self.nmc("run", "grid.ini", "--output.observables=m4,energy,abs_m,m2,heat,binder")
        head = next(line for line in done.stdout.splitlines() if line.startswith("task"))
        shown = head.split()[1:]
        self.assertEqual(shown[:2], ["m4", "energy"])
        table = [line for line in done.stdout.splitlines() if line.startswith(("task", "b0."))]
        self.assertLessEqual(max(map(len, table)), 80)
        self.assertIn("more observables", done.stdout)

    def test_reports_a_row_per_task_and_every_number_as_json(self):
        self.nmc("run", "job.ini")
        rows = [json.loads(line) for line in self.nmc("report", "out", "--json").stdout.splitlines()]
        row = next(r for r in rows if r["task"] == "local_L6" and r["name"] == "m2")
        self.assertEqual((row["system.L"], row["run.thin"], row["sampler.name"]), (6, 3, "metropolis"))
        with h5py.File(self.directory / "out/sweep.h5") as file:
            for key, column in (("mean", "m2"), ("error", "m2_error"), ("tau_int", "m2_tau_int"),
                                ("rhat", "m2_rhat"), ("exact", "m2_exact"), ("z", "m2_z")):
                self.assertEqual(row[key], file[column][1])
        text = self.nmc("report", "out").stdout
        self.assertIn("3 of 3 tasks done", text)

    def test_stopped_again_and_again_it_ends_as_if_it_were_not(self):
        words = ("--run.warmup=2", "--run.draws=6")
        self.nmc("run", "job.ini", *words)
        stops = 0
        for _ in range(200):
            done = self.nmc("run", "job.ini", "--output.dir=parts", "--run.walltime=0.000001s", *words,
                            code=None)
            if done.returncode in DONE:
                break
            self.assertEqual(done.returncode, 75, done.stderr)
            stops += 1
        self.assertGreaterEqual(stops, 3)
        self.compare("out", "parts")

    def test_killed_it_goes_on_where_it_was(self):
        words = ["--run.draws=60000", "--sampler.chains=2", "--run.checkpoint=0.05s"]
        running = subprocess.Popen([NMC, "run", "job.ini", *words], cwd=self.directory,
                                   stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        while not (self.directory / "out/local_L6/sample.h5").exists() and running.poll() is None:
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
        running.communicate(timeout=60)
        self.assertIn("out/local_L4/result.h5", self.files())
        self.assertNotIn("out/cluster/result.h5", self.files())
        self.assertIn("1 of 3 tasks done", self.nmc("report", "out").stdout)
        resumed = self.nmc("run", "job.ini", *words)
        self.assertIn("of 3 tasks are done", resumed.stderr)
        self.nmc("run", "job.ini", "--output.dir=whole", *words)
        self.compare("whole", "out")

    def test_passes_over_finished_tasks_and_runs_new_and_longer_ones(self):
        self.nmc("run", "job.ini")
        stamp = (self.directory / "out/local_L4/result.h5").stat().st_mtime_ns
        again = self.nmc("run", "job.ini", "--run.walltime=1h", "--run.threads=2")
        self.assertIn("3 of 3 tasks are done", again.stderr)
        self.write("job.ini", JOB.replace("(4, 2), (6, 3)", "(4, 2), (6, 3), (8, 4)"))
        more = self.nmc("run", "job.ini")
        self.assertIn("task 4 of 4: local_L8", more.stderr)
        self.assertEqual((self.directory / "out/local_L4/result.h5").stat().st_mtime_ns, stamp)
        self.nmc("run", "job.ini", "--run.draws=40")
        with h5py.File(self.directory / "out/local_L4/result.h5") as file:
            self.assertEqual(file["posterior/m2"].shape, (12, 40))

    def test_is_the_same_for_every_number_of_ranks_and_threads(self):
        self.nmc("run", "job.ini")
        self.nmc("run", "job.ini", "--output.dir=threads", "--run.threads=2")
        self.compare("out", "threads")
        done = self.nmc("run", "job.ini", "--output.dir=ranks", ranks=2)
        self.assertEqual(done.stdout.count("3 of 3 tasks done"), 1)
        self.compare("out", "ranks")

    @unittest.skipUnless(os.environ.get("NMC_HAS_MPI") == "1", "built without MPI")
    def test_ranks_share_the_tasks_and_help_at_the_last(self):
        # Two ranks take a task each; who has nothing left helps the other at the long one, if that
        # has more than four seconds left: it is made longer until a fast machine needs so many.
        for draws in (25000, 100000, 400000, 1600000):
            self.write("job.ini", JOB.replace("system.L, run.thin = (4, 2), (6, 3)",
                                              "system.L, run.draws, run.thin = "
                                              f"(4, 30, 2), (6, {draws}, 200)"))
            done = self.nmc("run", "job.ini", "--sampler.chains=64", "--restart", ranks=2)
            log = [json.loads(line)["event"] for line in
                   (self.directory / "out/log.jsonl").read_text().splitlines()
                   if '"task": "local_L6"' in line and '"sweep"' not in line]
            if "stopped" in log:
                break
        self.assertEqual(log, ["start", "stopped", "start", "done"], done.stderr)
        self.assertEqual(done.stderr.count("task 1 of 3: local_L4"), 1)
        self.assertFalse((self.directory / "out/.tasks").exists())
        status = json.loads((self.directory / "out/status.json").read_text())
        self.assertEqual((status["state"], status["done"], status["ranks"]), ("done", 3, 2))
        self.nmc("run", "job.ini", "--sampler.chains=64", "--output.dir=alone",
                 "--run.threads=2", threads=2)
        self.compare("alone", "out")

    @unittest.skipUnless(os.environ.get("NMC_HAS_MPI") == "1", "built without MPI")
    def test_a_signal_to_one_rank_stops_all_groups(self):
        words = ["--run.draws=10000000", "--sampler.chains=2"]
        running = subprocess.Popen(["mpirun", "--oversubscribe", "-n", "2", NMC, "run", "job.ini",
                                    *words], cwd=self.directory, stderr=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, text=True, start_new_session=True)
        tasks = [self.directory / f"out/{task}/run.lock" for task in TASKS[:2]]
        while not all(task.exists() for task in tasks) and running.poll() is None:
            time.sleep(0.01)
        time.sleep(0.5)
        status = json.loads((self.directory / "out/status.json").read_text())
        self.assertEqual(status["task"], "local_L4, local_L6")
        pid = json.loads((self.directory / "out/local_L6/status.json").read_text())["pid"]
        os.kill(int(pid), signal.SIGTERM)
        _, errors = running.communicate(timeout=60)
        self.assertEqual(running.returncode, 75, errors)
        self.assertIn("run again to resume", errors)
        for task in TASKS[:2]:
            status = json.loads((self.directory / f"out/{task}/status.json").read_text())
            self.assertEqual(status["state"], "stopped")
            self.assertTrue(status["checkpoint"])

    def test_a_task_that_fails_keeps_no_other_from_running(self):
        self.write("job.ini", "[system]\nname = phi4\nL = 5\n[sweep.good]\nsystem.lambda = 1, 2\n"
                   "[sweep.bad]\nsystem.lambda = 1e300\n[sampler]\nname = hmc\nchains = 2\n"
                   "start_width = 1e10\nstep_size = 0.001\ntarget_acceptance = 0\n"
                   "[run]\nwarmup = 2\ndraws = 4\n[output]\ndir = out\n")
        done = self.nmc("run", "job.ini", code=3)
        self.assertIn("1 of 3 tasks failed: bad: ", done.stderr)
        self.assertIn("2 of 3 tasks done", done.stdout)
        self.assertIn("out/sweep.h5", self.files())

    def test_check_lists_the_tasks_and_writes_nothing(self):
        text = self.nmc("check", "job.ini").stdout
        for task in TASKS:
            self.assertIn(task, text)
        self.assertIn("3 tasks one after the other in out", text)
        self.assertEqual(self.files(), ["job.ini"])

    def test_restart_moves_all_tasks_aside(self):
        self.nmc("run", "job.ini")
        done = self.nmc("run", "job.ini", "--run.seed=6", code=2)
        self.assertIn("--restart to move the old run aside", done.stderr)
        self.nmc("run", "job.ini", "--run.seed=6", "--restart")
        for task in TASKS:
            self.assertIn(f"out.1/{task}/result.h5", self.files())
            self.assertIn(f"out/{task}/result.h5", self.files())

    def test_trains_each_task_with_train_and_samples_with_sample(self):
        self.write("job.ini", "[system]\nname = dual_ising\nL = 4\n[sweep]\nsystem.beta = 0.2, 0.3\n"
                   "[model]\nname = neural_rg\nhidden = 4\ncouplings = 2\n[train]\nsteps = 3\nbatch = 64\n"
                   "validate_batch = 32\n[sampler]\nname = independence\nchains = 8\n"
                   "[run]\nwarmup = 1\ndraws = 4\nimportance = 64\n[output]\ndir = two\n")
        self.assertIn("no trained network", self.nmc("sample", "job.ini", code=2).stderr)
        self.assertEqual(self.files(), ["job.ini"])
        self.nmc("train", "job.ini")
        self.nmc("sample", "job.ini")
        self.nmc("run", "job.ini", "--output.dir=one")
        for task in ("b0.2", "b0.3"):
            self.assertEqual(differences(self.directory / "one" / task / "result.h5",
                                         self.directory / "two" / task / "result.h5"), [])

    def test_refuses_directories_of_the_other_kind(self):
        self.nmc("run", "job.ini")
        self.write("single.ini", "[system]\nname = ising\nL = 4\nbeta = 0.4\n"
                   "[sampler]\nname = wolff\nchains = 2\n[run]\ndraws = 4\n")
        self.assertIn("out holds a sweep and the job is none",
                      self.nmc("run", "single.ini", "--output.dir=out", code=2).stderr)
        self.nmc("run", "single.ini", "--output.dir=single")
        self.assertIn("single holds a run without a sweep",
                      self.nmc("run", "job.ini", "--output.dir=single", code=2).stderr)


if __name__ == "__main__":
    unittest.main()
