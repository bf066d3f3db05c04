"""Runs that live: what others see of them, who may join them, how they stop and go on."""

import json
import signal
import subprocess
import time
import unittest

from program import NMC, ProgramTest, differences

JOB = """[system]
name = ising
L = 8
beta = 0.4
[sampler]
name = metropolis
chains = 8
[run]
warmup = 10
draws = 200000
thin = 1000
seed = 3
threads = 1
[output]
dir = out
observables = energy, m2
"""
SWEEP = JOB.replace("beta = 0.4\n", "") + "[sweep]\n"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2,
           signal.SIGXCPU)


class LiveRun(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("job.ini", JOB)
        self.running = []

    def tearDown(self):
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.communicate()
        super().tearDown()

    def start(self, *words, verb="run"):
        process = subprocess.Popen([NMC, verb, "job.ini", *words], cwd=self.directory, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.running.append(process)
        return process

    def status(self, directory="out", code=None):
        lines = self.nmc("status", directory, "--json", code=code).stdout.splitlines()
        return json.loads(lines[0]) if lines else {}

    def wait_for(self, condition, what):
        for _ in range(1000):
            if condition():
                return
            self.assertTrue(any(p.poll() is None for p in self.running), what)
            time.sleep(0.02)
        self.fail(f"never: {what}")

    def wait_for_draws(self, directory="out"):
        """Of a process that was started here."""
        path = self.directory / directory / "status.json"
        pids = [process.pid for process in self.running]

        def is_there():
            state = json.loads(path.read_text()) if path.exists() else {"pid": 0}
            return state["pid"] in pids[-6:] and state["state"] == "running" and state["done"] > 10

        self.wait_for(is_there, "draws")

    def stop(self, process, number=signal.SIGTERM):
        process.send_signal(number)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 75, stderr)
        return stderr


class Status(LiveRun):
    def test_tells_a_running_a_stopped_and_a_killed_run_apart(self):
        process = self.start()
        self.wait_for_draws()
        text = self.nmc("status", "out", code=1).stdout
        self.assertIn("out: running; sample, ", text)
        self.assertIn("of 200000 draws", text)
        state = self.status(code=1)
        self.assertEqual((state["state"], state["phase"], state["unit"]), ("running", "sample", "draws"))
        self.assertEqual((state["total"], state["pid"]), (200000, process.pid))
        self.wait_for(lambda: "rate" in self.status(), "a rate")
        for key in ("rate", "eta_seconds", "acceptance", "tau_int", "rhat", "ess", "mean", "error",
                    "host", "started", "status_age_seconds"):
            self.assertIn(key, self.status())
        self.stop(process)
        state = self.status(code=75)
        self.assertEqual((state["state"], state["phase"], state["total"]), ("stopped", "sample", 200000))
        self.assertGreater(state["done"], 0)
        self.assertLess(state["checkpoint_age_seconds"], 60)
        self.assertIn(f"stopped at draw {state['done']} of 200000", state["reason"])
        process = self.start()
        self.wait_for_draws()
        self.assertGreaterEqual(self.status(code=1)["done"], state["done"])
        process.kill()
        process.communicate()
        self.assertEqual(self.status(code=2)["state"], "killed")
        self.assertIn("gone without a word", self.nmc("status", "out", code=2).stdout)

    def test_tells_of_a_run_that_is_done_and_of_one_that_failed(self):
        self.nmc("run", "job.ini", "--run.draws=20")
        state = self.status(code=0)
        self.assertEqual((state["state"], state["done"], state["total"]), ("done", 20, 20))
        self.write("job.ini", "[system]\nname = phi4\nL = 5\nlambda = 1e300\n[sampler]\nname = hmc\n"
                   "chains = 2\nstart_width = 1e10\nstep_size = 0.001\ntarget_acceptance = 0\n"
                   "[run]\nwarmup = 2\ndraws = 4\n[output]\ndir = bad\n")
        self.nmc("run", "job.ini", code=3)
        self.assertEqual(self.status("bad", code=2)["state"], "failed")
        self.nmc("status", "nowhere", code=2)

    def test_counts_the_steps_of_a_training_that_was_stopped(self):
        self.write("job.ini", "[system]\nname = gaussian\n[model]\nname = real_nvp\nhidden = 4\n"
                   "[train]\nsteps = 1000000\nbatch = 64\n[sampler]\nname = independence\n[run]\n"
                   "threads = 1\n[output]\ndir = out\n")
        process = self.start(verb="train")
        self.wait_for(lambda: "rate" in self.status(), "a rate")
        self.stop(process)
        state = self.status(code=75)
        self.assertEqual((state["phase"], state["unit"], state["total"]), ("train", "steps", 1000000))
        self.assertGreater(state["done"], 0)

    def test_shows_every_task_of_a_sweep(self):
        self.write("job.ini", SWEEP + "system.beta = 0.3, 0.4, 0.5\n")
        self.nmc("run", "job.ini", "--run.draws=20")
        self.assertEqual(self.status(code=0)["done"], 3)
        process = self.start("--run.draws=200000")
        self.wait_for_draws("out/b0.3")
        lines = self.nmc("status", "out", "--json", code=1).stdout.splitlines()
        tasks = {row["task"]: row for row in map(json.loads, lines[1:])}
        self.assertEqual(tasks["b0.3"]["state"], "running")
        self.assertIn("b0.5", self.nmc("status", "out", code=1).stdout)
        self.stop(process)
        self.assertEqual(self.status(code=75)["state"], "stopped")


    def test_shows_every_run_below_a_directory(self):
        self.nmc("run", "job.ini", "--run.draws=20", "--output.dir=all/first")
        self.nmc("run", "job.ini", "--run.draws=20", "--output.dir=all/deep/er/second",
                 "--system.beta=", "--sweep.system.beta=0.3,0.4")
        (self.directory / "all/other").mkdir()
        rows = self.nmc("status", "all").stdout.splitlines()
        self.assertEqual([row.split()[:2] for row in rows],
                         [["run", "state"], ["deep/er/second", "done"], ["first", "done"]])
        objects = [json.loads(line) for line in self.nmc("status", "all", "--json").stdout.splitlines()]
        self.assertEqual([o["directory"] for o in objects if o["name"] == "run"],
                         ["all/deep/er/second", "all/first"])
        (self.directory / "all/first/status.json").write_text('{"state": "running"}')
        self.nmc("status", "all", code=2)  # killed
        self.assertIn("holds no run", self.nmc("status", "all/other", code=2).stderr)

    def test_watches_until_the_run_is_done(self):
        run = self.start("--run.draws=4000")
        self.wait_for_draws()
        watch = self.nmc("status", "out", "--watch")
        self.assertIn("out: running; sample", watch.stdout)
        self.assertIn("out: done; done", watch.stdout)
        self.assertEqual(run.wait(60), 0)


class Lock(LiveRun):
    def refuse(self, process, *words, verb="run"):
        done = self.nmc(verb, "job.ini", *words, code=2)
        self.assertIn(f"out is in use by process {process.pid} on ", done.stderr)
        self.assertIn("at work since ", done.stderr)
        return done

    def test_refuses_a_second_process_and_a_restart_of_a_live_run(self):
        process = self.start()
        self.wait_for_draws()
        before = self.files()
        self.refuse(process)
        self.refuse(process, "--restart")
        self.refuse(process, verb="sample")
        self.assertEqual(self.files(), before)
        self.stop(process)
        self.assertNotIn("out/run.lock", self.files())
        self.nmc("run", "job.ini", "--restart", "--run.draws=10")
        self.assertIn("out.1/sample.h5", self.files())

    def test_of_two_that_begin_at_once_one_is_refused(self):
        processes = [self.start(f"--run.seed={seed}", "--run.draws=100") for seed in (1, 2)]
        errors = [process.communicate(timeout=120)[1] for process in processes]
        codes = sorted(process.returncode for process in processes)
        self.assertEqual(codes, [0, 2], errors)

    def test_takes_over_from_a_killed_run_and_says_so(self):
        self.nmc("run", "job.ini", "--output.dir=whole", "--run.draws=300")
        process = self.start("--run.draws=300", "--run.checkpoint=0.05s")
        self.wait_for(lambda: (self.directory / "out/sample.h5").exists(), "a checkpoint")
        process.kill()
        process.communicate()
        self.assertIn("out/run.lock", self.files())
        done = self.nmc("run", "job.ini", "--run.draws=300")
        self.assertIn(f"process {process.pid} on ", done.stderr)
        self.assertIn("taking over", done.stderr)
        self.assertEqual(differences(self.directory / "whole/result.h5",
                                     self.directory / "out/result.h5"), [])

    def test_holds_for_sweeps_their_tasks_and_annealing(self):
        self.write("job.ini", SWEEP + "system.beta = 0.3, 0.4\n")
        process = self.start()
        self.wait_for_draws("out/b0.3")
        self.refuse(process)
        self.refuse(process, "--restart")
        done = self.nmc("run", "out/b0.3/job.ini", "--output.dir=out/b0.3", code=2)
        self.assertIn(f"out/b0.3 is in use by process {process.pid}", done.stderr)
        self.stop(process)
        self.write("job.ini", "[system]\nname = ising\nL = 16\nbeta = 0.4\n[anneal]\nruns = 100000\n"
                   "population = 100\n[output]\ndir = cold\n")
        process = self.start(verb="anneal")
        self.wait_for(lambda: (self.directory / "cold/status.json").exists(), "a start")
        done = self.nmc("anneal", "job.ini", code=2)
        self.assertIn(f"cold is in use by process {process.pid}", done.stderr)
        self.stop(process)
        self.assertEqual(self.status("cold", code=75)["unit"], "runs")

    def test_is_held_by_one_of_several_ranks(self):
        self.need_ranks()
        process = self.start()
        self.wait_for_draws()
        done = self.nmc("run", "job.ini", ranks=2, code=2)
        self.assertEqual(done.stderr.count("is in use by process"), 1)
        self.stop(process)


class Stops(LiveRun):
    def test_every_signal_that_asks_for_the_end_gets_a_checkpoint(self):
        processes = [self.start(f"--output.dir={number.name}") for number in SIGNALS]
        for number, process in zip(SIGNALS, processes):
            self.wait_for_draws(number.name)
            stderr = self.stop(process, number)
            self.assertIn("run again to resume", stderr)
            self.assertIn(f"{number.name}/sample.h5", self.files())

    def test_signals_that_come_in_numbers_do_not_kill(self):
        process = self.start()
        self.wait_for_draws()
        for number in (signal.SIGXCPU, signal.SIGUSR1, signal.SIGXCPU, signal.SIGUSR1):
            process.send_signal(number)
        self.stop(process, signal.SIGHUP)

    def test_what_nohup_ignores_stays_ignored(self):
        process = subprocess.Popen(["nohup", NMC, "run", "job.ini"], cwd=self.directory,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.running.append(process)
        self.wait_for_draws()
        process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        self.assertIsNone(process.poll())
        self.stop(process)

    def test_a_limit_of_cpu_time_ends_with_a_checkpoint(self):
        process = subprocess.Popen(["bash", "-c", f"ulimit -S -t 2; exec {NMC} run job.ini"],
                                   cwd=self.directory, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True)
        self.running.append(process)
        _, stderr = process.communicate(timeout=100)
        self.assertEqual(process.returncode, 75, stderr)

    def test_a_wall_time_shorter_than_the_start_lets_every_start_get_on(self):
        # A step of the sampler takes longer than the limit.
        slow = ("--system.L=512", "--sampler.chains=64", "--run.warmup=2", "--run.draws=2",
                "--run.thin=20", "--run.walltime=0.001s")
        codes = [self.nmc("run", "job.ini", *slow, code=None).returncode for _ in range(5)]
        self.assertIn(0, codes)
        self.assertEqual(set(codes[:codes.index(0)]), {75})


if __name__ == "__main__":
    unittest.main()
