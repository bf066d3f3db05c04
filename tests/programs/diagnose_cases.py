"""Chains as other programs write them, for the tests of nmc diagnose."""

import struct

import h5py
import numpy as np


def autoregression(rho, chains, draws, seed):
    """[chain, draw] of x <- rho x + sqrt(1 - rho^2) xi: tau_int = (1 + rho) / (1 - rho) / 2."""
    noise = np.random.default_rng(seed).normal(size=(chains, draws))
    x = np.empty_like(noise)
    x[:, 0] = noise[:, 0]
    for t in range(1, draws):
        x[:, t] = rho * x[:, t - 1] + np.sqrt(1 - rho**2) * noise[:, t]
    return x


def table(columns, delimiter=","):
    """Lines of a table with names above."""
    names = list(columns)
    rows = zip(*(columns[name] for name in names))
    text = [delimiter.join(names)]
    text += [delimiter.join(repr(v) if isinstance(v, float) else str(v) for v in row) for row in rows]
    return "\n".join(text) + "\n"


def chain_table(x, chain="chain", draw="draw", first=0, delimiter=","):
    chains, draws = x.shape
    return table({chain: [first + c for c in range(chains) for _ in range(draws)],
                  draw: [first + d for _ in range(chains) for d in range(draws)],
                  "energy": [float(v) for v in x.ravel()]}, delimiter)


def stan_csv(x, warmup, thin=1, says="1", marker=True):
    """CmdStan's CSV of one chain: `warmup` rows far away from the others before it."""
    samples = len(x)
    head = ["# stan_version_major = 2", "# method = sample (Default)", "#   sample",
            f"#     num_samples = {samples * thin}", f"#     num_warmup = {warmup * thin}",
            f"#     save_warmup = {says}", f"#     thin = {thin}", "lp__,theta"]
    early = [f"-1,{100 - k}.5" for k in range(warmup)] if says in ("1", "true") else []
    adapted = ["# Adaptation terminated", "# Step size = 0.8"] if marker else []
    late = [f"-2,{v!r}" for v in map(float, x)]
    return "\n".join(head + early + adapted + late + ["# ", "#  Elapsed Time: 1 seconds"]) + "\n"


def emcee_file(path, x, grown=0):
    """emcee's HDFBackend: (step, walker, ndim), with room for steps that are not filled yet."""
    walkers, steps = x.shape
    with h5py.File(path, "w") as file:
        group = file.create_group("mcmc")
        group.attrs.update({"version": "3", "nwalkers": walkers, "ndim": 1, "iteration": steps,
                            "has_blobs": False})
        chain = np.zeros((steps + grown, walkers, 1))
        chain[:steps, :, 0] = x.T
        group["chain"] = chain
        group["log_prob"] = -chain[:, :, 0] ** 2 / 2
        group["accepted"] = np.ones(walkers)


def netcdf3(path, x, names=("chain", "draw"), attributes=(), records=False):
    """A classic netCDF file with one variable of doubles over two dimensions, by the format's
    specification; with `records` the first dimension is the unlimited one."""
    def name(text):
        return struct.pack(">i", len(text)) + text.encode() + b"\0" * (-len(text) % 4)

    n, m = x.shape
    head = b"CDF\x01" + struct.pack(">i", n if records else 0)
    head += struct.pack(">ii", 10, 2) + name(names[0]) + struct.pack(">i", 0 if records else n)
    head += name(names[1]) + struct.pack(">i", m) + struct.pack(">ii", 0, 0)
    listed = struct.pack(">ii", 12, len(attributes)) if attributes else struct.pack(">ii", 0, 0)
    for key, value in attributes:
        listed += name(key) + struct.pack(">iid", 6, 1, value)
    head += struct.pack(">ii", 11, 1) + name("energy") + struct.pack(">iii", 2, 0, 1) + listed
    begin = len(head) + 12
    head += struct.pack(">iii", 6, 8 * m if records else 8 * x.size, begin)
    path.write_bytes(head + x.astype(">f8").tobytes())
