"""The verbs that look something up or compute it at once."""

import json
import unittest

import h5py
import numpy as np

from program import BETA, ProgramTest


class Verbs(ProgramTest):
    def json(self, *words):
        return [json.loads(line) for line in self.nmc(*words, "--json").stdout.splitlines()]

    def test_exact_agrees_with_kaufman_and_with_enumeration_of_the_same_graph(self):
        row = self.json("exact", "--system.name=ising", "--system.L=4", f"--system.beta={BETA}")[0]
        self.assertAlmostEqual(row["lnZ"], 15.521915458755, places=10)
        bonds = []
        for y in range(4):
            for x in range(4):
                bonds += [f"{x + 4 * y} {(x + 1) % 4 + 4 * y} 1", f"{x + 4 * y} {x + 4 * ((y + 1) % 4)} 1"]
        self.write("bonds.txt", "# i j J\n" + "\n".join(bonds) + "\n")
        same = self.json("exact", "--system.name=ising", "--system.bonds=bonds.txt",
                         f"--system.beta={BETA}")[0]
        for key in ("lnZ", "energy", "heat", "abs_m", "m2", "m4"):
            self.assertAlmostEqual(row[key], same[key], places=10)

    def test_exact_takes_temperatures_and_refuses_both(self):
        row = self.json("exact", "--system.name=ising", "--system.L=3", "--system.T=2")[0]
        same = self.json("exact", "--system.name=ising", "--system.L=3", "--system.beta=0.5")[0]
        self.assertEqual(row["lnZ"], same["lnZ"])
        done = self.nmc("exact", "--system.name=ising", "--system.L=3", "--system.T=2",
                        "--system.beta=0.5", code=2)
        self.assertIn("beta and T are both given", done.stderr)

    def test_exact_counts_every_state_of_a_glass_from_a_file(self):
        bonds = [f"{i} {(i + k) % 40} {1 if (i * k) % 3 else -1}" for i in range(40) for k in (1, 3)]
        self.write("glass.txt", "\n".join(bonds) + "\n")
        words = ("exact", "--system.name=ising", "--system.bonds=glass.txt", "--system.beta=0.7")
        row = self.json(*words, "--dos", "--threads=2")[0]
        self.assertEqual(row["method"], "transfer matrix")
        levels = [(energy, int(states)) for energy, states in row["density_of_states"]]
        self.assertEqual(sum(states for _, states in levels), 2**40)
        self.assertEqual(levels[0], (row["ground_state_energy"], row["ground_state_degeneracy"]))
        z = sum(states * np.exp(-0.7 * energy) for energy, states in levels)
        self.assertAlmostEqual(row["lnZ"], np.log(z), places=10)
        self.assertAlmostEqual(row["entropy"], row["lnZ"] + 0.7 * row["energy"], places=10)
        self.assertEqual(row["m4"], self.json(*words, "--threads=1")[0]["m4"])
        table = self.nmc(*words, "--dos").stdout
        self.assertIn(f"{levels[3][1]}\n", table)

    def test_exact_keeps_to_its_limit(self):
        words = ("exact", "--system.name=ising", "--system.L=12", "--system.boundary=open,periodic",
                 "--system.beta=0.4")
        done = self.nmc(*words, "--limit=1e-9", code=2)
        self.assertIn("--limit", done.stderr)
        self.assertGreater(self.json(*words)[0]["lnZ"], 0)

    def test_exact_says_why_it_has_no_answer(self):
        done = self.nmc("exact", "--system.name=phi4", "--system.L=6", code=2)
        self.assertIn("no exact method", done.stderr)

    def test_list_and_describe_know_each_other(self):
        for kind in ("systems", "models", "samplers", "observables"):
            lines = [line for line in self.nmc("list", kind).stdout.splitlines()
                     if line.startswith("  ") and line[2] != " "]
            self.assertGreater(len(lines), 1)
            for line in lines:
                name = line.split()[0]
                self.assertIn(name, self.nmc("describe", name).stdout)
        self.assertIn('did you mean "dual_ising"?', self.nmc("describe", "dual_isng", code=2).stderr)

    def test_diagnose_reads_csv_and_hdf5_alike(self):
        chains = np.random.default_rng(1).normal(size=(4, 200))
        with h5py.File(self.directory / "chains.h5", "w") as file:
            file["x"] = chains
        rows = ["x,chain"] + [f"{v!r},{c}" for c, chain in enumerate(chains) for v in map(float, chain)]
        self.write("chains.csv", "\n".join(rows) + "\n")
        first = self.json("diagnose", "chains.h5:x")[0]
        second = self.json("diagnose", "chains.csv")[0]
        self.assertEqual(first["mean"], second["mean"])
        for key in ("name", "mean", "error", "tau_int", "tau_int_error", "rhat", "rhat_bulk",
                    "rhat_folded", "ess_bulk", "ess_tail", "mcse_mean"):
            self.assertIn(key, first)

    def test_every_verb_has_a_page(self):
        page = self.nmc("--help").stdout
        for verb in ("run", "train", "sample", "report", "exact", "evaluate", "diagnose", "check",
                     "list", "describe", "bench", "status"):
            self.assertRegex(page, rf"(?m)(^  |nmc ){verb} ")
            self.assertIn(f"usage: nmc {verb}", self.nmc(verb, "--help").stdout)
        self.assertIn("NeuralMC", self.nmc("--version").stdout)


if __name__ == "__main__":
    unittest.main()
