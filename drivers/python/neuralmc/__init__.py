"""Neural Monte Carlo of lattice systems, from Python: the program `nmc` without a shell.

    import neuralmc
    run = neuralmc.run({"system": {"name": "ising", "L": 8, "beta": 0.44},
                        "sampler": {"name": "wolff", "chains": 64},
                        "run": {"draws": 1000, "seed": 1},
                        "output": {"dir": "runs/ising8"}})
    for row in run.report():
        print(row["name"], row["mean"], row["error"])

A job has the same keys, the same files and the same bits as with `nmc run`. Configurations are
arrays (batch, sites); energies are in units of k_B T where they are called lp, else in those of the
Hamiltonian. docs/python.md has the rest.
"""

from neuralmc.errors import Error, Interrupted, NumericalError, UserError
from neuralmc.jobs import Run, main, rank, run, sample, train, version
from neuralmc.network import Network, load
from neuralmc.results import diagnose, exact, open, report
from neuralmc.systems import register_system, system

__version__ = version()
__all__ = [
    "Error", "Interrupted", "Network", "NumericalError", "Run", "UserError", "diagnose", "exact",
    "load", "main", "open", "rank", "register_system", "report", "run", "sample", "system", "train",
    "version",
]
