"""A disk that fills up ends a run with exit code 75 whatever was being written, and the same command
goes on to the same numbers once there is space. On small file systems in memory, so for root.

    full_disk_test.py               some sizes of every kind of run
    full_disk_test.py --places 100  as many places per kind
"""

import argparse
import collections
import os
import re
import subprocess
import sys
import threading
import time
import unittest

import h5py
import numpy as np

from kill_cases import CASES
from kill_checks import columns_of, fingerprint, kept_units, published, read_all, wrong_rows
from program import DONE, NMC, ProgramTest

PAGE = 4096
LARGE = 64 << 20
MANY = 100_000  # files
PLACES = 3  # of every kind and way in which space can lack


class Disk:
    """A file system in memory of a size and a number of files that are changed as it goes."""

    def __init__(self, path):
        self.path = path
        path.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={LARGE},nr_inodes={MANY}", "none", path], check=True,
                       stderr=subprocess.PIPE)

    def resize(self, size=LARGE, files=MANY):
        subprocess.run(["mount", "-o", f"remount,size={size},nr_inodes={files}", self.path],
                       check=True, stderr=subprocess.PIPE)

    def used(self):
        state = os.statvfs(self.path)
        return (state.f_blocks - state.f_bfree) * state.f_frsize

    def unmount(self):
        while os.path.ismount(self.path):
            subprocess.run(["umount", "-l", self.path], check=True)
        self.path.rmdir()


class Watch(threading.Thread):
    """Calls `action` once when a file is there, or notes the most that a disk held."""

    def __init__(self, disk, path, action):
        super().__init__(daemon=True)
        self.disk, self.path, self.action = disk, path, action
        self.most, self.is_over = 0, False

    def run(self):
        while not self.is_over:
            self.most = max(self.most, self.disk.used())
            if self.action and self.path.exists():
                self.action()
                self.action = None
            time.sleep(0.001)


class FullDisk(ProgramTest):
    hit = collections.Counter()

    @classmethod
    def tearDownClass(cls):
        print(f"full while writing: {dict(cls.hit)}", file=sys.stderr)

    def setUp(self):
        super().setUp()
        try:
            self.disk = Disk(self.directory / "disk")
        except (OSError, subprocess.CalledProcessError) as error:
            self.skipTest(f"no file system in memory can be mounted here: {error}")
        self.addCleanup(self.disk.unmount)

    def start(self, action=None, when="log.jsonl"):
        """One start of the job; its exit code, its messages and the most that the disk held."""
        watch = Watch(self.disk, self.disk.path / "out" / when, action)
        watch.start()
        done = self.nmc(*self.words, code=None)
        watch.is_over = True
        watch.join()
        return done, watch.most

    def whole(self, case, verb=None):
        """Of an undisturbed run: its results and the most that it took."""
        default, job = CASES[case]
        self.write("job.ini", job.replace("dir = out", "dir = disk/out"))
        self.words = [verb or default, "job.ini"]
        before = self.disk.used()
        done, most = self.start()
        self.assertIn(done.returncode, DONE, done.stderr)
        results, columns = self.results(), self.columns()
        subprocess.run(["rm", "-rf", self.disk.path / "out"], check=True)
        return results, columns, most - before

    def results(self):
        return {path.relative_to(self.disk.path).as_posix(): fingerprint(path)
                for path in published(self.disk.path)
                if path.name in ("result.h5", "anneal.h5", "model.h5")}

    def columns(self):
        return {path.parent.relative_to(self.disk.path).as_posix(): columns_of(path.parent)
                for path in self.disk.path.rglob("parts")}

    def look_at(self, done, columns):
        """A run that was stopped by the disk left whole files with the right numbers."""
        self.assertEqual(done.returncode, 75, done.stdout + done.stderr)
        self.assertIn("space left", done.stderr)
        self.assertNotIn("defect", done.stderr)
        place = re.search(r"no space left for \S*?/?([^/ :]+?)( \(.*\))?(;|:)", done.stderr)
        self.hit[re.sub(r"\.?[0-9a-f]{12,16}(\.tmp)?", "", place[1]) if place else "disk"] += 1
        for path in published(self.disk.path):
            read_all(path)
        for path, right in columns.items():
            self.assertEqual(wrong_rows(self.disk.path / path, right), 0)
        return kept_units(self.disk.path)

    def fill(self, case, places, verb=None):
        """`places(most)` gives what to do with the disk: before the start, and while it runs."""
        results, columns, most = self.whole(case, verb)
        for before, action in places(most):
            with self.subTest(case=case, place=str(before)):
                if before:
                    self.disk.resize(**before)
                done, _ = self.start(action)
                if done.returncode not in DONE:
                    kept = self.look_at(done, columns)
                    self.make_room()
                    again, _ = self.start(self.keep(kept))
                    self.assertIn(again.returncode, DONE, again.stderr)
                self.assertEqual(self.results(), results)
            self.make_room()
            subprocess.run(["rm", "-rf", self.disk.path / "out"], check=True)

    def make_room(self):
        self.disk.resize()
        (self.disk.path / "ballast").unlink(missing_ok=True)

    def keep(self, kept):
        """What was safe before is there when the next start begins."""
        return lambda: [self.assertGreaterEqual(kept_units(self.disk.path).get(path, 0), units)
                        for path, units in kept.items()]

    def sizes(self, most):
        """From a page on; the first ones one by one, as a start writes little."""
        step = max(PAGE, most // PAGE // PLACES * PAGE)
        first = [PAGE * pages for pages in range(1, min(PLACES, 12) + 1)]
        return [({"size": size}, None) for size in [*first, *range(max(first) + PAGE, most, step)]]

    def later(self, most):
        """Full as soon as the run has begun, which it does not do where it sees that."""
        step = max(PAGE, most // PAGE // PLACES * PAGE)
        return [(None, lambda extra=extra: self.leave(extra)) for extra in range(0, most, step)]

    def leave(self, extra):
        """So many bytes: the rest is taken by others, and the disk stays as large as it is."""
        with open(self.disk.path / "ballast", "wb") as ballast:
            while True:  # the run writes meanwhile
                try:
                    rest = max(PAGE, LARGE - self.disk.used() - extra)
                    return os.posix_fallocate(ballast.fileno(), 0, rest)
                except OSError:
                    continue

    def files(self, most):
        return [({"files": count}, None) for count in range(2, 2 + 3 * PLACES)]

    def test_of_a_training(self):
        self.fill("network", self.sizes, verb="train")

    def test_of_an_annealing(self):
        self.fill("annealing", self.sizes)

    def test_of_chains(self):
        self.fill("classical", self.later)
        self.fill("field", self.files)

    def test_of_chains_with_a_network(self):
        self.fill("flow", self.later)
        self.fill("flow", self.files)

    def test_of_a_sweep(self):
        self.fill("sweep", self.later)
        self.fill("sweep", self.files)

    def test_before_a_run_that_would_fit_otherwise(self):
        self.whole("field")
        (self.disk.path / "ballast").write_bytes(b"x" * (LARGE - 8 * PAGE))
        done = self.nmc(*self.words, code=75)
        self.assertIn("free some and run again", done.stderr)
        done = self.nmc(*self.words, "--run.draws=100000000", code=2)
        self.assertIn("fewer run.draws", done.stderr)
        (self.disk.path / "ballast").unlink()
        self.nmc(*self.words)


class FullOutput(ProgramTest):
    def test_of_a_table_is_no_success(self):
        self.write("job.ini", CASES["field"][1])
        self.nmc("run", "job.ini")
        for words in (["report", "out"], ["status", "out"], ["list", "systems"],
                      ["report", "out", "--json"]):
            with open("/dev/full", "w") as full:
                done = subprocess.run([NMC, *words], cwd=self.directory, stdout=full, text=True,
                                      stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, 75, (words, done.stderr))
            self.assertIn("cannot write the output", done.stderr)

    def test_of_a_file_that_is_asked_for(self):
        try:
            disk = Disk(self.directory / "disk")
        except (OSError, subprocess.CalledProcessError) as error:
            self.skipTest(f"no file system in memory can be mounted here: {error}")
        self.addCleanup(disk.unmount)
        self.write("job.ini", CASES["network"][1].replace("steps = 250", "steps = 2"))
        self.nmc("train", "job.ini")
        with h5py.File(self.directory / "in.h5", "w") as file:
            file["x"] = np.where(np.random.default_rng(1).random((500, 16)) < 0.5, -1.0, 1.0)
        words = ["evaluate", "out/model.h5", "--input=in.h5", "--output=disk/o.h5"]
        disk.resize(2 * PAGE)
        done = self.nmc(*words, code=75)
        self.assertIn("no space left", done.stderr)
        self.assertEqual(list(disk.path.iterdir()), [])
        disk.resize()
        self.nmc(*words, code=0)

    def test_of_a_limit_of_file_sizes(self):
        self.write("job.ini", CASES["classical"][1])
        limit = subprocess.run(["bash", "-c", f"ulimit -f 16; exec {NMC} run job.ini"],
                               cwd=self.directory, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)
        self.assertEqual(limit.returncode, 75, limit.stderr)
        self.nmc("run", "job.ini")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--places", type=int, default=PLACES)
    given, rest = parser.parse_known_args()
    PLACES = given.places
    unittest.main(argv=[sys.argv[0], *rest])
