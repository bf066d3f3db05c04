"""tensor_network and sheet_heat_bath as a user runs them: exact values, files, refusals."""

import itertools
import json
import unittest

import h5py
import numpy as np

from program import ProgramTest, datasets

JOB = """[system]
name = edwards_anderson
L = 4
boundary = {boundary}
disorder_seed = 3
h = 0.3
beta = 0.8
[model]
name = tensor_network
chi = {chi}
[sampler]
name = {sampler}
chains = 16
[run]
draws = 200
warmup = 20
importance = 500
forward = 0
[output]
dir = out
"""


def job(boundary="open", chi=4, sampler="independence"):
    return JOB.format(boundary=boundary, chi=chi, sampler=sampler)


def configurations(sites):
    return np.array(list(itertools.product([1.0, -1.0], repeat=sites)))


class TensorNetwork(ProgramTest):
    def test_draws_labels(self):
        text = job(chi=9).replace("edwards_anderson", "potts\nq = 3").replace("disorder_seed = 3\n", "")
        self.write("job.ini", text)
        self.assertIn("acceptance 1.0000", self.nmc("run", "job.ini", code=0).stdout)
        s = np.random.default_rng(1).integers(0, 3, (50, 16)).astype(float)
        with h5py.File(self.directory / "s.h5", "w") as file:
            file["x"] = s
        self.nmc("evaluate", "out/model.h5", "--input", "s.h5", "--output", "q.h5", code=0)
        with h5py.File(self.directory / "q.h5") as file:
            self.assertLess(np.ptp(file["log_q"][:] + file["energy"][:]), 1e-10)
        with h5py.File(self.directory / "s.h5", "a") as file:
            file["x"][3, 5] = -1
        said = self.nmc("evaluate", "out/model.h5", "--input", "s.h5", "--output", "q.h5", code=2)
        self.assertIn("no label", said.stderr)
        for path in ("s.h5", "./s.h5", "out/model.h5"):  # nothing that is read is replaced
            before = (self.directory / path).read_bytes()
            said = self.nmc("evaluate", "out/model.h5", "--input", "s.h5", "--output", path, code=2)
            self.assertIn("it would be replaced", said.stderr)
            self.assertEqual((self.directory / path).read_bytes(), before)
        said = self.nmc("run", "job.ini", "--system.boundary=periodic", "--output.dir=torus", code=2)
        self.assertIn("or use wolff", said.stderr)
        said = self.nmc("run", "job.ini", "--model.symmetry=z2", "--output.dir=images", code=2)
        self.assertIn("labels 0 to 2", said.stderr)
        self.write("job.ini", text.replace("chi = 9\n", ""))
        said = self.nmc("run", "job.ini", "--model.name=made", "--output.dir=made", code=2)
        self.assertIn("or tensor_network where", said.stderr)

    def test_draws_are_exact_and_the_file_gives_the_boltzmann_weight(self):
        self.write("job.ini", job())
        report = self.nmc("run", "job.ini", code=0).stdout
        self.assertIn("acceptance 1.0000", report)
        self.assertFalse((self.directory / "out/train.h5").exists())
        s = configurations(16)[::7]
        with h5py.File(self.directory / "s.h5", "w") as file:
            file["x"] = s
        for beta in ("", "--system.beta=1.7"):
            self.nmc("evaluate", "out/model.h5", "--input", "s.h5", "--output", "q.h5",
                     *filter(None, [beta]), code=0)
            with h5py.File(self.directory / "q.h5") as file:
                log_q, energy = file["log_q"][:], file["energy"][:]
                parts = file["log_conditionals"][:]
            # ln q + beta H is -lnZ for every configuration.
            self.assertLess(np.ptp(log_q + energy), 1e-10)
            np.testing.assert_allclose(parts.sum(axis=1), log_q, atol=1e-12)

    def test_a_file_is_small_and_says_the_couplings(self):
        self.write("job.ini", job("periodic, open", 2))
        self.nmc("run", "job.ini")
        with h5py.File(self.directory / "out/model.h5") as file:
            model = file["model"]
            self.assertEqual(model.attrs["type"], "tensor_network")
            self.assertEqual(model.attrs["chi"], 2)
            self.assertEqual(model["couplings"].attrs["beta"], 0.8)
            self.assertEqual(model["couplings/bonds"].shape, (28, 2))
            self.assertNotIn("parameters", model)
        # More draws go on from there, with the network of the file.
        before = datasets(self.directory / "out/result.h5")
        self.nmc("run", "job.ini", "--run.draws=300")
        after = datasets(self.directory / "out/result.h5")
        energy = before["posterior/energy"]
        np.testing.assert_array_equal(after["posterior/energy"][:, :200], energy)

    def test_suffixes_ladders_and_compositions_take_it(self):
        for sampler in ("suffix", "[metropolis x 1, suffix x 2]"):
            self.write("job.ini", job("open", 1, sampler))
            self.nmc("run", "job.ini", f"--output.dir=out_{len(sampler)}")
        self.write("job.ini", job("open", 4, "tempering\nladder = 0.2,0.5,0.8\ninner = independence"))
        report = self.nmc("run", "job.ini", code=0).stdout
        self.assertIn("energy", report)

    def test_bonds_grow_to_the_ess_that_is_asked_for(self):
        self.write("job.ini", job(chi=64).replace("L = 4", "L = 12").replace("h = 0.3\n", ""))
        widths = []
        for ess in ("0.3", "0.9999"):
            self.nmc("run", "job.ini", "--model.ess=" + ess, "--run.draws=10", "--output.dir=" + ess)
            with h5py.File(self.directory / ess / "model.h5") as file:
                widths.append(int(file["model"].attrs["chi"]))
        self.assertLess(widths[0], widths[1])
        message = self.nmc("run", "job.ini", "--model.ess=0.9999", "--model.chi=2", code=2).stderr
        self.assertIn("set a larger chi", message)

    def test_weights_that_differ_by_next_to_nothing_are_not_refused_for_the_shape_of_that(self):
        text = job(chi=16).replace("L = 4", "L = 12").replace("h = 0.3\n", "")
        self.write("job.ini", text.replace("importance = 500", "importance = 2000"))
        for beta in (0.2, 1.6, 2):
            words = [f"--system.beta={beta}", f"--output.dir=at_{beta}"]
            self.assertNotIn("tail of the weights", self.nmc("run", "job.ini", *words, code=0).stdout)

    def test_exact_estimates_beyond_its_methods_and_says_so(self):
        words = ["exact", "--system.name=ising", "--system.L=16", "--system.boundary=open",
                 "--system.beta=0.44068679350977147", "--limit", "0.001"]
        found = json.loads(self.nmc(*words, "--json", code=0).stdout)
        self.assertIn("estimate", found["method"])
        # The transfer matrix's value, printed to 15 digits.
        self.assertLess(abs(found["lnZ"] - 232.599610205688), 5 * found["lnZ_error"] + 1e-12)
        self.assertLess(abs(found["energy"] + 300.113148231455), 5 * found["energy_error"])
        self.assertIn("an estimate, not exact", self.nmc(*words, code=0).stdout)
        self.nmc(*words, "--moments", code=2)
        self.nmc(*words[:-2], "--system.boundary=periodic", "--system.J=1,1", "--limit", "0.001",
                 "--system.h=0.1", code=2)

    def test_what_does_nothing_is_refused(self):
        self.write("job.ini", job())
        refusals = {
            ("train", "job.ini"): "has nothing to train",
            ("run", "job.ini", "--train.steps=10"): "steps does nothing",
            ("run", "job.ini", "--sampler.adapt=true"): "no weights that could learn",
            ("run", "job.ini", "--model.file=other.h5"): "leave file out",
            ("run", "job.ini", "--system.boundary=periodic"): "leave one direction open",
            ("run", "job.ini", "--model.chi=0"): "chi",
            ("run", "job.ini", "--system.L=2000", "--model.chi=4096"): "GB are free",
        }
        for words, message in refusals.items():
            self.assertIn(message, self.nmc(*words, code=2).stderr, words)
        self.assertEqual(self.files(), ["job.ini"])


class SheetHeatBath(ProgramTest):
    def test_energy_of_a_torus_is_the_exact_one(self):
        text = job("periodic", 4, "sheet_heat_bath").replace("[model]\nname = tensor_network\n", "")
        text = text.replace("chi = 4\n", "").replace("chains = 16", "chains = 16\nchi = 4")
        self.write("job.ini", text)
        self.assertIn("acceptance 1.0000", self.nmc("run", "job.ini", code=0).stdout)
        exact = {line.split()[0]: line.split()[-1] for line in
                 self.nmc("exact", "job.ini", code=0).stdout.splitlines() if line.startswith("energy ")}
        with h5py.File(self.directory / "out/result.h5") as file:
            energy = file["posterior/energy"][:]
        # 3200 draws, nearly independent: five error bars.
        error = 5 * energy.std() / np.sqrt(energy.size / 2)
        self.assertLess(abs(energy.mean() - float(exact["energy"])), error)

    def test_other_graphs_are_refused(self):
        for lines, message in (("name = sherrington_kirkpatrick\nN = 8", "has none"),
                               ("name = phi4\nL = 4", "redraws spins")):
            beta = "" if "phi4" in lines else "\nbeta = 1"
            self.write("job.ini", f"[system]\n{lines}{beta}\n[sampler]\nname = sheet_heat_bath\n")
            self.assertIn(message, self.nmc("run", "job.ini", code=2).stderr)


if __name__ == "__main__":
    unittest.main()
