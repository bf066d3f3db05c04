"""Graphs in every format that is read: a glass of nine spins with a field where the format has it."""

import json
import shutil
from pathlib import Path

import h5py
import numpy as np

from formats import Format, nmc

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "graphs"
EXACT = ["exact", "--system.name=ising", "--system.bonds=FILE", "--system.beta=0.5", "--limit=2s"]
CONVERT = ["convert", "FILE", "o.txt"]


def bonds():
    rng = np.random.default_rng(1)
    return [(i, (i + step) % 9, float(rng.normal())) for i in range(9) for step in (1, 4)]


def text(directory, field="h 0 0.5\n"):
    path = directory / "graph.txt"
    path.write_text(f"N 9\n{field}" + "".join(f"{i} {j} {J:.6f}\n" for i, j, J in bonds()))
    return path


def as_text(directory):
    return Format([text(directory)], EXACT, True)


def as_csv(directory):
    path = directory / "graph.csv"
    path.write_text("i,j,J\n" + "".join(f"{i},{j},{J:.6f}\n" for i, j, J in bonds()))
    return Format([path], EXACT, True)


def as_json(directory):
    path = directory / "graph.json"
    path.write_text(json.dumps({"N": 9, "bonds": bonds(), "field": [0.1] * 9}))
    return Format([path], EXACT, True)


def as_hdf5(directory):
    path = directory / "graph.h5"
    with h5py.File(path, "w") as file:
        file.attrs["N"] = 9
        file["bonds"] = np.array([[i, j] for i, j, _ in bonds()])
        file["J"] = np.array([J for _, _, J in bonds()])
        file["field"] = np.full(9, 0.1)
    return Format([path], EXACT)


def converted(kind, ending, field=""):
    """What nmc convert writes of the glass."""
    def make(directory):
        text(directory, field)
        nmc(directory, "convert", "graph.txt", f"graph.{ending}", "--to", kind)
        return Format([directory / f"graph.{ending}"], EXACT, True)
    return make


def with_bits(kind, ending, *samples):
    """The same, and files of other programs whose bits leave a constant, which a job refuses."""
    def make(directory):
        sources = [Path(shutil.copy(SAMPLES / name, directory)) for name in samples]
        bits = directory / "bits.coo"
        bits.write_text("# vartype=BINARY\n0 0 1\n0 1 -2\n1 2 3\n")
        if kind == "coo":
            sources.append(bits)
        if kind != "qubo":
            text(directory, "h 0 0.5\n")
            nmc(directory, "convert", "graph.txt", f"graph.{ending}", "--to", kind)
            sources.append(directory / f"graph.{ending}")
        return Format(sources, CONVERT, True)
    return make


def as_dimacs(directory):
    return Format([Path(shutil.copy(SAMPLES / "dimacs.col", directory))], EXACT, True)


GRAPHS = {"graph_text": as_text, "graph_csv": as_csv, "graph_json": as_json,
          "graph_hdf5": as_hdf5, "graph_sg": converted("sg", "sg"),
          "graph_rudy": converted("rudy", "rud"), "graph_max_cut": converted("max_cut", "mc"),
          "graph_coo": with_bits("coo", "coo", "dimod.coo"),
          "graph_bqm": with_bits("bqm", "json", "dwave.json"),
          "graph_qubo": with_bits("qubo", "qubo", "qubo.qubo"),
          "graph_node_link": converted("node_link", "json", "h 0 0.5\n"),
          "graph_matrix_market": converted("matrix_market", "mtx"),
          "graph_graphml": converted("graphml", "graphml", "h 0 0.5\n"),
          "graph_dimacs": as_dimacs}
