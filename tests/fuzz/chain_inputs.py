"""Chains of every format that nmc diagnose reads."""

import sys
from pathlib import Path

import h5py
import numpy as np

from formats import Format

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "programs"))
from diagnose_cases import emcee_file, netcdf3, stan_csv, table  # noqa: E402

DIAGNOSE = ["diagnose", "FILE", "--json"]


def draws(*shape):
    return np.random.default_rng(2).normal(size=shape)


def as_table(ending, delimiter):
    def make(directory):
        path = directory / f"chains.{ending}"
        x = draws(3, 30).round(6)
        columns = {"chain": [c for c in range(3) for _ in range(30)], "draw": [*range(30)] * 3,
                   "a": x.ravel().tolist(), "b": (2 * x).ravel().tolist()}
        path.write_text(table(columns, delimiter))
        return Format([path], DIAGNOSE, True)
    return make


def as_blanks(directory):
    """np.savetxt with the names in the comment above."""
    path = directory / "chains.dat"
    np.savetxt(path, draws(30, 2), fmt="%.6f", header="a b")
    return Format([path], DIAGNOSE, True)


def as_stan(directory):
    paths = [directory / "stan.csv", directory / "thinned.csv"]
    paths[0].write_text(stan_csv(draws(30).round(6), 5))
    paths[1].write_text(stan_csv(draws(30).round(6), 5, thin=3, says="true"))
    return Format(paths, DIAGNOSE, True)


def as_hdf5(directory):
    paths = [directory / "chains.h5", directory / "emcee.h5", directory / "named.nc"]
    x = draws(3, 40)
    with h5py.File(paths[0], "w") as file:
        file["x"] = x
        file["group/y"] = draws(3, 40, 2).astype("f4")
        file["group/n"] = np.arange(120).reshape(3, 40)
    emcee_file(paths[1], x, grown=3)
    with h5py.File(paths[2], "w") as file:
        file["step"], file["walker"] = np.arange(40), np.arange(3)
        file.create_dataset("energy", data=x.T, chunks=(8, 3), compression="gzip", shuffle=True)
        file["energy"].attrs.update({"scale_factor": 4.0, "_FillValue": -999.0, "units": "J"})
        for axis, name in enumerate(("step", "walker")):
            file[name].make_scale(name)
            file["energy"].dims[axis].attach_scale(file[name])
    return Format(paths, DIAGNOSE)


def as_netcdf3(directory):
    paths = [directory / "fixed.nc", directory / "records.nc"]
    netcdf3(paths[0], draws(3, 40), attributes=[("scale_factor", 4.0)])
    netcdf3(paths[1], draws(40, 3), ("step", "walker"), records=True)
    return Format(paths, DIAGNOSE)


def as_npy(directory):
    arrays = {"double.npy": draws(3, 40), "single.npy": draws(3, 40).astype(">f4"),
              "integer.npy": np.asfortranarray(np.arange(120).reshape(3, 40)),
              "complex.npy": draws(3, 40) + 1j * draws(3, 40)}
    for name, array in arrays.items():
        np.save(directory / name, array)
    return Format([directory / name for name in arrays], DIAGNOSE)


CHAINS = {"chains_csv": as_table("csv", ","), "chains_tsv": as_table("tsv", "\t"),
          "chains_semicolons": as_table("csv", ";"), "chains_blanks": as_blanks,
          "chains_stan": as_stan, "chains_hdf5": as_hdf5, "chains_netcdf3": as_netcdf3,
          "chains_npy": as_npy}
