#!/usr/bin/env python3
"""Masked autoregressive flows in plain PyTorch: the peer of `nmc bench maf_*`.

The algorithm of Papamakarios, Pavlakou and Murray (arXiv:1705.07057), as it is commonly written:
weights are multiplied by a mask, ln q takes one pass of the net per block, a draw one pass per site
and block. The net is that of `nmc bench`: one hidden layer of two units for each site, ELU, log
scales lambda + c tanh S, direct weights from the field to the means, order reversed between blocks.

--mode likelihood     CPU seconds of ln q of a batch and its gradient
--mode draw           CPU seconds of a batch of draws
--mode training_step  CPU seconds of a reverse-KL step: draws, their ln q, energy of the dual Ising
                      field, backward, Adam

Prints one JSON line.
"""
import argparse
import json
import math
import resource
import statistics

import torch
from torch import nn
from torch.nn import functional


class Block(nn.Module):
    def __init__(self, sites, order):
        super().__init__()
        self.order = order
        hidden = 2 * sites
        degree = 1 + torch.arange(hidden) * (sites - 1) // hidden
        token = torch.arange(sites)
        self.register_buffer("first", (token[None, :] < degree[:, None]).float())
        mask = (degree[None, :] <= token[:, None]).float()
        self.register_buffer("last", torch.cat([mask, mask]))
        self.register_buffer("below", torch.ones(sites, sites).tril(-1))
        self.hidden, self.output = nn.Linear(sites, hidden), nn.Linear(hidden, 2 * sites)
        self.direct = nn.Parameter(torch.zeros(sites, sites))
        self.log_scale = nn.Parameter(torch.zeros(sites))
        self.bound = nn.Parameter(torch.ones(sites))

    def heads(self, x):
        h = functional.elu(functional.linear(x, self.hidden.weight * self.first, self.hidden.bias))
        out = functional.linear(h, self.output.weight * self.last, self.output.bias)
        mean, s = out.chunk(2, 1)
        mean = mean + functional.linear(x, self.direct * self.below)
        return mean, self.log_scale + self.bound * torch.tanh(s)

    def inverse(self, x):
        x = x[:, self.order]
        mean, alpha = self.heads(x)
        z = torch.empty_like(x)
        z[:, self.order] = (x - mean) * torch.exp(-alpha)
        return z, -alpha.sum(1)

    def forward(self, z):
        z = z[:, self.order]
        columns = []
        for token in range(z.shape[1]):
            x = torch.stack(columns + [torch.zeros_like(z[:, 0])] * (z.shape[1] - token), 1)
            mean, alpha = self.heads(x)
            columns.append(z[:, token] * torch.exp(alpha[:, token]) + mean[:, token])
        x = torch.stack(columns, 1)
        _, alpha = self.heads(x)
        y = torch.empty_like(x)
        y[:, self.order] = x
        return y, alpha.sum(1)


def log_prob(blocks, x):
    total = 0
    for block in reversed(blocks):
        x, log_det = block.inverse(x)
        total = total + log_det
    return total - 0.5 * (x**2).sum(1) - 0.5 * x.shape[1] * math.log(2 * math.pi)


def draw(blocks, batch, sites):
    x, total = torch.randn(batch, sites), 0
    log_q = -0.5 * (x**2).sum(1) - 0.5 * sites * math.log(2 * math.pi)
    for block in blocks:
        x, log_det = block(x)
        total = total + log_det
    return x, log_q - total


def dual_field(L, beta=0.44068679350977151):
    site = torch.arange(L * L).reshape(L, L)
    adjacency = torch.zeros(L * L, L * L)
    for shift in ((0, 1), (1, 0)):
        other = site.roll(shift, (0, 1))
        adjacency[site.flatten(), other.flatten()] += 1
        adjacency[other.flatten(), site.flatten()] += 1
    coupling = beta * adjacency + (0.1 + 4 * beta) * torch.eye(L * L)
    inverse = torch.linalg.inv(coupling.double()).float()
    return lambda x: 0.5 * ((x @ inverse) * x).sum(1) - torch.log(torch.cosh(x)).sum(1)


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mode", choices=("likelihood", "draw", "training_step"),
                        default="likelihood")
    parser.add_argument("--L", type=int, default=8)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    sites = options.L**2
    order = torch.arange(sites)
    blocks = nn.ModuleList(Block(sites, order if k % 2 == 0 else order.flip(0)) for k in range(4))
    energy = dual_field(options.L)
    optimiser = torch.optim.Adam(blocks.parameters(), lr=1e-3)
    x = torch.randn(options.batch, sites)

    def likelihood():
        optimiser.zero_grad()
        log_prob(blocks, x).sum().backward()

    def draws():
        with torch.no_grad():
            draw(blocks, options.batch, sites)

    def training_step():
        optimiser.zero_grad()
        y, log_q = draw(blocks, options.batch, sites)
        (log_q + energy(y)).mean().backward()
        optimiser.step()

    work = {"likelihood": likelihood, "draw": draws, "training_step": training_step}[options.mode]
    work()
    times = []
    for _ in range(options.repeats):
        before = cpu()
        work()
        times.append(cpu() - before)
    print(json.dumps({"name": f"maf_{options.mode}_L{options.L}",
                      "value": statistics.median(times), "unit": "s"}))


if __name__ == "__main__":
    main()
