"""Graph files of every format from the outside, and nmc convert between them."""

import itertools
import json
import math
import shutil
import unittest
from pathlib import Path

import h5py
import numpy as np

from program import ProgramTest

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "graphs"


def brute(sites, bonds, beta, field=None):
    """lnZ of H = -sum J s s' - sum h s by the sum over all states."""
    weights = [math.exp(beta * (sum(J * s[i] * s[j] for i, j, J in bonds) + sum(map(lambda h, x: h * x, field or [], s))))
               for s in itertools.product((1, -1), repeat=sites)]
    return math.log(math.fsum(weights))


CHAIN = [(0, 1, 1.5), (1, 2, -0.5), (2, 0, 0.2)]
LATTICE9 = [(int(i) - 1, int(j) - 1, float(J)) for i, j, J in
            (line.split() for line in (SAMPLES / "sg_ring9.sg").read_text().splitlines()[2:])]
READ = {
    "plain_4_5.txt": (4, [(0, 1, 1), (1, 2, 1), (2, 3, 1), (3, 0, 1), (0, 2, 1)], None),
    "sg_ring9.sg": (9, LATTICE9, None),
    "sg_tree5.sg": (5, [(0, 1, 1), (1, 2, -1), (2, 3, 1), (3, 4, -1)], None),
    "dimod.coo": (3, [(0, 1, 1), (1, 2, -1)], [-0.5, 0, 0]),
    "dwave.json": (3, [(0, 1, 1), (1, 2, -1)], [-0.5, 0, 0]),
    "networkx.csv": (3, CHAIN, None),
    "bom.csv": (3, CHAIN, None),
    "bom_plain.txt": (3, CHAIN, None),
    "nodelink.json": (3, CHAIN[:2], None),
    "matrixmarket.mtx": (3, [(0, 1, 1), (1, 2, -1)], None),
    "dimacs.col": (3, [(0, 1, 1), (1, 2, 1), (0, 2, 1)], None),
    "g.graphml": (2, [(0, 1, 1)], None),
}
REFUSED = {
    "header_zero_based_n_m_plus1.txt": "counts sites and bonds",
    "json_h.json": 'unknown key "h"; local fields are called "field"',
    "json_fields.json": 'unknown key "fields"; local fields are called "field"',
    "extra_h.h5": 'unknown dataset /h; local fields are called "field"',
    "cut_last_J.txt": "cut_last_J.txt:4: bond 2 3 has no coupling",
    "mixed_columns.txt": "mixed_columns.txt:2: bond 1 2 has no coupling",
    "field_twice.txt": "field_twice.txt:3: the local field of site 0 is already given",
    "qubo.qubo": "nmc convert qubo.qubo NEW.txt",
    "lattices.xml": "ALPS lattice library",
    "overflow.txt": "sum up to inf in magnitude",
}


class GraphFiles(ProgramTest):
    def exact(self, name, *words, code=0):
        done = self.nmc("exact", "--system.name=ising", f"--system.bonds={name}", "--system.beta=0.5", "--json",
                        *words, code=code)
        return json.loads(done.stdout)["lnZ"] if code == 0 else done.stderr

    def test_samples_are_read_or_refused_by_their_cause(self):
        self.assertEqual(set(READ) | set(REFUSED) | {"README.md"}, {p.name for p in SAMPLES.iterdir()})
        for name, (sites, bonds, field) in READ.items():
            shutil.copy(SAMPLES / name, self.directory)
            # A sum over at most 512 states in double precision.
            self.assertAlmostEqual(self.exact(name), brute(sites, bonds, 0.5, field), places=12, msg=name)
        for name, message in REFUSED.items():
            shutil.copy(SAMPLES / name, self.directory)
            self.assertIn(message, self.exact(name, code=2))

    def test_the_convention_is_printed(self):
        shutil.copy(SAMPLES / "sg_tree5.sg", self.directory)
        done = self.nmc("exact", "--system.name=ising", "--system.bonds=sg_tree5.sg", "--system.beta=1")
        self.assertIn("sg: sites from 1, J = third column", done.stdout)
        self.write("G1", "3 3\n1 2 1\n2 3 1\n3 1 1\n")
        for kind, J in (("rudy", 1), ("max_cut", -1)):
            self.assertAlmostEqual(self.exact("G1", f"--system.bonds_format={kind}"),
                                   brute(3, [(0, 1, J), (1, 2, J), (2, 0, J)], 0.5), places=12)
        self.assertIn("bonds_format", self.exact("G1", code=2))

    def test_every_format_gives_the_same_system_there_and_back(self):
        rng = np.random.default_rng(7)
        bonds = [(i, j, rng.normal()) for i, j in itertools.combinations(range(6), 2)]
        self.write("plain.txt", "".join(f"{i} {j} {J!r}\n" for i, j, J in bonds))
        self.write("field.txt", "".join(f"{i} {j} {J!r}\n" for i, j, J in bonds) + "h 2 0.3\nh 5 -1e-3\n")
        formats = {"text": "txt", "csv": "csv", "json": "json", "hdf5": "h5", "sg": "sg", "rudy": "rudy",
                   "max_cut": "mc", "coo": "coo", "bqm": "json", "node_link": "json", "matrix_market": "mtx",
                   "graphml": "graphml"}
        for name, lnZ in (("plain.txt", self.exact("plain.txt")), ("field.txt", self.exact("field.txt"))):
            for kind, ending in formats.items():
                holds = name == "plain.txt" or kind not in ("csv", "sg", "rudy", "max_cut", "matrix_market")
                out, back = f"{kind}_{name}.{ending}", f"{kind}_{name}.back.txt"
                done = self.nmc("convert", name, out, "--to", kind, code=0 if holds else 2)
                if not holds:
                    self.assertIn("cannot hold the local fields of 2 sites", done.stderr)
                    self.assertFalse((self.directory / out).exists())
                    continue
                self.assertIn("bonds       15", done.stdout)
                self.assertEqual(self.exact(out), lnZ)
                self.nmc("convert", out, back)
                old = self.nmc("convert", name, f"{kind}_{name}.old.txt")
                first, second = ((self.directory / p).read_text().splitlines() for p in
                                 (f"{kind}_{name}.old.txt", back))
                turned = [" ".join([a, b, J]) for b, a, J in (line.split() for line in second[2:17])]
                self.assertIn(first, (second, second[:2] + turned + second[17:]), kind)

    def test_convert_says_what_bits_leave(self):
        self.write("b.coo", "# vartype=BINARY\n0 0 1\n0 1 -2\n1 2 3\n")
        self.assertIn("the constant", self.exact("b.coo", code=2))
        done = self.nmc("convert", "b.coo", "b.txt")
        constant = float(next(line.split()[1] for line in done.stdout.splitlines() if line.startswith("constant")).strip(","))
        energy = lambda x: x[0] - 2 * x[0] * x[1] + 3 * x[1] * x[2]
        lnZ = math.log(sum(math.exp(-0.5 * energy(x)) for x in itertools.product((0, 1), repeat=3)))
        self.assertAlmostEqual(self.exact("b.txt") - 0.5 * constant, lnZ, places=12)
        self.nmc("convert", "b.coo", "b.json", "--to", "bqm")
        self.assertEqual(json.loads((self.directory / "b.json").read_text())["offset"], constant)

    def test_a_report_needs_the_file_no_more(self):
        self.write("G1", "3 3\n1 2 1\n2 3 0.5\n3 1 1\n")
        self.write("job.ini", "[system]\nname = ising\nbonds = G1\nbonds_format = max_cut\nbeta = 0.5\n[sampler]\n"
                              "name = metropolis\nchains = 4\n[run]\nwarmup = 2\ndraws = 4\n[output]\ndir = out\n")
        self.assertIn("max_cut: sites from 1, J = -weight", self.nmc("check", "job.ini").stdout)
        self.nmc("run", "job.ini")
        with h5py.File(self.directory / "out/result.h5") as file:
            self.assertIn("max_cut: sites from 1", file["constant_data"].attrs["summary"])
        (self.directory / "G1").unlink()
        self.nmc("report", "out")
        self.assertAlmostEqual(self.exact("out/result.h5"), brute(3, [(0, 1, -1), (1, 2, -0.5), (2, 0, -1)], 0.5),
                               places=12)

    def test_a_run_does_not_go_on_with_other_bonds(self):
        self.write("ring.txt", "0 1 1\n1 2 1\n2 3 1\n3 0 1\n")
        words = ("run", "--system.name=ising", "--system.bonds=ring.txt", "--system.beta=0.4",
                 "--sampler.name=metropolis", "--sampler.chains=4", "--output.dir=ring")
        self.nmc(*words, "--run.draws=50", code=(0, 4))
        self.write("ring.txt", "0 1 -1\n1 2 1\n2 3 1\n3 0 1\n")
        done = self.nmc(*words, "--run.draws=100", code=2)
        self.assertIn("system.bonds: ring.txt does not hold what the run", done.stderr)

    def test_convert_refuses_what_it_cannot_do(self):
        self.write("g.txt", "0 1 1\n")
        for words, message in ((["g.txt"], "takes two names"), (["g.txt", "g.txt"], "g.txt exists"),
                               (["g.txt", "g.what"], "choose one by --to"),
                               (["g.txt", "g.qubo"], "qubo is read and not written"),
                               (["g.txt", "g.h5", "--to", "jsn"], 'did you mean "json"?'),
                               (["gone.txt", "g.h5"], "cannot read the bonds in gone.txt")):
            self.assertIn(message, self.nmc("convert", *words, code=2).stderr)
        self.assertEqual(self.files(), ["g.txt"])
        page = self.nmc("convert", "--help").stdout.splitlines()
        self.assertLessEqual(len(page), 24)
        self.assertLessEqual(max(map(len, page)), 80)

    def test_unknown_things_in_hdf5_are_refused(self):
        def refused(message, fill):
            with h5py.File(self.directory / "g.h5", "w") as file:
                file["bonds"] = [[0, 1], [1, 2]]
                fill(file)
            self.assertIn(message, self.exact("g.h5", code=2))
        refused("unknown object /fields", lambda f: f.create_group("fields"))
        refused('unknown dataset /weights; couplings are called "J"', lambda f: f.create_dataset("weights", data=[1., 2.]))
        refused("unknown attribute h", lambda f: f.attrs.update(h=0.5))
        refused("scale_factor", lambda f: f.create_dataset("J", data=[1, 2]).attrs.update(scale_factor=0.1))
        refused("field of g.h5 has the shape (1, 3)", lambda f: f.create_dataset("field", data=[[1., 2., 3.]]))

    def test_a_million_bonds_are_read_in_seconds(self):
        sites = 500000
        i = np.arange(sites)
        bonds = np.concatenate([np.stack([i, (i + k) % sites], 1) for k in (1, 2)])
        np.savetxt(self.directory / "big.txt", np.column_stack([bonds, np.where(bonds[:, 0] % 2, 0.5, -0.25)]),
                   fmt="%d %d %.17g")
        import resource
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        self.nmc("convert", "big.txt", "big.h5")
        self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, 10)


class ContradictingKeys(ProgramTest):
    def refuse(self, message, *words, name="ising"):
        done = self.nmc("exact", f"--system.name={name}", "--system.beta=0.5",
                        *(f"--system.{word}" for word in words), code=2)
        self.assertIn(message, done.stderr)

    def test_extents_and_directions_agree(self):
        self.refuse("dim = 2 and L = 8x8x8 disagree; leave dim out", "L=8x8x8", "dim=2")
        self.refuse("dim = 3 and L = 4x4 disagree", "L=4x4", "dim=3")
        self.refuse("dim = 3 and lattice = square disagree", "L=4", "dim=3", "lattice=square")
        self.refuse("dim = 2 and lattice = chain disagree", "L=4", "dim=2", "lattice=chain")
        self.refuse("lattice = chain and L = 8x8 disagree; give 1 or one extent", "L=8x8", "lattice=chain")
        self.refuse("lattice = triangular and L = 4x4x4 disagree", "L=4x4x4", "lattice=triangular")
        self.refuse("boundary has 3 entries for 2 directions", "L=4", "boundary=open,open,periodic")

    def test_keys_that_do_nothing_are_refused_with_their_defaults_too(self):
        self.refuse("dim = 2 does nothing", "N=8", "dim=2", "lattice=complete")
        self.refuse("boundary = periodic does nothing", "N=8", "boundary=periodic", "lattice=complete")
        self.refuse("degree = 3 does nothing", "L=4", "degree=3")
        self.refuse("N = 0 does nothing", "L=4", "N=0")
        self.refuse("instance = 0 does nothing", "L=4", "instance=0")
        self.refuse("bonds_format = text does nothing", "L=4", "bonds_format=text")
        self.refuse("disorder_seed = 1 does nothing", "L=4", "disorder_seed=1")
        self.write("g.txt", "0 1 2\n1 2 1\n")
        self.refuse("J = 1 does nothing: g.txt gives every coupling", "bonds=g.txt", "J=1")
        self.refuse("lattice = hypercubic does nothing", "bonds=g.txt", "lattice=hypercubic")

    def test_couplings_of_keys_stay_squarable(self):
        self.refuse("the couplings and fields sum up to", "L=4", "J=1e307")
        self.refuse("--system.h=1e200: the couplings and fields", "L=4", "h=1e200")
        self.refuse("the couplings and fields", "L=4", "K=-1e160")
        self.refuse("the couplings and fields", "L=4", "h=1e200", name="edwards_anderson")
        self.refuse("the couplings and fields", "L=4", "J=1e307", name="dual_ising")

    def test_what_a_run_resolved_runs_again(self):
        self.write("job.ini", "[system]\nname = ising\nL = 3x2x2\nbeta = 0.3\n[sampler]\nname = metropolis\nchains = 4\n"
                              "[run]\nwarmup = 2\ndraws = 4\n[output]\ndir = out\n")
        self.nmc("run", "job.ini")
        resolved = (self.directory / "out/resolved.ini").read_text()
        self.assertNotIn("dim = 2", resolved)
        self.nmc("run", "out/resolved.ini", "--output.dir=again")
        self.assertIn("3x2x2", self.nmc("report", "again").stdout)


if __name__ == "__main__":
    unittest.main()
