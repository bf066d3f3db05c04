"""HDF5 files whose objects lie in other files are refused by every reader, with the way out."""

import os
import shutil
import subprocess
import unittest

import h5py
import numpy as np

from damaged_files_test import SPINS
from program import NMC, ProgramTest


def add_link(path, name):
    with h5py.File(path, "r+") as file:
        file[name] = h5py.ExternalLink("secret.h5", "/x")


def add_raw(path, name):
    with h5py.File(path, "r+") as file:
        file.create_dataset(name, (4, 16), "f8", external=[("secret.raw", 0, 512)])


def add_virtual(path, name):
    layout = h5py.VirtualLayout((4, 16), "f8")
    layout[:] = h5py.VirtualSource("secret.h5", "x", (4, 16))
    with h5py.File(path, "r+") as file:
        file.create_virtual_dataset(name, layout)


def add_own_virtual(path, name):
    with h5py.File(path, "r+") as file:
        file["own"] = np.random.default_rng(2).normal(size=(4, 16))
        layout = h5py.VirtualLayout((4, 16), "f8")
        layout[:] = h5py.VirtualSource(".", "own", (4, 16))
        file.create_virtual_dataset(name, layout)


KINDS = {"link": (add_link, "is a link to another file"),
         "raw": (add_raw, "takes its numbers from other files"),
         "virtual": (add_virtual, "takes its numbers from other files")}


class ForeignFiles(ProgramTest):
    def setUp(self):
        super().setUp()
        values = np.random.default_rng(1).normal(size=(4, 16))
        with h5py.File(self.directory / "secret.h5", "w") as file:
            file["x"] = values
        values.tofile(self.directory / "secret.raw")

    def refuse(self, path, words, place="deep/inside"):
        """`words` read `path` as it is, and not with an object that lies elsewhere."""
        self.nmc(*words, code=(0, 4))
        for kind, (add, message) in KINDS.items():
            with self.subTest(kind=kind, words=words):
                shutil.copy(self.directory / path, self.directory / "kept.h5")
                add(self.directory / path, place)
                done = self.nmc(*words, code=2)
                self.assertIn("damaged or foreign", done.stderr)
                self.assertIn(place, done.stderr)
                self.assertIn(message, done.stderr)
                shutil.copy(self.directory / "kept.h5", self.directory / path)

    def plain(self, name, **datasets):
        with h5py.File(self.directory / name, "w") as file:
            for key, values in datasets.items():
                file[key] = values
        return name

    def test_by_diagnose(self):
        draws = np.random.default_rng(3).normal(size=(4, 100))
        self.refuse(self.plain("x.h5", energy=draws), ["diagnose", "x.h5"])

    def test_as_a_graph(self):
        self.refuse(self.plain("g.h5", bonds=np.array([[0, 1], [1, 2], [2, 3]])),
                    ["exact", "--system.name=ising", "--system.bonds=g.h5", "--system.beta=0.4"])

    def test_as_a_network_or_its_input(self):
        self.write("job.ini", SPINS.format("made"))
        self.nmc("train", "job.ini")
        spins = np.where(np.random.default_rng(1).random((3, 16)) < 0.5, -1.0, 1.0)
        self.plain("in.h5", x=spins)
        words = ["evaluate", "out/model.h5", "--input=in.h5", "--output=o.h5"]
        self.refuse("in.h5", words)
        with h5py.File(self.directory / "out/model.h5") as sealed, \
                h5py.File(self.directory / "model.h5", "w") as plain:
            for name, value in sealed.attrs.items():
                plain.attrs[name] = value
            for name in sealed:
                sealed.copy(name, plain)
        self.refuse("model.h5", ["evaluate", "model.h5", "--input=in.h5", "--output=o.h5"])

    def test_as_a_result(self):
        self.write("job.ini", SPINS.format("made"))
        self.nmc("run", "job.ini")
        self.refuse("out/result.h5", ["report", "out/result.h5"], "posterior/elsewhere")

    def test_way_out_of_the_message_works(self):
        if shutil.which("h5repack") is None:
            self.skipTest("no h5repack here")
        for add in (add_raw, add_virtual):
            self.plain("x.h5", energy=np.random.default_rng(3).normal(size=(4, 100)))
            add(self.directory / "x.h5", "other")
            subprocess.run(["h5repack", "-l", "CONTI", "x.h5", "new.h5"], cwd=self.directory,
                           check=True)
            self.nmc("diagnose", "new.h5", code=0)
            with h5py.File(self.directory / "new.h5") as file, \
                    h5py.File(self.directory / "secret.h5") as secret:
                np.testing.assert_array_equal(file["other"], secret["x"])

    def test_virtual_ones_of_the_file_itself_and_links_within_are_read(self):
        self.plain("x.h5", energy=np.random.default_rng(3).normal(size=(4, 100)))
        add_own_virtual(self.directory / "x.h5", "view")
        with h5py.File(self.directory / "x.h5", "r+") as file:
            file["soft"] = h5py.SoftLink("/energy")
            file["circle/round"] = h5py.SoftLink("/circle")
            file["circle/hard"] = file["circle"]
        self.nmc("diagnose", "x.h5", code=0)

    def test_a_link_to_a_pipe_or_a_device_is_not_followed(self):
        os.mkfifo(self.directory / "pipe")
        for target in ("pipe", "/dev/zero"):
            self.plain("x.h5", energy=np.random.default_rng(3).normal(size=(4, 100)))
            with h5py.File(self.directory / "x.h5", "r+") as file:
                file.create_dataset("raw", (1 << 20,), "f8", external=[(target, 0, 8 << 20)])
                file["link"] = h5py.ExternalLink(target, "/x")
            done = subprocess.run([NMC, "diagnose", "x.h5"], cwd=self.directory, timeout=20,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("damaged or foreign", done.stderr)

    def test_a_link_in_a_group_a_thousand_deep_is_found(self):
        self.plain("x.h5", energy=np.random.default_rng(3).normal(size=(4, 100)))
        with h5py.File(self.directory / "x.h5", "r+") as file:
            group = file
            for _ in range(1000):
                group = group.create_group("g")
            group["last"] = 1
        self.nmc("diagnose", "x.h5", code=0)
        with h5py.File(self.directory / "x.h5", "r+") as file:
            file["/" + 1000 * "g/" + "link"] = h5py.ExternalLink("secret.h5", "/x")
        self.assertIn("/g/g/link is a link", self.nmc("diagnose", "x.h5", code=2).stderr)


if __name__ == "__main__":
    unittest.main()
