"""The end of the batch job, told by variables or by squeue."""

import os
import time
import unittest

from launcher_test import JOB, Started
from program import DONE


class BatchEnd(Started):
    def squeue(self, answer):
        path = self.directory / "bin"
        path.mkdir(exist_ok=True)
        (path / "squeue").write_text(f'#!/bin/sh\necho "$@" > {self.directory}/asked\n{answer}\n')
        (path / "squeue").chmod(0o755)
        return {"PATH": f"{path}:{os.environ['PATH']}", "SLURM_JOB_ID": "12"}

    def test_a_variable_that_is_no_number_is_said(self):
        for name in ("SLURM_JOB_END_TIME", "PBS_WALLTIME"):
            for value in ("soon", "01:00:00", "-3", "nan", "inf"):
                done = self.started({name: value}, "--restart")
                self.assertIn(done.returncode, DONE, done.stderr)
                self.assertIn(f'warning: {name} is "{value}"', done.stderr)
            done = self.started({name: "soon"}, "--run.walltime=1h", "--restart")
            self.assertNotIn("warning", done.stderr)
            self.assertNotIn("warning", self.started({name: ""}, "--restart").stderr)

    def test_a_sweep_says_it_once(self):
        self.write("job.ini", JOB.replace("beta = 0.4\n", "") + "[sweep]\nsystem.beta = 0.3, 0.4\n")
        done = self.started({"PBS_WALLTIME": "soon"})
        self.assertEqual(done.stderr.count("PBS_WALLTIME is"), 1, done.stderr)

    def test_squeue_is_asked_where_slurm_says_nothing(self):
        for answer, seconds in (("2:00", 108), ("1-00:00:10", 86350), ("10:00:00", 35940)):
            done = self.started(self.squeue(f"echo '{answer}'"), "--restart")
            self.assertIn(done.returncode, DONE, done.stderr)
            self.assertRegex(done.stderr, rf"squeue: this start stops with a checkpoint in "
                                          rf"({seconds}|{seconds - 1}) s")
        self.assertIn("--jobs 12", (self.directory / "asked").read_text())
        array = dict(self.squeue("echo 1:00"), SLURM_ARRAY_JOB_ID="9", SLURM_ARRAY_TASK_ID="3")
        self.started(array, "--restart")
        self.assertIn("--jobs 9_3", (self.directory / "asked").read_text())
        done = self.started(self.squeue("echo UNLIMITED"), "--restart")
        self.assertNotIn("squeue", done.stderr)

    def test_a_limit_from_squeue_stops_a_run(self):
        done = self.started(self.squeue("echo 0:02"), "--run.draws=10000000", "--run.checkpoint=1s")
        self.assertEqual(done.returncode, 75, done.stderr)

    def test_an_answer_that_is_none_or_does_not_come_is_said(self):
        for answer in ("echo INVALID", "exit 1", "echo 5", "echo 1:2:3:4"):
            done = self.started(self.squeue(answer), "--restart")
            self.assertIn(done.returncode, DONE, done.stderr)
            self.assertIn("squeue does not say when it ends", done.stderr)
        began = time.monotonic()
        done = self.started(self.squeue("exec sleep 100"), "--restart")
        self.assertIn("squeue does not say when it ends", done.stderr)
        self.assertLess(time.monotonic() - began, 15)
        # Who sets a limit is not asked about another.
        done = self.started(self.squeue("exec sleep 100"), "--restart", "--run.walltime=1h")
        self.assertEqual(done.stderr.count("squeue"), 0)


if __name__ == "__main__":
    unittest.main()
