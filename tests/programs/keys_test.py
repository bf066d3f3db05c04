"""Every key that the parser takes is in a table of docs/job-file.md, and every one there it takes:
resolved.ini, which holds all values of a job, beside the page."""

import re
import unittest
from pathlib import Path

import h5py
import numpy as np

from program import ProgramTest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "job-file.md"
SPINS = "[system]\nname = ising\nL = 4\nbeta = 0.4\n"
FIELD = SPINS.replace("ising", "dual_ising")
SHORT = ("[train]\nsteps = 2\nbatch = 8\nvalidate_batch = 8\n[run]\ndraws = 10\nwarmup = 40\n"
         "[output]\nobservables =\n")
QUANTUM = "[system]\nname = tfim\nlattice = chain\nL = 4\n"
SEARCH = ("[model]\nname = rbm_wave\n[sampler]\nchains = 4\n[run]\nmode = ground_state\ndraws = 10\n"
          "warmup = 40\n[ground_state]\nsteps = 2\nsamples = 100\n[output]\nobservables =\n")
MADE = "[model]\nname = made\n"


def tables():
    """{heading: {name: {keys}}} of the page; name is "" of tables that belong to a section."""
    found, heading, name = {}, "", ""
    for line in PAGE.read_text().partition("<!-- tables")[2].splitlines():
        if line.startswith("### "):
            heading, name = line[4:], ""
        elif match := re.match(r"\*\*`name = (\S+)`\*\*", line):
            name = match[1]
            found.setdefault(heading, {})[name] = set()
        elif match := re.match(r"\| `(\S+)` \|", line):
            found.setdefault(heading, {}).setdefault(name, set()).add(match[1])
    return found


class Keys(ProgramTest):
    def setUp(self):
        super().setUp()
        self.tables = tables()
        self.common = {}
        for key in self.tables["Common keys"][""]:
            section, _, name = key.partition(".")
            self.common.setdefault(section, set()).add(name)

    def parsed(self, job, section):
        """Keys of a section in what `nmc check` resolves."""
        self.write("job.ini", job)
        text = self.nmc("check", "job.ini").stdout
        lines = text.partition(f"[{section}]\n")[2].splitlines()
        keys = set()
        for line in lines:
            match = re.match(r"(\S+) = .*# ", line)
            if not match:
                break
            keys.add(match[1])
        return keys

    def example(self, system):
        text = re.split(rf"{system} \((?:quantum )?system\)\n", self.nmc("describe", system).stdout)[-1]
        return text.partition("\nexample\n")[2].partition("\n\n")[0] + "\n"

    def test_of_every_system(self):
        for name, keys in self.tables["[system]"].items():
            job = self.example(name)
            if name in ("tfim", "heisenberg", "pauli"):
                self.write("ring.txt", "-1 X0\n-1 Z0 Z1\n")
                job += SEARCH
            else:
                job += "[sampler]\nname = metropolis\nchains = 4\n" + SHORT
            self.assertEqual(self.parsed(job, "system"), keys | self.common["system"], name)

    def test_of_every_network(self):
        for name, keys in self.tables["[model]"].items():
            flows = ("neural_rg", "real_nvp", "nice", "neural_spline", "conv_flow", "glow", "kernel_flow",
                     "continuous_flow", "maf",
                     "iaf")
            system = FIELD if name in flows else SPINS
            if name == "symplectic":
                system = FIELD + "mass = 1\n"
            if name == "circular_spline":
                system = "[system]\nname = xy\nL = 4\nbeta = 1\n"
            short = SHORT
            if name == "tensor_network":  # of open lattices, and not trained
                system, short = SPINS + "boundary = open\n", SHORT[SHORT.index("[run]"):]
            if name in ("rbm_wave", "jastrow", "deep_wave"):
                job = QUANTUM + SEARCH.replace("rbm_wave", name)
                self.assertEqual(self.parsed(job, "model"), keys | {"name", "file", "lift"}, name)
                continue
            job = system + f"[model]\nname = {name}\n[sampler]\nname = independence\nchains = 4\n"
            self.assertEqual(self.parsed(job + short, "model"), keys | self.common["model"], name)

    def make_machine(self):
        with h5py.File(self.directory / "data.h5", "w") as file:
            file["x"] = np.where(np.arange(160).reshape(10, 16) % 3 == 0, 1.0, -1.0)
        self.write("learn.ini", "[learn]\ndata = data.h5:x\nunits = spin\nhidden = 2\nmethod = cd\n"
                                "steps = 1\n[output]\ndir = machine\n")
        self.nmc("train", "learn.ini")

    def test_of_every_sampler_and_of_compositions(self):
        jobs = {"hmc": FIELD, "l2hmc": FIELD, "a_nice": FIELD, "surrogate_hmc": FIELD,
                "block_gibbs": FIELD, "latent_hmc": FIELD + "[model]\nname = nice\n",
                "independence": SPINS + MADE, "suffix": SPINS + MADE,
                "phi4_cluster": "[system]\nname = phi4\nL = 4\n",
                "overrelaxation": "[system]\nname = xy\nL = 4\nbeta = 1\n"}
        self.make_machine()
        alone = self.common["sampler"] - {"mode"}
        table = self.tables["[sampler]"]
        for name, keys in table.items():
            job = jobs.get(name, SPINS)
            if name in ("phi4_cluster", "houdayer", "overrelaxation"):
                text = f"[sampler]\nname = [metropolis x 1, {name} x 1]\nchains = 4\n"
                wanted = self.common["sampler"] | {f"{name}.{key}" for key in keys}
                wanted |= {f"metropolis.{key}" for key in table["metropolis"]}
            else:
                text = f"[sampler]\nname = {name}\nchains = 4\n"
                wanted = alone | keys | (table["heat_bath"] if name == "tempering" else set())
            if name == "surrogate_hmc":  # whose fit asks for more configurations
                text = text.replace("chains = 4", "chains = 32")
            if name == "rbm_recommender":
                text += "file = machine/model.h5\n"
            self.assertEqual(self.parsed(job + text + SHORT, "sampler"), wanted, name)

    def test_of_every_other_section(self):
        job = SPINS + "[sampler]\nname = metropolis\nchains = 4\n[anneal]\nruns = 2\n" + SHORT
        for section in ("train", "anneal", "run", "output"):
            self.assertEqual(self.parsed(job, section), self.tables[f"[{section}]"][""], section)


if __name__ == "__main__":
    unittest.main()
