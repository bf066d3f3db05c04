"""One sweep, run by several jobs at once, each some of its tasks, as the array of a batch system."""

import json
import os
import signal
import subprocess
import threading
import time
import unittest

import h5py

from program import DONE, NMC, ProgramTest, differences

JOB = """[system]
name = ising
L = 8
[sweep]
system.beta = 0.3, 0.4, 0.44, 0.5
[sampler]
name = metropolis
chains = 8
[run]
warmup = 10
draws = 20
thin = 100
seed = 5
threads = 1
[output]
dir = out
observables = energy, m2
"""
TASKS = ("b0.3", "b0.4", "b0.44", "b0.5")
LONG = ("--run.draws=10000000", "--run.checkpoint=0.2s")


class Array(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("job.ini", JOB)

    def start(self, *words):
        process = subprocess.Popen([NMC, "run", "job.ini", *words], cwd=self.directory, text=True,
                                   env=dict(os.environ, OMP_NUM_THREADS="1"),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def end(self, process, code=DONE):
        out, err = process.communicate(timeout=120)
        self.assertIn(process.returncode, code if isinstance(code, tuple) else (code,), out + err)
        return out + err

    def status(self, code=None, directory="out"):
        lines = self.nmc("status", directory, "--json", code=code).stdout.splitlines()
        return [json.loads(line) for line in lines]

    def wait_for_task(self, name, word="running"):
        end = time.monotonic() + 60
        path = self.directory / "out" / name / "status.json"
        while not path.exists() or json.loads(path.read_text())["state"] != word:
            self.assertLess(time.monotonic(), end, f"{name} is not {word}")
            time.sleep(0.02)

    def compare_with_whole(self, tasks=TASKS):
        self.nmc("run", "job.ini", "--output.dir=whole")
        for task in tasks:
            self.assertEqual(differences(self.directory / "whole" / task / "result.h5",
                                         self.directory / "out" / task / "result.h5"), [])
        self.assertEqual(differences(self.directory / "whole/sweep.h5",
                                     self.directory / "out/sweep.h5"), [])

    def test_parts_that_start_at_once_make_the_sweep_that_one_run_makes(self):
        said = [self.end(job) for job in [self.start("--tasks", f"{i}/3") for i in range(3)]]
        # The last one knows that it is.
        last = [text for text in said if "4 of 4 tasks of out are done: out/sweep.h5" in text]
        self.assertGreaterEqual(len(last), 1, said)
        self.compare_with_whole()
        run, *tasks = self.status(code=0)
        self.assertEqual((run["state"], run["done"], run["total"]), ("done", 4, 4))
        self.assertEqual([task["state"] for task in tasks], ["done"] * 4)
        self.assertEqual((self.directory / "out/job.ini").read_text(), JOB)

    def test_many_starts_within_a_moment_all_find_one_sweep(self):
        for turn in range(5):
            out = f"--output.dir=turn{turn}"
            jobs = [None] * 4
            threads = [threading.Thread(target=lambda i=i: jobs.__setitem__(
                i, self.start(out, "--tasks", str(i), "--run.draws=3"))) for i in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            for job in jobs:
                self.end(job)
            self.assertEqual(self.status(code=0, directory=f"turn{turn}")[0]["done"], 4)
            with h5py.File(self.directory / f"turn{turn}/sweep.h5") as file:
                self.assertEqual(list(file["done"][()]), [1, 1, 1, 1])

    def test_any_subset_in_any_order_and_the_status_in_between(self):
        text = self.nmc("run", "job.ini", "--tasks", "2-3").stdout
        self.assertIn("2 of 4 tasks of out are done (nmc status out)", text)
        self.assertNotIn("out/sweep.h5", self.files())
        run, *tasks = self.status(code=75)
        self.assertEqual((run["state"], run["done"]), ("waiting", 2))
        self.assertEqual([task["state"] for task in tasks], ["waiting", "waiting", "done", "done"])
        self.assertIn("nobody is at work", self.nmc("status", "out", code=75).stdout)
        stamp = (self.directory / "out/b0.5/result.h5").stat().st_mtime_ns
        again = self.nmc("run", "job.ini", "--tasks=3,0")
        self.assertIn("1 of 2 tasks of this job are done", again.stderr)
        self.assertEqual((self.directory / "out/b0.5/result.h5").stat().st_mtime_ns, stamp)
        # What is left, by one run of the whole.
        self.nmc("run", "job.ini")
        self.compare_with_whole()

    def test_a_task_at_work_is_refused_to_a_second_job_and_the_sweep_to_a_whole_run(self):
        job = self.start("--tasks", "1", *LONG)
        self.wait_for_task("b0.4")
        for words in (("--tasks", "0-1"), ()):
            done = self.nmc("run", "job.ini", *words, code=2)
            self.assertIn("out/b0.4 is in use by process", done.stderr)
        run, *tasks = self.status(code=1)
        self.assertEqual([task["state"] for task in tasks], ["waiting", "running", "waiting", "waiting"])
        self.assertIn("1 at work", self.nmc("status", "out", code=1).stdout)
        # Another task is free.
        self.nmc("run", "job.ini", "--tasks", "0")
        job.send_signal(signal.SIGTERM)
        self.end(job, 75)
        self.assertEqual(self.status(code=75)[0]["state"], "stopped")

    def test_a_whole_run_refuses_the_sweep_to_jobs_of_some_tasks(self):
        whole = self.start(*LONG)
        self.wait_for_task("b0.3")
        done = self.nmc("run", "job.ini", "--tasks", "3", code=2)
        self.assertIn("out is in use by process", done.stderr)
        whole.send_signal(signal.SIGTERM)
        self.end(whole, 75)

    def test_killed_and_stopped_tasks_go_on_to_the_same_bits(self):
        words = ("--run.draws=3000", "--run.checkpoint=0.05s")
        for number, how, word, code in ((1, signal.SIGKILL, "killed", 2),
                                        (2, signal.SIGUSR1, "stopped", 75)):
            job = self.start("--tasks", str(number), *words)
            while not (self.directory / "out" / TASKS[number] / "sample.h5").exists():
                self.assertIsNone(job.poll())
                time.sleep(0.01)
            job.send_signal(how)
            job.communicate(timeout=60)
            self.assertEqual(self.status(code=code)[0]["state"], word)
            self.end(self.start("--tasks", str(number), *words))
        self.end(self.start("--tasks", "0,3", *words))
        self.write("job.ini", JOB.replace("draws = 20\n", "draws = 3000\n"))
        self.compare_with_whole()

    def test_a_file_stops_all_of_them(self):
        jobs = [self.start("--tasks", f"{i}/2", *LONG) for i in range(2)]
        for name in TASKS[:2]:
            self.wait_for_task(name)
        (self.directory / "out/STOP").touch()
        for job in jobs:
            self.assertIn("out/STOP and run again", " ".join(self.end(job, 75).split()))
        (self.directory / "out/STOP").unlink()

    def test_another_job_is_refused_and_a_longer_sweep_taken(self):
        self.nmc("run", "job.ini", "--tasks", "0")
        done = self.nmc("run", "job.ini", "--tasks", "1", "--run.seed=6", code=2)
        self.assertIn("run.seed is 5 in the sweep that out holds and 6 in this job", done.stderr)
        self.write("job.ini", JOB.replace("0.44, 0.5", "0.44, 0.5, 0.6"))
        self.nmc("run", "job.ini", "--tasks", "4", "--run.walltime=1h")
        self.assertEqual(self.status(code=75)[0]["total"], 5)

    def test_what_is_no_task_is_refused_before_anything_is_made(self):
        for text, message in (("/", "is a variable of the batch system not set?"),
                              ("3-1", "numbers and ranges"), ("x", "numbers and ranges"),
                              ("4", "the sweep has 4 tasks, numbered from 0 to 3"),
                              ("2-9", "numbered from 0 to 3"), ("4/4", "--array=0-3")):
            self.assertIn(message, self.nmc("run", "job.ini", f"--tasks={text}", code=2).stderr)
        self.nmc("run", "job.ini", "--tasks=7/9", code=0)
        self.write("one.ini", JOB.replace("[sweep]\nsystem.beta = 0.3, 0.4, 0.44, 0.5\n", "beta = 0.4\n"))
        self.assertIn("has no [sweep]", self.nmc("run", "one.ini", "--tasks=0", code=2).stderr)
        self.assertEqual(self.files(), ["job.ini", "one.ini"])
        self.assertRegex(self.nmc("check", "job.ini").stdout, r"b0.5 +3 ")

    def test_a_restart_begins_these_tasks_anew_and_no_other(self):
        self.nmc("run", "job.ini", "--tasks", "0-1")
        self.nmc("run", "job.ini", "--tasks", "1", "--restart")
        self.assertIn("out/b0.4.1/result.h5", self.files())
        self.assertNotIn("out/b0.3.1", self.files())

    def test_a_task_that_fails_leaves_the_sweep_to_the_last(self):
        self.write("job.ini", "[system]\nname = phi4\nL = 5\n[sweep]\nsystem.lambda = 1, 1e300\n"
                   "[sampler]\nname = hmc\nchains = 2\nstart_width = 1e10\nstep_size = 0.001\n"
                   "target_acceptance = 0\n[run]\nwarmup = 2\ndraws = 4\n[output]\ndir = out\n")
        self.assertIn("1 of 1 tasks of this job failed",
                      self.nmc("run", "job.ini", "--tasks", "1", code=3).stderr)
        self.nmc("run", "job.ini", "--tasks", "0")
        with h5py.File(self.directory / "out/sweep.h5") as file:
            self.assertEqual(list(file["done"][()]), [1, 0])
        self.assertEqual(self.status(code=2)[0]["state"], "failed")

    def test_ranks_share_the_tasks_of_a_job(self):
        if os.environ.get("NMC_HAS_MPI") != "1":
            self.skipTest("built without MPI")
        self.nmc("run", "job.ini", "--tasks", "0-1", ranks=2)
        self.nmc("run", "job.ini", "--tasks", "1/2")
        self.nmc("run", "job.ini", "--tasks", "2")
        self.compare_with_whole()


if __name__ == "__main__":
    unittest.main()
