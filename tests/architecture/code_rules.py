"""The rules on functions and casts that a machine can read off the text."""

from pathlib import Path

import functions
from rules import INCLUDE, file_of, sources

MAX_FUNCTION_LINES = 45
MAX_PARAMETERS = 4  # but in the kernel files, whose numbers stay in registers
# Declared before the limit was; each becomes shorter with the next change of its callers.
OLD_LISTS = {"samplers/hamiltonian/leapfrog": 5,
             "samplers/simulation/simulation": 5}
MAX_CASTS = 8  # dynamic_cast in the whole library


def kernel_places(root):
    """Headers with their sources that are compiled once per instruction set, or serve those."""
    places = set()
    for path in sources(root):
        names = [name for _, name in INCLUDE.findall((Path(root) / path).read_text())]
        is_simd = any(name.startswith("hwy/") or name.endswith("-inl.h") for name in names)
        if is_simd or path.endswith("-inl.h") or "kernel" in path.rsplit("/", 1)[1]:
            places.add(file_of(path))
    return places


def function_faults(root):
    """Functions that are too long, and of too many parameters outside the kernels."""
    kernels, faults = kernel_places(root), []
    for path in sources(root):
        text = (Path(root) / path).read_text()
        found = functions.functions_of(text)
        counted = [(f.name, f.line, f.parameters) for f in found]
        counted += [("a lambda", line, count) for line, count in functions.lambdas_of(text)]
        faults += [f"{path}:{f.line}: {f.name} has {f.lines} lines, at most {MAX_FUNCTION_LINES}"
                   for f in found if f.lines > MAX_FUNCTION_LINES]
        faults += [f"{path}:{line}: {name} takes {count} parameters, at most {MAX_PARAMETERS}"
                   for name, line, count in counted
                   if count > OLD_LISTS.get(file_of(path), MAX_PARAMETERS)
                   and file_of(path) not in kernels]
    return faults


def cast_faults(root):
    """Questions about a type that the type could answer itself: casts without a comment that says
    why, and more than a few of them."""
    faults, casts = [], []
    for path in sources(root):
        lines = (Path(root) / path).read_text().splitlines()
        for at, line in enumerate(lines):
            if "dynamic_cast" not in line.split("//")[0]:
                continue
            casts.append(f"{path}:{at + 1}")
            if "//" not in line and (at == 0 or "//" not in lines[at - 1]):
                faults.append(f"{casts[-1]}: dynamic_cast without a reason beside it")
    if len(casts) > MAX_CASTS:
        faults.append(f"{len(casts)} dynamic_casts, at most {MAX_CASTS}: {', '.join(casts)}")
    return faults
