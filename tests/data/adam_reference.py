#!/usr/bin/env python3
"""Prints the reference table of tests/core/optimise/adam_test.cpp (PyTorch 1.13, float64).

Five parameters, gradient of step t: g_i = 3 (cos(0.7 t + i) + 0.1 i) exp(-0.4 t) + 1e-3 (i - 2).
It shrinks, so that the largest mean square and the current one differ.
"""
import math

import torch

for amsgrad in (False, True):
    p = torch.tensor([0.5, -1.0, 2.0, 0.0, 3.0], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.Adam([p], lr=0.05, betas=(0.9, 0.99), eps=1e-8, amsgrad=amsgrad)
    for t in range(20):
        p.grad = torch.tensor(
            [3 * (math.cos(0.7 * t + i) + 0.1 * i) * math.exp(-0.4 * t) + 1e-3 * (i - 2)
             for i in range(5)], dtype=torch.float64)
        optimiser.step()
    print(amsgrad, [f"{value:.17g}" for value in p.tolist()])
