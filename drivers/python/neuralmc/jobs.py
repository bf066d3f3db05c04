"""Jobs: what `nmc run`, `train`, `sample` and all other verbs do."""

from __future__ import annotations

import codecs
import dataclasses
import pathlib
import sys
from typing import TYPE_CHECKING, Any

from neuralmc import _neuralmc
from neuralmc.errors import Error
from neuralmc.words import Job, Section, job_words

if TYPE_CHECKING:
    import xarray

    from neuralmc.network import Network

REFUSED = 4


def version() -> str:
    """The line of `nmc --version`."""
    return _neuralmc.version().strip()


def rank() -> int:
    """The number of this process among those that mpirun started, 0 where it is alone. The first
    call under mpirun starts MPI."""
    return _neuralmc.rank_and_size()[0]


@dataclasses.dataclass(frozen=True)
class Run:
    """A job that is done."""

    directory: pathlib.Path
    """Where its files are: result.h5, model.h5, … (docs/output.md)."""
    table: str
    """What `nmc run` prints; empty on other ranks than 0."""
    is_refused: bool
    """Whether a result is refused (exit code 4): the table and the report say which and why."""

    def report(self) -> list[dict[str, Any]]:
        """As neuralmc.report()."""
        from neuralmc.results import report
        return report(self.directory)

    def open(self) -> dict[str, xarray.Dataset]:
        """As neuralmc.open()."""
        from neuralmc.results import open
        return open(self.directory)

    def network(self) -> Network:
        """The network of the run, as neuralmc.load() reads it."""
        from neuralmc.network import load
        return load(self.directory / "model.h5")


def captured(words: list[str], is_alone: bool = True) -> tuple[int, str]:
    """Exit code and standard output of a verb."""
    pieces: list[bytes] = []
    code = _neuralmc.carry_out(words, pieces.append, is_alone)
    return code, b"".join(pieces).decode()


def _carry_out(verb: str, job: Job | None, restart: bool, sections: dict[str, Section]) -> Run:
    words = job_words(job, sections)
    directory = pathlib.Path(_neuralmc.directory_of(words))
    code, table = captured([verb, *words, *(["--restart"] if restart else [])], is_alone=False)
    return Run(directory, table, code == REFUSED)


def run(job: Job | None = None, /, *, restart: bool = False, **sections: Section) -> Run:
    """Runs a job: trains the network if the sampler needs one, samples, reports.

    job: sections with their keys, {"system": {"name": "ising", "L": 8, "beta": 0.44}, "sampler":
        {"name": "wolff"}, …}, or the path of a job file. Keys, units, ranges and defaults are those
        of docs/job-file.md; a section that is a text is its name, a list has the place of commas,
        None that of the default.
    restart: begins anew where the output directory holds a run; else an unfinished one of the same
        job is resumed.
    sections: win over the job, as in run("job.ini", run={"seed": 2}).

    The numbers are those of `nmc run` bit for bit, for any number of threads (OMP_NUM_THREADS, or
    run={"threads": 2}) and of processes under mpirun, each of which makes this same call. Ctrl-C
    stops at the next checkpoint: Interrupted. UserError for what the program would refuse,
    NumericalError for its exit code 3. The interpreter may do other things meanwhile: the lock of
    Python is not held; one job at a time.

    >>> neuralmc.run({"system": {"name": "ising", "L": 4, "beta": 0.4}, "sampler": "wolff"}).table
    """
    return _carry_out("run", job, restart, sections)


def train(job: Job | None = None, /, *, restart: bool = False, **sections: Section) -> Run:
    """Only the training of a job, as `nmc train`; its network is run.network(). See run()."""
    return _carry_out("train", job, restart, sections)


def sample(job: Job | None = None, /, *, restart: bool = False, **sections: Section) -> Run:
    """Only the sampling of a job, as `nmc sample`. See run()."""
    return _carry_out("sample", job, restart, sections)


def main(words: list[str] | None = None) -> int:
    """Every verb of the program, for scripts whose systems are functions in Python:

    >>> neuralmc.register_system("mine", energy, gradient, extents=(8, 8))
    >>> sys.exit(neuralmc.main(["certify", "mine"]))

    words: those behind `nmc`; the script's own by default. Prints on sys.stdout, what is wrong on
    standard error, and returns the exit code: 0 done, 2 the input, 3 a numerical failure, 4 a
    result is refused, 75 stopped after a checkpoint.
    """
    text = codecs.getincrementaldecoder("utf-8")()

    def show(piece: bytes) -> None:
        sys.stdout.write(text.decode(piece))
        sys.stdout.flush()

    try:
        return _neuralmc.carry_out(list(sys.argv[1:] if words is None else words), show, False)
    except Error as error:
        if _neuralmc.rank_and_size()[1] == 1:  # several processes have said it together
            print(error, file=sys.stderr)
        return error.exit_code
