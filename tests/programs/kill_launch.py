"""A start of a job that is about to be killed, and where it is just then."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from kill_checks import ENDS, is_temporary
from program import NMC

PATIENCE = 600  # seconds, far more than any job takes on the busiest machine


def descendants(pid):
    found = []
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return found
    for child in map(int, children):
        found += [child, *descendants(child)]
    return found


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


class Launched:
    """A start of a job on some ranks, and the phase it is in, as its directory shows it."""

    def __init__(self, directory, words, ranks, environment):
        command = [NMC, *words]
        if ranks:
            command = ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", str(ranks), *command]
        self.ranks, self.out = ranks, directory / "out"
        self.began = time.time()
        self.files = open(directory / "stderr", "w+")
        self.process = subprocess.Popen(command, cwd=directory, env=environment, text=True,
                                        stdout=subprocess.DEVNULL, stderr=self.files)

    def is_alive(self):
        return self.process.poll() is None

    def names(self):
        """(name, written at) of the files of the run, and of its tasks and parts."""
        for entry in self.scan(self.out):
            yield entry
            if entry[2]:
                yield from self.scan(self.out / entry[0])
                yield from self.scan(self.out / entry[0] / "parts")

    @staticmethod
    def scan(path):
        found = []
        try:
            for entry in os.scandir(path):
                found.append((entry.name, entry.stat().st_mtime, entry.is_dir()))
        except OSError:
            pass
        return found

    def phase(self):
        """"merge", "checkpoint", …; what lies on the disk says it, also after the kill."""
        names = [(name, when) for name, when, is_folder in self.names() if not is_folder]
        half = [name.split(".")[0] for name, _ in names if is_temporary(name)]
        if any(name in ("result", "anneal", "sweep") for name in half):
            return "merge"
        if any(name in ("sample", "train", "anneal_runs", "model") or name.startswith("draws_")
               for name in half):
            return "checkpoint"
        if "status" in half:
            return "status"
        if any(name in ENDS and when > self.began for name, when in names if self.is_last(name)):
            return "report"
        state = self.state()
        if state.get("phase") == "train":
            return "train"
        return "sample" if state.get("phase") else "start"

    def is_last(self, name):
        return name != "result.h5" or not any(
            self.out.glob(name) for name in ("*/resolved.ini", "tasks.jsonl"))

    def state(self):
        """status.json of this start, of a sweep that of its task; {} before."""
        newest = {}
        for path in [self.out / "status.json", *self.out.glob("*/status.json")]:
            try:
                if path.stat().st_mtime > self.began:
                    state = json.loads(path.read_text())
                    newest = max(newest, state, key=lambda s: (s.get("phase") != "sweep",
                                                               s.get("updated", "")))
            except (OSError, ValueError):
                pass
        return newest

    def kill(self, coins):
        """Of one rank, or of all; returns once all are gone."""
        ranks = [pid for pid in descendants(self.process.pid)] if self.ranks else []
        if ranks and coins.random() < 0.5:
            kill(coins.choice(ranks))
            how = "one rank"
        else:
            for pid in [self.process.pid, *ranks]:
                kill(pid)
            how = "all"
        self.process.wait(timeout=PATIENCE)
        end = time.monotonic() + PATIENCE
        while any(Path(f"/proc/{pid}/cmdline").exists() for pid in ranks):
            if time.monotonic() > end:
                raise AssertionError("ranks live on after the kill of one of them")
            time.sleep(0.01)
        return how

    def errors(self):
        self.files.seek(0)
        return self.files.read()
