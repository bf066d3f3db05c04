#!/usr/bin/env python3
"""Fits dynamic exponents to the sweep of examples/critical_slowing_down.ini.

usage: plot_critical_slowing.py DIR [--page FILE.md] [--figure FILE.svg]
(needs python3-h5py and python3-matplotlib)

Reads DIR/sweep.h5, turns autocorrelation times from draws into updates of the whole lattice, and
prints tables of tau(L) and of the fits tau = a L^z. --page replaces the tables between the two
marks of a page, --figure draws tau(L) with the fits."""

import argparse
import math
import sys
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np

BEGIN = "<!-- tables: written by tools/plot_critical_slowing.py -->\n"
END = "<!-- end of tables -->\n"


@dataclass(frozen=True)
class Method:
    """A group of the sweep: [sweep.NAME]."""

    group: str
    label: str
    slowest: str  # observable of the headline and the figure
    others: tuple = ()
    unit: str = "sweeps"
    literature: str = ""


METHODS = (
    Method("metropolis", "Metropolis", "m2", ("energy",), literature="2.1667(5) [1]"),
    Method("wolff", "Wolff", "energy", ("m2",), unit="clusters × ⟨n⟩/N",
           literature="0.25(1) [2]"),
    Method("swendsen_wang", "Swendsen–Wang", "energy", ("m2",), literature="0.25(1) [2], 0.222(7) [3]"),
    Method("hmc_fixed", "HMC, length fixed", "m2", ("action",), unit="trajectories",
           literature="local moves: 2.1667(5) [1]"),
    Method("hmc_scaled", "HMC, length ∝ L", "m2", ("action",), unit="trajectories",
           literature="local moves: 1.17, below"),
    Method("phi4_cluster", "φ⁴: Metropolis + clusters", "m2", ("action",),
           unit="sweep + 4 clusters", literature="about 0 [6]"),
)


@dataclass
class Point:
    """One task."""

    L: int
    tau: dict = field(default_factory=dict)  # observable -> (tau, error) in steps of the sampler
    cluster: float = math.nan                # mean size of a Wolff cluster by N, which is <m2>
    work: float = math.nan                   # leapfrog steps of a trajectory
    chi: tuple = ()                          # V <M^2> of phi^4 and its error
    xi: tuple = ()
    z_scores: list = field(default_factory=list)
    cpu: float = 0.0


@dataclass(frozen=True)
class Fit:
    """tau = exp(log_a) L^z over the points with L >= L_min."""

    L_min: int
    z: float
    error: float
    log_a: float
    chi2: float
    dof: int


def chi2_tail(chi2, dof):
    """Probability of a larger chi squared: Q(dof/2, chi2/2) by the recursion in dof/2."""
    x = chi2 / 2
    a, q = (0.5, math.erfc(math.sqrt(x))) if dof % 2 else (1.0, math.exp(-x))
    while a < dof / 2:
        q += x**a * math.exp(-x) / math.gamma(a + 1)
        a += 1
    return q


def fit_power(points):
    """Weighted least squares of ln tau = ln a + z ln L; points are (L, tau, error)."""
    L, tau, error = map(np.array, zip(*points))
    weight = (tau / error) ** 2
    design = np.stack([np.ones_like(tau), np.log(L)])
    covariance = np.linalg.inv((design * weight) @ design.T)
    log_a, z = covariance @ (design * weight) @ np.log(tau)
    chi2 = float(np.sum(weight * (np.log(tau) - log_a - z * np.log(L)) ** 2))
    return Fit(int(L[0]), float(z), math.sqrt(covariance[1, 1]), float(log_a), chi2, len(L) - 2)


def fit_logarithm(points):
    """chi squared and degrees of freedom of tau = a + b ln L, which grows slower than any power."""
    L, tau, error = map(np.array, zip(*points))
    design = np.stack([np.ones_like(tau), np.log(L)]) / error
    solution = np.linalg.lstsq(design.T, tau / error, rcond=None)[0]
    return float(np.sum((tau / error - solution @ design) ** 2)), len(L) - 2


def fits(points):
    """A fit for every L_min that leaves at least one degree of freedom."""
    return [fit_power(points[i:]) for i in range(len(points) - 2)]


def best(candidates):
    """The smallest L_min that the data do not refuse (p >= 0.05), else the largest."""
    good = [f for f in candidates if chi2_tail(f.chi2, f.dof) >= 0.05]
    return (good or candidates[-1:])[0]


def with_error(value, error):
    """0.252(13): two digits of the error below 20."""
    if not (math.isfinite(error) and error > 0):
        return f"{value:.3g}"
    exponent = math.floor(math.log10(error))
    digits = 2 if error / 10**exponent < 1.95 else 1
    decimals = max(0, digits - 1 - exponent)
    return f"{value:.{decimals}f}({error * 10**decimals:.0f})"


def read_points(directory):
    """{group: [Point, …]} in the order of L."""
    groups = {}
    if not (directory / "sweep.h5").exists():
        sys.exit(f"{directory} holds no finished sweep: nmc run examples/critical_slowing_down.ini")
    with h5py.File(directory / "sweep.h5") as file:
        column = {name: data[()] for name, data in file.items()}
    for i, name in enumerate(s.decode() for s in column["name"]):
        group = name.rsplit("_L", 1)[0]
        steps = column["steps_per_draw"][i]
        if not math.isfinite(steps):
            sys.exit(f"task {name} is not done: nmc run the job again")
        point = Point(int(column["system.L"][i]), cpu=column["cpu_seconds"][i])
        for observable in ("energy", "action", "abs_m", "m2"):
            tau = column.get(f"{observable}_tau_int", np.full(i + 1, math.nan))[i]
            if math.isfinite(tau):
                point.tau[observable] = (tau * steps, column[f"{observable}_tau_int_error"][i] * steps)
                z = column[f"{observable}_z"][i]
                point.z_scores += [z] if math.isfinite(z) else []
        point.cluster = column["m2"][i]
        point.chi, point.xi = (tuple(column.get(name + part, np.full(i + 1, math.nan))[i]
                                     for part in ("", "_error")) for name in ("chi", "xi"))
        with h5py.File(directory / name / "result.h5") as result:
            stats = result["sample_stats"]  # of the last trajectory before a draw
            point.work = float(np.mean(stats["n_steps"][()])) if "n_steps" in stats else 0.0
        groups.setdefault(group, []).append(point)
    return {group: sorted(points, key=lambda p: p.L) for group, points in groups.items()}


def series(method, points, observable):
    """(L, tau, error) in the method's unit."""
    scale = [p.cluster if method.group == "wolff" else 1.0 for p in points]
    return [(p.L, p.tau[observable][0] * s, p.tau[observable][1] * s)
            for p, s in zip(points, scale)]


def curves(groups):
    """[(label, unit, literature, points, is_headline)] of all that is fitted."""
    found = []
    for method in METHODS:
        points = groups.get(method.group)
        if not points:
            continue
        for observable in (method.slowest, *method.others):
            name = f"{method.label}, {observable}"
            is_first = observable == method.slowest
            known = method.literature if is_first else ""
            found.append((name, method.unit, known, series(method, points, observable), is_first))
            if method.group == "wolff":
                found.append((name, "clusters", "", [(p.L, *p.tau[observable]) for p in points], False))
        if method.group.startswith("hmc"):
            work = [(p.L, p.tau["m2"][0] * p.work, p.tau["m2"][1] * p.work) for p in points]
            found.append((f"{method.label}, m2", "leapfrog steps", "", work, False))
    return found


def tau_table(all_curves):
    extents = sorted({point[0] for curve in all_curves for point in curve[3]})
    lines = ["| τ_int of | unit | " + " | ".join(f"L = {L}" for L in extents) + " |",
             "| --- " * (2 + len(extents)) + "|"]
    for label, unit, _, points, _ in all_curves:
        tau = {L: with_error(t, e) for L, t, e in points}
        lines.append(f"| {label} | {unit} | " + " | ".join(tau.get(L, "") for L in extents) + " |")
    return "\n".join(lines) + "\n"


def fit_table(all_curves):
    lines = ["| fit of | unit | z | L_min | χ²/dof | z at other L_min | a + b ln L: χ²/dof | literature |",
             "| --- " * 8 + "|"]
    for label, unit, literature, points, _ in all_curves:
        candidates = fits(points)
        if not candidates:
            continue
        chosen = best(candidates)
        others = ", ".join(f"{with_error(f.z, f.error)} from {f.L_min}"
                           for f in candidates if f is not chosen)
        # A logarithm looks like a small power; for large ones the comparison says nothing.
        chi2, dof = fit_logarithm(points)
        logarithm = f"{chi2:.1f}/{dof}" if chosen.z < 0.5 else ""
        lines.append(f"| {label} | {unit} | **{with_error(chosen.z, chosen.error)}** | {chosen.L_min} | "
                     f"{chosen.chi2:.1f}/{chosen.dof} | {others} | {logarithm} | {literature} |")
    return "\n".join(lines) + "\n"


def length_table(points):
    """The line of constant xi/L that phi^4 is on."""
    rows = (("ξ", [with_error(*p.xi) for p in points]),
            ("ξ/L", [with_error(*(x / p.L for x in p.xi)) for p in points]),
            ("χ", [with_error(*p.chi) for p in points]))
    lines = ["| φ⁴ | " + " | ".join(f"L = {p.L}" for p in points) + " |",
             "| --- " * (1 + len(points)) + "|"]
    lines += [f"| {name} | " + " | ".join(cells) + " |" for name, cells in rows]
    return "\n".join(lines) + "\n"


def write_page(path, text):
    page = Path(path)
    head, rest = page.read_text(encoding="utf-8").split(BEGIN)
    page.write_text(head + BEGIN + text + END + rest.split(END)[1], encoding="utf-8")


def draw(all_curves, path):
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "nmc"})
    figure, axes = plt.subplots(figsize=(6.5, 4.6))
    headlines = [curve for curve in all_curves if curve[4]]
    for k, (label, unit, _, points, _) in enumerate(headlines):
        L, tau, error = map(np.array, zip(*points))
        candidates = fits(points)
        text = f"{label} [{unit}]"
        if candidates:
            chosen = best(candidates)
            text += f": z = {with_error(chosen.z, chosen.error)}"
            fitted = L[L >= chosen.L_min]
            axes.plot(fitted, np.exp(chosen.log_a) * fitted**chosen.z, color=f"C{k}", lw=0.8)
        axes.errorbar(L, tau, error, fmt="o", ms=4, color=f"C{k}", label=text)
    axes.set(xscale="log", yscale="log", xlabel="L", ylabel="τ_int",
             ylim=(0.7, 3e4))
    extents = sorted({point[0] for curve in headlines for point in curve[3]})
    axes.set_xticks(extents, [str(L) for L in extents])
    axes.minorticks_off()
    axes.legend(frameon=False, fontsize=8, loc="upper left")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--page")
    parser.add_argument("--figure")
    arguments = parser.parse_args()
    groups = read_points(arguments.directory)
    all_curves = curves(groups)
    text = tau_table(all_curves) + "\n" + fit_table(all_curves)
    if "phi4_cluster" in groups:
        text += "\n" + length_table(groups["phi4_cluster"])
    print(text)
    tasks = [point for points in groups.values() for point in points]
    scores = [z for point in tasks for z in point.z_scores]
    print(f"CPU time of sampling: {sum(p.cpu for p in tasks):.0f} s; against {len(scores)} exact "
          f"values chi2 = {sum(z * z for z in scores):.1f}")
    if arguments.page:
        write_page(arguments.page, text)
    if arguments.figure:
        draw(all_curves, arguments.figure)


if __name__ == "__main__":
    main()
