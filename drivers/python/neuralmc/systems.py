"""Hamiltonians that are functions of NumPy arrays."""

from __future__ import annotations

import inspect
import math
import os
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, Union

import numpy as np

from neuralmc import _neuralmc
from neuralmc.errors import UserError
from neuralmc.words import text_of

Class = TypeVar("Class", bound=type)
FUNCTIONS = ("energy", "gradient", "energy_and_gradient", "local_field")
_TYPES = (bool, int, float, str)
_kept: list[Any] = []  # what the catalogue calls lives as long as it


def register_system(name: str, energy: Callable[..., Any], gradient: Callable[..., Any] | None = None,
                    *, energy_and_gradient: Callable[..., Any] | None = None,
                    local_field: Callable[..., Any] | None = None, kind: str = "reals",
                    sites: Union[int, Callable[..., int], None] = None,
                    extents: Union[Sequence[int], Callable[..., Sequence[int]], None] = None,
                    states: int | None = None, options: Mapping[str, Any] | None = None) -> None:
    """Gives every verb, sampler and network a system of one's own, p(x) ∝ exp(−β H(x)); β is the key
    `beta` of a job, 1 by default.

    name: what [system] says; a name that was registered is taken by the new functions.
    energy(x): H of every row, (batch,), for x of shape (batch, sites).
    gradient(x): dH/dx, (batch, sites), of reals and angles; without it HMC and flows are refused.
    energy_and_gradient(x): both as a tuple, where that is cheaper than one after the other.
    local_field(s, site): of spins, h_i of H = −s_i h_i + what s_i has no part in, (batch,): a flip
        then costs a field in place of an energy.
    kind: "reals", "spins" (±1), "angles" (H of period 2π) or "labels" (0 … states − 1).
    sites, extents: how many numbers a configuration has, or the lattice (Lx, Ly, …), x fastest,
        which some networks need; numbers, or functions of the options.
    options: keys of [system] with their defaults, {"lam": 1.0}; all functions get them by name.

    x has batch innermost (order "F"): x.T is contiguous, and x.T.reshape(Ly, Lx, batch) a view of the
    lattice. It is a copy and may be overwritten. A number of a row must not depend on other rows;
    neuralmc.main(["certify", name]) looks, and holds the gradient against differences. Functions are
    called on the threads of a job, one after the other, by blocks of up to 64 rows. What they raise
    ends the job and is raised again. UserError for results of a wrong shape.

    >>> neuralmc.register_system("quartic", lambda x, g: (x**2 / 2 + g * x**4).sum(1),
    ...                          lambda x, g: x + 4 * g * x**3, sites=16, options={"g": 0.25})
    """
    functions = dict(zip(FUNCTIONS, (energy, gradient, energy_and_gradient, local_field)))

    def make(**values: Any) -> types.SimpleNamespace:
        parts = {part: _with(function, values) for part, function in functions.items()}
        return types.SimpleNamespace(sites=_value(sites, values), extents=_value(extents, values),
                                     states=states, **parts)

    keys = [(key, type(value), value) for key, value in (options or {}).items()]
    _add(name, kind, _Maker(name, make, local_field is not None), keys)
    _note_scripts(*functions.values())


def system(name: str, kind: str = "reals") -> Callable[[Class], Class]:
    """The same of a class, whose objects have energy(self, x) and so on, and `sites` or `extents`
    (and `states`). The parameters of __init__ are the keys of [system], by their defaults or
    annotations int, float, bool or str; force(self, x) = −dH/dx may stand in place of gradient.

    >>> @neuralmc.system("quartic")
    ... class Quartic:
    ...     def __init__(self, n: int = 16, g: float = 0.25):
    ...         self.sites, self.g = n, g
    ...     def energy(self, x):
    ...         return (x**2 / 2 + self.g * x**4).sum(1)
    ...     def gradient(self, x):
    ...         return x + 4 * self.g * x**3
    """
    def register(made: Class) -> Class:
        _add(name, kind, _Maker(name, made, hasattr(made, "local_field")), _keys_of(name, made))
        _note_scripts(made)
        return made
    return register


def _note_scripts(*parts: Any) -> None:
    # Results hold the SHA-256 of the files that say what they are of.
    for part in parts:
        try:
            path = inspect.getsourcefile(inspect.unwrap(part))
        except TypeError:  # None, a compiled function
            continue
        if path is not None:
            _neuralmc.note_script(os.path.abspath(path))


class _Maker:
    """Makes what the compiled half calls: functions, sites, extents, states."""

    def __init__(self, name: str, make: Callable[..., Any], has_fields: bool):
        self.name, self.make = name, make
        self.local_field = True if has_fields else None

    def __call__(self, **values: Any) -> types.SimpleNamespace:
        made = self.make(**values)
        parts = {part: _quiet(getattr(made, part, None)) for part in FUNCTIONS}
        if parts["gradient"] is None and getattr(made, "force", None) is not None:
            parts["gradient"] = _quiet(lambda x: -made.force(x))
        if parts["gradient"] is None and parts["energy_and_gradient"] is not None:
            parts["gradient"] = _quiet(lambda x: made.energy_and_gradient(x)[1])
        extents = [int(extent) for extent in getattr(made, "extents", None) or ()]
        sites = getattr(made, "sites", None)
        if sites is None and not extents:
            raise UserError(f"{self.name} does not say how many sites it has: give it sites, or the "
                            "extents of its lattice")
        sites = math.prod(extents) if sites is None else int(sites)
        return types.SimpleNamespace(sites=sites, extents=extents,
                                     states=getattr(made, "states", None), **parts)


def _quiet(function: Callable[..., Any] | None) -> Callable[..., Any] | None:
    # A trajectory that diverges overflows; it is rejected and counted.
    if function is None:
        return None

    def call(*arrays: Any) -> Any:
        with np.errstate(over="ignore", invalid="ignore"):
            return function(*arrays)
    return call


def _with(function: Callable[..., Any] | None, values: dict[str, Any]) -> Callable[..., Any] | None:
    if function is None or not values:
        return function
    return lambda *arrays: function(*arrays, **values)


def _value(given: Any, values: dict[str, Any]) -> Any:
    return given(**values) if callable(given) else given


def _keys_of(name: str, made: type) -> list[tuple[str, type, Any]]:
    if made.__init__ is object.__init__:
        return []
    hints = typing.get_type_hints(made.__init__)
    keys = []
    for key, parameter in list(inspect.signature(made).parameters.items()):
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise UserError(f"{name}: *{key} of its __init__ is no key of [system]: name each one")
        has_default = parameter.default is not parameter.empty
        kind = hints.get(key, type(parameter.default) if has_default else None)
        keys.append((key, kind, parameter.default if has_default else None))
    return keys


def _add(name: str, kind: str, make: _Maker, keys: list[tuple[str, Any, Any]]) -> None:
    words = []
    for key, type_, default in keys:
        if type_ not in _TYPES:
            raise UserError(f"{name}: key {key} has no type that a job can say: give it a default or "
                            "an annotation that is int, float, bool or str")
        if key == "beta":
            raise UserError(f"{name}: beta is a key of every system, p = exp(-beta H); leave it out")
        words.append((key, type_.__name__, None if default is None else text_of(default)))
    _kept.append(make)
    _neuralmc.add_system(name, kind, make, words)
