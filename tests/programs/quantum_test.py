"""Quantum spins as a user meets them: exact values, ground states by nmc run, resume, refusals."""

import json
import re
import unittest

import h5py
import numpy as np

from program import ProgramTest, differences

JOB = """[system]
name = {name}
lattice = chain
L = {L}
{system}
[model]
name = rbm_wave
{model}
[run]
mode = ground_state
warmup = 100
draws = {draws}
seed = 3
[ground_state]
steps = {steps}
samples = 500
{search}
[sampler]
chains = 32
{sampler}
[output]
dir = out
observables = energy, variance, v_score, mx, m, abs_m, m2
"""
TIED = "alpha = 2\ntied = true\neven = true"


class QuantumTest(ProgramTest):
    def job(self, name="tfim", L=10, system="", model=TIED, **more):
        keys = {"draws": 300, "steps": 100, "search": "", "sampler": ""} | more
        text = JOB.format(name=name, L=L, system=system, model=model, **keys)
        return self.write("job.ini", text)

    def lines(self, run="out"):
        text = self.nmc("report", run, "--json").stdout
        return {line["name"]: line for line in map(json.loads, text.splitlines())}

    def exact(self, *words):
        return json.loads(self.nmc("exact", *words, "--json", code=0).stdout)

    def test_exact_values_of_the_verb_are_those_of_a_matrix(self):
        X, Z, I = np.array([[0, 1], [1, 0]]), np.diag([1, -1]), np.eye(2)

        def at(parts):
            product = np.ones((1, 1))
            for site in range(4):
                product = np.kron(product, parts.get(site, I))
            return product

        H = sum(-0.7 * at({i: Z, (i + 1) % 4: Z}) - 1.3 * at({i: X}) for i in range(4))
        values = np.linalg.eigvalsh(H)
        chain = ["--system.lattice=chain", "--system.L=4"]
        found = self.exact("--system.name=tfim", *chain, "--system.J=0.7", "--system.h=1.3")
        self.assertAlmostEqual(found["energy"], values[0], delta=1e-11)
        self.assertAlmostEqual(found["gap"], values[1] - values[0], delta=1e-9)
        self.write("terms.txt", "".join(f"-0.7 Z{i} Z{(i + 1) % 4}\n-1.3 X{i}\n" for i in range(4)))
        own = self.exact("--system.name=pauli", "--system.terms=terms.txt")
        self.assertAlmostEqual(own["energy"], values[0], delta=1e-11)
        self.assertNotIn("lnZ", own)
        long = self.exact("--system.name=tfim", "--system.lattice=chain", "--system.L=1000")
        self.assertAlmostEqual(long["energy"], -1 / np.sin(np.pi / 2000) * 2, delta=1e-8)

    def test_a_run_finds_the_ground_state_and_reports_it_beside_the_exact_one(self):
        self.nmc("run", self.job(steps=200), code=0)
        lines = self.lines()
        energy = lines["energy"]
        self.assertAlmostEqual(energy["exact"], -12.784906442999327, delta=1e-9)
        self.assertLess(abs(energy["mean"] / energy["exact"] - 1), 1e-3)
        self.assertGreater(energy["mean"], energy["exact"] - 5 * energy["error"])
        self.assertLess(lines["v_score"]["mean"], 1e-2)
        self.assertLess(abs(lines["mx"]["mean"] - lines["mx"]["exact"]), 0.02)
        with h5py.File(self.directory / "out/result.h5") as file:
            self.assertEqual(file["search/energy"].shape, (200,))
            self.assertEqual(file["posterior/energy"].shape, (32, 300))
            state = file["provenance"].attrs["weights_sha256"]
        with h5py.File(self.directory / "out/model.h5", "r") as model:
            self.assertEqual(model["model"].attrs["weights_sha256"], state)
            self.assertEqual(model["model/parameters"].shape, (20,))

    def test_half_a_search_and_a_resume_equal_a_whole_one(self):
        job = self.job(steps=15000)
        self.nmc("run", job, "--output.dir=whole")
        self.nmc("run", job, "--output.dir=half", "--run.walltime=1s", code=75)
        for _ in range(60):
            if self.nmc("run", job, "--output.dir=half", "--run.walltime=1s",
                        code=(0, 4, 75)).returncode != 75:
                break
        names = differences(self.directory / "whole/result.h5", self.directory / "half/result.h5")
        self.assertEqual(names, [])

    def test_ranks_and_threads_do_not_change_a_number(self):
        job = self.job(steps=20, draws=50)
        self.nmc("run", job, "--output.dir=one")
        self.nmc("run", job, "--output.dir=two", "--run.threads=2")
        self.assertEqual(differences(self.directory / "one/result.h5",
                                     self.directory / "two/result.h5"), [])
        self.nmc("run", job, "--output.dir=ranks", ranks=2)
        self.assertEqual(differences(self.directory / "one/result.h5",
                                     self.directory / "ranks/result.h5"), [])

    def test_the_sign_rule_and_exchanges_find_the_heisenberg_chain(self):
        self.nmc("run", self.job("heisenberg", 8, "sign_rule = true", "alpha = 2\neven = true\ntied = true",
                                 steps=150))
        lines = self.lines()
        self.assertLess(abs(lines["energy"]["mean"] / lines["energy"]["exact"] - 1), 2e-3)
        self.assertEqual(lines["m2"]["mean"], 0)

    def test_a_wave_function_of_one_sector_is_seen(self):
        job = self.job(L=8, model="alpha = 1", steps=1, draws=100)
        self.nmc("run", job, code=0)
        sector = "has one of the two sectors"
        self.assertNotIn(sector, self.nmc("report", "out").stdout)
        # Biases of 0.8 and all else as it was; behind the seal lies a plain HDF5 file.
        sealed = (self.directory / "out/model.h5").read_bytes()
        (self.directory / "up.h5").write_bytes(sealed[sealed.index(b"\x89HDF"):])
        with h5py.File(self.directory / "up.h5", "r+") as file:
            del file["model"].attrs["weights_sha256"]
        # With biases of 12 no chain ever leaves the state of all spins up: m has no error.
        for bias in (0.8, 12):
            with h5py.File(self.directory / "up.h5", "r+") as file:
                file["model/parameters"][:8] = bias
            self.nmc("run", job, "--output.dir=up", "--model.file=up.h5", "--restart",
                     "--ground_state.learning_rate=1e-9", code=None)
            self.assertIn(sector, self.nmc("report", "up", code=None).stdout, bias)

    def test_refusals(self):
        def refused(job, *words):
            return self.nmc("run", job, *words, code=2).stderr

        odd = self.job("heisenberg", 9)
        self.assertIn("no configuration of magnetisation 0", refused(odd))
        ring = self.job("heisenberg", 9, "sign_rule = true")
        self.assertIn("odd ring", refused(ring))
        self.assertIn("mode = ground_state", refused(self.job(), "--run.mode=sample",
                                                     "--sampler.name=metropolis"))
        big = self.job(L=40, model="alpha = 4", search="method = sr")
        self.assertIn("method = minsr", refused(big, "--run.memory=64 MB"))
        # Fewer samples make no smaller matrix of parameters.
        small = refused(big, "--run.memory=10 MB")
        way = re.search(r"set method = minsr with (ground_state.samples = \d+), ", small)
        self.assertIsNotNone(way, small)
        self.assertIn("set method = minsr with run.memory", refused(big, "--run.memory=1 MB"))
        self.nmc("check", self.job(L=40, model="alpha = 4", search="method = minsr"),
                 "--" + way[1].replace(" ", ""), "--run.memory=10 MB", code=0)
        self.assertIn("is no wave function", refused(self.job(model=""), "--model.name=nice"))
        self.assertIn("tied needs", refused(self.job(system="boundary = open")))
        self.nmc("run", self.job(steps=3, draws=10))
        other = self.job(L=12)
        self.assertIn("wave function of 10 spins",
                      refused(other, "--model.file=out/model.h5", "--output.dir=o2"))
        plain = self.job(model="tied = false", system="boundary = open")
        self.assertIn("spins on another graph (boundary = periodic, here open)",
                      refused(plain, "--model.file=out/model.h5", "--output.dir=o2"))
        for words, message in ((("--model.name=rbm_wave",), "is a wave function"),
                               (("--model.name=made", "--model.file=out/model.h5"),
                                "holds a wave function")):
            done = self.nmc("run", "--system.name=ising", "--system.L=4", "--system.beta=0.3", *words,
                            "--sampler.name=independence", "--output.dir=o3", code=2)
            self.assertIn(message, done.stderr)
        self.assertIn("unknown key", refused(self.job(), "--sampler.name=wolff"))
        self.assertIn("classical density", refused(self.job("ising", model="")))


if __name__ == "__main__":
    unittest.main()
