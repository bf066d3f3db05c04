#!/usr/bin/env python3
"""Convolutional affine couplings for phi^4 in plain PyTorch: the peer of `conv_flow`.

The flow of Albergo, Kanwar and Shanahan (2019), with the convolutional nets of the introduction by
Albergo et al. (2021, arXiv:2101.08176), written as it is commonly written: the field is multiplied
by a checkerboard mask, one net of periodic convolutions gives s and t at all sites, what lies on
kept sites is masked away, gradients come from autograd.

A training step: draw z, x = g(z) with log q(x) from the pass, loss = mean(log q + S), backward,
Adam. Nothing else. Prints one JSON line. With `--train SECONDS` it trains for so many CPU seconds and
prints the importance ESS of 10^4 draws.
"""
import argparse
import json
import math
import statistics
import time

import torch
from torch import nn


class Coupling(nn.Module):
    def __init__(self, mask, channels, kernel):
        super().__init__()
        self.register_buffer("mask", mask)
        layers, inputs = [], 1
        for outputs in channels:
            layers += [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2,
                                 padding_mode="circular"), nn.ELU()]
            inputs = outputs
        layers.append(nn.Conv2d(inputs, 2, kernel, padding=kernel // 2, padding_mode="circular"))
        with torch.no_grad():
            layers[-1].weight.mul_(0.1)
            layers[-1].bias.mul_(0.1)
        self.net = nn.Sequential(*layers)
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, y):
        kept = self.mask * y
        t, s = self.net(kept.unsqueeze(1)).unbind(1)
        s = (1 - self.mask) * self.scale * torch.tanh(s)
        y = kept + (1 - self.mask) * (y * torch.exp(s) + t)
        return y, s.sum((1, 2))


def make_flow(args):
    colour = (torch.arange(args.L).reshape(-1, 1) + torch.arange(args.L)) % 2
    channels = [args.channels] * args.depth
    return nn.ModuleList(
        Coupling(((colour + c) % 2 == 0).to(torch.get_default_dtype()), channels, args.kernel)
        for c in range(args.couplings))


def action(x, m2, coupling):
    hops = sum(((torch.roll(x, 1, axis) - x) ** 2).sum((1, 2)) for axis in (1, 2))
    return hops + (m2 * x ** 2 + coupling * x ** 4).sum((1, 2))


def loss_of(flow, args, batch):
    """ln q + S of a batch of draws."""
    y = torch.randn(batch, args.L, args.L)
    log_q = -0.5 * (y ** 2).sum((1, 2)) - 0.5 * args.L ** 2 * math.log(2 * math.pi)
    for layer in flow:
        y, log_det = layer(y)
        log_q = log_q - log_det
    return log_q + action(y, args.m2, args.coupling)


def step(flow, optimiser, args):
    optimiser.zero_grad()
    loss = loss_of(flow, args, args.batch).mean()
    loss.backward()
    optimiser.step()
    return loss.item()


def ess(flow, args):
    with torch.no_grad():
        log_w = -torch.cat([loss_of(flow, args, 1000) for _ in range(10)])
    w = torch.exp(log_w - log_w.max())
    return (w.sum() ** 2 / (len(w) * (w ** 2).sum())).item()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--L", type=int, default=8)
    parser.add_argument("--m2", type=float, default=-4)
    parser.add_argument("--coupling", type=float, default=8, help="lambda")
    parser.add_argument("--couplings", type=int, default=16)
    parser.add_argument("--channels", type=int, default=8)
    parser.add_argument("--depth", type=int, default=2, help="hidden layers of each net")
    parser.add_argument("--kernel", type=int, default=3)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--dtype", choices=["float", "double"], default="float")
    parser.add_argument("--repeat", type=int, default=5, help="measured steps after one warm-up")
    parser.add_argument("--train", type=float, default=0, help="CPU seconds of a training")
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one JSON line, as always")
    args = parser.parse_args()
    torch.set_default_dtype(torch.float64 if args.dtype == "double" else torch.float32)
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    flow = make_flow(args)
    optimiser = torch.optim.Adam(flow.parameters(), lr=args.learning_rate)
    if args.train > 0:
        steps, start = 0, time.process_time()
        while time.process_time() - start < args.train:
            step(flow, optimiser, args)
            steps += 1
        print(json.dumps({"name": "peer_conv_training", "value": ess(flow, args), "unit": "ESS",
                          "steps": steps, "cpu_seconds": time.process_time() - start}))
        return
    step(flow, optimiser, args)
    cpu = []
    for _ in range(args.repeat):
        start = time.process_time()
        step(flow, optimiser, args)
        cpu.append(time.process_time() - start)
    print(json.dumps({"name": "peer_conv_step", "value": statistics.median(cpu),
                      "unit": "cpu_seconds/step", "cpu_seconds": sum(cpu), "batch": args.batch,
                      "L": args.L, "dtype": args.dtype, "torch": torch.__version__}))


if __name__ == "__main__":
    main()
