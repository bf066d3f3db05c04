"""Who started the program: launchers that its MPI does not know."""

import os
import shlex
import subprocess
import unittest

from program import DONE, NMC, ProgramTest

JOB = """[system]
name = ising
L = 4
beta = 0.4
[sampler]
name = metropolis
chains = 4
[run]
warmup = 2
draws = 4
threads = 1
[output]
dir = out
"""
STEP = "SLURM_JOB_ID=7 SLURM_JOB_END_TIME= SLURM_NTASKS=4 SLURM_STEP_NUM_TASKS=4 SLURM_STEP_ID=0"


def words(text):
    return dict(word.split("=") for word in shlex.split(text))


class Started(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("job.ini", JOB)

    def started(self, environment, *more, verb="run"):
        own = {name: value for name, value in os.environ.items()
               if not name.startswith(("SLURM", "PMI", "OMPI_COMM", "PBS"))}
        own.update(environment, OMP_NUM_THREADS="1", OMPI_ALLOW_RUN_AS_ROOT="1",
                   OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
        return subprocess.run([NMC, verb, "job.ini", *more], cwd=self.directory, env=own, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)


class Launchers(Started):
    def test_processes_that_find_themselves_alone_are_told_what_to_type(self):
        for marks, way in ((STEP + " SLURM_PROCID=0", "srun --mpi=pmix nmc"),
                           ("OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=0", "mpirun"),
                           ("PMI_SIZE=3 PMI_RANK=0", "mpirun")):
            with self.subTest(marks=marks):
                done = self.started(words(marks))
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn("finds itself alone", done.stderr)
                if os.environ.get("NMC_HAS_MPI") == "1":
                    self.assertIn(way, done.stderr)
        self.assertEqual(self.files(), ["job.ini"])

    def test_the_group_says_it_once(self):
        for marks in (STEP + " SLURM_PROCID=2", "PMI_SIZE=4 PMI_RANK=3", "PMIX_RANK=1"):
            done = self.started(words(marks))
            self.assertEqual((done.returncode, done.stderr), (2, ""))

    def test_one_process_of_a_large_job_is_no_false_alarm(self):
        batch = "SLURM_NTASKS=4 SLURM_PROCID=0"
        for marks in (batch, batch + " SLURM_STEP_ID=4294967291 SLURM_STEP_NUM_TASKS=4",
                      STEP + " SLURM_PROCID=0 SLURM_PTY_PORT=4000",
                      STEP.replace("STEP_NUM_TASKS=4", "STEP_NUM_TASKS=1") + " SLURM_PROCID=0",
                      STEP + " OMPI_COMM_WORLD_SIZE=1 OMPI_COMM_WORLD_RANK=0", "PMIX_RANK=0"):
            with self.subTest(marks=marks):
                done = self.started(words(marks), "--restart")
                self.assertIn(done.returncode, DONE, done.stderr)

    def test_verbs_that_only_read_are_free(self):
        done = self.started(words(STEP + " SLURM_PROCID=0"), verb="check")
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
