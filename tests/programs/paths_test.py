"""Paths in a job begin at its file, those of the command line where the user is."""

import unittest

import h5py
import numpy as np

from program import ProgramTest, differences

RUN = "[sampler]\nname = metropolis\nchains = 4\n[run]\ndraws = 40\nwarmup = 2\nthin = 1\n"
RING = "".join(f"{i} {(i + 1) % 8} {1 if i % 3 else -1}\n" for i in range(8))


class Paths(ProgramTest):
    def setUp(self):
        super().setUp()
        for name in ("jobs/data", "elsewhere"):
            (self.directory / name).mkdir(parents=True)
        self.write("jobs/data/ring.txt", RING)
        self.write("jobs/ring.ini", "[system]\nname = ising\nbonds = data/ring.txt\nbeta = 0.5\n" + RUN)

    def at(self, place, *words, **how):
        home, self.directory = self.directory, self.directory / place
        try:
            return self.nmc(*words, **how)
        finally:
            self.directory = home

    def test_a_job_runs_and_resumes_from_any_directory(self):
        self.nmc("run", "jobs/ring.ini", "--output.dir=whole", code=None)
        out = self.directory / "out"
        self.at("elsewhere", "run", "../jobs/ring.ini", "--output.dir=../out", "--run.draws=20",
                code=None)
        resolved = (out / "resolved.ini").read_text()
        self.assertIn(f"bonds = {self.directory.resolve()}/jobs/data/ring.txt ", resolved)
        done = self.at("jobs", "run", "ring.ini", f"--output.dir={out}", code=None)
        self.assertNotEqual(done.returncode, 2, done.stderr)
        self.assertEqual(differences(self.directory / "whole/result.h5", out / "result.h5"), [])
        # resolved.ini means the same wherever it lies.
        self.at("elsewhere", "run", "../out/resolved.ini", "--output.dir=again", code=None)
        self.assertEqual(differences(self.directory / "elsewhere/again/result.h5",
                                     self.directory / "whole/result.h5"), [])

    def test_output_goes_below_the_working_directory(self):
        self.at("elsewhere", "run", "../jobs/ring.ini", code=None)
        self.assertIn("elsewhere/runs/ring/result.h5", self.files())

    def test_paths_of_the_command_line_begin_at_the_working_directory(self):
        self.write("elsewhere/other.txt", RING)
        text = self.at("elsewhere", "check", "../jobs/ring.ini", "--system.bonds=other.txt").stdout
        self.assertIn("graph of other.txt", text)
        self.assertIn(f"bonds = {self.directory.resolve()}/elsewhere/other.txt ", text)

    def test_a_file_of_the_working_directory_is_found_for_the_user(self):
        self.write("near.txt", RING)
        self.write("jobs/near.ini", "[system]\nname = ising\nbonds = near.txt\nbeta = 0.5\n" + RUN)
        message = self.nmc("check", "jobs/near.ini", code=2).stderr
        self.assertIn("near.ini:3: there is no ", message)
        self.assertIn("write ../near.txt", message)
        self.nmc("exact", "jobs/near.ini", "--system.bonds=near.txt")

    def test_every_key_that_names_a_file_begins_there(self):
        self.write("jobs/patterns.txt", "1 -1 1 -1 1 1\n")
        self.write("jobs/order.txt", " ".join(map(str, reversed(range(16)))))
        with h5py.File(self.directory / "jobs/data.h5", "w") as file:
            file["x"] = np.ones((20, 16))
            file["c"] = np.eye(2)
        ising = "[system]\nname = ising\nL = 4\nbeta = 0.4\n"
        made = "[model]\nname = made\n"
        train = "[train]\nsteps = 2\nbatch = 8\nvalidate_batch = 8\n"
        network = RUN.replace("metropolis", "independence")
        jobs = {
            "patterns": "[system]\nname = hopfield\npatterns = patterns.txt\nT = 1\n" + RUN,
            "covariance": "[system]\nname = gaussian\ncovariance_file = data.h5:c\n" + RUN,
            "order": ising + made + "order = file:order.txt\n" + train + network,
            "data": ising + made + train + "objective = forward\ndata = data.h5:x\n" + network,
            "sampler": ising + made + train + "objective = forward\ndata = heat_bath\n" + network,
        }
        for name, text in jobs.items():
            self.write(f"jobs/{name}.ini", text)
            self.at("elsewhere", "check", f"../jobs/{name}.ini")
        self.nmc("train", "jobs/order.ini", "--output.dir=trained", code=None)
        self.write("jobs/file.ini", ising + made + "order = file:order.txt\n"
                   "file = ../trained/model.h5\n" + network)
        self.assertIn("trained", self.at("elsewhere", "check", "../jobs/file.ini").stdout)

    def test_the_values_of_a_sweep_begin_there_too(self):
        self.write("jobs/data/other.txt", RING.replace("-1", "1"))
        self.write("jobs/sweep.ini", "[system]\nname = ising\nbeta = 0.5\n" + RUN +
                   "[sweep]\nsystem.bonds = data/ring.txt, data/other.txt\n")
        done = self.at("elsewhere", "run", "../jobs/sweep.ini", "--output.dir=swept", code=None)
        self.assertIn("2 of 2 tasks done", done.stdout)
        done = self.at("jobs", "run", "sweep.ini", "--output.dir=../elsewhere/swept", code=None)
        self.assertIn("2 of 2 tasks are done", done.stderr)


if __name__ == "__main__":
    unittest.main()
