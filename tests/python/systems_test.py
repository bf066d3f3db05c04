"""Hamiltonians that are NumPy functions: every kind, certify, errors, threads, ranks."""

import contextlib
import hashlib
import io
import os
import unittest

import h5py
import numpy as np

import neuralmc
from support import HAS_MPI, InFolder, data_sums, mpirun


def rolled(x, extent):
    """The neighbours to the right of a periodic chain of this length."""
    return np.roll(x.reshape(len(x), -1, extent), -1, 2).reshape(x.shape)


@neuralmc.system("my_chain")
class Chain:
    """Anharmonic oscillators on a ring, H = Σ (x − x')²/2 + g x⁴."""

    def __init__(self, n: int = 8, g: float = 0.3, wrong: bool = False):
        self.extents, self.g, self.wrong = (n,), g, wrong

    def energy(self, x):
        return ((rolled(x, x.shape[1]) - x) ** 2 / 2 + self.g * x**4).sum(1)

    def gradient(self, x):
        slope = 2 * x - np.roll(x, 1, 1) - np.roll(x, -1, 1) + 4 * self.g * x**3
        if self.wrong:
            slope[:, 0] *= 1.001
        return slope


neuralmc.register_system("my_ising", lambda s, L: -(s * np.roll(s, 1, 1)).sum(1), kind="spins",
                         sites=lambda L: L, options={"L": 8})
neuralmc.register_system("my_fields", lambda s: -(s * np.roll(s, 1, 1)).sum(1), kind="spins", sites=8,
                         local_field=lambda s, i: s[:, i - 1] + s[:, (i + 1) % s.shape[1]])
neuralmc.register_system("my_rotors", lambda t: -np.cos(t - np.roll(t, 1, 1)).sum(1),
                         lambda t: np.sin(t - np.roll(t, 1, 1)) + np.sin(t - np.roll(t, -1, 1)),
                         kind="angles", sites=6)
neuralmc.register_system("my_potts", lambda s: -1.0 * (s == np.roll(s, 1, 1)).sum(1), kind="labels",
                         states=3, sites=6)

HMC = {"sampler": {"name": "hmc", "chains": 200}, "run": {"warmup": 20, "draws": 20, "seed": 5}}
CHAIN = {"system": {"name": "my_chain", "n": 8, "g": 0.2, "beta": 1.5}, **HMC}


def certify(*words):
    """Exit code and table."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = neuralmc.main(["certify", *words])
    return code, out.getvalue()


class Scripts(InFolder):
    def test_results_hold_what_defined_the_system(self):
        run = neuralmc.run(CHAIN, output={"dir": "held"})
        with h5py.File(run.directory / "result.h5") as file:
            noted = {entry.attrs["path"]: entry.attrs["sha256"]
                     for entry in file["provenance/plugins"].values()}
        with open(__file__, "rb") as script:
            self.assertEqual(noted, {os.path.abspath(__file__):
                                     hashlib.sha256(script.read()).hexdigest()})


class Kinds(InFolder):
    def test_certify_passes_systems_of_every_kind(self):
        for name in ("my_chain", "my_ising", "my_fields", "my_rotors", "my_potts"):
            code, table = certify(name)
            self.assertEqual(code, 0, table)
            self.assertIn(f"system {name}", table)

    def test_certify_finds_a_wrong_force(self):
        code, table = certify("my_chain", "--system.wrong=true")
        self.assertEqual(code, 4)
        line = next(line for line in table.splitlines() if "gradient against differences" in line)
        self.assertIn("FAILED", line)

    def test_certify_finds_rows_that_know_of_each_other(self):
        neuralmc.register_system("mixed", lambda x: (x**2).sum(1) + 1e-9 * x.mean(), lambda x: 2 * x,
                                 sites=4)
        code, table = certify("mixed")
        self.assertEqual(code, 4)
        line = next(line for line in table.splitlines() if "a chain alone" in line)
        self.assertIn("FAILED", line)

    def test_products_with_a_matrix_do_not_depend_on_the_batch(self):
        coupling = np.random.default_rng(2).normal(size=(12, 12)) / 12
        coupling = coupling @ coupling.T + np.eye(12)
        neuralmc.register_system("dense", lambda x: 0.5 * (x @ coupling * x).sum(1),
                                 lambda x: x @ coupling, sites=12)
        code, table = certify("dense")
        self.assertEqual(code, 0, table)

    def test_enumeration_of_ones_own_spins_is_that_of_the_chain_of_ising(self):
        mine = neuralmc.exact({"name": "my_ising", "L": 8, "beta": 0.7})
        known = neuralmc.exact({"name": "ising", "L": 8, "dim": 1, "beta": 0.7})
        self.assertAlmostEqual(mine["lnZ"], known["lnZ"], places=10)
        self.assertAlmostEqual(mine["energy"], known["energy"], places=10)

    def test_both_at_once_gives_the_same_chain(self):
        chain = Chain(8, 0.2)
        neuralmc.register_system("both", chain.energy, extents=(8,), energy_and_gradient=lambda x: (
            chain.energy(x), chain.gradient(x)))
        one = neuralmc.run(CHAIN, output={"dir": "one"})
        both = neuralmc.run(HMC, system={"name": "both", "beta": 1.5}, output={"dir": "both"})
        self.assertEqual(data_sums(one.directory), data_sums(both.directory))

    def test_without_a_gradient_there_is_metropolis_and_no_hmc(self):
        neuralmc.register_system("energy_alone", lambda x: (x**2).sum(1) / 2, sites=4)
        with self.assertRaisesRegex(neuralmc.UserError, "differentiable"):
            neuralmc.run(HMC, system="energy_alone", output={"dir": "a"})
        run = neuralmc.run(HMC, system="energy_alone", output={"dir": "a"},
                           sampler={"name": "metropolis", "chains": 200}, run={"draws": 200})
        r2 = next(row for row in run.report() if row["name"] == "r2")
        self.assertLess(abs(r2["mean"] - 4), 5 * r2["error"])

    def test_a_name_that_is_registered_again_takes_the_new_functions(self):
        for power in (2, 4):
            neuralmc.register_system("again", lambda x, p=power: (x**p).sum(1), sites=2,
                                     gradient=lambda x, p=power: p * x ** (p - 1))
            self.assertEqual(certify("again")[0], 0)
        with self.assertRaisesRegex(neuralmc.UserError, "nmc's own"):
            neuralmc.register_system("phi4", lambda x: x[:, 0], sites=2)
        self.assertGreater(neuralmc.exact({"name": "ising", "L": 2, "beta": 1})["lnZ"], 0)


class Failures(InFolder):
    def expect(self, kind, text, energy, gradient=lambda x: x, **more):
        neuralmc.register_system("faulty", energy, gradient, **{"sites": 4, **more})
        with self.assertRaisesRegex(kind, text):
            neuralmc.run(HMC, system="faulty", output={"dir": "faulty"}, restart=True)

    def test_what_a_function_raises_comes_out(self):
        def divide(x):
            raise ZeroDivisionError("by nothing")
        self.expect(ZeroDivisionError, "by nothing", divide)
        self.expect(ZeroDivisionError, "by nothing", lambda x: x[:, 0], divide)
        self.assertEqual(neuralmc.exact({"name": "ising", "L": 2, "beta": 0})["energy"], 0)

    def test_shapes_and_types_of_results_are_said(self):
        self.expect(neuralmc.UserError, r"energy\(x\).*must be \(8?\d+,\)", lambda x: x)
        self.expect(neuralmc.UserError, r"gradient\(x\).*that of x", lambda x: x[:, 0], lambda x: x.T)
        self.expect(neuralmc.UserError, "real numbers", lambda x: x[:, 0] + 1j)
        self.expect(neuralmc.UserError, "real numbers", lambda x: None)

    def test_what_is_registered_wrongly_is_refused(self):
        with self.assertRaisesRegex(neuralmc.UserError, "no kind"):
            neuralmc.register_system("x", lambda x: x, kind="fermions", sites=1)
        with self.assertRaisesRegex(neuralmc.UserError, "beta is a key of every system"):
            neuralmc.register_system("x", lambda x: x, sites=1, options={"beta": 1.0})
        with self.assertRaisesRegex(neuralmc.UserError, "no type that a job can say"):
            neuralmc.register_system("x", lambda x: x, sites=1, options={"J": [1, 2]})
        self.expect(neuralmc.UserError, "how many sites", lambda x: x[:, 0], sites=None)
        self.expect(neuralmc.UserError, "are 6 sites", lambda x: x[:, 0], extents=(2, 3))

    def test_a_job_within_a_function_is_refused(self):
        def greedy(x):
            return neuralmc.exact({"name": "ising", "L": 2, "beta": 1})
        self.expect(neuralmc.UserError, "one job at a time", greedy)


class Workers(InFolder):
    def test_threads_and_chunks_do_not_change_a_bit(self):
        one = neuralmc.run(CHAIN, run={"threads": 1}, output={"dir": "one"})
        three = neuralmc.run(CHAIN, run={"threads": 3}, output={"dir": "three"})
        self.assertEqual(data_sums(one.directory), data_sums(three.directory))

    @unittest.skipUnless(HAS_MPI, "built without MPI")
    def test_two_processes_do_not_change_a_bit(self):
        script = f"""
import sys
sys.path.insert(0, {__file__.rsplit("/", 1)[0]!r})
import neuralmc, systems_test
neuralmc.run(systems_test.CHAIN, run={{"threads": 2}}, output={{"dir": "ranks"}})
"""
        self.script(script, before=mpirun(2))
        neuralmc.run(CHAIN, output={"dir": "one"})
        self.assertEqual(data_sums("ranks"), data_sums("one"))

    @unittest.skipUnless(HAS_MPI, "built without MPI")
    def test_a_function_that_raises_on_one_process_ends_both(self):
        script = """
import neuralmc
def energy(x):
    if neuralmc.rank() == 1:
        raise RuntimeError("only here")
    return (x**2).sum(1)
neuralmc.register_system("half", energy, lambda x: 2 * x, sites=4)
neuralmc.run({"system": "half", "sampler": {"name": "hmc", "chains": 128}, "output": {"dir": "half"}})
"""
        import subprocess
        import sys
        with open("half.py", "w") as file:
            file.write(script)
        done = subprocess.run([*mpirun(2), sys.executable, "half.py"], capture_output=True, text=True,
                              timeout=120)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("only here", done.stderr)


if __name__ == "__main__":
    unittest.main()
