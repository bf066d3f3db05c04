"""[stop]: a run ends once what is asked for holds, at the same draw however it was run."""

import json
import os
import signal
import subprocess
import time
import unittest

import h5py

from program import NMC, ProgramTest, differences

JOB = """[system]
name = ising
L = 4
beta = 0.4
[sampler]
name = metropolis
chains = 16
[run]
draws = 20000
thin = 4
warmup = 20
seed = 3
threads = 1
[stop]
rhat = 1.02
error.energy = 0.1
[output]
dir = out
observables = energy, m2
"""


class StopRule(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("job.ini", JOB)

    def stop(self, run):
        lines = self.nmc("report", run, "--json").stdout.splitlines()
        return next(line for line in map(json.loads, lines) if line.get("name") == "stop")

    def test_ends_at_the_first_look_where_all_holds(self):
        self.nmc("run", "job.ini")
        stop = self.stop("out")
        looks = [64]
        while looks[-1] < stop["draws"]:
            looks.append(looks[-1] + looks[-1] // 4)
        self.assertIn(stop["draws"], looks)
        self.assertTrue(stop["is_met"])
        rows = [json.loads(line) for line in self.nmc("report", "out", "--json").stdout.splitlines()]
        energy = next(row for row in rows if row.get("name") == "energy")
        self.assertLessEqual(energy["error"], 0.1)
        # One look before it did not.
        before = looks[looks.index(stop["draws"]) - 1]
        words = ["--output.dir=before", f"--run.draws={before}"]
        shorter = self.nmc("run", "job.ini", *words)
        self.assertIn(f"[stop] was not reached in run.draws = {before}", shorter.stdout)
        self.assertFalse(self.stop("before")["is_met"])
        with h5py.File(self.directory / "out/result.h5") as file:
            self.assertEqual(file["posterior/energy"].shape, (16, stop["draws"]))
        # More draws are not drawn; a tighter bound goes on, to the same numbers as at once.
        self.nmc("run", "job.ini", "--run.draws=30000")
        self.assertEqual(self.stop("out")["draws"], stop["draws"])
        self.nmc("run", "job.ini", "--stop.error.energy=0.07")
        self.assertGreater(self.stop("out")["draws"], stop["draws"])
        self.nmc("run", "job.ini", "--stop.error.energy=0.07", "--output.dir=once")
        self.assertEqual(differences(self.directory / "out/result.h5",
                                     self.directory / "once/result.h5"), [])

    def test_is_the_same_through_stops_and_on_ranks(self):
        words = ["--run.checkpoint=0.05s", "--stop.error.energy=0.05"]
        self.nmc("run", "job.ini", "--output.dir=whole", *words)
        for _ in range(40):
            running = subprocess.Popen([NMC, "run", "job.ini", *words], cwd=self.directory,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(0.4)
            running.send_signal(signal.SIGTERM)
            if running.wait(60) == 0:
                break
        else:
            self.nmc("run", "job.ini", *words)
        self.assertEqual(differences(self.directory / "whole/result.h5",
                                     self.directory / "out/result.h5"), [])
        if os.environ.get("NMC_HAS_MPI") != "1":
            self.skipTest("built without MPI")
        self.nmc("run", "job.ini", "--output.dir=ranks", "--run.memory=100kB", *words, ranks=2)
        self.assertEqual(differences(self.directory / "whole/result.h5",
                                     self.directory / "ranks/result.h5"), [])

    def test_takes_a_sweep_and_a_ladder(self):
        self.write("sweep.ini", JOB.replace("rhat = 1.02\nerror.energy = 0.1", "ess = 500").replace("beta = 0.4\n", "") +
                   "[sweep]\nsystem.beta = 0, 0.4\n")
        self.nmc("run", "sweep.ini")
        draws = [self.stop(f"out/b{beta}")["draws"] for beta in ("0", "0.4")]
        self.assertLessEqual(draws[0], draws[1])
        self.write("ladder.ini", JOB.replace("name = metropolis", "name = tempering\n"
                   "inner = metropolis\nladder = 0.3").replace("dir = out", "dir = ladder"))
        self.nmc("run", "ladder.ini")
        self.assertTrue(self.stop("ladder")["is_met"])

    def test_refuses_what_it_cannot_ask_for(self):
        for words, said in ((["--stop.error.heat=1"], "heat is computed from energy"),
                            (["--stop.error.enrgy=1"], "did you mean"),
                            (["--stop.error.energy=0"], "error.energy"),
                            (["--stop.rhat=1"], "rhat"), (["--stop.foo=1"], "foo")):
            refused = self.nmc("run", "job.ini", *words, code=2)
            self.assertIn(said, refused.stderr)
            self.assertEqual(self.files(), ["job.ini"])
        self.write("none.ini", JOB.replace("rhat = 1.02\nerror.energy = 0.1\n", "rhat =\n"))
        self.assertIn("asks for nothing", self.nmc("run", "none.ini", code=2).stderr)


if __name__ == "__main__":
    unittest.main()
