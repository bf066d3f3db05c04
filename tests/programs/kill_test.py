"""Runs that are killed at random times end with the same numbers as those that are left alone.

    kill_test.py                            20 kills, one at least in every phase
    kill_test.py --kills 1000 --seed S      as many as that, in the order that S draws
"""

import argparse
import collections
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from kill_cases import CASES, INTERVAL
from kill_checks import (ENDS, Reader, columns_of, fingerprint, kept_units, temporaries,
                         wrong_rows)
from kill_launch import PATIENCE, Launched
from program import DONE, NMC

HAS_MPI = os.environ.get("NMC_HAS_MPI") == "1"
PHASES = ("start", "status", "train", "checkpoint", "sample", "merge", "report",
          "nmc report", "nmc status")
# Beyond the interval: a segment of steps, the checkpoint itself, a busy machine.
SLACK = 5.0


class Killer:
    """Jobs in directories of their own, killed at places that `coins` draw."""

    def __init__(self, seed, out=None):
        self.coins = random.Random(seed)
        self.root = Path(tempfile.mkdtemp(prefix="nmc-kill-"))
        (self.root / "tmp").mkdir()
        self.environment = dict(os.environ, OMP_NUM_THREADS="1", TMPDIR=str(self.root / "tmp"),
                                OMPI_MCA_mpi_yield_when_idle="1")
        self.whole = {}
        self.hit, self.how, self.by_case = (collections.Counter() for _ in range(3))
        self.lost, self.faults, self.out = [], [], out
        self.files_read = self.same = 0

    def reference(self, name):
        if name not in self.whole:
            directory = self.root / f"whole_{name}"
            self.prepare(directory, name)
            self.finish(directory, name, None)
            self.whole[name] = (self.results(directory), self.columns(directory))
        return self.whole[name]

    @staticmethod
    def prepare(directory, name):
        directory.mkdir()
        (directory / "job.ini").write_text(CASES[name][1])

    def launch(self, directory, name, ranks):
        return Launched(directory, [CASES[name][0], "job.ini"], ranks, self.environment)

    def finish(self, directory, name, ranks):
        launched = self.launch(directory, name, ranks)
        code = launched.process.wait(timeout=PATIENCE)
        if code not in DONE:
            self.faults.append(f"{name} ends with {code}: {launched.errors()[-500:]}")

    @staticmethod
    def results(directory):
        return {path.relative_to(directory).as_posix(): fingerprint(path)
                for end in ENDS for path in sorted(directory.rglob(end))}

    @staticmethod
    def columns(directory):
        return {path.parent.relative_to(directory).as_posix(): columns_of(path.parent)
                for path in directory.rglob("parts")}

    def draw_ranks(self):
        return self.coins.choice([None, None, 2, 2, 3]) if HAS_MPI else None

    def trial(self, name, aims):
        """One directory: a start for every aim, its kill, and the end in peace."""
        whole, columns = self.reference(name)
        directory = self.root / f"trial_{name}"
        self.prepare(directory, name)
        reader = Reader(directory / "out")
        reader.start()
        for aim in aims:
            launched = self.launch(directory, name, self.draw_ranks())
            if self.aim(launched, aim, directory):
                how = launched.kill(self.coins)
                self.note(name, launched, how)
                self.look_at(directory, columns, reader)
            else:
                code = launched.process.wait(timeout=PATIENCE)
                if code not in DONE:
                    self.faults.append(f"{name} ends with {code}: {launched.errors()[-500:]}")
        self.finish(directory, name, self.draw_ranks())
        self.faults += [f"unreadable: {fault}" for fault in reader.stop()]
        self.files_read += reader.files_read
        self.look_at_the_end(directory, name, whole)
        shutil.rmtree(directory)

    def aim(self, launched, aim, directory):
        """Waits until the run is where it is to be killed; False where it ended before."""
        if aim.startswith("nmc "):
            return self.kill_reader(launched, aim, directory)
        if aim == "start":
            time.sleep(self.coins.random() * (1.3 if launched.ranks else 0.08))
            return launched.is_alive()
        while launched.is_alive():
            if launched.phase() == aim:
                if aim in ("train", "sample"):
                    time.sleep(self.coins.random() * 4 * INTERVAL)
                return launched.is_alive()
            time.sleep(0.0005)
        return False

    def kill_reader(self, launched, aim, directory):
        """Kills one that looks at the run, which must not mind, and then lets the run be killed."""
        while launched.is_alive() and launched.phase() not in ("train", "sample", "checkpoint"):
            time.sleep(0.002)
        looker = subprocess.Popen([NMC, *aim.split()[1:], "out"], cwd=directory,
                                  env=self.environment, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        time.sleep(self.coins.random() * 0.06)
        if looker.poll() is None:
            self.hit[aim] += 1
        looker.kill()
        looker.wait()
        return launched.is_alive()

    def note(self, name, launched, how):
        self.hit[launched.phase()] += 1
        self.how[f"{how} of {launched.ranks or 1}"] += 1
        self.by_case[name] += 1
        newest = max((when for file, when, _ in launched.names()
                      if file in ("sample.h5", "train.h5", "anneal_runs.h5")), default=0)
        phase = launched.state().get("phase")
        if newest > launched.began and phase in ("train", "warmup", "sample", "anneal"):
            self.lost.append((time.time() - newest, name, phase))

    def look_at(self, directory, columns, reader):
        reader.look()
        kept = kept_units(directory / "out")
        for path, units in reader.units.items():
            if kept.get(path, 0) < units:
                self.faults.append(f"{path}: {units} were kept, {kept.get(path, 0)} are left")
        for parts in directory.rglob("parts"):
            wrong = wrong_rows(parts.parent, columns[parts.parent.relative_to(directory).as_posix()])
            if wrong:
                self.faults.append(f"{parts}: {wrong} columns are wrong")
        for verb in self.coins.sample(["status", "report"], self.coins.randint(0, 1)):
            done = subprocess.run([NMC, verb, "out"], cwd=directory, env=self.environment,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            if done.returncode not in (0, 1, 2, 4, 75) or any(
                    word in done.stderr for word in ("damaged", "cannot write")):
                self.faults.append(f"nmc {verb}: {done.returncode} {done.stderr}")

    def look_at_the_end(self, directory, name, whole):
        results = self.results(directory)
        if results == whole:
            self.same += 1
        else:
            self.faults.append(f"{name}: {sorted(set(whole.items()) ^ set(results.items()))}")
        left = [*temporaries(directory), *directory.rglob("run.lock"),
                *(self.root / "tmp").glob("nmc-*")]
        if left:
            self.faults.append(f"{name} leaves {left}")

    def run(self, kills):
        names = list(CASES)
        while sum(self.how.values()) < kills:
            name = names.pop(0) if names else self.coins.choice(list(CASES))
            aims = self.draw_aims(name, min(4, kills - sum(self.how.values())))
            self.trial(name, aims)
            if self.out:
                print(self.text(), file=self.out, flush=True)

    def draw_aims(self, name, most):
        """Phases in the order of a run, those first that were hit least."""
        phases = [phase for phase in PHASES if phase != "train" or "network" in name or name == "flow"]
        self.coins.shuffle(phases)
        phases.sort(key=lambda phase: self.hit[phase])
        return sorted(phases[:self.coins.randint(min(2, most), most)], key=PHASES.index)

    def text(self):
        lost = max(self.lost, default=(0,))
        return (f"{sum(self.how.values())} kills: {dict(self.hit)}\n{dict(self.how)}\n"
                f"{dict(self.by_case)}\n{self.same} results the same, {self.files_read} files read, "
                f"at most {lost[0]:.2f} s lost {lost[1:]} (interval {INTERVAL} s)\nfaults: {self.faults}")

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)


class Kills(unittest.TestCase):
    def test_lose_nothing_but_the_work_since_the_last_checkpoint(self):
        killer = Killer(seed=1)
        try:
            killer.run(20)
        finally:
            killer.remove()
        print(killer.text(), file=sys.stderr)
        self.assertEqual(killer.faults, [], killer.text())
        self.assertLess(max(killer.lost)[0], INTERVAL + SLACK)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int)
    parser.add_argument("--seed", type=int, default=1)
    given, rest = parser.parse_known_args()
    if given.kills is None:
        unittest.main(argv=[sys.argv[0], *rest])
    killer = Killer(given.seed, sys.stdout)
    try:
        killer.run(given.kills)
    finally:
        killer.remove()
    sys.exit(1 if killer.faults else 0)
