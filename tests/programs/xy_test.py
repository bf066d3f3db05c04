"""The XY model from the outside: every sampler against exact values, refusals, going on."""

import json
import shutil
import unittest

import h5py
import numpy as np

from program import ProgramTest, datasets, differences

SYSTEM = "[system]\nname = xy\nL = 3x3\nbeta = 0.8\n"
SAMPLERS = ("metropolis", "heat_bath", "wolff", "hmc", "[metropolis x 1, overrelaxation x 2]")


class Xy(ProgramTest):
    def job(self, name, system=SYSTEM, draws=200, more="", keys=""):
        observables = "observables = energy, energy2, m2, m4, abs_m, identity, helicity_cos, helicity_sin2, vorticity\n"
        text = (f"{system}[sampler]\nname = {name}\nchains = 32\n{keys}[run]\nwarmup = 100\n"
                f"draws = {draws}\nthin = 3\nseed = 3\n[output]\ndir = out\n")
        return self.write("job.ini", text + (more or observables))

    def lines(self):
        text = self.nmc("report", "out", "--json", code=None).stdout
        return {line["name"]: line for line in map(json.loads, text.splitlines()) if "name" in line}

    def test_every_sampler_has_the_exact_means(self):
        exact = json.loads(self.nmc("exact", self.write("s.ini", SYSTEM), "--json").stdout)
        for name in SAMPLERS:
            self.nmc("run", self.job(name), "--restart", code=0)
            lines = self.lines()
            for what in ("energy", "heat", "m2", "helicity_modulus"):
                line = lines[what]
                self.assertAlmostEqual(line["exact"], exact[what], places=9)
                self.assertLess(abs(line["mean"] - exact[what]), 5.5 * line["error"], (name, what))
            self.assertLess(abs(lines["identity"]["mean"]), 5.5 * lines["identity"]["error"], name)

    def test_a_run_that_stops_goes_on_to_the_same_bytes(self):
        for name in ("[metropolis x 1, wolff x 1]", "hmc"):
            self.nmc("run", self.job(name, draws=12), "--output.dir=whole", "--run.warmup=4", "--restart")
            stops = 0
            while self.nmc("run", "job.ini", "--output.dir=parts", "--run.walltime=0.000001s",
                           "--run.warmup=4",
                           code=(0, 4, 75)).returncode == 75:
                stops += 1
            self.assertGreater(stops, 3)
            parts = self.directory / "parts/result.h5"
            self.assertEqual(differences(self.directory / "whole/result.h5", parts), [], name)
            shutil.rmtree(self.directory / "parts")

    def test_configurations_are_angles_and_do_not_depend_on_threads(self):
        keep = "configurations = every 5\ncorrelations = every 2\n"
        self.nmc("run", self.job("heat_bath", draws=20, more=keep))
        self.nmc("run", "job.ini", "--output.dir=two", "--run.threads=2")
        one = datasets(self.directory / "out/result.h5")
        self.assertEqual(differences(self.directory / "out/result.h5",
                                     self.directory / "two/result.h5"), [])
        angles = next(v for k, v in one.items() if v.ndim == 3 and v.shape[-1] == 9 and "config" in k or k.endswith("/x"))
        self.assertLessEqual(np.abs(angles).max(), np.pi)
        self.assertGreater(np.abs(angles).max(), 2)

    def test_a_ladder_of_temperatures_and_a_sweep_know_the_angles(self):
        self.nmc("run", self.job("tempering", keys="replicas = 4\ninner = metropolis\n"))
        exact = json.loads(self.nmc("exact", self.write("s.ini", SYSTEM), "--json").stdout)
        line = self.lines()["energy"]
        self.assertLess(abs(line["mean"] - exact["energy"]), 5.5 * line["error"])
        self.job("heat_bath", SYSTEM.replace("beta = 0.8\n", ""), 50, more="[sweep]\nsystem.beta = 0.5, 1\n")
        self.nmc("run", "job.ini", "--restart")

    def test_a_network_of_angles_is_trained_drawn_from_stored_and_certified(self):
        network = "[model]\nname = circular_spline\nhidden = 16\ncouplings = 4\nsymmetry = z2\n"
        training = "[train]\nsteps = 150\nbatch = 256\nlearning_rate = 0.005\n"
        ring = "[system]\nname = xy\nL = 6\ndim = 1\nbeta = 0.8\n"
        exact = json.loads(self.nmc("exact", self.write("s.ini", ring), "--json").stdout)
        self.nmc("run", self.job("[independence x 1, heat_bath x 1]", ring + network + training,
                                 more="observables = energy, m2, identity\n"))
        lines = self.lines()
        for what in ("energy", "m2"):
            self.assertLess(abs(lines[what]["mean"] - exact[what]), 5.5 * lines[what]["error"], what)
        text = self.nmc("report", "out").stdout
        self.assertIn(f"exact {exact['lnZ']:.7g}"[:14], text)
        with h5py.File(self.directory / "in.h5", "w") as file:
            file["x"] = np.random.default_rng(1).uniform(-np.pi, np.pi, (7, 6))
        self.nmc("evaluate", "out/model.h5", "--input", "in.h5", "--output", "q.h5", code=0)
        flipped = datasets(self.directory / "q.h5")["log_q_sym"]
        with h5py.File(self.directory / "in.h5", "r+") as file:
            file["x"][...] = -file["x"][()]
        self.nmc("evaluate", "out/model.h5", "--input", "in.h5", "--output", "q.h5", code=0)
        self.assertLess(np.abs(datasets(self.directory / "q.h5")["log_q_sym"] - flipped).max(), 1e-9)
        self.nmc("certify", "circular_spline", "--system.name=xy", "--system.L=4", "--system.dim=1",
                 "--model.reach=1", "--model.hidden=6", code=0)

    def test_says_what_does_not_go_with_angles_and_what_does(self):
        cases = (
            ("overrelaxation", "", "[heat_bath x 1, overrelaxation x 4]"),
            ("hmc", "mass = diagonal\n", "leave mass out"),
            ("hmc", "start_width = 2\n", "start_width"),
            ("metropolis", "order = random\n", "site order"),
            ("swendsen_wang", "", "xy"),
            ("block_gibbs", "", "xy"),
        )
        for name, keys, words in cases:
            message = self.nmc("run", self.job(name, keys=keys), code=2).stderr
            self.assertIn(words, message, name)
        for keys, words in (("rotations = true\n", "leave rotations out"),
                            ("reach = 1\n", "take reach = 0")):
            model = f"h = 0.1\n[model]\nname = circular_spline\n{keys}"
            message = self.nmc("run", self.job("independence", SYSTEM + model), code=2).stderr
            self.assertIn(words, message)
        self.job("overrelaxation", "[system]\nname = ising\nL = 4\nbeta = 0.4\n")
        self.assertIn("ising", self.nmc("run", "job.ini", code=2).stderr)
        message = self.nmc("exact", self.write("big.ini", SYSTEM.replace("3x3", "8x8")), code=2).stderr
        self.assertIn("L = 16x3", message)


if __name__ == "__main__":
    unittest.main()
