#!/usr/bin/env python3
"""A continuous flow of points of the plane in plain PyTorch: the peer of `continuous_flow`.

The algorithm of Grathwohl, Chen, Bettencourt, Sutskever and Duvenaud (2018, arXiv:1810.01367) with
the exact trace that they take in two dimensions: dx/dt = v(x, t) by a net whose every layer reads
the time, d ln q/dt = -tr dv/dx by autograd, one row of the Jacobian after the other. Runge-Kutta of
order 4 in fixed steps, so that both sides ask for the velocity equally often. Gradients come from
the continuous adjoint, which integrates back (--backward adjoint, theirs), or from autograd through
the steps (--backward steps, which is faster and needs memory for all of them).

A training step: inference of a batch of data, loss = -mean ln q, backward, Adam. Prints one JSON
line. With `--train SECONDS` it trains on eight Gaussians for so many CPU seconds and prints the NLL
of 10^4 fresh points.
"""
import argparse
import json
import math
import statistics
import time

import torch
from torch import nn


class Velocity(nn.Module):
    def __init__(self, sites, hidden, depth):
        super().__init__()
        widths = [sites] + [hidden] * depth + [sites]
        self.layers = nn.ModuleList(nn.Linear(a + 1, b) for a, b in zip(widths, widths[1:]))
        with torch.no_grad():
            self.layers[-1].weight.mul_(0.1)
            self.layers[-1].bias.mul_(0.1)

    def forward(self, t, x):
        h = x
        for k, layer in enumerate(self.layers):
            h = layer(torch.cat([h, t.expand(len(x), 1)], 1))
            if k + 1 < len(self.layers):
                h = torch.tanh(h)
        return h

    def with_divergence(self, t, x):
        with torch.enable_grad():
            x = x if x.requires_grad else x.detach().requires_grad_(True)
            v = self(t, x)
            trace = sum(torch.autograd.grad(v[:, i].sum(), x, create_graph=True)[0][:, i]
                        for i in range(x.shape[1]))
        return v, trace


def runge_kutta(derivative, state, times):
    """Fixed steps of order 4 over a tuple of tensors."""
    def moved(base, factor, slope):
        return tuple(a + factor * b for a, b in zip(base, slope))

    for t, end in zip(times[:-1], times[1:]):
        h = end - t
        k1 = derivative(t, state)
        k2 = derivative(t + h / 2, moved(state, h / 2, k1))
        k3 = derivative(t + h / 2, moved(state, h / 2, k2))
        k4 = derivative(end, moved(state, h, k3))
        state = tuple(s + h / 6 * (a + 2 * b + 2 * c + d)
                      for s, a, b, c, d in zip(state, k1, k2, k3, k4))
    return state


class Adjoint(torch.autograd.Function):
    """z and the integral of the divergence, from t = 1 to 0, with the adjoint equations back."""

    @staticmethod
    def forward(ctx, velocity, times, x, *parameters):
        with torch.no_grad():
            def derivative(t, state):
                v, trace = velocity.with_divergence(t, state[0])
                return v.detach(), trace.detach()
            z, integral = runge_kutta(derivative, (x, torch.zeros(len(x))), times)
        ctx.velocity, ctx.times = velocity, times
        ctx.save_for_backward(z)
        return z, integral

    @staticmethod
    def backward(ctx, g_z, g_integral):
        velocity, (z,) = ctx.velocity, ctx.saved_tensors
        parameters = tuple(velocity.parameters())

        def derivative(t, state):
            x, a = state[0].detach().requires_grad_(True), state[1]
            v, trace = velocity.with_divergence(t, x)
            grads = torch.autograd.grad((v, trace), (x,) + parameters, (a, g_integral),
                                        allow_unused=True)
            grads = [torch.zeros_like(p) if g is None else g
                     for p, g in zip((x,) + parameters, grads)]
            return (v.detach(), -grads[0]) + tuple(-g for g in grads[1:])

        state = (z, g_z) + tuple(torch.zeros_like(p) for p in parameters)
        state = runge_kutta(derivative, state, ctx.times.flip(0))
        return (None, None, state[1]) + state[2:]


def loss_of(velocity, x, args):
    times = torch.linspace(1, 0, args.steps + 1)
    if args.backward == "adjoint":
        z, integral = Adjoint.apply(velocity, times, x, *velocity.parameters())
    else:
        state = (x.requires_grad_(True), torch.zeros(len(x)))
        z, integral = runge_kutta(lambda t, s: velocity.with_divergence(t, s[0]), state, times)
    return 0.5 * (z ** 2).sum(1) + 0.5 * x.shape[1] * math.log(2 * math.pi) - integral


def eight_gaussians(count):
    angle = torch.randint(8, (count,)) * (math.pi / 4)
    centre = 2 * math.sqrt(2) * torch.stack([angle.cos(), angle.sin()], 1)
    return centre + torch.randn(count, 2) * math.sqrt(0.125)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="the only form that there is")
    parser.add_argument("--backward", choices=["adjoint", "steps"], default="adjoint")
    parser.add_argument("--train", type=float, default=0, help="CPU seconds")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    velocity = Velocity(2, args.hidden, args.depth)
    optimiser = torch.optim.Adam(velocity.parameters(), lr=3e-3)

    def step():
        optimiser.zero_grad()
        loss_of(velocity, eight_gaussians(args.batch), args).mean().backward()
        optimiser.step()

    if args.train > 0:
        begin, steps = time.process_time(), 0
        while time.process_time() - begin < args.train:
            step()
            steps += 1
        nll = loss_of(velocity, eight_gaussians(10000), args).mean().item()
        print(json.dumps({"name": "train", "steps": steps, "nll": nll}))
        return
    step()
    seconds = []
    for _ in range(args.repeat):
        begin = time.process_time()
        step()
        seconds.append(time.process_time() - begin)
    print(json.dumps({"name": "ffjord_step", "value": statistics.median(seconds)}))


if __name__ == "__main__":
    main()
