"""Overlaps, correlations, identities and ground states of whole runs."""

import itertools
import json
import unittest

import h5py
import numpy as np

from program import ProgramTest, differences

GLASS = "[system]\nname = edwards_anderson\nL = 3\ndistribution = gaussian\ndisorder_seed = 2\nT = 1.2\n"
# Every z-score below is of one normal number: |z| > 4 by chance once in 16000 runs of a check.
LARGEST_Z = 4


def rows(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


class Observables(ProgramTest):
    def report(self, *words):
        return {row["name"]: row for row in rows(self.nmc("report", *words, "--json"))
                if "name" in row and "beta" not in row}

    def test_overlaps_and_ground_states_of_a_glass_are_the_exact_ones(self):
        self.write("job.ini", GLASS + "[sampler]\nname = heat_bath\nchains = 64\n[run]\nwarmup = 100\n"
                   "draws = 2000\nthin = 3\n[output]\ndir = out\n"
                   "observables = energy, m2, abs_m, q2, q4, q_link, callen\n")
        self.nmc("run", "job.ini")
        lines = self.report("out")
        for name in ("energy", "energy_per_site", "q2", "susceptibility", "susceptibility_connected",
                     "callen", "P(E0)"):
            self.assertLess(abs(lines[name]["z"]), LARGEST_Z, lines[name])
        self.assertGreater(lines["P(E0)"]["mean"], 0.01)
        self.assertAlmostEqual(lines["ground_state"]["lowest_energy"], lines["ground_state"]["exact"], 9)
        with h5py.File(self.directory / "out/result.h5") as file:
            self.assertEqual(file["pairs/q2"].shape, (32, 2000))
            self.assertNotIn("q2", file["posterior"])
            self.assertAlmostEqual(file["ground_state"].attrs["lowest_energy"],
                                   lines["ground_state"]["exact"], 9)
            hits = np.isclose(file["posterior/energy"][:], file["ground_state"].attrs["lowest_energy"])
            self.assertEqual(hits.sum(), file["ground_state"].attrs["draws_at_lowest"])
            self.assertEqual(hits.any(1).sum(), lines["ground_state"]["chains_at_lowest"])
        binder = (3 - lines["q4"]["mean"] / lines["q2"]["mean"] ** 2) / 2
        self.assertAlmostEqual(lines["binder_q"]["mean"], binder, 10)

    def test_a_ladder_has_overlaps_at_every_temperature(self):
        self.write("job.ini", GLASS + "[sampler]\nname = tempering\nreplicas = 3\nbeta_min = 0.3\n"
                   "inner = heat_bath\nchains = 32\n[run]\nwarmup = 100\ndraws = 1500\nthin = 2\n"
                   "[output]\ndir = out\nobservables = energy, q2, callen\n")
        self.nmc("run", "job.ini")
        lines = rows(self.nmc("report", "out", "--json"))
        q2 = [row for row in lines if row["name"] == "q2" and "beta" in row]
        self.assertEqual(len(q2), 3)
        for row in q2 + [row for row in lines if row["name"] in ("callen", "P(E0)")]:
            if row["z"] is not None:
                self.assertLess(abs(row["z"]), LARGEST_Z, row)
        with h5py.File(self.directory / "out/result.h5") as file:
            self.assertEqual(file["ladder/q2"].shape, (16, 1500, 3))
            self.assertEqual(file["ladder/energy"].shape, (32, 1500, 3))
            self.assertNotIn("callen", file["ladder"])

    def test_both_replicas_of_houdayer_are_chains_of_the_result(self):
        self.write("job.ini", GLASS + "[sampler]\nname = [metropolis x 2, houdayer x 1]\n"
                   "chains = 32\n[run]\nwarmup = 100\ndraws = 1500\nthin = 2\n"
                   "[output]\ndir = out\nobservables = energy, q2\n")
        self.nmc("run", "job.ini")
        with h5py.File(self.directory / "out/result.h5") as file:
            self.assertEqual(file["posterior/energy"].shape, (64, 1500))
            self.assertEqual(file["posterior/chain"].shape, (64,))
            self.assertEqual(file["pairs/q2"].shape, (32, 1500))
            self.assertEqual(file["pairs/pair"].shape, (32,))
            self.assertEqual(file["sample_stats/lp"].shape, (64, 1500))
            for name in ("posterior/energy", "pairs/q2", "sample_stats/lp"):
                self.assertFalse(np.isnan(file[name][:]).any(), name)
        lines = self.report("out")
        for name in ("energy", "q2"):
            self.assertLess(abs(lines[name]["z"]), LARGEST_Z, lines[name])

    def test_correlations_are_those_of_the_stored_configurations(self):
        self.write("job.ini", "[system]\nname = ising\nL = 4x3\nT = 2.5\n[sampler]\nname = heat_bath\n"
                   "chains = 6\n[run]\nwarmup = 10\ndraws = 9\n[output]\ndir = out\n"
                   "observables = m2, s_kmin\nconfigurations = all\ncorrelations = every 2\n")
        self.nmc("run", "job.ini")
        with h5py.File(self.directory / "out/result.h5") as file:
            s = file["configurations/x"][:, ::2].reshape(6, 5, 3, 4)
            power = np.abs(np.fft.fft2(s)) ** 2 / 12
            group = file["correlations"]
            self.assertEqual(group.attrs["draws"], 5)
            by_chain = power.mean(1)
            np.testing.assert_allclose(group["structure_factor"][:], by_chain.mean(0), rtol=1e-12)
            np.testing.assert_allclose(group["structure_factor_error"][:],
                                       by_chain.std(0, ddof=1) / np.sqrt(6), rtol=1e-9, atol=1e-12)
            g = np.array([[(s * np.roll(s, (y, x), (2, 3))).mean() for x in range(4)] for y in range(3)])
            np.testing.assert_allclose(group["two_point"][:], g, atol=1e-13)
            np.testing.assert_allclose(group["k_x"][:], 2 * np.pi * np.arange(4) / 4)
            all_s = file["configurations/x"][:].reshape(6, 9, 3, 4)
            np.testing.assert_allclose(file["posterior/s_kmin"][:],
                                       np.abs(np.fft.fft2(all_s)[..., 0, 1]) ** 2 / 12, atol=1e-12)
        lines = self.report("out")
        xi = np.sqrt(max(0, 12 * lines["m2"]["mean"] / lines["s_kmin"]["mean"] - 1)) / 2 / np.sin(np.pi / 4)
        self.assertAlmostEqual(lines["correlation_length"]["mean"], xi, 12)
        self.assertAlmostEqual(lines["xi_over_L"]["mean"], xi / 4, 12)

    def test_correlations_and_pairs_are_the_same_for_ranks_threads_and_stops(self):
        job = GLASS + ("[sampler]\nname = heat_bath\nchains = 22\n[run]\nwarmup = 4\ndraws = 40\n"
                       "[output]\nobservables = energy, q2, q_kmin\ncorrelations = every 3\n")
        self.write("job.ini", job)
        self.nmc("run", "job.ini", "--output.dir=one")
        self.nmc("run", "job.ini", "--output.dir=three", "--run.draws=17")
        self.nmc("run", "job.ini", "--output.dir=three")
        self.assertEqual(differences(self.directory / "one/result.h5",
                                     self.directory / "three/result.h5"), [])
        self.nmc("run", "job.ini", "--output.dir=two", ranks=2, threads=2)
        self.assertEqual(differences(self.directory / "one/result.h5",
                                     self.directory / "two/result.h5"), [])

    def test_new_groups_open_in_xarray(self):
        try:
            import xarray
        except ImportError:
            self.skipTest("xarray is not installed")
        self.write("job.ini", GLASS + "[sampler]\nname = heat_bath\nchains = 4\n[run]\nwarmup = 2\n"
                   "draws = 5\n[output]\ndir = out\ncorrelations = all\n")
        self.nmc("run", "job.ini")
        for engine, (group, name, dims) in itertools.product(
                ("h5netcdf", "netcdf4"),
                (("pairs", "q2", ("pair", "draw")),
                 ("correlations", "structure_factor_q", ("k_y", "k_x")),
                 ("correlations", "two_point_error", ("y", "x")))):
            with xarray.open_dataset(self.directory / "out/result.h5", group=group,
                                     engine=engine) as data:
                self.assertEqual(data[name].dims, dims)

    def test_what_cannot_be_measured_is_refused(self):
        tail = "[sampler]\nname = heat_bath\nchains = 3\n[output]\ndir = out\n"
        self.write("odd.ini", GLASS + tail + "observables = q2\n")
        done = self.nmc("run", "odd.ini", code=2)
        self.assertIn("sampler.chains = 3 is odd; make it even", done.stderr)
        self.write("open.ini", GLASS + "boundary = open\n" + tail + "correlations = all\n")
        done = self.nmc("run", "open.ini", code=2)
        self.assertIn("periodic in every direction", done.stderr)
        self.write("word.ini", GLASS + tail + "correlations = axis\n")
        done = self.nmc("run", "word.ini", code=2)
        self.assertIn("write none, all or every N", done.stderr)
        self.assertEqual([f for f in self.files() if f.startswith("out")], [])

    def test_an_odd_number_of_chains_does_without_overlaps(self):
        self.write("odd.ini", GLASS + "[sampler]\nname = heat_bath\nchains = 3\n[run]\nwarmup = 2\n"
                   "draws = 4\n[output]\ndir = out\n")
        self.nmc("run", "odd.ini")
        with h5py.File(self.directory / "out/result.h5") as file:
            self.assertNotIn("pairs", file)
            self.assertIn("energy", file["posterior"])


if __name__ == "__main__":
    unittest.main()
