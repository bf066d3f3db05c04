"""Whole inputs of every format, made by the program itself, and the command that reads each."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import h5py
import numpy as np

NMC = os.environ.get("NMC", "nmc")
FIELD = """[system]
name = dual_ising
L = 4
beta = 0.44
[model]
name = neural_rg
hidden = 2
depth = 1
couplings = 2
symmetry = z2
free_field = last
[train]
steps = 1
batch = 64
validate_batch = 32
"""
SPINS = """[system]
name = ising
L = 4
beta = 0.44
[model]
name = {}
[train]
steps = 1
batch = 64
validate_batch = 32
"""
JOB = """# a job
[system]
name = ising
lattice = square
L = 4x6
boundary = periodic, open
J = 1
h = 0.1
beta = 0.44
[sampler]
name = [metropolis x 2, heat_bath x 1]
chains = 8
[run]
warmup = 5
draws = 6
seed = 3
checkpoint = 60s
walltime = 00:01:00
[output]
dir = out
observables = energy, abs_m, m2
"""


class Format:
    """Sources of one kind with the command that reads the damaged copy."""

    def __init__(self, name, sources, command, is_text=False):
        self.name, self.sources, self.is_text = name, sources, is_text
        self.words = command

    def place(self, work, source, damaged):
        (work / source.name).write_bytes(damaged)

    def command(self, source, damaged):
        return [word.replace("FILE", source.name) for word in self.words]


class Model(Format):
    """A model file beside the configurations that it is given."""

    def place(self, work, source, damaged):
        super().place(work, source, damaged)
        shutil.copy(source.parent / "in.h5", work / "in.h5")


class Checkpoint(Format):
    """A file of an unfinished run, which is resumed."""

    def place(self, work, source, damaged):
        run = source.parent
        while run.name != "unfinished":
            run = run.parent
        shutil.copytree(run, work / "out")
        shutil.copy(run.parent / "resume.ini", work / "resume.ini")
        (work / "out" / source.relative_to(run)).write_bytes(damaged)


class Options(Format):
    """Words of a command line, one a line of the source."""

    def place(self, work, source, damaged):
        pass

    def command(self, source, damaged):
        text = damaged.decode("utf-8", "replace").replace("\t", " ").replace("\0", " ")
        return [word for word in text.splitlines()[:40] if word]


def nmc(directory, *words):
    done = subprocess.run([NMC, *words], cwd=directory, capture_output=True, text=True,
                          env=dict(os.environ, OMP_NUM_THREADS="1"))
    if done.returncode not in (0, 4, 75):
        raise RuntimeError(f"{words}: {done.stderr}")
    return done


def graphs(directory):
    """A small glass in text, CSV, JSON and HDF5."""
    rng = np.random.default_rng(1)
    bonds = [(i, (i + step) % 9, float(rng.normal())) for i in range(9) for step in (1, 4)]
    text = directory / "graph.txt"
    text.write_text("N 9\nh 0 0.5\n" + "".join(f"{i} {j} {J:.6f}\n" for i, j, J in bonds))
    csv = directory / "graph.csv"
    csv.write_text("i,j,J\n" + "".join(f"{i},{j},{J:.6f}\n" for i, j, J in bonds))
    whole = directory / "graph.json"
    whole.write_text(json.dumps({"N": 9, "bonds": bonds, "field": [0.1] * 9}))
    hdf5 = directory / "graph.h5"
    with h5py.File(hdf5, "w") as file:
        file.attrs["N"] = 9
        file["bonds"] = np.array([[i, j] for i, j, _ in bonds])
        file["J"] = np.array([J for _, _, J in bonds])
        file["field"] = np.full(9, 0.1)
    return text, csv, whole, hdf5


def chains(directory):
    rng = np.random.default_rng(2)
    csv = directory / "chains.csv"
    rows = [f"{c},{d},{rng.normal():.6f},{rng.normal():.6f}" for c in range(3) for d in range(30)]
    csv.write_text("chain,draw,a,b\n" + "\n".join(rows) + "\n")
    hdf5 = directory / "chains.h5"
    with h5py.File(hdf5, "w") as file:
        file["x"] = rng.normal(size=(3, 40))
        file["group/y"] = rng.normal(size=(3, 40, 2)).astype("f4")
        file["group/n"] = rng.integers(0, 9, size=(3, 40))
    npy = directory / "chains.npy"
    np.save(npy, rng.normal(size=(3, 40)))
    return csv, hdf5, npy


def trained(directory, name, job):
    run = directory / name
    run.mkdir()
    (run / "job.ini").write_text(job + "[output]\ndir = out\n")
    nmc(run, "train", "job.ini")
    # As a script would write it: the checksum of our own files finds all damage at once.
    plain = run / f"{name}.h5"
    with h5py.File(run / "out/model.h5") as sealed, h5py.File(plain, "w") as file:
        for key, value in sealed.attrs.items():
            file.attrs[key] = value
        for key in sealed:
            sealed.copy(key, file)
    sealed = run / f"{name}_sealed.h5"
    shutil.copy(run / "out/model.h5", sealed)
    with h5py.File(run / "in.h5", "w") as file:
        file["x"] = np.where(np.random.default_rng(1).random((2, 16)) < 0.5, -1.0, 1.0)
    return [plain, plain, plain, sealed]


def unfinished(directory):
    """A run that a walltime has stopped, and all of its binary files."""
    job = JOB.replace("draws = 6", "draws = 1000\nthin = 2000")
    path = directory / "resume.ini"
    path.write_text(job.replace("dir = out", "dir = unfinished"))
    done = nmc(directory, "run", "resume.ini", "--run.walltime=1s", "--run.checkpoint=1s")
    # A draw more than there are, so that each resumed run is short.
    draws = int(re.search(r"draw (\d+) of", done.stderr + done.stdout).group(1)) + 1
    path.write_text(job.replace("draws = 1000", f"draws = {draws}"))
    files = [path for path in (directory / "unfinished").rglob("*") if path.is_file()]
    return [path for path in files if path.suffix in (".h5", ".bin", ".json")]


def make_inputs(directory):
    directory.mkdir(parents=True)
    job = directory / "job.ini"
    job.write_text(JOB)
    options = directory / "options.txt"
    options.write_text("check\n" + "".join(
        f"--{word}\n" for word in
        ("system.name=ising", "system.L=4x6", "system.beta=0.44", "system.J=1",
         "system.h=0.1", "sampler.name=metropolis", "sampler.chains=8", "run.draws=6",
         "run.warmup=5", "run.seed=3", "run.walltime=00:01:00", "output.observables=energy,m2")))
    text, csv, whole, hdf5 = graphs(directory)
    chain_csv, chain_h5, chain_npy = chains(directory)
    nmc(directory, "run", "job.ini", "--output.dir=result")
    nmc(directory, "anneal", "--system.name=ising", "--system.L=4", "--system.beta=0.4",
        "--anneal.population=20", "--anneal.runs=2", "--output.dir=anneal")
    exact = ["exact", "--system.name=ising", "--system.bonds=FILE", "--system.beta=0.5",
             "--limit=2s"]
    evaluate = ["evaluate", "FILE", "--input", "in.h5", "--output", "o.h5"]
    diagnose, report = ["diagnose", "FILE", "--json"], ["report", "FILE", "--json"]
    networks = {"made": SPINS.format("made\nwidth = 3"), "flow": FIELD,
                "rnn": SPINS.format("rnn\nwidth = 3"),
                "mixture": SPINS.format("bernoulli_mixture\ncomponents = 2")}
    made = [
        Format("job", [job], ["check", "FILE"], True),
        Options("options", [options], [], True),
        Format("graph_text", [text], exact, True),
        Format("graph_csv", [csv], exact, True),
        Format("graph_json", [whole], exact, True),
        Format("graph_hdf5", [hdf5], exact),
        Format("chains_csv", [chain_csv], diagnose, True),
        Format("chains_hdf5", [chain_h5], diagnose),
        Format("chains_npy", [chain_npy], diagnose),
        Format("result", [directory / "result/result.h5"], report),
        Format("anneal", [directory / "anneal/anneal.h5"], report),
        Checkpoint("checkpoint", unfinished(directory), ["run", "resume.ini"]),
    ]
    for name, text_of_job in networks.items():
        made.append(Model(f"model_{name}", trained(directory, name, text_of_job), evaluate))
    return {form.name: form for form in made}


FORMATS = ["job", "options", "graph_text", "graph_csv", "graph_json", "graph_hdf5", "chains_csv",
           "chains_hdf5", "chains_npy", "result", "anneal", "checkpoint", "model_flow",
           "model_made", "model_rnn", "model_mixture"]
