"""Stops that are asked for by a file, by the end of a batch job, and starts that were cut short."""

import os
import signal
import subprocess
import time
import unittest
from pathlib import Path

from live_run_test import JOB
from program import DONE, NMC, ProgramTest, differences

# A second or two: a run looks for the file twice in a second.
SOON = JOB.replace("draws = 200000", "draws = 1000")
LONG = 120  # seconds, far more than a test takes


class Stops(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("job.ini", SOON)

    def start(self, *words, ranks=None, environment=None):
        command = [NMC, *words]
        if ranks:
            command = ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", str(ranks), *command]
        process = subprocess.Popen(command, cwd=self.directory, text=True,
                                   env=dict(os.environ, OMP_NUM_THREADS="1", **(environment or {})),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def wait_for(self, path):
        end = time.monotonic() + LONG
        while not (self.directory / path).exists():
            self.assertLess(time.monotonic(), end, f"{path} does not come")
            time.sleep(0.02)

    def end(self, process, code):
        out, err = process.communicate(timeout=LONG)
        self.assertEqual(process.returncode, code, out + err)
        return out + err

    def test_a_file_stops_a_run_until_it_is_removed(self):
        self.nmc("run", "job.ini", "--output.dir=whole")
        for ranks in [None, 2] if os.environ.get("NMC_HAS_MPI") == "1" else [None]:
            with self.subTest(ranks=ranks):
                out = f"out{ranks}"
                (self.directory / out).mkdir(exist_ok=True)
                process = self.start("run", "job.ini", f"--output.dir={out}", ranks=ranks)
                self.wait_for(f"{out}/status.json")
                (self.directory / out / "STOP").touch()
                said = self.end(process, 75)
                self.assertIn(f"remove {out}/STOP and run again to resume", " ".join(said.split()))
                self.nmc("run", "job.ini", f"--output.dir={out}", ranks=ranks, code=75)
                (self.directory / out / "STOP").unlink()
                self.nmc("run", "job.ini", f"--output.dir={out}", ranks=ranks)
                self.assertEqual(differences(self.directory / "whole/result.h5",
                                             self.directory / out / "result.h5"), [])

    def test_a_file_stops_a_sweep_between_and_within_tasks(self):
        self.write("job.ini", SOON.replace("beta = 0.4\n", "") + "[sweep]\nsystem.beta = 0.3, 0.4\n")
        process = self.start("run", "job.ini")
        self.wait_for("out/resolved.ini")
        (self.directory / "out/STOP").touch()
        self.assertIn("out/STOP", self.end(process, 75))
        again = self.nmc("run", "job.ini", code=75)
        self.assertIn("remove", again.stderr)
        (self.directory / "out/STOP").unlink()
        self.nmc("run", "job.ini")

    def test_a_training_and_an_annealing_stop_for_it_too(self):
        self.write("train.ini", "[system]\nname = ising\nL = 2x3\nbeta = 0.44\n[model]\nname = made\n"
                   "[train]\nsteps = 100000\nbatch = 64\n[output]\ndir = net\n")
        for verb, directory, extra in [("train", "net", ["train.ini"]),
                                       ("anneal", "cold", ["job.ini", "--output.dir=cold"])]:
            with self.subTest(verb=verb):
                (self.directory / directory).mkdir()
                if verb == "anneal":
                    extra.append("--anneal.runs=1000000")
                process = self.start(verb, *extra)
                self.wait_for(f"{directory}/status.json")
                (self.directory / directory / "STOP").touch()
                self.assertIn("STOP and run again", " ".join(self.end(process, 75).split()))

    def test_a_signal_that_comes_late_kills_no_rank(self):
        if os.environ.get("NMC_HAS_MPI") != "1":
            self.skipTest("built without MPI")
        for turn in range(3):
            process = self.start("run", "job.ini", "--run.draws=10000000", f"--output.dir=late{turn}",
                                 ranks=2)
            self.wait_for(f"late{turn}/status.json")
            ranks = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            self.assertEqual(len(ranks), 2)
            # To one, which tells the other; then to both for as long as they are there.
            os.kill(int(ranks[0]), signal.SIGUSR1)
            while process.poll() is None:
                for rank in ranks:
                    if Path(f"/proc/{rank}").exists():
                        os.kill(int(rank), signal.SIGUSR1)
                time.sleep(0.0005)
            self.end(process, 75)

    def test_the_end_of_a_batch_job_is_a_limit(self):
        for variable, value in [("SLURM_JOB_END_TIME", str(int(time.time()) + 3)),
                                ("PBS_WALLTIME", "3")]:
            with self.subTest(variable=variable):
                process = self.start("run", "job.ini", "--run.draws=10000000",
                                     f"--output.dir={variable}", environment={variable: value})
                began = time.monotonic()
                said = self.end(process, 75)
                self.assertLess(time.monotonic() - began, 10)
                self.assertIn(f"{variable}: this start stops with a checkpoint in", said)

    def test_run_walltime_goes_before_the_end_of_a_batch_job(self):
        for value in ["1", "soon", ""]:  # long past; no time; none
            words = ["--run.draws=10"] if value != "1" else ["--run.walltime=1h"]
            process = self.start("run", "job.ini", f"--output.dir=out{value}", *words,
                                 environment={"SLURM_JOB_END_TIME": value})
            out, err = process.communicate(timeout=LONG)
            self.assertIn(process.returncode, DONE, out + err)
            (self.assertIn if value == "soon" else self.assertNotIn)("SLURM", err)

    def test_a_batch_job_whose_end_has_passed_still_gets_on(self):
        # Its clock may be another one: a start works for a second all the same.
        for _ in range(20):
            done = self.nmc_with({"SLURM_JOB_END_TIME": "1"}, "run", "job.ini", "--run.draws=300")
            if done.returncode != 75:
                break
        self.assertIn(done.returncode, DONE, done.stderr)

    def nmc_with(self, environment, *words):
        return subprocess.run([NMC, *words], cwd=self.directory, text=True,
                              env=dict(os.environ, OMP_NUM_THREADS="1", **environment),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LONG)

    def test_a_start_that_was_cut_short_is_begun_again(self):
        for name in ["run.lock", "resolved.ini.0123456789abcdef.tmp", ".probe.0123456789abcdef"]:
            with self.subTest(name=name):
                out = self.directory / f"out{name}"
                out.mkdir()
                (out / name).write_text("{}" if name == "run.lock" else "half of")
                self.nmc("run", "job.ini", "--run.draws=10", f"--output.dir={out.name}")
                self.assertEqual([p.name for p in out.iterdir() if "0123456789abcdef" in p.name], [])

    def test_what_killed_writers_left_is_removed_by_the_next_start(self):
        self.nmc("run", "job.ini", "--run.draws=3")
        left = [Path(self.directory / "out" / name) for name in
                ["status.json.00000000deadbeef.tmp", "sample.h5.fedcba9876543210.tmp"]]
        others = [Path(self.directory / "out" / name) for name in ["mine.tmp", "x.123.tmp"]]
        for path in left + others:
            path.write_text("half")
        self.nmc("run", "job.ini", "--run.draws=5", code=None)
        self.assertEqual([path.exists() for path in left + others], [False, False, True, True])


if __name__ == "__main__":
    unittest.main()
