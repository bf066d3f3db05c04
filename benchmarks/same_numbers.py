#!/usr/bin/env python3
"""Whether two builds of nmc give the same numbers: every example, shortened, run by both.

Runs every job of a folder with the old and with the new program, on one thread, shortened by keys
on the command line, and compares all data sets and all attributes of every HDF5 file they write by
SHA-256 of their type, shape and bytes. A line per data set: equal, DIFFERENT, or in one file alone;
then a line per job. What two runs of one program differ in is left out: clocks, dates, provenance.
A job with a [sweep] is run at the first point of each section. Exit code 0 where all is equal.

usage: same_numbers.py OLD_NMC NEW_NMC [--examples DIR] [--only NAME ...] [--quiet] [--keep DIR]
"""
import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
# By the last part of a path, or the name of an attribute: what the clock says, and whose build it is.
CLOCKS = re.compile(r"(wall|cpu)_seconds|created_at$|^started$|^ended$|^inference_library_version$")
# References between data sets are addresses in the file.
ADDRESSES = ("DIMENSION_LIST", "REFERENCE_LIST")
# Done, or done and refused as results: a shortened run is too short to be trusted, and need not be.
DONE = (0, 4)
# Long enough that step sizes settle and chains move, so that a difference has room to show.
SHORT = {"run.draws": "40", "run.warmup": "60", "run.thin": "1"}


def sections(text):
    """{section: {key: value}} of a job, as far as shortening needs it."""
    found, name = {}, ""
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("["):
            name = line[1:line.index("]")]
            found.setdefault(name, {})
        elif "=" in line:
            key, value = line.split("=", 1)
            found.setdefault(name, {})[key.strip()] = value.strip()
    return found


def overrides(job):
    """Keys that make a job short: few draws, and few steps of what trains or anneals."""
    keys = {}
    if "learn" in job or "tomography" in job:
        return {}
    if "anneal" in job:
        return {"anneal.population": "200", "anneal.runs": "2"}
    if not any(name.startswith("sweep") for name in job):
        keys = {k: v for k, v in SHORT.items() if k != "run.thin" or "thin" in job.get("run", {})}
    # More than one chunk of chains, the last one not full.
    if int(job.get("sampler", {}).get("chains", 0)) > 80:
        keys["sampler.chains"] = "80"
    train = job.get("train", {})
    if train:
        keys |= {"train.steps": "24", "train.validate_every": "12", "train.batch": "80",
                 "run.importance": "500"}
        keys |= {f"train.{k}": "6" for k in ("warmup", "anneal_steps") if k in train}
        if train.get("objective") == "mmd":  # an exact sum over all states
            del keys["train.batch"]
    return keys


def first_point(line):
    """A line of a [sweep] section with one point, and that a short one."""
    if "=" not in line.split("#")[0]:
        return line
    names, values = (part.strip() for part in line.split("=", 1))
    names = [name.strip() for name in names.split(",")]
    if len(names) > 1:
        values = [v.strip() for v in re.match(r"\(([^)]*)\)", values).group(1).split(",")]
    elif values.endswith(";") or values.startswith("["):  # one value that holds commas
        return line
    else:
        values = [values.split(",")[0].strip()]
    return "\n".join(f"{name} = {SHORT.get(name, value)}" for name, value in zip(names, values))


def shortened(text):
    """The text of a job whose sweeps have one point each."""
    lines, in_sweep = [], False
    for line in text.splitlines():
        if line.startswith("["):
            in_sweep = line.startswith("[sweep")
        lines.append(first_point(line) if in_sweep else line)
    return "\n".join(lines) + "\n"


def digest(value):
    """SHA-256 of type, shape and bytes, or of the text."""
    array = np.asarray(value)
    if array.dtype.kind in "OSU":
        content = repr([v.decode() if isinstance(v, bytes) else str(v) for v in array.ravel()])
        return hashlib.sha256(content.encode()).hexdigest()
    head = f"{array.dtype.str} {array.shape} ".encode()
    return hashlib.sha256(head + np.ascontiguousarray(array).tobytes()).hexdigest()


def numbers(path):
    """{name of a data set or attribute: digest} of one file, without what differs between runs."""
    found = {}

    def visit(name, item):
        if name.split("/")[0] == "provenance" or CLOCKS.search(name.rsplit("/", 1)[-1]):
            return
        if isinstance(item, h5py.Dataset):
            found[name] = digest(item[()])
        for key, value in item.attrs.items():
            if key not in ADDRESSES and not CLOCKS.search(key):
                found[f"{name}@{key}"] = digest(value)

    with h5py.File(path) as file:
        visit("", file)
        file.visititems(visit)
    return found


def needs_another(job):
    """Whether a job reads what another job has written."""
    return "../runs/" in job.read_text()


def prepare(job, directory):
    """Puts a shortened job and what it reads into a new directory."""
    directory.mkdir(parents=True)
    # Graphs and data that a job names lie beside it or below the folder that the job is run from.
    (directory / "examples").symlink_to(job.parent.resolve())
    for beside in job.parent.iterdir():
        if beside.is_file() and beside.suffix != ".ini":
            (directory / beside.name).symlink_to(beside.resolve())
    (directory / job.name).write_text(shortened(job.read_text()))


def run(nmc, job, directory):
    """All files that a program writes for a shortened job: {path: Path}."""
    prepare(job, directory)
    parts = sections(job.read_text())
    words = [f"--{key}={value}" for key, value in (overrides(parts) | {"output.dir": "out"}).items()]
    verb = "anneal" if "anneal" in parts else "run"
    done = subprocess.run([str(nmc), verb, job.name, *words], cwd=directory, text=True,
                          env=dict(os.environ, OMP_NUM_THREADS="1"),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode not in DONE:
        raise RuntimeError(f"{nmc} {verb} {job.name} {' '.join(words)}\n{done.stdout}{done.stderr}")
    out = directory / "out"
    # The last checkpoint but one is of a step that the clock chose.
    return {p.relative_to(out).as_posix(): p for p in sorted(out.rglob("*.h5"))
            if "parts" not in p.relative_to(out).parts and not p.name.endswith(".previous.h5")}


def compare(name, old, new, quiet):
    """Prints a line per data set of a file, and returns how many of them are equal and not."""
    equal = different = 0
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) == new.get(key):
            equal += 1
            verdict = "equal    "
        else:
            different += 1
            verdict = ("DIFFERENT" if key in old and key in new else
                       "ONLY OLD " if key in old else "ONLY NEW ")
        if verdict[0] != "e" or not quiet:
            print(verdict, (old.get(key) or new[key])[:12], f"{name}:{key}")
    return equal, different


def check(options, job, directory):
    """Whether both programs give the numbers of one job."""
    files = [run(nmc, job, directory / side / job.stem)
             for side, nmc in (("old", options.old), ("new", options.new))]
    equal = different = 0
    for name in sorted(files[0].keys() | files[1].keys()):
        old, new = (numbers(side[name]) if name in side else {} for side in files)
        counts = compare(f"{job.stem}/{name}", old, new, options.quiet)
        equal, different = equal + counts[0], different + counts[1]
    if equal + different == 0:
        raise RuntimeError(f"{job.name} has written no numbers to compare")
    print(f"{job.stem}: {len(files[0])} files, {equal} equal, {different} different", flush=True)
    return different == 0


def program(path):
    """An absolute path: every job runs in a folder of its own."""
    if not os.access(path, os.X_OK):
        raise argparse.ArgumentTypeError(f"there is no program {path}")
    return Path(path).resolve()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("old", type=program)
    parser.add_argument("new", type=program)
    parser.add_argument("--examples", type=Path, default=EXAMPLES, help="folder of the jobs")
    parser.add_argument("--only", nargs="+", help="names of the jobs, without .ini")
    parser.add_argument("--quiet", action="store_true", help="print what differs alone")
    parser.add_argument("--keep", type=Path, help="where the runs go; else they are removed")
    options = parser.parse_args()
    jobs = [j for j in sorted(options.examples.glob("*.ini"))
            if (options.only is None or j.stem in options.only) and not needs_another(j)]
    if not jobs:
        parser.error(f"no job of these names in {options.examples}")
    directory = options.keep or Path(tempfile.mkdtemp(prefix="same-numbers-"))
    try:
        unequal = [job.stem for job in jobs if not check(options, job, directory)]
    finally:
        if options.keep is None:
            shutil.rmtree(directory, ignore_errors=True)
    print(f"{len(jobs)} jobs, {len(jobs) - len(unequal)} equal",
          *(["differ: " + ", ".join(unequal)] if unequal else []))
    sys.exit(1 if unequal else 0)


if __name__ == "__main__":
    main()
