"""Wave functions beside the first: networks that are drawn, pairs, phases; entropies; what nmc init,
nmc check, completion and the page say of a search."""

import json
import shutil
import unittest
from pathlib import Path

import h5py

from program import ProgramTest, differences

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
JOB = """[system]
name = {name}
lattice = chain
L = {L}
{system}
[model]
name = {model}
[run]
mode = ground_state
warmup = 50
draws = 300
seed = 3
[ground_state]
steps = {steps}
samples = 256
{search}
[sampler]
chains = 32
{sampler}
[output]
dir = out
observables = energy, variance, v_score
"""
RNN = "rnn\ncell = gru\nwidth = 6\nsymmetry = z2"


class WaveFunctionsTest(ProgramTest):
    def job(self, model=RNN, name="tfim", L=6, system="boundary = open", **more):
        keys = {"steps": 100, "search": "", "sampler": ""} | more
        return self.write("job.ini", JOB.format(name=name, L=L, system=system, model=model, **keys))

    def lines(self, run="out"):
        text = self.nmc("report", run, "--json").stdout
        return {line["name"]: line for line in map(json.loads, text.splitlines())}

    def test_a_network_that_is_drawn_finds_the_ground_state_without_chains(self):
        self.nmc("run", self.job(), code=0)
        energy = self.lines()["energy"]
        self.assertLess(abs(energy["mean"] / energy["exact"] - 1), 1e-3)
        self.assertLess(abs(energy["tau_int"] - 0.5), 0.1)
        with h5py.File(self.directory / "out/model.h5") as file:
            self.assertIn(file["model"].attrs["type"], ("recurrent", b"recurrent"))

    def test_it_goes_on_from_a_stop_and_does_not_depend_on_ranks_and_threads(self):
        job = self.job(steps=6)
        self.nmc("run", job, "--output.dir=one")
        self.nmc("run", job, "--output.dir=two", "--run.threads=2")
        self.nmc("run", job, "--output.dir=ranks", ranks=2)
        for name in ("two", "ranks"):
            self.assertEqual(differences(self.directory / "one/result.h5",
                                         self.directory / f"{name}/result.h5"), [])

    def test_pairs_and_a_phase_beside_a_positive_network(self):
        self.nmc("run", self.job("jastrow\neven = true"), code=(0, 4))
        jastrow = self.lines()["energy"]
        self.assertLess(abs(jastrow["mean"] / jastrow["exact"] - 1), 0.02)
        # Of an antiferromagnet without the sign rule no positive psi is the ground state.
        antiferromagnet = {"name": "heisenberg", "system": "", "L": 4, "steps": 200}
        self.nmc("run", self.job(RNN, **antiferromagnet), "--output.dir=positive", code=None)
        self.nmc("run", self.job(RNN, search="phase_hidden = 4", **antiferromagnet),
                 "--output.dir=phase", code=None)
        positive, phase = (self.lines(run)["energy"] for run in ("positive", "phase"))
        self.assertLess(phase["mean"], -1.9)  # of -2
        self.assertGreater(positive["mean"], -1.6)
        with h5py.File(self.directory / "phase/model.h5") as file:
            self.assertEqual(sorted(file["model"]), ["amplitude", "phase"])

    def test_layers_find_the_ground_state_and_are_read_again(self):
        for layers, boundary in (("convolution\nfeatures = 3\nkernel = 5", "periodic"),
                                 ("dense\nfeatures = 8", "open")):
            self.nmc("run", self.job("deep_wave\neven = true\nlayers = " + layers,
                                     system="boundary = " + boundary), "--restart", code=(0, 4))
            energy = self.lines()["energy"]
            self.assertLess(abs(energy["mean"] / energy["exact"] - 1), 2e-3, layers)
        text = self.nmc("latent", "out", "--renyi", "--json", code=0).stdout
        first = json.loads(text.splitlines()[0])
        self.assertLess(abs(first["of_psi"] / first["exact"] - 1), 0.05)

    def test_the_examples_run(self):
        for name in ("signed_chain.ini", "signed_chain.txt", "tfim_memory.ini"):
            shutil.copy(EXAMPLES / name, self.directory)
        self.nmc("run", "signed_chain.ini", "--ground_state.steps=150", "--run.draws=200", code=0)
        # No positive psi comes below -7.
        self.assertLess(self.lines("runs/signed_chain")["energy"]["mean"], -9.5)
        short = ("--ground_state.steps=2", "--run.draws=5")
        self.nmc("run", "tfim_memory.ini", *short, code=None)
        self.nmc("run", "tfim_memory.ini", *short, "--run.memory=2GB", "--output.dir=held", code=None)
        self.assertEqual(differences(self.directory / "held/result.h5",
                                     self.directory / "runs/tfim_memory/result.h5"), [])

    def test_a_matrix_product_and_a_circuit_are_wave_functions(self):
        for model in ("mps\nchi = 4\nsymmetry = z2", "circuit\ndepth = 3\nsymmetry = z2"):
            self.nmc("run", self.job(model), "--restart", code=(0, 4))
            energy = self.lines()["energy"]
            self.assertLess(abs(energy["mean"] / energy["exact"] - 1), 1e-2, model)

    def test_entropies_by_swap_are_those_of_all_states(self):
        self.nmc("run", self.job("rbm_wave\nalpha = 2\neven = true", L=8), code=0)
        text = self.nmc("latent", "out", "--renyi", "--json", code=0).stdout
        found = [json.loads(line) for line in text.splitlines()]
        self.assertEqual([line["sites"] for line in found], [1, 2, 3, 4])
        for line in found:
            # 16 groups: t with 15 degrees of freedom, one false alarm in 1e4 for each.
            self.assertLess(abs(line["mean"] - line["of_psi"]), 5.3 * line["error"])
            self.assertLess(line["error"], 0.005)
            self.assertLess(abs(line["of_psi"] / line["exact"] - 1), 0.05)
        table = self.nmc("latent", "out/model.h5", "--renyi", "--draws=640", code=0).stdout
        self.assertIn("64 chains of 10 draws", table)
        self.assertLessEqual(max(map(len, table.splitlines())), 80)
        self.assertIn("no other value", self.nmc("latent", "out", "--renyi", "--system.h=2",
                                                 code=2).stderr)

    def test_init_check_completion_and_the_page_know_a_search(self):
        self.nmc("init", "tfim", "--system.L=8", "-o", "search.ini", code=0)
        job = (self.directory / "search.ini").read_text()
        for words in ("mode = ground_state", "tied = true", "even = true", "[ground_state]",
                      "Measured here"):
            self.assertIn(words, job)
        checked = self.nmc("check", "search.ini", code=0).stdout
        self.assertRegex(checked, r"search +300 steps of 1000 samples, about [\d.:]+")
        self.nmc("run", "search.ini", "--ground_state.steps=20", "--run.draws=50",
                 "--output.dir=out", code=None)
        self.nmc("report", "out", "--html", code=None)
        page = (self.directory / "out/report.html").read_text()
        self.assertIn("Search: energy", page)
        self.assertIn("Search: variance", page)
        words = self.nmc("--completion", "bash", code=0).stdout
        for word in ("--ground_state.steps=", "--sampler.moves=", "--model.alpha=",
                     "--tomography.data="):
            self.assertIn(word, words)
        self.assertRegex(words, r"init\) .*names=\"[^\"]*tfim")
        self.assertIn("heisenberg", self.nmc("init", "heisenberg", "jastrow", code=0).stdout)
        self.assertIn("did you mean \"tfim\"", self.nmc("init", "tfm", code=2).stderr)
        self.assertIn("made", self.nmc("list", "models", code=0).stdout.split("wave functions")[1])

    def test_refusals(self):
        def refused(job, *words):
            return self.nmc("run", job, *words, code=2).stderr

        self.assertIn("drawn without any", refused(self.job(sampler="inversions = false")))
        self.assertIn("cannot be drawn",
                      refused(self.job("rbm_wave", sampler="moves = draws")))
        self.assertIn("has a phase of its own",
                      refused(self.job("rbm_wave\ncomplex = true", search="phase_hidden = 2")))
        self.assertIn("leave conditional out",
                      refused(self.job("rnn\nconditional = true\nbeta_min = 0.1\nbeta_max = 2")))
        self.assertIn("is no wave function", refused(self.job("real_nvp")))
        self.assertIn("layers = dense", refused(self.job("deep_wave\nlayers = convolution")))
        self.assertIn("is odd", refused(self.job("deep_wave\nlayers = convolution\nkernel = 4",
                                                 system="")))
        self.assertIn("kernel is of convolutions", refused(self.job("deep_wave\nkernel = 3")))
        exchanges = self.job("rbm_wave", "heisenberg", 6, "sign_rule = true", steps=3)
        self.nmc("run", exchanges, code=None)
        self.assertIn("keeps the magnetisation",
                      self.nmc("latent", "out", "--renyi", code=2).stderr)


if __name__ == "__main__":
    unittest.main()
