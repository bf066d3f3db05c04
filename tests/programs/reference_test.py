"""Tempering and annealing against the reference data, shortly: benchmarks/reference_check.py runs
all instances at full precision."""

import os
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"


class Reference(unittest.TestCase):
    def check(self, *words):
        if not (DATA / "ea2d_small.json").exists():
            self.skipTest(f"no reference data in {DATA}")
        script = ROOT / "benchmarks" / "reference_check.py"
        done = subprocess.run([sys.executable, script, os.environ.get("NMC", "nmc"), "--data", DATA,
                               "--quick", "--relative", "0.003", "--threads", "1", *words],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_spin_glasses_of_both_kinds_of_couplings(self):
        self.check("--instances", "1", "--files", "ea3d_small", "ea2d_8x8", "sk_n20")


if __name__ == "__main__":
    unittest.main()
