#!/usr/bin/env python3
"""A Born machine of matrix products in plain NumPy: the peer of sweeps (docs/theory/born_machines.md).

The algorithm of Han, Wang, Fan, Wang and Zhang, PRX 8, 031012 (2018), as it is commonly written: in
mixed canonical form two neighbouring tensors are merged, take gradient steps of a fixed length over
batches of the data, and are cut in two by a singular value decomposition; products of the matrices to
the left and right are kept for all data. Two ways to sum the gradient over the data:

--gradient outer   outer products of the vectors on both sides, then a sum, as einsum invites to
--gradient blas    one matrix product for each pair of spins: what NumPy can do at best

DATA.h5:DATASET holds spins, (n, sites) or (chains, draws, sites), in the order of the sites. Prints
one JSON line for each sweep, there and back: CPU seconds and the mean -ln p of the data.
"""
import argparse
import json
import time

import h5py
import numpy as np


class BornMachine:
    def __init__(self, bits, options):
        self.bits, self.options = bits, options
        count, sites = bits.shape
        rng = np.random.default_rng(1)
        bonds = [min(options.start, 2**min(i, sites - i)) for i in range(sites + 1)]
        self.tensors = [rng.random((bonds[i], 2, bonds[i + 1])) for i in range(sites)]
        for i in range(sites - 1, 0, -1):  # right-canonical
            left, _, right = self.tensors[i].shape
            q, r = np.linalg.qr(self.tensors[i].reshape(left, -1).T)
            self.tensors[i] = q.T.reshape(-1, 2, right)
            self.tensors[i - 1] = np.tensordot(self.tensors[i - 1], r.T, 1)
        self.tensors[0] /= np.linalg.norm(self.tensors[0])
        self.left = [np.ones((count, 1))] + [None] * sites
        self.right = [None] * sites + [np.ones((count, 1))]
        for i in range(sites - 1, 1, -1):
            self.extend_right(i)

    def extend_left(self, i):
        of_spin = self.tensors[i].transpose(1, 0, 2)[self.bits[:, i]]
        self.left[i + 1] = np.einsum("na,nab->nb", self.left[i], of_spin)

    def extend_right(self, i):
        of_spin = self.tensors[i].transpose(1, 0, 2)[self.bits[:, i]]
        self.right[i] = np.einsum("nab,nb->na", of_spin, self.right[i + 1])

    def psi(self, i, theta, rows):
        left, right = self.left[i][rows], self.right[i + 2][rows]
        psi = np.empty(len(left))
        for s in range(2):
            for t in range(2):
                which = (self.bits[rows, i] == s) & (self.bits[rows, i + 1] == t)
                psi[which] = np.sum((left[which] @ theta[:, s, t]) * right[which], 1)
        return psi

    def gradient(self, i, theta, rows):
        psi = self.psi(i, theta, rows)
        left, right = self.left[i][rows], self.right[i + 2][rows]
        grad = np.zeros_like(theta)
        if self.options.gradient == "outer":
            outer = np.einsum("na,nb->nab", left, right) / psi[:, None, None]
        for s in range(2):
            for t in range(2):
                which = (self.bits[rows, i] == s) & (self.bits[rows, i + 1] == t)
                if self.options.gradient == "outer":
                    grad[:, s, t] = outer[which].sum(0)
                else:
                    grad[:, s, t] = left[which].T @ (right[which] / psi[which][:, None])
        return 2 * (grad / len(rows) - theta)

    def learn_pair(self, i, to_right):
        theta = np.tensordot(self.tensors[i], self.tensors[i + 1], 1)
        for batch in range(self.options.batches):
            rows = np.arange(batch, len(self.bits), self.options.batches)
            theta = theta + self.options.rate * self.gradient(i, theta, rows)
            theta /= np.linalg.norm(theta)
        left, _, _, right = theta.shape
        u, s, v = np.linalg.svd(theta.reshape(2 * left, 2 * right), full_matrices=False)
        kept = min(self.options.chi, int(np.sum(s > self.options.cutoff * s[0])))
        s = s[:kept] / np.linalg.norm(s[:kept])
        u, v = u[:, :kept], v[:kept]
        u, v = (u, s[:, None] * v) if to_right else (u * s, v)
        self.tensors[i], self.tensors[i + 1] = u.reshape(left, 2, -1), v.reshape(-1, 2, right)
        if to_right:
            self.extend_left(i)
        else:
            self.extend_right(i + 1)

    def sweep(self):
        pairs = range(len(self.tensors) - 1)
        for i in pairs:
            self.learn_pair(i, True)
        for i in reversed(pairs):
            self.learn_pair(i, False)

    def loss(self):
        theta = np.tensordot(self.tensors[0], self.tensors[1], 1)
        return -2 * np.mean(np.log(np.abs(self.psi(0, theta, np.arange(len(self.bits))))))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("--chi", type=int, default=40)
    parser.add_argument("--start", type=int, default=2, help="bonds to begin with")
    parser.add_argument("--cutoff", type=float, default=1e-7)
    parser.add_argument("--batches", type=int, default=10)
    parser.add_argument("--rate", type=float, default=0.001)
    parser.add_argument("--sweeps", type=int, default=5)
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--gradient", choices=("outer", "blas"), default="outer")
    options = parser.parse_args()
    path, _, dataset = options.data.rpartition(":")
    with h5py.File(path) as file:
        spins = file[dataset][:]
    bits = (spins.reshape(-1, spins.shape[-1]) > 0).astype(int)
    machine = BornMachine(bits[:options.rows or None], options)
    for sweep in range(options.sweeps):
        before = time.process_time()
        machine.sweep()
        print(json.dumps({"sweep": sweep + 1, "cpu_seconds": time.process_time() - before,
                          "loss": machine.loss(),
                          "bonds": max(t.shape[2] for t in machine.tensors)}), flush=True)


if __name__ == "__main__":
    main()
