# %% [markdown]
# The Ising model about its critical point: a sweep over β for three lattices, with exact curves. Cells
# (`# %%`) for editors that know them; as a script: PYTHONPATH=build/python python3 examples/python/figures.py
# Some seconds; figures land in runs/figures.

# %%
import pathlib
import sys

import numpy as np

import neuralmc

DRAWS = int(sys.argv[1]) if len(sys.argv) > 1 else 400
BETAS = [round(beta, 3) for beta in np.arange(0.36, 0.521, 0.04)]
FOLDER = pathlib.Path("runs/figures")

# %%
runs = {}
for L in (4, 8, 16):
    runs[L] = neuralmc.run(
        {"system": {"name": "ising", "L": L}, "sampler": {"name": "wolff", "chains": 16},
         "run": {"draws": DRAWS, "warmup": 50, "seed": L}, "output": {"dir": FOLDER / f"L{L}"}},
        sweep={"system.beta": BETAS}, restart=True)


# %%
def column(L, name, field):
    rows = [row for row in runs[L].report() if row.get("name") == name]
    return np.array([np.nan if row.get(field) is None else row[field] for row in rows], dtype=float)


for L in runs:
    print(f"L = {L:2}  <|m|> =", " ".join(f"{m:.3f}" for m in column(L, "abs_m", "mean")))

# %%
try:
    import matplotlib
except ImportError:
    sys.exit("SKIP: no figures without matplotlib (apt-get install python3-matplotlib)")
matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

figure, axes = plt.subplots(1, 2, figsize=(7, 2.8), constrained_layout=True)
for axis, (name, label) in zip(axes, (("abs_m", r"$\langle|m|\rangle$"),
                                      ("energy_per_site", r"$\langle E\rangle/N$"))):
    for L, marker in zip(runs, "os^"):
        line = axis.errorbar(BETAS, column(L, name, "mean"), column(L, name, "error"), fmt=marker,
                             ms=3, lw=1, label=f"L = {L}")
        axis.plot(BETAS, column(L, name, "exact"), "-", lw=0.8, color=line[0].get_color())
    axis.set(xlabel=r"$\beta$", ylabel=label)
axes[0].legend(frameon=False)
figure.savefig(FOLDER / "ising.svg")

# %%
last = neuralmc.open(FOLDER / "L16" / f"b{BETAS[-1]:g}")["posterior"]
figure, axis = plt.subplots(figsize=(3.4, 2.4), constrained_layout=True)
axis.hist(last.abs_m.values.ravel(), bins=40, density=True, histtype="step")
axis.set(xlabel=r"$|m|$", ylabel="density", title=rf"L = 16, $\beta$ = {BETAS[-1]:g}", xlim=(0, 1))
figure.savefig(FOLDER / "magnetisation.pdf")
print("figures:", *sorted(str(file) for file in FOLDER.glob("*.[sp][vd][gf]")))
