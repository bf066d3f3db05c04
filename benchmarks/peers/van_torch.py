#!/usr/bin/env python3
"""Variational autoregressive networks in plain PyTorch: the peer of `nmc bench autoregressive_*`.

The algorithm of Wu, Wang and Zhang, PRL 122, 080602 (2019), as it is commonly written: weights are
multiplied by a mask, N forward passes draw a configuration, one spin per pass; then a pass with
gradients gives ln q, and the loss is the mean of (ln q + beta E minus its mean) times ln q.

--net made       masked dense layers; a hidden layer has `width` units per site
--net pixel_cnn  masked convolutions, zero padding, `kernel` x `kernel`
--mode draw      seconds of CPU per drawn configuration
--mode train     seconds of CPU per training step: draws, loss, backward, Adam

Prints one JSON line. --sites N trains a Sherrington-Kirkpatrick glass, else the L x L Ising torus.
"""
import argparse
import json
import math
import resource
import statistics

import torch
from torch import nn
from torch.nn import functional


class MaskedLinear(nn.Module):
    def __init__(self, sites, inputs, outputs, strict):
        super().__init__()
        self.linear = nn.Linear(sites * inputs, sites * outputs)
        order = torch.ones(sites, sites).tril(-1 if strict else 0)
        mask = order[:, None, :, None].expand(sites, outputs, sites, inputs)
        self.register_buffer("mask", mask.reshape(sites * outputs, sites * inputs).clone())

    def forward(self, x):
        return functional.linear(x, self.linear.weight * self.mask, self.linear.bias)


class MaskedConvolution(nn.Module):
    def __init__(self, kernel, inputs, outputs, strict):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2)
        mask = torch.ones(kernel, kernel)
        half = kernel // 2
        mask[half, half + (0 if strict else 1):] = 0
        mask[half + 1:] = 0
        self.register_buffer("mask", mask[None, None])
        self.padding = half

    def forward(self, x):
        return functional.conv2d(x, self.conv.weight * self.mask, self.conv.bias,
                                 padding=self.padding)


def network(options):
    layers = []
    for depth in range(options.depth):
        first, last = depth == 0, depth + 1 == options.depth
        inputs, outputs = 1 if first else options.width, 1 if last else options.width
        if options.net == "made":
            layers.append(MaskedLinear(options.sites or options.L**2, inputs, outputs, first))
        else:
            layers.append(MaskedConvolution(options.kernel, inputs, outputs, first))
        if not last:
            layers.append(nn.PReLU(outputs if options.net == "pixel_cnn" else 1, init=0.5))
    return nn.Sequential(*layers, nn.Sigmoid())


def shape(options):
    return (options.sites,) if options.sites else (
        (options.L**2,) if options.net == "made" else (1, options.L, options.L))


def draw(net, options):
    s = torch.zeros(options.batch, *shape(options))
    with torch.no_grad():
        for site in range(s[0].numel()):
            up = net(s).reshape(options.batch, -1)[:, site]
            s.view(options.batch, -1)[:, site] = torch.bernoulli(up) * 2 - 1
    return s


def log_q(net, s):
    up = net(s)
    epsilon = 1e-7  # as published; q is then normalised to that only
    return (torch.log(torch.where(s > 0, up, 1 - up) + epsilon)).reshape(len(s), -1).sum(1)


def energy(s, options, couplings):
    if options.sites:
        return -0.5 * torch.einsum("bi,ij,bj->b", s, couplings, s)
    s = s.reshape(len(s), options.L, options.L)
    return -(s * (s.roll(1, 1) + s.roll(1, 2))).sum((1, 2))


def train_step(net, optimiser, options, couplings):
    s = draw(net, options)
    optimiser.zero_grad()
    log = log_q(net, s)
    with torch.no_grad():
        loss = log + options.beta * energy(s, options, couplings)
    torch.mean((loss - loss.mean()) * log).backward()
    optimiser.step()


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--net", choices=("made", "pixel_cnn"), default="made")
    parser.add_argument("--mode", choices=("draw", "train"), default="draw")
    parser.add_argument("--L", type=int, default=16)
    parser.add_argument("--sites", type=int, default=0)
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--width", type=int, default=4)
    parser.add_argument("--kernel", type=int, default=3)
    parser.add_argument("--batch", type=int, default=1000)
    parser.add_argument("--beta", type=float, default=0.44)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    net = network(options)
    couplings = None
    if options.sites:
        upper = torch.randn(options.sites, options.sites).triu(1) / math.sqrt(options.sites)
        couplings = upper + upper.T
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3)
    times = []
    for _ in range(options.repeats):
        before = cpu()
        if options.mode == "draw":
            draw(net, options)
        else:
            train_step(net, optimiser, options, couplings)
        times.append(cpu() - before)
    seconds = statistics.median(times)
    value = seconds / options.batch * 1e3 if options.mode == "draw" else seconds
    unit = "ms per configuration" if options.mode == "draw" else "s"
    print(json.dumps({"name": f"{options.net}_{options.mode}", "value": value, "unit": unit}))


if __name__ == "__main__":
    main()
