#!/usr/bin/env python3
"""NeuralRG in plain PyTorch: the peer that the C++ training step and leapfrog are measured against.

The network of docs/theory/flows.md (MERA of affine couplings; multiscale renormalisation flow of
Li and Wang, PRL 121, 260601 (2018)), written as it is commonly written: masks are multiplied,
patches are gathered and scattered by index, gradients come from autograd, the quadratic form of the
energy uses the dense inverse of K. Two forms of the training step:

lean    draw z; x = g(z) with log q(x) from the pass; log q(-x) by one inference;
        loss = mean(log q_sym + E); backward; Adam. Nothing else.
common  as generic classes do it: x = g(z); log q_sym through the model's log_prob, that is by one
        inference on x and one on -x; the same loss, backward, Adam; then, for the log, the loss
        of as many fresh draws without gradients (one pass and two inferences).

mode leapfrog is one step of latent HMC: the gradient of U_sym(z) and the two updates.

Prints one JSON line; `--check FILE` compares values and gradients with data/neuralrg_L4.h5 instead.
"""
import argparse
import json
import math
import resource
import statistics
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional

BETA_CRITICAL = math.log(1 + math.sqrt(2)) / 2
PATCH = 4


class Mlp(nn.Module):
    """PATCH -> hidden (depth times, ELU) -> PATCH; scaled tanh at the end where `scaled`."""

    def __init__(self, hidden, depth, scaled):
        super().__init__()
        widths = [PATCH] + [hidden] * depth + [PATCH]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))
        self.scale = nn.Parameter(torch.zeros(PATCH)) if scaled else None

    def forward(self, y):
        for layer in self.layers[:-1]:
            y = functional.elu(layer(y))
        y = self.layers[-1](y)
        return y if self.scale is None else self.scale * torch.tanh(y)


class Block(nn.Module):
    """All patches of one scale and offset share these couplings; acts on (batch * patches, PATCH)."""

    def __init__(self, couplings, hidden, depth):
        super().__init__()
        masks = [[1, 0, 0, 1], [0, 1, 1, 0], [1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]]
        self.register_buffer("mask", torch.tensor(
            [masks[c % len(masks)] for c in range(couplings)], dtype=torch.get_default_dtype()))
        self.t = nn.ModuleList(Mlp(hidden, depth, False) for _ in range(couplings))
        self.s = nn.ModuleList(Mlp(hidden, depth, True) for _ in range(couplings))

    def generate(self, y):
        log_det = y.new_zeros(y.shape[0])
        for mask, t_net, s_net in zip(self.mask, self.t, self.s):
            kept = mask * y
            s = (1 - mask) * s_net(kept)
            t = (1 - mask) * t_net(kept)
            y = kept + (1 - mask) * (y * torch.exp(s) + t)
            log_det = log_det + s.sum(1)
        return y, log_det

    def infer(self, y):
        log_det = y.new_zeros(y.shape[0])
        for mask, t_net, s_net in zip(self.mask.flip(0), reversed(self.t), reversed(self.s)):
            kept = mask * y
            s = (1 - mask) * s_net(kept)
            t = (1 - mask) * t_net(kept)
            y = kept + (1 - mask) * (y - t) * torch.exp(-s)
            log_det = log_det - s.sum(1)
        return y, log_det


def patch_sites(size, scale, offset):
    """Site numbers (patches, PATCH) of the patches of stride 2^{scale+1} and dilation 2^scale."""
    stride, step = 2 ** (scale + 1), 2 ** scale
    return torch.tensor([[((row + i) % size) * size + (col + j) % size
                          for i in (0, step) for j in (0, step)]
                         for row in range(offset, size + offset, stride)
                         for col in range(offset, size + offset, stride)])


class NeuralRg(nn.Module):
    def __init__(self, size, couplings, hidden, depth, repeat=1):
        super().__init__()
        self.sites = size * size
        self.patches, blocks = [], []
        for scale in range(int(math.log2(size))):
            for _ in range(repeat):
                for offset in (0, 2 ** scale):
                    self.patches.append(patch_sites(size, scale, offset))
                    blocks.append(Block(couplings, hidden, depth))
        self.blocks = nn.ModuleList(blocks)

    def _apply_block(self, transform, sites, x):
        patches = x[:, sites].reshape(-1, PATCH)
        patches, log_det = transform(patches)
        index = sites.reshape(1, -1).expand(x.shape[0], -1)
        x = x.scatter(1, index, patches.reshape(x.shape[0], -1))
        return x, log_det.reshape(x.shape[0], -1).sum(1)

    def generate(self, z):
        x, log_det = z, z.new_zeros(z.shape[0])
        for sites, block in zip(reversed(self.patches), reversed(self.blocks)):
            x, part = self._apply_block(block.generate, sites, x)
            log_det = log_det + part
        return x, log_det

    def infer(self, x):
        z, log_det = x, x.new_zeros(x.shape[0])
        for sites, block in zip(self.patches, self.blocks):
            z, part = self._apply_block(block.infer, sites, z)
            log_det = log_det + part
        return z, log_det

    def log_prior(self, z):
        return -0.5 * (z * z).sum(1) - 0.5 * self.sites * math.log(2 * math.pi)

    def log_prob(self, x):
        z, log_det = self.infer(x)
        return self.log_prior(z) + log_det


class DualIsing:
    """E(x) = x^T K^{-1} x / 2 - sum ln cosh x, K = beta A + (0.1 + 4 beta) 1 on the torus."""

    def __init__(self, size, beta):
        sites = size * size
        k = np.zeros((sites, sites))
        for row in range(size):
            for col in range(size):
                i = row * size + col
                for j in (((row + 1) % size) * size + col, row * size + (col + 1) % size):
                    k[i, j] = k[j, i] = beta
        k += (0.1 + 4 * beta) * np.eye(sites)
        self.k_inverse = torch.tensor(np.linalg.inv(k)).to(torch.get_default_dtype())

    def energy(self, x):
        log_cosh = x.abs() + functional.softplus(-2 * x.abs()) - math.log(2)
        return 0.5 * ((x @ self.k_inverse) * x).sum(1) - log_cosh.sum(1)


def log_symmetrised(log_q, log_q_minus):
    return torch.logaddexp(log_q, log_q_minus) - math.log(2)


def loss_lean(flow, target, z):
    x, log_det = flow.generate(z)
    log_q = log_symmetrised(flow.log_prior(z) - log_det, flow.log_prob(-x))
    return (log_q + target.energy(x)).mean()


def loss_common(flow, target, z):
    x, _ = flow.generate(z)
    log_q = log_symmetrised(flow.log_prob(x), flow.log_prob(-x))
    return (log_q + target.energy(x)).mean()


def training_step(flow, target, optimiser, args):
    loss_of = loss_lean if args.form == "lean" else loss_common

    def step():
        optimiser.zero_grad()
        loss = loss_of(flow, target, torch.randn(args.batch, flow.sites))
        loss.backward()
        optimiser.step()
        if args.form == "common":
            with torch.no_grad():
                loss_of(flow, target, torch.randn(args.batch, flow.sites)).item()
        return loss.item()
    return step


def potential(flow, target, z, symmetric=True):
    """U_sym(z) = E(x) + log q_sym(x) - log N(z), or U(z) = E(x) - log det dx/dz."""
    x, log_det = flow.generate(z)
    if not symmetric:
        return target.energy(x) - log_det
    log_prior = flow.log_prior(z)
    return target.energy(x) + log_symmetrised(log_prior - log_det, flow.log_prob(-x)) - log_prior


def leapfrog_step(flow, target, args):
    flow.requires_grad_(False)
    state = {"z": torch.randn(args.batch, flow.sites), "p": torch.randn(args.batch, flow.sites)}

    def step():
        z = state["z"].requires_grad_(True)
        force, = torch.autograd.grad(potential(flow, target, z).sum(), z)
        state["p"] = state["p"] - 0.01 * force
        state["z"] = z.detach() + 0.01 * state["p"]
        return 0.0
    return step


def load_reference(flow, group):
    """Copies the weights of the data file; returns {parameter: path in the file, row}."""
    places = {}
    for number, block in enumerate(flow.blocks):
        stored = group[f"block/{number:02d}"]
        block.mask.copy_(torch.tensor(stored["mask"][:]))
        sites = torch.tensor(stored["site_row"][:] * group.attrs["L"] + stored["site_col"][:])
        assert {tuple(sorted(p)) for p in sites.tolist()} == {
            tuple(sorted(p)) for p in flow.patches[number].tolist()}, "patches differ"
        flow.patches[number] = sites.long()
        for kind in "ts":
            for c, net in enumerate(getattr(block, kind)):
                for n, layer in enumerate(net.layers):
                    places[layer.weight] = (f"block/{number:02d}/{kind}/W{n}", c)
                    places[layer.bias] = (f"block/{number:02d}/{kind}/b{n}", c)
                if net.scale is not None:
                    places[net.scale] = (f"block/{number:02d}/{kind}/scale", c)
    with torch.no_grad():
        for parameter, (path, c) in places.items():
            parameter.copy_(torch.tensor(group[path][c]))
    return places


def worst(value, reference):
    reference = torch.as_tensor(np.asarray(reference)).reshape(value.shape)
    return ((value - reference).abs().max() / reference.abs().max()).item()


def check(path):
    import h5py
    torch.set_default_dtype(torch.float64)
    errors = {}
    with h5py.File(path) as file:
        group = file["L4_headline"]
        size, attrs = int(group.attrs["L"]), group.attrs
        flow = NeuralRg(size, int(attrs["nlayers"]), int(attrs["nhidden"]), int(attrs["nmlp"]))
        places = load_reference(flow, group)
        target, batch = DualIsing(size, 1 / float(attrs["T"])), group["batch"]
        z = torch.tensor(batch["z"][:]).reshape(-1, flow.sites).requires_grad_(True)
        x, log_det = flow.generate(z)
        errors["x"] = worst(x, batch["x"])
        errors["log_det"] = worst(log_det, batch["log_det_dxdz"])
        errors["log_q_minus_x"] = worst(flow.log_prob(-x), batch["log_q_minus_x"])
        errors["energy"] = worst(target.energy(x), batch["energy"])
        for name, symmetric in (("U", False), ("U_sym", True)):
            u = potential(flow, target, z, symmetric)
            errors[name] = worst(u, batch[name])
            grad, = torch.autograd.grad(u.sum(), z)
            errors[f"grad_{name}_z"] = worst(grad, batch[f"grad_{name}_z"])
        for name, loss_of in (("lean", loss_lean), ("common", loss_common)):
            flow.zero_grad()
            loss = loss_of(flow, target, z.detach())
            loss.backward()
            errors[f"loss_sym ({name})"] = worst(loss, group["loss_sym"][()])
            errors[f"grad_sym ({name})"] = max(
                worst(p.grad, group["grad_sym"][where][c]) for p, (where, c) in places.items()
                if np.abs(group["grad_sym"][where][c]).max() > 0)
    for name, error in errors.items():
        print(f"{name:20s} {error:.1e}")
    return 0 if max(errors.values()) < 1e-9 else 1


def measure(args):
    torch.set_default_dtype(torch.float64 if args.dtype == "double" else torch.float32)
    torch.set_num_threads(args.threads)
    # The share of the far image is often subnormal; without this the step is 3 to 8 times slower
    # on processors that trap on such numbers, which says nothing about the program.
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    flow = NeuralRg(args.L, args.couplings, args.hidden, args.depth)
    target = DualIsing(args.L, BETA_CRITICAL)
    if args.mode == "train":
        step = training_step(flow, target, torch.optim.Adam(flow.parameters(), lr=1e-3), args)
    else:
        step = leapfrog_step(flow, target, args)
    step()
    cpu, wall = [], []
    for _ in range(args.repeat):
        start_cpu, start_wall = time.process_time(), time.perf_counter()
        step()
        cpu.append(time.process_time() - start_cpu)
        wall.append(time.perf_counter() - start_wall)
    return {"name": f"peer_{args.mode}_{args.form}" if args.mode == "train" else "peer_leapfrog",
            "value": statistics.median(cpu), "unit": "cpu_seconds/step",
            "cpu_seconds": sum(cpu), "wall_seconds_median": statistics.median(wall),
            "threads": torch.get_num_threads(), "L": args.L, "hidden": args.hidden,
            "couplings": args.couplings, "depth": args.depth, "batch": args.batch,
            "dtype": args.dtype, "repeat": args.repeat, "torch": torch.__version__,
            "max_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--L", type=int, default=8)
    parser.add_argument("--hidden", type=int, default=10)
    parser.add_argument("--couplings", type=int, default=10)
    parser.add_argument("--depth", type=int, default=3, help="hidden layers per net")
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--dtype", choices=["float", "double"], default="float")
    parser.add_argument("--mode", choices=["train", "leapfrog"], default="train")
    parser.add_argument("--form", choices=["lean", "common"], default="lean")
    parser.add_argument("--repeat", type=int, default=5, help="measured steps after one warm-up")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one JSON line (else a short table)")
    parser.add_argument("--check", metavar="FILE", help="compare with data/neuralrg_L4.h5 and exit")
    args = parser.parse_args()
    if args.check:
        sys.exit(check(args.check))
    result = measure(args)
    if args.json:
        print(json.dumps(result))
    else:
        for key, value in result.items():
            print(f"{key:20s} {value}")


if __name__ == "__main__":
    main()
