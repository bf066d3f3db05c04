"""Potts and clock models from the outside: the examples, exact values, resume, refusals."""

import json
import math
import unittest
from pathlib import Path

import h5py
import numpy as np

from program import DONE, ProgramTest, differences

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
JOB = """[system]
name = potts
q = 3
L = 4
beta = 1.0050525
[sampler]
name = heat_bath
chains = 6
[run]
warmup = 40
draws = 40
threads = 1
[output]
dir = out
observables = energy, heat, abs_m, m2, m4, m_max, s_kmin, binder, xi_over_L
configurations = every 10
"""


class Labels(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("job.ini", JOB)

    def exact(self, *words, **how):
        text = self.nmc("exact", *[f"--system.{word}" for word in words], "--limit", "60", **how).stdout
        values = dict(line.split(None, 1) for line in text.splitlines() if " " in line)
        return {k: float(v) for k, v in values.items() if k in ("lnZ", "energy", "heat", "m2", "abs_m")}

    def refuse(self, message, *words, verb="check"):
        done = self.nmc(verb, "job.ini", *words, code=2)
        self.assertIn(message, done.stderr)

    def test_every_sampler_runs_and_agrees_with_the_exact_values(self):
        exact = self.exact("name=potts", "q=3", "L=4", "beta=1.0050525")
        for sampler in ("metropolis", "heat_bath", "wolff", "swendsen_wang", "tempering",
                        "[metropolis x 1, wolff x 2]"):
            self.nmc("run", "job.ini", f"--sampler.name={sampler}", f"--output.dir=out_{sampler[:9]}",
                     "--run.draws=400", "--sampler.chains=32")
            with h5py.File(self.directory / f"out_{sampler[:9]}/result.h5") as file:
                for name in ("energy", "abs_m", "m2"):
                    means = file[f"posterior/{name}"][()].mean(axis=1)
                    error = means.std(ddof=1) / math.sqrt(32)
                    # t of 31 degrees of freedom: 18 of them beyond 6.5 once in 2e5 seeds
                    self.assertLess(abs(means.mean() - exact[name]), 6.5 * error, (sampler, name))

    def test_stores_labels_that_have_the_energies_beside_them(self):
        self.nmc("run", "job.ini")
        with h5py.File(self.directory / "out/result.h5") as file:
            s = file["configurations/x"][()].reshape(6, 4, 4, 4)
            self.assertEqual(set(np.unique(s)), {0, 1, 2})
            bonds = sum((s == np.roll(s, 1, axis)).sum(axis=(2, 3)) for axis in (2, 3))
            np.testing.assert_array_equal(-bonds, file["posterior/energy"][()][:, ::10])
            n = np.stack([(s == a).mean(axis=(2, 3)) for a in range(3)])
            np.testing.assert_allclose((3 * (n**2).sum(axis=0) - 1) / 2,
                                       file["posterior/m2"][()][:, ::10], atol=1e-14)
            np.testing.assert_allclose((3 * n.max(axis=0) - 1) / 2,
                                       file["posterior/m_max"][()][:, ::10], atol=1e-14)

    def test_threads_and_ranks_change_no_number(self):
        for i, sampler in enumerate(("metropolis", "wolff", "swendsen_wang", "tempering")):
            words = ("run", "job.ini", f"--sampler.name={sampler}")
            if sampler == "tempering":
                words += ("--sampler.replicas=3",)
            self.nmc(*words, f"--output.dir=whole{i}")
            self.nmc(*words, f"--output.dir=threads{i}", "--run.threads=2")
            self.assertEqual(differences(self.directory / f"whole{i}/result.h5",
                                         self.directory / f"threads{i}/result.h5"), [])
        self.nmc("run", "job.ini", "--output.dir=ranks", "--sampler.name=metropolis", ranks=2)
        self.assertEqual(differences(self.directory / "whole0/result.h5",
                                     self.directory / "ranks/result.h5"), [])

    def test_resumes_bit_for_bit(self):
        job = ("run", "job.ini", "--sampler.name=wolff", "--run.warmup=6", "--run.draws=10")
        self.nmc(*job, "--output.dir=whole")
        stops = 0
        while self.nmc(*job, "--output.dir=parts", "--run.walltime=0.000001s",
                       code=(*DONE, 75)).returncode == 75 and stops < 30:
            stops += 1
        self.assertGreater(stops, 2)
        self.assertEqual(differences(self.directory / "whole/result.h5",
                                     self.directory / "parts/result.h5"), [])

    def test_two_states_are_ising_spins(self):
        beta = 0.6
        potts = self.exact("name=potts", "q=2", "L=12", f"beta={beta}")
        clock = self.exact("name=clock", "q=2", "L=12", f"beta={beta}")
        half = self.exact("name=ising", "J=0.5", "L=12", f"beta={beta}")
        ising = self.exact("name=ising", "L=12", f"beta={beta}")
        self.assertEqual(clock, ising)
        self.assertEqual(potts["heat"], half["heat"])
        self.assertAlmostEqual(potts["lnZ"], half["lnZ"] + beta * 144, places=11)

    def test_the_other_verbs_know_labels(self):
        self.assertIn("potts: q 3, 4x4 torus", self.nmc("check", "job.ini").stdout)
        self.nmc("run", "job.ini")
        rows = [json.loads(row) for row in self.nmc("report", "out", "--json").stdout.splitlines()]
        energy = next(row for row in rows if row["name"] == "energy")
        self.assertAlmostEqual(energy["exact"], -27.36, delta=0.01)
        self.assertIn("m_max", self.nmc("describe", "potts").stdout)
        self.assertNotIn("m_max", self.nmc("describe", "clock").stdout)

    def test_a_ladder_from_beta_0_gives_lnZ_itself(self):
        self.nmc("run", "job.ini", "--sampler.name=tempering", "--sampler.replicas=6",
                 "--run.draws=300", "--sampler.chains=8")
        exact = self.exact("name=potts", "q=3", "L=4", "beta=1.0050525")["lnZ"]
        rows = [json.loads(row) for row in self.nmc("report", "out", "--json").stdout.splitlines()]
        ladder = {row["beta"]: row for row in rows if row["name"] == "lnZ_mbar"}
        self.assertIsNone(ladder[0]["relative_to_beta"])
        self.assertAlmostEqual(ladder[0]["mean"], 16 * math.log(3), places=12)
        own = ladder[max(ladder)]
        self.assertAlmostEqual(own["exact"], exact, places=9)
        self.assertLess(abs(own["mean"] - exact), 5 * own["error"])

    def test_sweeps_over_beta(self):
        self.write("sweep.ini", JOB.replace("beta = 1.0050525\n", "") +
                   "[sweep]\nsystem.beta = 0.8, 1.0050525\n")
        text = self.nmc("run", "sweep.ini").stdout
        self.assertEqual(len(list((self.directory / "out").rglob("result.h5"))), 2, text)

    def test_antiferromagnets_and_fields_have_clusters_too(self):
        for words in (["--system.J=-1"], ["--system.h=0.3"], ["--system.h=-0.3"],
                      ["--system.name=clock", "--system.q=5", "--system.h=0.2"]):
            for sampler in ("wolff", "swendsen_wang"):
                self.nmc("run", "job.ini", "--restart", f"--sampler.name={sampler}",
                         "--output.observables=energy", *words)

    def test_refuses_what_labels_have_not(self):
        self.refuse("hmc needs a differentiable density; potts has labels 0 to 2. Use metropolis or "
                    "heat_bath", "--sampler.name=hmc")
        self.refuse("q = 1 ", "--system.q=1")
        self.refuse("q = 65 ", "--system.q=65")
        self.refuse("houdayer turns clusters of spins; potts has labels 0 to 2. Use wolff or "
                    "swendsen_wang", "--sampler.name=[metropolis x 1, houdayer x 1]")
        self.refuse("Use metropolis or heat_bath", "--sampler.name=block_gibbs")
        self.refuse("width is for real configurations; potts has labels 0 to 2",
                    "--sampler.name=metropolis", "--sampler.width=0.5")
        self.refuse("made draws spins, and potts has labels 0 to 2: use a sampler without a network",
                    "--model.name=made", "--sampler.name=independence")
        self.refuse("real_nvp draws real numbers, and potts has labels 0 to 2: use a sampler without a "
                    "network", "--model.name=real_nvp", "--sampler.name=independence")
        self.refuse("order = colours needs sites that do not interact", "--system.L=",
                    "--system.lattice=complete", "--system.N=5", "--sampler.order=colours")

    def test_the_examples_run(self):
        for name in ("potts", "clock"):
            self.nmc("run", EXAMPLES / f"{name}.ini", f"--output.dir={self.directory / name}",
                     "--run.draws=100", "--run.warmup=50")


if __name__ == "__main__":
    unittest.main()
