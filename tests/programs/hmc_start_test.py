"""Chains of HMC arrive wherever they begin, with everything at its default."""

import re
import unittest

from program import ProgramTest


class HmcStart(ProgramTest):
    # 512 normal starts of 16 sites: some ten of them begin beyond the stability of the tuned step.
    # Sixteen numbers at 4.5 sigma: false-alarm rate 1.1e-4.
    def test_phi4_at_its_default_coupling_equilibrates(self):
        for seed in range(1, 5):
            done = self.nmc("run", "--system.name=phi4", "--system.L=4", "--sampler.name=hmc",
                            f"--run.seed={seed}", f"--output.dir=seed{seed}", code=0)
            self.assertNotIn("warning:", done.stdout)
            # A chain that stays where it began rejects all of its 1000 draws.
            longest = re.search(r"longest rejection run (\d+)", done.stdout)
            self.assertLess(int(longest.group(1)), 100)
            rows = {row[0]: row for row in map(str.split, done.stdout.splitlines()) if row}
            for name in ("action", "m2", "phi4", "identity"):
                self.assertLess(abs(float(rows[name][-2])), 4.5, (seed, name))


if __name__ == "__main__":
    unittest.main()
