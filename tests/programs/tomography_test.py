"""Tomography as a user meets it: shots of a file and of states that are known, what is said, files,
resume, refusals."""

import json
import re
import shutil
import unittest
from pathlib import Path

import h5py
import numpy as np

from program import ProgramTest, differences

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

JOB = """[tomography]
{keys}
[run]
seed = 1
[output]
dir = out
"""
CHAIN = """[system]
name = tfim
lattice = chain
boundary = open
L = 10
h = 1
"""


class TomographyTest(ProgramTest):
    def job(self, keys, system=""):
        return self.write("job.ini", system + JOB.format(keys=keys))

    def report(self, directory="out", code=0):
        text = self.nmc("report", directory, "--json", code=code).stdout
        return json.loads(text.splitlines()[0])

    def test_ten_thousand_shots_of_the_critical_chain(self):
        for seed in range(1, 4):
            self.nmc("run", self.job("state = ground\nbases = z\nshots = 10000", CHAIN),
                     f"--run.seed={seed}", f"--output.dir=s{seed}", code=0)
            found = self.report(f"s{seed}")
            self.assertGreater(found["fidelity"], 0.996)
            self.assertLess(found["divergence"], 0.008)
            self.assertIn("taken to be positive", found["warnings"][0])

    def test_psi_of_the_file_is_that_of_the_model_and_the_truth(self):
        amplitudes = np.array([0.3 + 0.1j, -0.5 + 0.4j, 0.2 - 0.6j, 0.1 + 0.3j])
        self.write("psi.txt", "".join(f"{z.real} {z.imag}\n" for z in amplitudes))
        self.nmc("run", self.job("state = file:psi.txt\nbases = all\nshots = 5000"), code=0)
        found = self.report()
        self.assertGreater(found["fidelity"], 0.99)
        with h5py.File(self.directory / "out/tomography.h5") as file:
            psi = file["tomography/psi"][:] @ np.array([1, 1j])
        truth = amplitudes / np.linalg.norm(amplitudes)
        self.assertAlmostEqual(abs(np.vdot(truth, psi)) ** 2, found["fidelity"], delta=1e-12)
        with h5py.File(self.directory / "out/model.h5") as file:
            parts = [file[f"model/{part}/parameters"][:] for part in ("amplitude", "phase")]
        states = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])

        def machine(numbers):
            a, b, W = numbers[:2], numbers[2:4], numbers[4:].reshape(2, 2)
            return states @ a + np.log(2 * np.cosh(b + states @ W)).sum(1)
        own = np.exp(machine(parts[0]) + 1j * machine(parts[1]))
        self.assertLess(abs(own / np.linalg.norm(own) - psi).max(), 1e-12)

    def test_shots_of_a_text_and_of_an_hdf5_file_are_the_same(self):
        self.nmc("run", self.job("state = ghz\nqubits = 3\nbases = all"), code=0)
        lines = [line.split() for line in (self.directory / "out/shots.txt").read_text().splitlines()
                 if not line.startswith("#")]
        self.assertEqual(sum(int(count) for _, _, count in lines), 27000)
        with h5py.File(self.directory / "shots.h5", "w") as file:
            file["outcomes"] = [[int(bit) for bit in outcome] for _, outcome, _ in lines]
            file["bases"] = [basis for basis, _, _ in lines]
            file["counts"] = [int(count) for _, _, count in lines]
        self.nmc("run", self.job("data = out/shots.txt\nstate = ghz"), "--output.dir=text", code=0)
        self.nmc("run", self.job("data = shots.h5\nstate = ghz"), "--output.dir=hdf5", code=0)
        for name in ("text", "hdf5"):
            self.assertEqual(differences(self.directory / "out/tomography.h5",
                                         self.directory / f"{name}/tomography.h5"), [])
        self.assertGreater(self.report("text")["fidelity"], 0.99)
        self.assertEqual(self.report("text")["refused"], [])

    # (|0> - |1>)/sqrt(2) along X: no positive psi makes more than half of these outcomes.
    def test_shots_that_psi_cannot_make_are_warned_of(self):
        self.write("minus.txt", "X 1 1000\nZ 0 500\n1 500\n")
        self.nmc("run", self.job("data = minus.txt\nphase = false"), code=0)
        found = self.report()
        self.assertIn("a positive psi may not make these shots", found["warnings"][0])
        self.nmc("run", self.job("data = minus.txt"), "--output.dir=phase", code=0)
        self.assertNotIn("nats above", " ".join(self.report("phase")["warnings"]))

    # Positive machines alone end at a fidelity of .67: zeros of outcomes hold them.
    def test_a_positive_psi_finds_its_way_through_shots_of_all_bases(self):
        self.nmc("run", self.job("state = w\nqubits = 3\nbases = all\nphase = false"), code=0)
        self.assertGreater(self.report()["fidelity"], 0.999)

    def test_phases_that_no_basis_fixes_are_refused_and_said(self):
        done = self.nmc("run", self.job("state = ghz\nqubits = 3\nbases = ZZZ, XZZ, ZZY"), code=4)
        self.assertIn("the phase is not determined", done.stdout)
        self.assertEqual(self.report(code=4)["phase_groups"], 2)
        # A phase of i between the two: X alone does not tell it from −i.
        self.write("psi.txt", "1 0\n0 1\n")
        done = self.nmc("run", self.job("state = file:psi.txt\nbases = Z, X"),
                        "--output.dir=conjugate", code=0)
        self.assertIn("complex conjugate", done.stdout)

    def test_a_stopped_fit_goes_on_to_the_same_result_on_any_number_of_ranks_and_threads(self):
        keys = "state = ground\nbases = pairs\nshots = 300\nstarts = 60\nhidden = 20"
        job = self.job(keys, CHAIN)
        self.nmc("run", job, "--output.dir=whole")
        self.nmc("run", job, "--output.dir=half", "--run.walltime=1s", code=75)
        for _ in range(100):
            if self.nmc("run", job, "--output.dir=half", "--run.walltime=1s",
                        code=(0, 75)).returncode == 0:
                break
        self.nmc("run", job, "--output.dir=two", "--run.threads=2", ranks=2)
        for name in ("half", "two"):
            self.assertEqual(differences(self.directory / "whole/tomography.h5",
                                         self.directory / f"{name}/tomography.h5"), [])

    def test_chains_learn_what_the_exact_sum_does(self):
        keys = "data = shots.txt\nstate = ghz\n"
        shutil.copy(EXAMPLES / "ghz_shots.txt", self.directory / "shots.txt")
        self.nmc("run", self.job(keys + "method = pcd\nsteps = 600"), code=0)
        found = self.report()
        self.assertGreater(found["fidelity"], 0.99)
        self.assertLess(found["nll"] - found["entropy"], 0.02)

    # The cross entropy of the shots is that of their walls; 324 numbers learn 2000 shots by heart
    # by some tenths of a nat.
    def test_more_qubits_than_states_are_summed_over(self):
        rng = np.random.default_rng(2)
        walls = rng.random((2000, 23)) < 0.2
        bits = np.concatenate([np.zeros((2000, 1), int), np.cumsum(walls, 1) % 2], 1)
        bits ^= rng.integers(0, 2, (2000, 1))
        self.write("shots.txt", "".join("".join(map(str, row)) + "\n" for row in bits))
        job = self.job("data = shots.txt\nsteps = 300")
        self.nmc("run", job, code=0)
        found = self.report()
        truth = np.log(2) - 23 * (0.2 * np.log(0.2) + 0.8 * np.log(0.8))
        self.assertLess(abs(found["held_out_nll"] - truth), 1)
        self.assertLess(abs(found["nll"] - truth), 0.5)
        self.nmc("run", job, "--output.dir=half", "--run.walltime=0.001s", code=75)
        self.nmc("run", job, "--output.dir=half", code=0)
        self.assertEqual(differences(self.directory / "out/tomography.h5",
                                     self.directory / "half/tomography.h5"), [])

    def test_refusals(self):
        def refused(keys, system="", shots=None):
            if shots is not None:
                self.write("shots.txt", shots)
            return self.nmc("run", self.job(keys, system), code=2).stderr

        data = "data = shots.txt"
        self.assertIn("shots.txt:2: an outcome of 2 qubits", refused(data, shots="ZZZ 010\nZZ 01\n"))
        self.assertIn("shots.txt:2: \"A\" in the basis ZAZ",
                      refused(data, shots="ZZZ 010\nZAZ 010\n"))
        self.assertIn("shots.txt:1: the basis ZZ is of 2", refused(data, shots="ZZ 010\n"))
        self.assertIn("shots.txt:1: \"012\" is no outcome", refused(data, shots="012\n"))
        self.assertIn("no number of shots", refused(data, shots="ZZZ 010 1.5\n"))
        self.assertIn("no number of shots", refused(data, shots="010 1.5\n"))
        self.assertIn("holds no shots", refused(data, shots="# nothing\n"))
        self.assertIn("the phase is not determined",
                      refused(data + "\nphase = true", shots="ZZZ 010 30\n"))
        self.assertIn("set method = pcd", refused(data + "\nmethod = exact", shots="0" * 21 + "\n"))
        self.assertIn("starts is of method = exact",
                      refused(data + "\nmethod = pcd\nstarts = 2", shots="ZZZ 010 30\n"))
        self.assertIn("chains is of method = pcd",
                      refused(data + "\nchains = 9", shots="ZZZ 010 30\n"))
        self.assertIn("at most 1e7", refused(data, shots="X" * 30 + " " + "0" * 30 + "\n"))
        self.assertIn("known up to 20", refused(data + "\nstate = ghz", shots="0" * 21 + "\n"))
        self.assertIn("the shots are of 3 qubits",
                      refused(data + "\nstate = ground", CHAIN, shots="ZZZ 010 30\n"))
        self.assertIn("lacks shots", refused("starts = 1"))
        self.assertIn("of how many qubits", refused("state = w\nbases = all"))
        self.assertIn("shots are drawn in bases", refused("state = w\nqubits = 3"))
        self.assertIn("is a basis of 2", refused("state = w\nqubits = 3\nbases = ZZ"))
        self.assertIn("[system] is of state = ground", refused("state = w\nqubits = 3", CHAIN))
        self.assertIn("degenerate", refused("state = ground\nbases = z",
                                            CHAIN.replace("h = 1", "h = 0")))
        self.assertIn("has no [sampler]", refused("state = w\nqubits = 3\n[sampler]\nchains = 3"))
        with h5py.File(self.directory / "half.h5", "w") as file:
            file["outcomes"] = [[0, 1, 0], [0, 0.5, 1]]
        self.assertIn("row 1", refused("data = half.h5"))
        self.assertIn("lacks shots", self.nmc("check", self.job("starts = 1"), code=2).stderr)
        self.assertIn("[tomography] learns", self.nmc(
            "anneal", self.job("state = w\nqubits = 3\nbases = all"), code=2).stderr)

    def test_check_times_the_steps_and_writes_nothing(self):
        job = self.job("state = ghz\nqubits = 3\nbases = all\nstarts = 2\nsteps = 50")
        said = self.nmc("check", job, code=0).stdout
        self.assertIn("3 qubits in 27 bases", said)
        self.assertIn("30 parameters of an amplitude and a phase, best of 2 starts", said)
        self.assertIn("at most 100 steps", said)
        self.assertEqual(self.files(), ["job.ini"])

    def test_the_page_shows_the_state_of_the_file(self):
        self.write("psi.txt", "0.6 0\n0 0\n0 0\n0 0.8\n")
        self.nmc("run", self.job("state = file:psi.txt\nbases = all\nshots = 4000"), code=0)
        self.nmc("report", "out", "--html", "-o", "page.html", code=0)
        page = (self.directory / "page.html").read_text()
        found = re.search(r"11\D+(0\.\d+)\D+(0\.\d+)\D+00\D+(0\.\d+)\D+?(-?[01]\.\d+)",
                          re.sub(r"<[^>]*>", " ", page.partition("most probable states")[2]))
        self.assertAlmostEqual(float(found[1]), 0.64, 1)
        self.assertAlmostEqual(float(found[4]), -0.5, 1)  # 00 beside 11, whose phase is pi/2


if __name__ == "__main__":
    unittest.main()
