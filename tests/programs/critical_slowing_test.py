"""The plot script of dynamic exponents: its fit on numbers with a known answer, and the way from a
job to a page."""

import importlib.util
import math
import subprocess
import sys
import unittest
from pathlib import Path

import numpy as np

from program import ProgramTest

SCRIPT = Path(__file__).parents[2] / "tools/plot_critical_slowing.py"
spec = importlib.util.spec_from_file_location("plot_critical_slowing", SCRIPT)
script = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = script
spec.loader.exec_module(script)

JOB = """[system]
name = ising
beta = 0.44
[sweep]
system.L, run.thin = (4, 2), (6, 2), (8, 3)
[sweep.metropolis]
sampler.name = metropolis
[sweep.wolff]
sampler.name = wolff
[sampler]
chains = 64
[run]
warmup = 50
draws = 100
threads = 1
[output]
dir = out
"""


class Fit(unittest.TestCase):
    def power(self, noise=None):
        L = np.array([8, 16, 32, 64, 128])
        relative = np.array([0.01, 0.01, 0.02, 0.02, 0.04])
        shift = np.zeros(5) if noise is None else noise
        tau = 0.3 * L**2.0 * np.exp(shift * relative)
        return list(zip(L, tau, tau * relative))

    def test_an_exact_power_is_found_exactly(self):
        fit = script.fit_power(self.power())
        self.assertAlmostEqual(fit.z, 2, places=12)
        self.assertAlmostEqual(math.exp(fit.log_a), 0.3, places=12)
        self.assertLess(fit.chi2, 1e-18)
        self.assertEqual(fit.dof, 3)

    def test_the_error_of_z_is_its_scatter(self):
        random = np.random.default_rng(1)
        found = [script.fit_power(self.power(random.normal(size=5))) for _ in range(4000)]
        z = np.array([fit.z for fit in found])
        # The scatter of 4000 fits is known to 1.1 %, their mean to 1/63 of an error; both within 3.5.
        self.assertAlmostEqual(z.std() / found[0].error, 1, delta=0.04)
        self.assertAlmostEqual((z.mean() - 2) / found[0].error, 0, delta=0.055)
        self.assertAlmostEqual(np.mean([fit.chi2 for fit in found]), 3, delta=0.14)

    def test_sizes_that_are_too_small_are_left_out(self):
        points = self.power()
        points[0] = (8, points[0][1] * 1.1, points[0][2])
        self.assertEqual(script.best(script.fits(points)).L_min, 16)
        self.assertEqual(script.best(script.fits(self.power())).L_min, 8)

    def test_a_logarithm_is_told_from_a_power(self):
        points = [(L, 0.1 + 0.5 * math.log(L), 0.01) for L in (8, 16, 32, 64, 128)]
        chi2, dof = script.fit_logarithm(points)
        self.assertLess(chi2, 1e-18)
        self.assertEqual(dof, 3)
        self.assertGreater(script.fit_power(points).chi2, 50)
        self.assertGreater(script.fit_logarithm(self.power())[0], 50)

    def test_the_tail_of_chi_squared_is_the_table_s(self):
        for dof, quantile in ((1, 3.841459), (2, 5.991465), (3, 7.814728), (4, 9.487729)):
            self.assertAlmostEqual(script.chi2_tail(quantile, dof), 0.05, places=6)

    def test_errors_are_written_with_the_digits_they_have(self):
        self.assertEqual(script.with_error(0.25234, 0.0131), "0.252(13)")
        self.assertEqual(script.with_error(159.2, 2.4), "159(2)")
        self.assertEqual(script.with_error(698.1, 15.2), "698(15)")


class Page(ProgramTest):
    def test_a_sweep_becomes_a_page_and_a_figure(self):
        self.write("job.ini", JOB)
        self.nmc("run", "job.ini")
        self.write("page.md", "# Head\n" + script.BEGIN + "old\n" + script.END + "tail\n")
        done = subprocess.run([sys.executable, SCRIPT, "out", "--page", "page.md"],
                              cwd=self.directory, capture_output=True, text=True, timeout=100)
        self.assertEqual(done.returncode, 0, done.stderr)
        page = (self.directory / "page.md").read_text()
        self.assertTrue(page.startswith("# Head\n") and page.endswith("tail\n"))
        self.assertNotIn("old", page)
        groups = script.read_points(self.directory / "out")
        wolff = groups["wolff"][2]
        self.assertEqual(wolff.L, 8)
        # Draws are three clusters apart, and a cluster holds <m2> of the lattice.
        scaled = script.series(script.METHODS[1], groups["wolff"], "energy")[2]
        self.assertAlmostEqual(scaled[1], wolff.tau["energy"][0] * wolff.cluster)
        self.assertIn(script.with_error(*wolff.tau["energy"]), page)
        self.assertIn("| Metropolis, m2 | sweeps | ", page)


if __name__ == "__main__":
    unittest.main()
