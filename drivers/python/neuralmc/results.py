"""Numbers: exact values, reports, diagnoses, results as data sets."""

from __future__ import annotations

import json
import os
import pathlib
import tempfile
from typing import TYPE_CHECKING, Any, Mapping, Union

from neuralmc.errors import UserError
from neuralmc.jobs import captured
from neuralmc.words import words_of

if TYPE_CHECKING:
    import numpy.typing
    import xarray

Path = Union[str, "os.PathLike[str]"]


def _objects(words: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in captured(words)[1].splitlines() if line]


def exact(system: Mapping[str, Any], *, limit: float | None = None, moments: bool = False,
          dos: bool = False) -> dict[str, Any]:
    """What is known exactly, as `nmc exact --json`.

    system: the section, {"name": "ising", "L": 16, "beta": 0.44}, or a job that has one.
    limit: CPU seconds to spend (120); moments: also moments of the magnetisation that take long;
    dos: the density of states, where a method counts it, [[energy, number as text], …].

    Returns lnZ, energy and heat (β² var H), totals in the units of the Hamiltonian, method, and
    where known abs_m, m2, m4, ground_state_energy, … UserError where no method is.

    >>> neuralmc.exact({"name": "ising", "L": 8, "beta": 0.44})["lnZ"]
    """
    section = system["system"] if "system" in system else system
    words = ["exact", "--json", *words_of({"system": section})]
    words += ["--limit", repr(limit)] if limit is not None else []
    words += ["--moments"] * moments + ["--dos"] * dos
    return _objects(words)[0]


def report(run: Path) -> list[dict[str, Any]]:
    """The objects of `nmc report RUN --json`: one per observable (name, mean, error, tau_int, rhat,
    ess_bulk, …, exact and z where known) and one per network; of a sweep one per point. A run that
    still goes has what its checkpoints hold. UserError where there is none.
    """
    return _objects(["report", "--json", os.fspath(run)])


def diagnose(chains: Union[Path, list[Path], numpy.typing.ArrayLike], *,
             axes: str | None = None) -> list[dict[str, Any]]:
    """τ, R̂, ESS of anybody's chains, one object per variable, as `nmc diagnose --json`.

    chains: an array [chain, draw] or [chain, draw, variable], or what `nmc diagnose` takes: a file,
        "FILE:DATASET", or several files as chains of the same variables.
    axes: the axes of an array where they are others, "draw, chain".

    >>> neuralmc.diagnose(numpy.random.default_rng(1).normal(size=(4, 1000)))[0]["rhat"]
    """
    flags = ["--axes", axes] if axes is not None else []
    if isinstance(chains, (str, os.PathLike)):
        return _objects(["diagnose", "--json", *flags, os.fspath(chains)])
    if isinstance(chains, list) and all(isinstance(f, (str, os.PathLike)) for f in chains):
        return _objects(["diagnose", "--json", *flags, *map(os.fspath, chains)])
    import numpy
    if numpy.ma.is_masked(chains):
        raise UserError("the array has masked numbers, and chains have no holes: leave the draws out, "
                        "or give the chains one by one")
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "x.npy")
        numpy.save(file, numpy.asarray(chains))
        try:
            return _objects(["diagnose", "--json", *flags, file])
        except UserError as error:
            words = str(error).replace(file, "the array").replace("--axes", "axes")
            raise UserError(words) from None


def open(run: Path) -> dict[str, xarray.Dataset]:
    """The groups of result.h5 as xarray data sets, read when they are asked for: {"posterior": …,
    "sample_stats": …, …} with dimensions chain and draw; of a sweep {"sweep": …} with its keys as
    dimensions (docs/output.md).

    run: the output directory, or the file. Needs xarray and h5netcdf. UserError where it is not there.

    >>> neuralmc.open("runs/ising8")["posterior"].energy.mean()
    """
    import h5py
    import xarray
    path = pathlib.Path(run)
    if path.is_dir():
        path /= "sweep.h5" if (path / "sweep.h5").exists() else "result.h5"
    if not path.is_file():
        raise UserError(f"{path} is not there: is the run done? neuralmc.report({str(run)!r}) says")
    with h5py.File(path, "r") as file:
        groups = [name for name, item in file.items() if isinstance(item, h5py.Group)]
    if not groups:
        return {"sweep": xarray.open_dataset(path, engine="h5netcdf")}
    return {name: xarray.open_dataset(path, group=name, engine="h5netcdf") for name in groups}
