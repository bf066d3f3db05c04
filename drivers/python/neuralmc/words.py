"""From Python's values to the words of a command line."""

from __future__ import annotations

import operator
import os
from collections.abc import Iterable, Mapping
from typing import Any, Union

from neuralmc.errors import UserError

Section = Union[Mapping[str, Any], str]
Job = Union[Mapping[str, Section], str, "os.PathLike[str]"]


def text_of(value: Any) -> str:
    """A value as a job file says it: True is true, a list has commas, None takes a key away."""
    if value is None:
        return ""
    if isinstance(value, (str, os.PathLike)):
        return os.fspath(value)
    if hasattr(value, "tolist"):  # NumPy's numbers and arrays
        value = value.tolist()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, Iterable):
        return ", ".join(text_of(one) for one in value)
    raise UserError(f"{value!r} is no value of a job: give a number, a text, True, False, a list of "
                    "them, or None for the default")


def words_of(sections: Mapping[str, Section]) -> list[str]:
    """["--system.name=ising", …]; a section that is a text is its name."""
    words = []
    for section, values in sections.items():
        if isinstance(values, str):
            values = {"name": values}
        if not isinstance(values, Mapping):
            raise UserError(f"{section} = {values!r}: a section of a job is a dict of its keys, as in "
                            '{"system": {"name": "ising", "L": 8}}')
        words += [f"--{section}.{key}={text_of(value)}" for key, value in values.items()]
    return words


def job_words(job: Job | None, sections: Mapping[str, Section]) -> list[str]:
    """Those of a job, given as a file or as sections, and of what wins over it."""
    if job is None:
        return words_of(sections)
    if isinstance(job, Mapping):
        return words_of(job) + words_of(sections)
    return [os.fspath(job), *words_of(sections)]


def whole_number(value: Any, name: str, least: int, most: int) -> int:
    """The value as an int of the range; UserError where it is no whole number, or lies outside."""
    try:
        number = operator.index(value)
    except TypeError:
        raise UserError(f"{name} is {value!r}; it must be a whole number") from None
    if isinstance(value, bool) or not least <= number <= most:
        raise UserError(f"{name} is {value!r}; it must be a whole number from {least} to {most}")
    return number
