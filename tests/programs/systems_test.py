"""Lattices, graph files and disorder from the outside."""

import json
import unittest
from pathlib import Path

import h5py
import numpy as np

from program import ProgramTest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
RUN = "[sampler]\nname = metropolis\nchains = 8\n[run]\nwarmup = 2\ndraws = 4\n[output]\ndir = out\n"


class Systems(ProgramTest):
    def exact(self, *words):
        words = [w if w.startswith("--") or w.endswith(".ini") else f"--system.{w}" for w in words]
        return json.loads(self.nmc("exact", *words, "--json").stdout)

    def brute(self, sites, bonds, beta, plaquettes=(), h=0.0):
        """lnZ and energy by the sum over all states."""
        s = 1.0 - 2 * ((np.arange(2**sites)[:, None] >> np.arange(sites)) & 1)
        energy = -h * s.sum(1)
        for i, j, coupling in bonds:
            energy -= coupling * s[:, i] * s[:, j]
        for i, j, k, l, coupling in plaquettes:
            energy -= coupling * s[:, i] * s[:, j] * s[:, k] * s[:, l]
        weight = np.exp(-beta * (energy - energy.min()))
        return (np.log(weight.sum()) - beta * energy.min(), (weight * energy).sum() / weight.sum())

    def test_a_scaled_lattice_in_a_field_has_its_partition_function(self):
        for L in (3, 4):
            site = lambda x, y: x % L + L * (y % L)
            bonds = [(site(x, y), site(x + dx, y + dy), -0.7)
                     for x in range(L) for y in range(L) for dx, dy in ((1, 0), (0, 1))]
            lnZ, energy = self.brute(L * L, bonds, 0.3, h=0.2)
            row = self.exact("name=ising", f"L={L}", "J=-0.7", "h=0.2", "beta=0.3")
            self.assertAlmostEqual(row["lnZ"], lnZ, places=10)
            self.assertAlmostEqual(row["energy"], energy, places=10)

    def test_plaquettes_enter_the_partition_function(self):
        site = lambda x, y: x % 4 + 4 * (y % 3)
        around = [(x, y) for x in range(4) for y in range(3)]
        bonds = [(site(x, y), site(x + dx, y + dy), 1) for x, y in around for dx, dy in ((1, 0), (0, 1))]
        squares = [(site(x, y), site(x + 1, y), site(x, y + 1), site(x + 1, y + 1), 0.2) for x, y in around]
        lnZ, energy = self.brute(12, bonds, 0.4, squares)
        row = self.exact("name=ising", "L=4x3", "K=0.2", "beta=0.4")
        self.assertAlmostEqual(row["lnZ"], lnZ, places=10)
        self.assertAlmostEqual(row["energy"], energy, places=10)

    def test_the_disorder_is_stored_and_read_back(self):
        system = ("[system]\nname = edwards_anderson\nL = 3x3x2\ndistribution = gaussian\nh = 0.25\n"
                  "disorder_seed = 5\nT = 1.5\n")
        self.write("ea.ini", system + RUN)
        done = self.nmc("run", "ea.ini")
        self.assertIn("disorder_seed 5", done.stdout)
        self.assertIn("45 bonds", done.stdout)
        with h5py.File(self.directory / "out/result.h5") as file:
            data = file["constant_data"]
            bonds = list(zip(data["bond_i"][:], data["bond_j"][:], data["J"][:]))
            self.assertEqual(len(bonds), 45)
            self.assertTrue(np.all(data["field"][:] == 0.25))
            self.assertEqual(data["extents"][:].tolist(), [3, 3, 2])
            self.assertIn("disorder_seed 5", data.attrs["summary"])
        lnZ, energy = self.brute(18, bonds, 1 / 1.5, h=0.25)
        for words in (["ea.ini"], ["name=ising", "bonds=out/result.h5", "T=1.5"],
                      ["name=dual_ising", "bonds=out/result.h5", "T=1.5"]):
            row = self.exact(*words)
            self.assertAlmostEqual(row["energy"], energy, places=10)
        self.assertAlmostEqual(self.exact("ea.ini")["lnZ"], lnZ, places=10)
        self.assertEqual(self.exact("ea.ini"), {**self.exact("name=ising", "bonds=out/result.h5", "T=1.5"),
                                                "system": "edwards_anderson"})

    def test_a_report_needs_no_graph_file(self):
        self.write("g.txt", "0 1\n1 2\n2 0\nh 1 0.3\n")
        self.write("job.ini", "[system]\nname = ising\nbonds = g.txt\nJ = 2\nh = 0.1\nT = 1\n" + RUN)
        energy = self.exact("job.ini")["energy"]
        self.nmc("run", "job.ini")
        (self.directory / "g.txt").unlink()
        rows = [json.loads(line) for line in self.nmc("report", "out", "--json").stdout.splitlines()]
        exact = [row["exact"] for row in rows if row.get("name") == "energy"]
        self.assertAlmostEqual(exact[0], energy, places=12)

    def test_the_disorder_depends_on_its_own_seed_alone(self):
        glass = ["name=edwards_anderson", "L=4", "T=1", "distribution=gaussian"]
        self.assertEqual(self.exact(*glass), self.exact(*glass, "disorder_seed=1", "--run.seed=7"))
        self.assertNotEqual(self.exact(*glass)["lnZ"], self.exact(*glass, "disorder_seed=2")["lnZ"])

    def test_the_stored_graph_opens_in_xarray(self):
        try:
            import xarray
        except ImportError:
            self.skipTest("xarray is not installed")
        self.write("sk.ini", "[system]\nname = sherrington_kirkpatrick\nN = 12\nT = 1\n" + RUN)
        self.nmc("run", "sk.ini")
        for engine in ("h5netcdf", "netcdf4"):
            with xarray.open_dataset(self.directory / "out/result.h5", group="constant_data",
                                     engine=engine) as data:
                self.assertEqual(data["J"].dims, ("bond",))
                self.assertEqual(data["bond_i"].shape, (66,))

    def test_plain_lattices_are_not_spelled_out(self):
        self.write("plain.ini", "[system]\nname = ising\nL = 4\nJ = -1\nT = 1\n" + RUN)
        self.nmc("run", "plain.ini")
        with h5py.File(self.directory / "out/result.h5") as file:
            self.assertNotIn("J", file["constant_data"])
        done = self.nmc("exact", "--system.name=ising", "--system.bonds=out/result.h5",
                        "--system.T=1", code=2)
        self.assertIn("stores no bonds: its system is 4x4 torus, 16 sites, 32 bonds, J -1", done.stderr)

    def test_patterns_of_a_file_are_remembered(self):
        self.write("patterns.txt", "+1 -1 1 1 -1 1\n1,1,1,-1,-1,-1  # the second\n")
        xi = np.array([[1, -1, 1, 1, -1, 1], [1, 1, 1, -1, -1, -1]])
        bonds = [(i, j, xi[:, i] @ xi[:, j] / 6) for i in range(6) for j in range(i)]
        row = self.exact("name=hopfield", "patterns=patterns.txt", "T=0.5")
        self.assertAlmostEqual(row["lnZ"], self.brute(6, bonds, 2)[0], places=10)

    def test_formats_of_a_graph_file_agree(self):
        bonds = [(0, 1, 0.5), (1, 2, -1.0), (2, 0, 0.25), (2, 3, 2.0)]
        self.write("g.txt", "\n".join(f"{i} {j} {J}" for i, j, J in bonds))
        self.write("g.csv", "i,j,J\n" + "\n".join(f"{i},{j},{J}" for i, j, J in bonds))
        self.write("g.json", json.dumps({"bonds": bonds}))
        with h5py.File(self.directory / "g.h5", "w") as file:
            file["bonds"] = np.array([b[:2] for b in bonds])
            file["J"] = [b[2] for b in bonds]
        lnZ = self.brute(4, bonds, 1)[0]
        for name in ("g.txt", "g.csv", "g.json", "g.h5"):
            self.assertAlmostEqual(self.exact("name=ising", f"bonds={name}", "T=1")["lnZ"], lnZ, places=12)

    def test_an_extent_of_two_is_open_in_glasses_alone(self):
        for name, bonds in (("ising", "8 bonds"), ("edwards_anderson", "4 bonds")):
            done = self.nmc("exact", f"--system.name={name}", "--system.L=2", "--system.T=1")
            self.assertIn(bonds, done.stdout)


class Examples(ProgramTest):
    def test_every_example_of_a_spin_system_resolves(self):
        systems = ("ising", "edwards_anderson", "sherrington_kirkpatrick", "hopfield")
        checked = 0
        for path in sorted(EXAMPLES.glob("*.ini")):
            text = path.read_text()
            if "= ../runs/" in text:
                continue  # it reads what another example wrote: a test of its own runs both
            if any(f"name = {name}\n" in text for name in systems):
                # Few draws, of which check then times no more; a sweep has its own.
                few = [] if "[sweep" in text else ["--run.warmup=32", "--run.draws=2"]
                done = self.nmc("check", path, *few)
                self.assertIn("sites", done.stdout)
                checked += 1
        self.assertGreaterEqual(checked, 7)


if __name__ == "__main__":
    unittest.main()
