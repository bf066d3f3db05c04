"""The rules of docs/architecture.md that a machine can read off the text of the sources."""

import os
import re
from pathlib import Path

LAYERS = ("core", "physics", "models", "samplers", "drivers")
MAY_INCLUDE = {
    "core": {"core"},
    "physics": {"core", "physics"},
    "models": {"core", "models"},
    "samplers": {"core", "samplers"},
    "drivers": set(LAYERS),
}
# A library behind its door: what includes it, and the paths that may. Highway also serves the
# kernel files that are built on core/simd.
DOORS = {
    "MPI": (re.compile(r"mpi\.h$|^mpi/"), re.compile(r"^core/parallel/")),
    "HDF5": (re.compile(r"^(hdf5|hdf5_hl|H5\w+)\.h(pp)?$"), re.compile(r"^core/archive/")),
    "Boost.Program_options": (re.compile(r"^boost/program_options"), re.compile(r"^core/options/")),
    "Highway": (
        re.compile(r"^hwy/"),
        re.compile(r"^core/(simd|random|spins)/|^samplers/local/|^(physics|models|samplers)/.*kernel"),
    ),
    "JSON": (re.compile(r"^nlohmann/"), re.compile(r"^core/archive/")),
    "pugixml": (re.compile(r"^pugixml"), re.compile(r"^core/archive/")),
    "Random123": (re.compile(r"^Random123/"), re.compile(r"^core/random/")),
    "pybind11": (re.compile(r"^pybind11/|^Python\.h$"), re.compile(r"^drivers/python/")),
    "OpenMP": (re.compile(r"^omp\.h$"), re.compile(r"^core/parallel/")),
    # Seconds to compile wherever they are asked for: core/linear/factors.hpp has them.
    "Eigen's factorisations": (
        re.compile(r"^Eigen/(Cholesky|Dense|Eigenvalues|Geometry|LU|QR|SVD)$"),
        re.compile(r"^core/linear/|^models/tensor_networks/boundary_state\.cpp$"),
    ),
}
BANNED = {
    r"std::shared_ptr|std::make_shared": "values for data, unique_ptr to own",
    r"std::(normal|uniform_real|uniform_int)_distribution": "differs between libraries: core/random",
    r"^\s*#\s*pragma omp(?! declare)": "threads run in core/parallel alone",
    r"std::random_device": "randomness is a function of (seed, …): core/random",
    r"-ffast-math": "results must not depend on the optimiser's algebra",
    r"\b(TODO|FIXME)\b": "a defect is mended or reported",
    r"^using namespace\b": "names are spelled out",
}
# Tests may fill matrices with Eigen's Random, which draws from rand().
BANNED_IN_LIBRARY = {r"\bs?rand\(": "randomness is a function of (seed, …): core/random"}
MAX_LINES = 300
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)


def sources(root, folders=LAYERS):
    """Relative paths of all C++ files in the given folders, sorted."""
    root = Path(root)
    files = [f for d in folders for f in (root / d).rglob("*") if f.suffix in (".hpp", ".cpp", ".h")]
    return sorted(f.relative_to(root).as_posix() for f in files)


def include_faults(root):
    """Arrows that point up or sideways, libraries outside their doors, includes of no file."""
    faults = []
    for path in sources(root):
        layer = path.split("/")[0]
        for quote, name in INCLUDE.findall((Path(root) / path).read_text()):
            third_party = any(pattern.search(name) for pattern, _ in DOORS.values())
            if quote == '"' and not third_party and not (Path(root) / name).is_file():
                faults.append(f'{path}: "{name}" is not a path from the project\'s root')
            head = name.split("/")[0]
            known = head in LAYERS or head in ("tests", "benchmarks", "examples")
            if quote == '"' and known and head not in MAY_INCLUDE[layer]:
                faults.append(f"{path}: {layer} must not include {name}")
            for library, (pattern, door) in DOORS.items():
                if pattern.search(name) and not door.search(path):
                    faults.append(f"{path}: {library} ({name}) is named outside its door")
    return faults


def file_of(path):
    """A header and its sources, which are one thing."""
    return path.rsplit(".", 1)[0].removesuffix("-inl")


def room_of(path):
    """The folder of a file; a file at the top of a layer, with its header, is a room of its own."""
    folder = path.rsplit("/", 1)[0]
    return folder if "/" in folder else file_of(path)


def arrows_between(root, place_of):
    """{(place, place): the include that makes the arrow} within each layer."""
    arrows = {}
    for path in sources(root):
        for quote, name in INCLUDE.findall((Path(root) / path).read_text()):
            if quote == '"' and "/" in name and name.split("/")[0] == path.split("/")[0]:
                pair = (place_of(path), place_of(name))
                if pair[0] != pair[1]:
                    arrows.setdefault(pair, f"{path} includes {name}")
    return arrows


def circles(root, place_of):
    """Arrows on a circle: of two places that need each other neither is below the other."""
    arrows = arrows_between(root, place_of)
    below = {}
    for upper, lower in arrows:
        below.setdefault(upper, set()).add(lower)

    def reaches(start, goal):
        seen, ahead = set(), [start]
        while ahead:
            place = ahead.pop()
            if place == goal:
                return True
            if place not in seen:
                seen.add(place)
                ahead += below.get(place, ())
        return False

    return [f"{why}: {lower} needs {upper} too" for (upper, lower), why in sorted(arrows.items())
            if reaches(lower, upper)]


def circle_faults(root):
    """Circles among the rooms of a layer, and among the files of a room."""
    return circles(root, room_of) + circles(root, file_of)


def word_faults(root):
    """Constructions that the style forbids, and headers without #pragma once."""
    faults = []
    for path in sources(root, LAYERS + ("tests", "benchmarks", "examples")):
        text = (Path(root) / path).read_text()
        is_library = path.split("/")[0] in LAYERS
        for pattern, reason in (BANNED | (BANNED_IN_LIBRARY if is_library else {})).items():
            if "pragma omp" in pattern and path.startswith(("core/parallel/", "tests/")):
                continue
            for hit in re.finditer(pattern, text, re.MULTILINE):
                line = text.count("\n", 0, hit.start()) + 1
                faults.append(f"{path}:{line}: {hit.group(0).strip()}: {reason}")
        if path.endswith(".hpp") and "#pragma once" not in text and "HWY_TARGET_TOGGLE" not in text:
            faults.append(f"{path}: header without #pragma once")
    return faults


def line_counts(root):
    """Lines of every source file of the library, the program and its tests."""
    paths = sources(root, LAYERS + ("tests", "benchmarks", "examples"))
    return {p: len((Path(root) / p).read_text().splitlines()) for p in paths}


def length_faults(root):
    """Files above the limit, and a median above 60 in the library."""
    return [f"{p}: {n} lines, at most {MAX_LINES}"
            for p, n in line_counts(root).items() if n > MAX_LINES]


NAMESPACE = re.compile(r"^(?:inline )?namespace(?: ([\w:]+))? \{")
TYPE = re.compile(r"^(?:class|struct|union|enum(?: class)?) (\w+)(?: final)?\s*(?:$|:(?!:)|\{)")


def types_of(text):
    """Qualified names of the types that a source defines outside functions, classes and unnamed
    namespaces. Reads the house format: what stands in a namespace is not indented."""
    names, spaces = [], []
    for line in text.splitlines():
        opened, closed = NAMESPACE.match(line), line.startswith("}  // namespace")
        if opened:
            spaces.append(opened.group(1) or "")
        elif closed and spaces:
            spaces.pop()
        elif (found := TYPE.match(line)) and "" not in spaces:
            names.append("::".join([*spaces, found.group(1)]))
    return names


def type_faults(root):
    """Types that two files define under one name: linked into one library, one of them wins."""
    places = {}
    for path in sources(root):
        for name in types_of((Path(root) / path).read_text()):
            places.setdefault(name, []).append(path)
    return [f"{name} is defined in {' and in '.join(files)}"
            for name, files in sorted(places.items()) if len(files) > 1]


FUNCTION = re.compile(r"^(?!using |return |template|typedef |friend |namespace |#|//|\})"
                      r"[\w\[][\w:<>,&*\[\]. ]*?[\w>&*\]] [&*]?(\w+)\(")
CONSTANT = re.compile(r"^(?:inline |static |thread_local )*(?:constexpr|const|thread_local) "
                      r"[\w:<>,&* ]*?(\w+)(?:\[\w*\])?(?: =|\{|;)")
MORE_CONSTANTS = re.compile(r", (k[A-Z]\w*) =")
ALIAS = re.compile(r"^using (\w+) = ")


def names_of(text):
    """(name, innermost first namespaces, whether unnamed) of what a source declares at the top of
    its namespaces: types, functions, constants, aliases. Reads the house format."""
    found, spaces = [], []
    for line in text.splitlines():
        if opened := NAMESPACE.match(line):
            spaces.append(opened.group(1) or "")
            continue
        if line.startswith("}  // namespace") and spaces:
            spaces.pop()
            continue
        names = [m.group(1) for r in (TYPE, FUNCTION, CONSTANT, ALIAS) if (m := r.match(line))]
        if CONSTANT.match(line):
            names += MORE_CONSTANTS.findall(line)
        named = tuple("::".join(s for s in spaces if s).split("::")) if spaces else ()
        found += [(name, named, "" in spaces, line) for name in dict.fromkeys(names)]
    return found


def reached_from(root, path, seen):
    """All headers of the project that a file includes, directly or not; `seen` remembers them."""
    if path not in seen:
        seen[path] = set()  # a circle ends here
        named = [name for quote, name in INCLUDE.findall((root / path).read_text()) if quote == '"']
        for name in named:
            if (root / name).is_file():
                seen[path] |= {name} | reached_from(root, name, seen)
    return seen[path]


def batch_faults(root):
    """Names of unnamed namespaces that files of a folder, which are compiled together, could take
    for one another; and those that, beside the other files, hide what a header declares further out.
    """
    root = Path(root)
    hidden, declared, reached, folders = {}, {}, {}, {}
    for path in sources(root, LAYERS + ("tests",)):
        text = (root / path).read_text()
        folder = path.rsplit("/", 1)[0]
        alone = "HWY_TARGET_INCLUDE" in text or path.endswith(".h")
        for name, spaces, is_hidden, line in names_of(text):
            if path.endswith(".hpp") and not is_hidden:
                declared.setdefault((name, spaces), path)
            elif path.endswith(".cpp") and is_hidden and not alone:
                hidden.setdefault((folder, name), {}).setdefault(path, (spaces, line))
        if path.endswith(".cpp") and not alone:
            folders.setdefault(folder, set()).update(reached_from(root, path, reached))
    faults = []
    for (folder, name), places in sorted(hidden.items()):
        lines = {line for _, line in places.values()}
        if len(places) > 1 and not (len(lines) == 1 and lines.pop().startswith("using ")):
            faults.append(f"{name} is in unnamed namespaces of {' and '.join(sorted(places))}")
        for path, (spaces, _) in places.items():
            headers = [declared.get((name, spaces[:n])) for n in range(len(spaces), 0, -1)]
            faults += [f"{path}: {name} hides that of {header} in the other files" for header in headers
                       if header in folders[folder] and header not in reached[path]]
    return faults


def room_faults(root):
    """Types, constants, aliases and functions of the same parameters that unnamed namespaces of one
    room hold twice: batches across its folders do not compile then."""
    places = {}
    for path in sources(root):
        text = (Path(root) / path).read_text()
        if not path.endswith(".cpp") or "HWY_TARGET_INCLUDE" in text:
            continue
        for name, spaces, is_hidden, line in names_of(text):
            if is_hidden and not line.startswith("using "):
                twin = line if FUNCTION.match(line) else name
                places.setdefault((path.split("/")[0], spaces, twin), set()).add(path)
    return [f"{twin} is in unnamed namespaces of {' and '.join(sorted(files))}"
            for (_, _, twin), files in sorted(places.items()) if len(files) > 1]


LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def links_of(root, page):
    """Relative paths that a page links to, from the root."""
    folder = (Path(root) / page).parent
    text = (Path(root) / page).read_text()
    links = [link for link in LINK.findall(text) if "://" not in link]
    return {Path(os.path.relpath(folder / link, root)).as_posix() for link in links}


def link_faults(root):
    """Links into nothing, pages that docs/index.md and jobs that examples/README.md leave out."""
    root = Path(root)
    pages = [p.relative_to(root).as_posix() for folder in ("docs", "examples", ".")
             for p in sorted(root.joinpath(folder).glob("*.md" if folder == "." else "**/*.md"))]
    faults = [f"{page}: {link} is not there" for page in pages for link in sorted(links_of(root, page))
              if not (root / link).exists()]
    for index, wanted in (("docs/index.md", ("docs/*.md", "docs/theory/*.md")),
                          ("docs/architecture.md", ("docs/decisions/*.md",)),
                          ("examples/README.md", ("examples/*.ini",))):
        listed = links_of(root, index) | {index} if (root / index).exists() else {index}
        files = {p.relative_to(root).as_posix() for pattern in wanted for p in root.glob(pattern)}
        faults += [f"{index} does not name {name}" for name in sorted(files - listed)]
    return faults
