"""What must hold of a directory whose run was killed: whole files, right rows, kept work."""

import hashlib
import io
import json
import os
import re
import threading
import time
from pathlib import Path

import h5py
import numpy as np

TEMPORARY = re.compile(r"(\.[0-9a-f]{16}\.tmp|^\.probe\.[0-9a-f]{16})$")
ENDS = ("result.h5", "anneal.h5", "sweep.h5")
# Times, which differ between equal runs.
CLOCKS = ("cpu_seconds", "wall_seconds", "created_at", "started")


def is_temporary(name):
    return TEMPORARY.search(name) is not None


def published(directory):
    """The HDF5 files that a reader may open."""
    return [path for path in Path(directory).rglob("*.h5") if not is_temporary(path.name)]


def temporaries(directory):
    return [path for path in Path(directory).rglob("*") if is_temporary(path.name)]


def is_clock(name):
    return any(clock in name for clock in CLOCKS)


def fingerprint(path):
    """SHA-256 of all data and attributes of a result but its clocks and provenance."""
    digest = hashlib.sha256()

    def add(name, values):
        values = np.asarray(values)
        content = repr(values.tolist()).encode() if values.dtype.kind == "O" else values.tobytes()
        digest.update(f"{name} {values.dtype} {values.shape}".encode() + content)

    def visit(name, item):
        if name.startswith("provenance") or is_clock(name):
            return
        if isinstance(item, h5py.Dataset):
            add(name, item[()])
        for key, value in sorted(item.attrs.items()):
            if not is_clock(key) and not key.endswith("_LIST"):
                add(f"{name}@{key}", value)

    with h5py.File(path) as file:
        file.visititems(visit)
        if "weights_sha256" in file.get("provenance", file).attrs:
            add("weights", file["provenance"].attrs["weights_sha256"])
    return digest.hexdigest()


def opened(path):
    """As it is now: the next generation may take its name at any time."""
    return h5py.File(io.BytesIO(Path(path).read_bytes()), "r")


def read_all(path):
    with opened(path) as file:
        file.visititems(lambda _, item: item[()] if isinstance(item, h5py.Dataset) else None)


def columns_of(directory):
    """{column: array (rows, draws)} of all parts, in their order."""
    columns = {}
    for path in sorted(Path(directory, "parts").glob("draws_*.h5")):
        first = int(path.stem.split("_")[1])
        with h5py.File(path) as file:
            for name in file["columns"]:
                columns.setdefault(name, {})[first] = file["columns"][name][()]
    return {name: np.concatenate([parts[k] for k in sorted(parts)], axis=1)
            for name, parts in columns.items()}


def wrong_rows(directory, reference):
    """Numbers of the parts of a killed run that are not those of the undisturbed one."""
    wrong = 0
    for path in sorted(Path(directory, "parts").glob("draws_*.h5")):
        first = int(path.stem.split("_")[1])
        with h5py.File(path) as file:
            for name in file["columns"]:
                values = file["columns"][name][()]
                right = reference[name][:, first:first + values.shape[1]]
                if not np.array_equal(values, right, equal_nan=True):
                    wrong += 1
    return wrong


def units_of(path):
    """What a checkpoint holds: steps of a training or of chains, runs of an annealing."""
    with opened(path) as file:
        if "tables" in file:
            return file["tables"].shape[0]
        state = file["state"].attrs
        return int(state["steps"] if "steps" in state else state["step"])


def kept_units(directory):
    """{directory/name: units} of the newest checkpoints."""
    units = {}
    for path in published(directory):
        name = path.name.replace(".previous", "")
        if name in ("sample.h5", "train.h5", "anneal_runs.h5"):
            key = f"{path.parent}/{name}"
            try:
                units[key] = max(units.get(key, 0), units_of(path))
            except FileNotFoundError:
                pass
    return units


class Reader(threading.Thread):
    """Reads every file that appears while runs live and die, as another user would."""

    def __init__(self, directory):
        super().__init__(daemon=True)
        self.directory = directory
        self.faults = []
        self.files_read = 0
        self.seen = {}
        self.units = {}  # the most that any checkpoint held
        self.is_over = threading.Event()

    def run(self):
        while not self.is_over.is_set():
            self.look()
            time.sleep(0.03)

    def look(self):
        for path in published(self.directory):
            self.read(path, read_all)
            if path.name.replace(".previous", "") in ("sample.h5", "train.h5", "anneal_runs.h5"):
                key = f"{path.parent}/{path.name.replace('.previous', '')}"
                units = self.read(path, units_of, again=True)
                self.units[key] = max(self.units.get(key, 0), units or 0)
        for path in Path(self.directory).rglob("status.json"):
            self.read(path, lambda name: json.loads(Path(name).read_text()))
        for path in Path(self.directory).rglob("log.jsonl"):
            self.read(path, lambda name: [json.loads(line) for line in
                                          Path(name).read_text().splitlines()])

    def read(self, path, how, again=False):
        try:
            before = os.stat(path)
            mark = (before.st_ino, before.st_mtime_ns, before.st_size)
            if not again and self.seen.get(path) == mark:
                return None
            value = how(path)
            if not again:
                self.seen[path] = mark
                self.files_read += 1
            return value
        except FileNotFoundError:  # the generations of a checkpoint change their names
            return None
        except Exception as error:  # whatever a reader would stumble over
            self.faults.append(f"{path}: {type(error).__name__} {error}")
            return None

    def stop(self):
        self.is_over.set()
        self.join()
        self.look()
        return self.faults
