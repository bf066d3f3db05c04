"""Tempering from the outside: ladders in the result and the report, ranks, threads, resume."""

import json
import unittest

import h5py
import numpy as np

from program import DONE, ProgramTest, differences

JOB = """[system]
name = edwards_anderson
L = 4
disorder_seed = 1
beta = 1.5
[sampler]
name = tempering
chains = 24
replicas = 7
[run]
warmup = 64
draws = 60
threads = 1
[output]
dir = out
configurations = every 20
"""


class Tempering(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("job.ini", JOB)

    def run_to(self, directory, *words, **how):
        self.nmc("run", "job.ini", f"--output.dir={directory}", *words, **how)
        return self.directory / directory / "result.h5"

    def test_stores_every_temperature_and_the_systems_own_apart(self):
        with h5py.File(self.run_to("out")) as file:
            beta = file["ladder/beta"][()]
            energy = file["ladder/energy"][()]
            self.assertEqual(energy.shape, (24, 60, 7))
            self.assertEqual((beta[0], beta[-1]), (0, 1.5))
            np.testing.assert_array_equal(energy[:, :, -1], file["posterior/energy"][()])
            self.assertEqual(file["configurations/x"].shape, (24, 3, 16))
            self.assertEqual(file["swaps/acceptance"].shape, (6,))
            # the kept configurations are those of the system's own temperature
            bonds = file["constant_data/bonds"][()] if "bonds" in file["constant_data"] else None
            spins = file["configurations/x"][()]
            self.assertEqual(set(np.unique(spins)), {-1.0, 1.0})
            if bonds is not None and "J" in file["constant_data"]:
                J = file["constant_data/J"][()]
                h = -np.einsum("b,cdb,cdb->cd", J, spins[:, :, bonds[:, 0]], spins[:, :, bonds[:, 1]])
                np.testing.assert_allclose(h, energy[:, ::20, -1])

    def test_reports_each_temperature_and_lnZ_by_two_routes(self):
        self.nmc("run", "job.ini")
        rows = [json.loads(row) for row in self.nmc("report", "out", "--json").stdout.splitlines()]
        energies = [row for row in rows if row["name"] == "energy" and "beta" in row]
        self.assertEqual(len(energies), 7)
        for route in ("lnZ_integration", "lnZ_mbar"):
            found = [row for row in rows if row["name"] == route]
            self.assertEqual(len(found), 7)
            self.assertAlmostEqual(found[0]["mean"], 16 * np.log(2), places=12)
            self.assertLess(abs(found[-1]["z"]), 5)
            if route == "lnZ_integration":
                for row in found[1:]:  # bounds of any energy that falls with beta
                    self.assertLess(row["lower"], row["exact"] + 5 * row["lower_error"])
                    self.assertGreater(row["upper"], row["exact"] - 5 * row["upper_error"])
        for name in ("entropy", "free_energy"):
            found = [row for row in rows if row["name"] == name]
            self.assertEqual(len(found), 6)  # all but beta = 0
            self.assertLess(abs(found[-1]["z"]), 5)
        ladder = next(row for row in rows if row["name"] == "ladder")
        self.assertEqual(len(ladder["swap_acceptance"]), 6)
        self.assertGreater(ladder["round_trips"], 7)
        text = self.nmc("report", "out").stdout
        self.assertIn("round trips", text)
        self.assertRegex(text, r"at beta 1\.5 between \S+ and \S+, since <E> falls with beta")
        self.assertRegex(text, r"free energy \S+, entropy \S+ \(exact \S+, z [+-]")

    def test_says_what_lnZ_is_relative_to_without_the_infinite_temperature(self):
        done = self.nmc("run", "job.ini", "--sampler.beta_min=0.2")
        self.assertIn("lnZ is known up to a constant", done.stdout)

    def test_is_the_same_for_every_number_of_ranks_and_threads(self):
        reference = self.run_to("t1")
        self.assertEqual(differences(reference, self.run_to("t2", "--run.threads=2")), [])
        self.assertEqual(differences(reference, self.run_to("r3", ranks=3)), [])

    def test_resumes_bit_for_bit(self):
        words = ["--run.warmup=34", "--run.draws=8"]  # a process for each of them
        reference = self.run_to("whole", *words)
        stops = 0
        for _ in range(200):
            done = self.nmc("run", "job.ini", "--output.dir=parts", "--run.walltime=0.000001s", *words,
                            code=None)
            if done.returncode in DONE:
                break
            self.assertEqual(done.returncode, 75, done.stderr)
            stops += 1
        self.assertGreater(stops, 3)
        self.assertEqual(differences(reference, self.directory / "parts/result.h5"), [])

    def test_tempers_a_composition(self):
        inner = "--sampler.inner=[heat_bath x 2, wolff x 1]"
        words = ("--system.name=ising", "--system.disorder_seed=", "--sampler.beta_min=0.2", inner)
        self.assertIn("round trips", self.nmc("run", "job.ini", *words).stdout)
        refused = self.nmc("run", "job.ini", *words, "--sampler.order=random", code=2)
        self.assertIn("heat_bath.order", refused.stderr)

    def test_tempers_hmc_of_a_real_field(self):
        done = self.nmc("run", "job.ini", "--system.name=dual_ising", "--system.disorder_seed=",
                        "--system.beta=0.44", "--sampler.inner=hmc", "--sampler.n_steps=3", "--sampler.beta_min=0.2",
                        "--sampler.replicas=3")
        self.assertIn("swaps", done.stdout)
        self.assertNotIn("lnZ (MBAR)", done.stdout)  # its density is no exp(-beta energy)


if __name__ == "__main__":
    unittest.main()
