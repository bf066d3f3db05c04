"""What the tests of the module share."""

import hashlib
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py

NMC = os.environ["NMC"]
ROOT = Path(__file__).resolve().parents[2]
HAS_MPI = os.environ.get("NMC_HAS_MPI") in ("1", "ON", "TRUE")


class InFolder(unittest.TestCase):
    """A test in a directory of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder.name)

    def program(self, *words, code=0):
        done = subprocess.run([NMC, *words], capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout

    def script(self, text, *words, before=(), code=0):
        """Output of a Python script with this text."""
        Path("script.py").write_text(text)
        done = subprocess.run([*before, sys.executable, "script.py", *words], capture_output=True,
                              text=True, timeout=300)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout


def mpirun(ranks):
    return ("mpirun", "--oversubscribe", "-n", str(ranks))


def data_sums(directory):
    """SHA-256 of the numbers of every dataset of result.h5, provenance and times aside."""
    sums = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset) and not name.startswith("provenance"):
            sums[name] = hashlib.sha256(repr(item[()].tolist()).encode()).hexdigest()

    with h5py.File(Path(directory) / "result.h5", "r") as file:
        file.visititems(visit)
    return sums
