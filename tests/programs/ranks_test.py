"""Ranks of one mpirun that were given different jobs, and ranks that fail: one message, no hang."""

import os
import subprocess
import unittest

from live_run_test import JOB
from program import NMC, ProgramTest

SOON = 60  # seconds; a hang has no end
FAILING = """[system]
name = phi4
L = 5
lambda = 1e300
[sampler]
name = hmc
chains = {chains}
start_width = 1e10
step_size = 0.001
target_acceptance = 0
[run]
warmup = 2
draws = 4
[output]
dir = bad
"""


@unittest.skipUnless(os.environ.get("NMC_HAS_MPI") == "1", "built without MPI")
class Ranks(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("a.ini", JOB.replace("draws = 200000", "draws = 20"))

    def start(self, *calls):
        """One rank for every call."""
        command = ["mpirun", "--allow-run-as-root", "--oversubscribe"]
        for i, words in enumerate(calls):
            command += [":"] * (i > 0) + ["-n", "1", NMC, *words]
        return subprocess.run(command, cwd=self.directory, text=True, timeout=SOON,
                              env=dict(os.environ, OMP_NUM_THREADS="1"),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    # `check` counts the cores of the host, for which it waited for ranks that had left.
    def test_a_verb_of_one_rank_waits_for_no_other(self):
        free = {key: value for key, value in os.environ.items() if key != "OMP_NUM_THREADS"}
        job = ("--system.name=ising", "--system.L=8", "--system.beta=.4", "--sampler.name=metropolis")
        done = subprocess.run(["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "2", NMC,
                               "check", *job], cwd=self.directory, env=free, text=True,
                              timeout=SOON, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.count("times are of"), 1, done.stdout)

    def refuse(self, message, *calls):
        done = self.start(*calls)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stderr.count(message), 1, done.stderr)
        self.assertEqual(done.stderr.count("rank 0 was given"), 1, done.stderr)
        self.assertIn("by their own mpirun", done.stderr)
        self.assertNotIn("out", self.files())

    def test_with_different_values_are_refused(self):
        for value, other in [("run.seed=4", "run.seed = 4"), ("system.L=12", "system.L = 12"),
                             ("output.dir=else", "output.dir = else"),
                             ("run.draws=30", "run.draws = 30")]:
            with self.subTest(value=value):
                self.refuse(f"rank 1 was given {other} where rank 0 was given",
                            ["run", "a.ini"], ["run", "a.ini", f"--{value}"])
                self.assertEqual(self.files(), ["a.ini"])

    def test_with_different_verbs_are_refused(self):
        self.refuse("rank 1 was given status", ["run", "a.ini"], ["status", "out"])
        self.refuse("rank 1 was given run", ["report", "out"], ["run", "a.ini"])
        self.refuse("rank 1 was given sample", ["run", "a.ini"], ["sample", "a.ini"])
        self.refuse("rank 1 was given run --restart", ["run", "a.ini"],
                    ["run", "a.ini", "--restart"])

    def test_of_which_one_has_a_sweep_are_refused(self):
        sweep = JOB.replace("beta = 0.4\n", "") + "[sweep]\nsystem.beta = 0.3, 0.4\n"
        self.write("sweep.ini", sweep)
        self.write("other.ini", sweep.replace("0.3, 0.4", "0.3, 0.5"))
        self.refuse("rank 1 was given", ["run", "a.ini"], ["run", "sweep.ini"])
        self.refuse("rank 1 was given", ["run", "sweep.ini"], ["run", "other.ini"])

    def test_with_different_annealings_are_refused(self):
        words = ["anneal", "a.ini", "--anneal.runs=4", "--anneal.population=20"]
        self.refuse("rank 1 was given run.seed = 5", words, [*words, "--run.seed=5"])

    def test_with_the_same_job_by_other_names_work(self):
        self.write("b.ini", (self.directory / "a.ini").read_text())
        done = self.start(["run", "a.ini"], ["run", "./b.ini"])
        self.assertIn(done.returncode, (0, 4), done.stderr)

    def test_of_which_one_cannot_read_its_job_end_together(self):
        done = self.start(["run", "a.ini"], ["run", "nowhere.ini"])
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stderr.count("nowhere.ini"), 1, done.stderr)

    def test_of_which_one_fails_as_it_runs_end_together(self):
        for chains in (2, 3):
            self.write("bad.ini", FAILING.format(chains=chains))
            done = self.nmc("run", "bad.ini", "--restart", ranks=2, code=3)
            self.assertEqual(done.stderr.count("is not finite"), 1, done.stderr)


if __name__ == "__main__":
    unittest.main()
