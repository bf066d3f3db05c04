"""nmc rg: decimation of chains, blocking of a torus, and what it refuses."""

import json
import unittest

import numpy as np

from program import BETA, ProgramTest

TORUS = ("--system.name=ising", "--system.L=16", f"--system.beta={BETA}")


class Rg(ProgramTest):
    def objects(self, *words):
        lines = [json.loads(line)
                 for line in self.nmc("rg", *words, "--json", code=0).stdout.splitlines()]
        return {name: [line for line in lines if line["name"] == name]
                for name in {line["name"] for line in lines}}

    def test_decimates_a_chain_exactly(self):
        chain = self.objects("--system.name=ising", "--system.L=64", "--system.dim=1",
                             "--system.beta=0.7")["chain"]
        self.assertEqual([step["spins"] for step in chain], [64, 32, 16, 8, 4, 2])
        self.assertAlmostEqual(chain[1]["K"], 0.3829428228640131, delta=1e-10)
        self.assertAlmostEqual(chain[1]["constant"], 1.0760900034239584, delta=1e-10)
        # ln Z of the ring from what is left of it: constants of all removed spins, and two spins
        # joined by two bonds.
        lnZ = np.log(2 * np.exp(2 * chain[-1]["K"]) + 2 * np.exp(-2 * chain[-1]["K"]))
        lnZ += sum(step["constant"] * step["spins"] for step in chain[1:])
        exact = 64 * np.log(2 * np.cosh(0.7)) + np.log1p(np.tanh(0.7) ** 64)
        self.assertAlmostEqual(lnZ, exact, delta=1e-10)

    def test_blocks_a_torus(self):
        found = self.objects(*TORUS, "--draws", 6000)
        self.assertEqual([level["L"] for level in found["level"]], [16, 8])
        # Of the system itself the couplings are known: K and six zeros, 4 standard errors each; the
        # nearest neighbours' correlation is -E/2N, here of conventions.md.
        level = found["level"][0]
        for name in ("1", "sqrt2", "2", "sqrt5", "2 sqrt2", "square", "diamond"):
            exact = float(BETA) if name == "1" else 0
            self.assertLess(abs(level[f"coupling {name}"] - exact),
                            4 * level[f"coupling {name}_error"], name)
        self.assertLess(abs(level["correlation 1"] - 1.453064853 / 2), 4 * level["correlation 1_error"])
        # One step on a small lattice: 1 and 15/8 to a few hundredths.
        self.assertAlmostEqual(found["y_t"][-1]["value"], 1, delta=0.1)
        self.assertAlmostEqual(found["y_h"][-1]["value"], 1.875, delta=0.02)
        principal = found["principal"][0]
        self.assertAlmostEqual(principal["fraction"], principal["m2"], delta=0.005)
        self.assertGreaterEqual(principal["fraction"], principal["m2"] - 1e-12)
        self.assertGreater(principal["uniform"], 0.999)

    def test_is_the_same_again_and_by_other_rules(self):
        words = (*TORUS, "--draws", 2000)
        first = self.nmc("rg", *words, "--json", code=0).stdout.rsplit("{", 1)[0]
        self.assertEqual(first, self.nmc("rg", *words, "--json", code=0, threads=2).stdout.rsplit("{", 1)[0])
        self.assertEqual(first, self.nmc("rg", *words, "--json", code=0, ranks=2).stdout.rsplit("{", 1)[0])
        # Decimation leaves the correlations of the spins that stay.
        level = self.objects(*words, "--rule", "decimation")["level"]
        self.assertLess(abs(level[1]["correlation 1"] - level[0]["correlation 2"]),
                        4 * np.hypot(level[1]["correlation 1_error"], level[0]["correlation 2_error"]))

    def test_tells_phases_apart(self):
        found = self.objects(*TORUS, "--phases", "--draws", 13 * 512)
        points, guesses = found["phase"], found["guess"]
        self.assertEqual([point["trained"] for point in points], 3 * [1] + 7 * [0] + 3 * [1])
        for kind in ("network", "abs_m"):
            self.assertLess(points[0][f"ordered_{kind}"], 0.05)
            self.assertGreater(points[-1][f"ordered_{kind}"], 0.9)
            # Of 16x16 half is ordered near the peak of the susceptibility, T = 2.36 (beta .42).
            self.assertAlmostEqual(found["phases"][0][f"half_{kind}"], 0.427, delta=0.02)
            right = [guess[f"accuracy_{kind}"] for guess in guesses]
            peak = max(range(3, 9), key=right.__getitem__)
            self.assertAlmostEqual(guesses[peak]["beta"], 0.43, delta=0.03)
            self.assertGreater(right[peak], right[1] + 0.03)
            self.assertGreater(right[peak], right[10] + 0.03)
            # At the ends one temperature in 13 has the other label.
            self.assertGreater(right[0], 0.91)

    def test_the_temperatures_alone_will_do_and_give_the_same_again(self):
        words = (*TORUS[:2], "--phases", "--betas", "0.3,0.4,0.45,0.5,0.6", "--draws", 1280)
        alone, again = self.objects(*words), self.objects(*words)
        self.assertEqual([point["beta"] for point in alone["phase"]], [0.3, 0.4, 0.45, 0.5, 0.6])
        self.assertEqual(alone["phase"], again["phase"])

    def test_fits_a_terminal(self):
        for words in (TORUS + ("--draws", 2000), TORUS + ("--phases", "--draws", 3328), ("--system.name=ising", "--system.L=8",
                                                   "--system.dim=1", "--system.beta=0.7")):
            text = self.nmc("rg", *words, code=0).stdout
            self.assertLessEqual(max(map(len, text.splitlines())), 80, text)

    def test_refuses_what_it_cannot_block(self):
        for words, part in (((*TORUS, "--draws", 10), "it takes 2000"),
                            ((*TORUS, "--rule", "median"), "majority or decimation"),
                            ((*TORUS, "--betas", "0.3,0.4"), "--betas are of --phases"),
                            ((*TORUS, "--phases", "--betas", "0.3,0.4"), "it takes 5"),
                            ((*TORUS, "--phases", "--betas", "0.3,0.4,0.3,0.5,0.6"), "twice"),
                            ((*TORUS, "--phases", "--rule", "decimation"), "nothing is blocked"),
                            ((*TORUS, "--phases", "--draws", 256), "it takes 3328"),
                            (("--system.name=phi4", "--system.L=16"), "phi4 has none"),
                            (("--system.name=ising", "--system.L=15", "--system.beta=0.4"), "even L"),
                            (("--system.name=ising", "--system.L=7", "--system.dim=1",
                              "--system.beta=0.4"), "even number")):
            self.assertIn(part, self.nmc("rg", *words, code=2).stderr)


if __name__ == "__main__":
    unittest.main()
