"""Runs nmc in a directory of its own and compares result files."""

import atexit
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np

NMC = os.environ.get("NMC", "nmc")
BETA = "0.44068679350977151"
# Wall and CPU times and the number of ranks and threads differ between equal runs.
CLOCKS = ("wall_seconds", "cpu_seconds")
# Done: the few draws and the poor networks of a test may well be refused as results.
DONE = (0, 4)
# Open MPI makes one directory for all runs of a user and removes it when it is empty: two that begin
# and end at once can fail by it.
if "OMPI_MCA_orte_tmpdir_base" not in os.environ:
    os.environ["OMPI_MCA_orte_tmpdir_base"] = tempfile.mkdtemp(prefix="nmc-mpi-")
    atexit.register(shutil.rmtree, os.environ["OMPI_MCA_orte_tmpdir_base"], ignore_errors=True)


class ProgramTest(unittest.TestCase):
    """Each test has an empty directory, and sees whether the program left something there."""

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="nmc-test-"))

    def tearDown(self):
        shutil.rmtree(self.directory, ignore_errors=True)

    def nmc(self, *words, ranks=None, threads=1, code=DONE):
        command = [NMC, *map(str, words)]
        if ranks is not None:
            self.need_ranks()
            command = ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", str(ranks)] + command
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
        done = subprocess.run(command, cwd=self.directory, env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
        message = f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        if code is not None:
            self.assertIn(done.returncode, code if isinstance(code, tuple) else (code,), message)
        return done

    def need_ranks(self):
        if os.environ.get("NMC_HAS_MPI") != "1":
            self.skipTest("built without MPI")

    def write(self, name, text):
        (self.directory / name).write_text(text)
        return name

    def files(self):
        return sorted(p.relative_to(self.directory).as_posix() for p in self.directory.rglob("*"))


def datasets(path):
    """All numbers of a result but its clocks: {path: array}."""
    found = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset) and not name.startswith("provenance"):
            if name.rsplit("/", 1)[-1] not in CLOCKS:
                found[name] = item[()]

    with h5py.File(path) as file:
        file.visititems(visit)
    return found


def differences(first, second):
    """Names of datasets that are not the same bit for bit."""
    a, b = datasets(first), datasets(second)
    names = sorted(set(a) ^ set(b))
    for name in sorted(set(a) & set(b)):
        if a[name].dtype.kind == "f":
            same = np.array_equal(a[name], b[name], equal_nan=True)
        else:
            same = np.array_equal(a[name], b[name])
        if not same:
            names.append(name)
    return names
