"""Files that are damaged, incomplete or not what they say: exit 2 with the place, never a crash."""

import random
import shutil
import unittest

import h5py
import numpy as np

from program import BETA, ProgramTest

FIELD = f"""[system]
name = dual_ising
L = 4
beta = {BETA}
[model]
name = neural_rg
hidden = 3
depth = 1
couplings = 2
[train]
steps = 1
batch = 64
validate_batch = 32
[sampler]
name = independence
chains = 8
[run]
warmup = 1
draws = 4
importance = 64
[output]
dir = out
"""
SPINS = FIELD.replace("dual_ising", "ising").replace(
    "name = neural_rg\nhidden = 3\ndepth = 1\ncouplings = 2", "name = {}\nwidth = 3")

LADDER = """[system]
name = ising
L = 2x3
beta = 0.44
[sampler]
name = tempering
inner = metropolis
ladder = 0.3
chains = 2
[run]
warmup = 2
draws = 4
[output]
dir = out
observables = energy, m2
"""


class DamagedFiles(ProgramTest):
    def model(self, job=FIELD):
        """A trained network without its checksum line, as a script would write it."""
        self.write("job.ini", job)
        self.nmc("train", "job.ini")
        with h5py.File(self.directory / "out/model.h5") as sealed, \
                h5py.File(self.directory / "model.h5", "w") as plain:
            for name, value in sealed.attrs.items():
                plain.attrs[name] = value
            for name in sealed:
                sealed.copy(name, plain)
        with h5py.File(self.directory / "in.h5", "w") as file:
            file["x"] = np.where(np.random.default_rng(1).random((3, 16)) < 0.5, -1.0, 1.0)
        return self.directory / "model.h5"

    def evaluate(self, code, message="", model="model.h5"):
        done = self.nmc("evaluate", model, "--input", "in.h5", "--output", "o.h5", code=code)
        self.assertIn(message, done.stderr)
        self.assertEqual((self.directory / "o.h5").exists(), code == 0)
        (self.directory / "o.h5").unlink(missing_ok=True)

    def refuse_changes(self, path, changes):
        for change, message in changes:
            shutil.copy(path, self.directory / "changed.h5")
            with h5py.File(self.directory / "changed.h5", "r+") as file:
                change(file)
            self.evaluate(2, message, "changed.h5")

    def test_a_flow_without_some_of_its_layers_is_another_network(self):
        path = self.model()
        self.evaluate(0)
        last = len(h5py.File(path)["model/layers"]) - 1

        def swap(file):
            layers = file["model/layers"]
            layers.move("000", "x")
            layers.move("001", "000")
            layers.move("x", "001")

        def cut_front(file):
            layers = file["model/layers"]
            del layers["000"]
            for k in range(1, last + 1):
                layers.move(f"{k:03d}", f"{k - 1:03d}")

        self.refuse_changes(path, [
            (lambda f: f.__delitem__("model/layers/000"), "lacks 000"),
            (lambda f: f.__delitem__(f"model/layers/{last:03d}"), f"has {last + 1} layers"),
            (cut_front, "layers"),
            (swap, "SHA-256"),
        ])

    def test_version_1_is_read_and_a_gap_in_its_layers_refused(self):
        path = self.model()
        with h5py.File(path, "r+") as file:
            file.attrs["version"] = np.int64(1)
            for name in ("layers", "weights_sha256"):
                del file["model"].attrs[name]
        self.evaluate(0)
        self.refuse_changes(path, [
            (lambda f: f.__delitem__("model/layers/000"), "lacks 000"),
            (lambda f: f.__delitem__("model/layers/001"), "lacks 001"),
        ])

    def test_what_no_reader_knows_is_refused(self):
        def attribute(place):
            return lambda f: f[place].attrs.__setitem__("extra", 1)

        def dataset(place):
            return lambda f: f.__setitem__(f"{place}/extra", np.zeros(3))

        path = self.model()
        self.refuse_changes(path, [(change(place), "extra") for change in (attribute, dataset)
                                   for place in ("/", "/model", "/model/layers",
                                                 "/model/layers/000", "/model/layers/000/t")])
        for name, places in (("made", ("/model", "/model/layers/000")),
                             ("rnn", ("/model",)), ("bernoulli_mixture", ("/model",))):
            shutil.rmtree(self.directory / "out", ignore_errors=True)
            job = SPINS.format(name)
            if name == "bernoulli_mixture":
                job = job.replace("width = 3", "components = 3")
            path = self.model(job)
            self.evaluate(0)
            self.refuse_changes(path, [(change(place), "extra") for change in (attribute, dataset)
                                       for place in places])

    def test_numbers_that_lead_out_of_an_array_are_refused(self):
        path = self.model()

        def replace(name, value):
            def change(file):
                del file[name]
                file[name] = value
            return change

        layer = "/model/layers/000"
        shape = h5py.File(path)[layer + "/sites"].shape
        self.refuse_changes(path, [
            (lambda f: f["model"].attrs.__setitem__("sites", 0), "sites"),
            (lambda f: f["model"].attrs.__setitem__("sites", -1), "sites"),
            (lambda f: f["model"].attrs.__setitem__("sites", 2**40), "sites"),
            (replace(layer + "/sites", np.full(shape, 2**40)), "out of range"),
            (replace(layer + "/sites", np.full(shape, -1)), "out of range"),
            (replace(layer + "/sites", np.full(shape, 99)), "99"),
            (replace(layer + "/sites", np.zeros((0, 4), int)), "sites"),
            (replace(layer + "/mask", np.full((2, shape[1]), 7)), "mask"),
            (replace(layer + "/t/W0", np.zeros((2, 0, shape[1]))), "W0"),
        ])

    def test_one_flipped_bit_anywhere_is_found(self):
        # The line at the beginning holds the SHA-256 of the rest; between the two lie zeros.
        self.model()
        whole = (self.directory / "out/model.h5").read_bytes()
        coins = random.Random(1)
        line = whole.index(b"\n")
        for _ in range(40):
            place = coins.choice([coins.randrange(line), coins.randrange(512, len(whole))])
            broken = bytearray(whole)
            broken[place] ^= 1 << coins.randrange(8)
            (self.directory / "broken.h5").write_bytes(broken)
            self.evaluate(2, "broken.h5", "broken.h5")

    def test_a_network_of_another_temperature_is_used_with_a_word(self):
        self.model()
        done = self.nmc("check", "job.ini", "--system.beta=0.3", "--model.file=out/model.h5",
                        "--output.dir=other")
        self.assertIn("beta is 0.44", done.stdout)
        self.assertIn("0.3 in the system", done.stdout)
        same = self.nmc("check", "job.ini", "--model.file=out/model.h5", "--output.dir=other")
        self.assertNotIn("another system", same.stdout)

    def test_annealing_without_a_table(self):
        self.nmc("anneal", "--system.name=ising", "--system.L=4", "--system.beta=0.4",
                 "--anneal.population=50", "--anneal.runs=2", "--output.dir=out")
        path = self.directory / "out/anneal.h5"

        def empty(file):
            names = list(file["anneal"])
            del file["anneal"]
            for name in names:
                file[f"anneal/{name}"] = np.zeros((0, 0) if name not in ("run", "beta") else 0)

        def shorter(file):
            values = file["anneal/lnZ"][:]
            del file["anneal/lnZ"]
            file["anneal/lnZ"] = values[:, 1:]

        def no_method(file):
            job = file["provenance"].attrs["resolved_job"]
            file["provenance"].attrs["resolved_job"] = job.replace("population =", "popul =")

        for change, message in ((empty, "beta"), (shorter, "shape"), (no_method, "popul"),
                                (lambda f: f.__delitem__("anneal/culled"), "culled")):
            shutil.copy(path, self.directory / "changed.h5")
            with h5py.File(self.directory / "changed.h5", "r+") as file:
                change(file)
            done = self.nmc("report", "changed.h5", code=2)
            self.assertIn(message, done.stderr)

    def test_results_whose_variables_disagree(self):
        self.write("job.ini", LADDER)
        self.nmc("run", "job.ini")
        path = self.directory / "out/result.h5"
        whole = path.read_bytes()

        def cut(file, name, place):
            values = file[name][place]
            del file[name]
            file[name] = values

        changes = [("/posterior/energy and /posterior/m2 differ in shape",
                    lambda file: cut(file, "posterior/m2", np.s_[:1])),
                   ("/posterior/energy has no draws",
                    lambda file: cut(file, "posterior/energy", np.s_[:, :0])),
                   ("/ladder/energy and /ladder/m2 differ in shape",
                    lambda file: cut(file, "ladder/m2", np.s_[:, :2])),
                   ("/ladder/m2 is not of the 2 temperatures",
                    lambda file: cut(file, "ladder/m2", np.s_[:, :, :1])),
                   ("/swaps is not of the 2 temperatures",
                    lambda file: cut(file, "swaps/hot_fraction", np.s_[:1])),
                   ("own_rung = 7", lambda file: file["ladder"].attrs.modify("own_rung", 7))]
        for message, change in changes:
            path.write_bytes(whole)
            with h5py.File(path, "r+") as file:
                change(file)
            self.assertIn(message, self.nmc("report", "out/result.h5", code=2).stderr)

    def test_parts_without_draws(self):
        self.write("job.ini", LADDER)
        self.nmc("run", "job.ini")
        (self.directory / "out/result.h5").unlink()
        part = next((self.directory / "out/parts").iterdir())
        with h5py.File(part, "r+") as file:
            for name, values in [(name, file["columns"][name][:, :0]) for name in file["columns"]]:
                del file["columns"][name]
                file["columns"][name] = values
        for verb, name in (("report", "out"), ("run", "job.ini")):
            self.assertIn("its first column has no draws", self.nmc(verb, name, code=2).stderr)

    def test_states_without_their_numbers(self):
        self.write("job.ini", LADDER)
        self.nmc("run", "job.ini")
        path = self.directory / "out/status.json"
        whole = path.read_text()
        for key in ("done", "pid", "total"):
            path.write_text(whole.replace(f'"{key}":', '"lost":'))
            self.assertNotIn("nan", self.nmc("status", "out", code=0).stdout)
        path.write_text(whole.replace('"ranks": 1', '"ranks": 1e300'))
        self.assertIn("1 rank x 1 thread", self.nmc("status", "out", code=0).stdout)

    def test_lists_of_scales_that_are_none(self):
        path = self.directory / "x.h5"
        for number in (-1, np.arange(2.0), "words"):
            with h5py.File(path, "w") as file:
                file["x"] = np.random.default_rng(1).normal(size=(3, 40))
                file["x"].attrs["DIMENSION_LIST"] = number
                file["x"].attrs["DIMENSION_LABELS"] = number
            self.nmc("diagnose", "x.h5", code=0)


if __name__ == "__main__":
    unittest.main()
