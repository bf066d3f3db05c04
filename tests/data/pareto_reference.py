#!/usr/bin/env python3
"""Prints the reference table of tests/core/statistics/pareto_test.cpp.

An implementation of its own, in plain Python and in the notation of Zhang and Stephens 2009, whose
k has the other sign: maximum likelihood estimates k(theta) = -mean ln(1 - theta x), posterior mean of
theta over quantiles of the prior. Weights: ln w_i = k E_i with E_i = -ln(1 - (i - 1/2)/n), exactly
Pareto, and the same of a normal quantile.
"""
import math
from statistics import NormalDist


def zhang_stephens(x):
    n = len(x)
    m = 30 + math.isqrt(n)
    first_quartile = x[int(n / 4 + 0.5) - 1]
    thetas = [1 / x[-1] + (1 - math.sqrt(m / (j - 0.5))) / (3 * first_quartile)
              for j in range(1, m + 1)]

    def shape(theta):
        return -math.fsum(math.log(1 - theta * value) for value in x) / n

    def profile(theta):
        k = shape(theta)
        return n * (math.log(theta / k) + k - 1)

    values = [profile(theta) for theta in thetas]
    top = max(values)
    weights = [math.exp(value - top) for value in values]
    theta = math.fsum(w * t for w, t in zip(weights, thetas)) / math.fsum(weights)
    return -shape(theta)


def k_hat(log_w):
    n = len(log_w)
    tail = math.ceil(min(n / 5, 3 * math.sqrt(n)))
    ordered = sorted(log_w)
    cut = math.exp(ordered[-tail - 1] - ordered[-1])
    beyond = [math.exp(value - ordered[-1]) - cut for value in ordered[-tail:]]
    return (zhang_stephens(beyond) * tail + 5) / (tail + 10)


for n in (50, 500, 20000):
    exponential = [-math.log(1 - (i + 0.5) / n) for i in range(n)]
    normal = [NormalDist().inv_cdf((i + 0.5) / n) for i in range(n)]
    for k in (0.2, 0.7, 1.5):
        print(f"{{{n}, {k}, {k_hat([k * e for e in exponential]):.17g}, "
              f"{k_hat([2 * k * z for z in normal]):.17g}}},")
