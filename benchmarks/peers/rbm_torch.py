#!/usr/bin/env python3
"""A restricted Boltzmann machine in plain PyTorch: the peer of `nmc bench rbm_*`.

Units are 0 and 1 in float32, 784 visible and 500 hidden by default; v W is a matrix product, and
units are drawn by torch.rand < torch.sigmoid, as such loops are commonly written. One thread, CPU
time, median.

--mode gibbs  chain sweeps v -> h -> v per second
--mode pcd    seconds per step of persistent contrastive divergence: hidden means of the data, one
              sweep h -> v -> h of the chains, both gradients, the step. The chains are kept as h,
              so that their hidden means and draws come from one product, as in nmc.
--mode ais    microseconds per chain and temperature: the weight of the step and a sweep at the new
              temperature, which share the product v W

Prints one JSON line."""
import argparse
import json
import statistics
import time

import torch

softplus = torch.nn.functional.softplus


def parameters(visible, hidden):
    generator = torch.Generator().manual_seed(1)
    normal = lambda *shape: torch.randn(*shape, generator=generator)
    return normal(visible) * .3, normal(hidden) * .3, normal(visible, hidden) * .05


def draw(logits):
    p = torch.sigmoid(logits)
    return (torch.rand_like(p) < p).float()


def gibbs(args, a, b, W):
    v = (torch.rand(args.batch, len(a)) < .2).float()

    def step():
        nonlocal v
        h = draw(torch.addmm(b, v, W))
        v = draw(torch.addmm(a, h, W.t()))
    seconds = timed(step, args.seconds)
    return args.batch / seconds, "sweeps/s"


def pcd(args, a, b, W):
    data = (torch.rand(2000, len(a)) < .2).float()
    h = (torch.rand(args.batch, len(b)) < .2).float()
    rate = 1e-3 / args.batch

    def step():
        nonlocal h
        x = data[torch.randint(len(data), (args.batch,))]
        positive = torch.sigmoid(torch.addmm(b, x, W))
        v = draw(torch.addmm(a, h, W.t()))
        negative = torch.sigmoid(torch.addmm(b, v, W))
        h = (torch.rand_like(negative) < negative).float()
        W.addmm_(x.t(), positive, alpha=rate)
        W.addmm_(v.t(), negative, alpha=-rate)
        a.add_(x.sum(0) - v.sum(0), alpha=rate)
        b.add_(positive.sum(0) - negative.sum(0), alpha=rate)
    return timed(step, args.seconds), "s"


def ais(args, a, b, W):
    temperatures = 100

    def run():
        v = draw(a.expand(args.batch, -1).clone())
        log_w = torch.zeros(args.batch)
        for k in range(1, temperatures + 1):
            low, high = (k - 1) / temperatures, k / temperatures
            x = torch.addmm(b, v, W)
            log_w += (softplus(high * x) - softplus(low * x)).sum(1)
            if k < temperatures:
                h = draw(high * x)
                v = draw(torch.addmm(a, h, W.t(), alpha=high))
    return timed(run, args.seconds) / (args.batch * temperatures) * 1e6, "us"


def timed(action, seconds):
    action()
    times, began = [], time.process_time()
    while not times or time.process_time() - began < seconds:
        start = time.process_time()
        action()
        times.append(time.process_time() - start)
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mode", choices=("gibbs", "pcd", "ais"), required=True)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--visible", type=int, default=784)
    parser.add_argument("--hidden", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=3)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    with torch.no_grad():
        mode = {"gibbs": gibbs, "pcd": pcd, "ais": ais}[args.mode]
        value, unit = mode(args, *parameters(args.visible, args.hidden))
    print(json.dumps({"name": f"torch_rbm_{args.mode}_{args.batch}", "value": value, "unit": unit,
                      "torch": torch.__version__}))


if __name__ == "__main__":
    main()
