"""Trained networks on NumPy arrays."""

from __future__ import annotations

import os
from typing import Union

import numpy as np
import numpy.typing as npt

from neuralmc import _neuralmc
from neuralmc.words import text_of, whole_number

Reals = npt.NDArray[np.float64]


def load(path: Union[str, "os.PathLike[str]"], **conditions: float) -> Network:
    """Reads the network of a model.h5 (docs/model-file.md).

    conditions: values that are inputs of the network, load("model.h5", beta=0.43); those of the file
        by default. UserError for a file that is damaged, and for a condition that the network does
        not have.
    """
    return Network(os.fspath(path), conditions)


class Network:
    """A normalised density q(x) of `sites` numbers: a flow x = g(z) of real numbers or angles, or an
    autoregressive network of spins ±1.

    Arrays are (n, sites) in float64, those that are returned with n innermost (order "F"). Each row
    has the bits that the program gives it, whatever the others are and however many threads there
    are (OMP_NUM_THREADS). UserError for arrays of another shape and for numbers that are not finite.
    """

    def __init__(self, path: str, conditions: dict[str, float]):
        self._network = _neuralmc.Network(
            path, [(name, text_of(value)) for name, value in conditions.items()])

    @property
    def name(self) -> str:
        """That of [model], "neural_rg" for example; informative."""
        return self._network.name

    @property
    def sites(self) -> int:
        """Numbers of a configuration; site x + Lx·(y + Ly·z) of a lattice, x fastest."""
        return self._network.sites

    @property
    def support(self) -> str:
        """What a configuration holds: "real numbers", "spins", "angles"."""
        return self._network.support

    @property
    def is_flow(self) -> bool:
        """Whether there are forward() and inverse()."""
        return self._network.is_flow

    @property
    def parameters(self) -> int:
        """How many numbers were trained."""
        return self._network.parameters

    @property
    def target(self) -> dict[str, str]:
        """The [system] that it was trained for; empty where the file does not say."""
        return self._network.target

    def sample(self, n: int, seed: int = 1, first: int = 0) -> tuple[Reals, Reals]:
        """n exact draws: x (n, sites) and ln q(x) (n).

        Row i is a function of (seed, first + i) alone, so that draws go on with `first`; the draws
        of seed s are those that `nmc run` with run.seed = s and run.importance = n weighs. UserError
        for n below 1, a seed beyond 2^53 and first + n beyond 2^32.
        """
        n = whole_number(n, "n", 1, 2**32)
        seed = whole_number(seed, "seed", 0, 2**53)
        first = whole_number(first, "first", 0, 2**32 - n)
        return self._network.sample(n, seed, first)

    def log_prob(self, x: npt.ArrayLike) -> Reals:
        """ln q(x), (n), of x (n, sites): `log_q` of `nmc evaluate`, with a symmetry `log_q_sym`."""
        return self._network.log_prob(x)

    def forward(self, z: npt.ArrayLike) -> tuple[Reals, Reals]:
        """x = g(z), (n, sites), and ln |det dx/dz|, (n). UserError where the network is no flow."""
        return self._network.forward(z)

    def inverse(self, x: npt.ArrayLike) -> tuple[Reals, Reals]:
        """z = g⁻¹(x), (n, sites), and ln |det dz/dx|, (n). UserError where the network is no flow."""
        return self._network.inverse(x)

    def energy(self, x: npt.ArrayLike) -> Reals:
        """E(x) = −ln of the unnormalised density of the target, (n), so that ln w = −E − ln q.
        UserError where the file does not say its target."""
        return self._network.energy(x)

    def __repr__(self) -> str:
        return (f"<neuralmc.Network {self.name}: {self.sites} {self.support}, "
                f"{self.parameters} parameters>")
