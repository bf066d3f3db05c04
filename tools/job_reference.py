#!/usr/bin/env python3
"""Writes the tables of docs/job-file.md from what `nmc list` and `nmc describe` say.

usage: job_reference.py NMC docs/job-file.md [--check]
--check changes nothing and fails where the page is out of step."""

import re
import subprocess
import sys

BEGIN = "<!-- tables: written by tools/job_reference.py -->\n"
END = "<!-- end of tables -->\n"
COMMON = ("system", "model", "sampler")
SECTIONS = ("train", "learn", "tomography", "anneal", "ground_state", "run", "stop", "output")
KINDS = (("systems", "system"), ("models", "model"), ("samplers", "sampler"))
# What belongs to the section of that kind, too.
OTHERS = {"system": "quantum system", "model": "wave function"}


def ask(nmc, *words):
    return subprocess.run([nmc, *words], check=True, capture_output=True, text=True).stdout


def unwrapped(text, column):
    """Lines that begin two columns behind this one go on with the line before."""
    return text.replace("\n" + " " * (column + 2), " ")


def listed(nmc, kind):
    text = ""
    for table in re.split(r"\n(?=\S)", ask(nmc, "list", kind)):
        entry = re.search(r"^  \S+ +", table, re.MULTILINE)
        text += unwrapped(table, entry.end() - table.index("\n") - 1 if entry else 0) + "\n"
    return text


def names(nmc, kind):
    """Names and summaries of `nmc list KIND`."""
    return re.findall(r"^  (\S+) +(.+)$", listed(nmc, kind), re.MULTILINE)


def keys(nmc, name, kind):
    """Rows (key, meaning, values and default) of `nmc describe NAME`, of the entry of that kind."""
    entries = re.split(r"\n(?=\S+ \([\w ]+\)\n)", unwrapped(ask(nmc, "describe", name), 21))
    heads = tuple(f"{name} ({known})" for known in (kind, OTHERS.get(kind, kind)))
    entry = next(text for text in entries if text.startswith(heads))
    table = entry.partition("\nkeys of [")[2].partition("\n\n")[0]
    return re.findall(r"^  (\S+) +(.+)\n {21}(.+)$", table, re.MULTILINE)


def observables(nmc):
    """Name, summary and systems of each observable."""
    return re.findall(r"^  (\S+) +(.+)\n +of (.+)$", listed(nmc, "observables"), re.MULTILINE)


def cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;")


def table(rows):
    lines = [f"| `{key}` | {cell(what)} | {cell(values)} |" for key, what, values in rows]
    return "\n".join(["| key | meaning | values; default |", "| --- | --- | --- |", *lines]) + "\n\n"


def tables(nmc):
    text = "### Common keys\nOf every [system], [model] and [sampler], whatever its name.\n\n"
    text += table([(f"{section}.{key}", what, values) for section in COMMON
                   for key, what, values in keys(nmc, section, "section")])
    for kinds, kind in KINDS:
        text += f"### [{kind}]\n"
        for name, summary in names(nmc, kinds):
            text += f"**`name = {name}`**: {cell(summary)}\n\n"
            rows = keys(nmc, name, kind)
            text += table(rows) if rows else ""
    for section in SECTIONS:
        text += f"### [{section}]\n" + table(keys(nmc, section, "section"))
    text += "### Observables\n| name | what | systems |\n| --- | --- | --- |\n"
    text += "".join(f"| `{name}` | {cell(what)} | {systems} |\n"
                    for name, what, systems in observables(nmc))
    spins = ask(nmc, "list", "observables").partition("\nspins: ")[2]
    text += "\nspins: " + " ".join(spins.split()) + "\n"
    return text


def main(nmc, page, *options):
    with open(page, encoding="utf-8") as file:
        text = file.read()
    head, rest = text.split(BEGIN)
    wanted = head + BEGIN + tables(nmc) + END + rest.split(END)[1]
    if "--check" in options:
        sys.exit(f"{page} is out of step: run tools/job_reference.py" if wanted != text else 0)
    with open(page, "w", encoding="utf-8") as file:
        file.write(wanted)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
