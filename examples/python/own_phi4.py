"""φ⁴ theory as NumPy functions: S = Σ [Σ_μ (φ(x+μ) − φ(x))² + m² φ² + λ φ⁴] on a torus.

    PYTHONPATH=build/python python3 examples/python/own_phi4.py            # certify, run, table
    PYTHONPATH=build/python mpirun -n 2 python3 examples/python/own_phi4.py run --run.draws=500
    PYTHONPATH=build/python python3 examples/python/own_phi4.py describe my_phi4
"""

import sys

import numpy as np

import neuralmc
from neuralmc.words import words_of


@neuralmc.system("my_phi4")
class Phi4:
    def __init__(self, L: int = 8, m2: float = -4.0, lam: float = 8.0):
        self.extents, self.m2, self.lam = (L, L), m2, lam

    # x.T is (sites, batch) and contiguous: a neighbour is a shift by whole rows of memory. Across the
    # seam of the first axis the shift meets another line of the lattice; that is put right after.

    def energy(self, x):
        field = x.T
        local = field * field
        sums = local * self.lam
        sums += 4 + self.m2
        sums *= local
        field = field + field
        sums -= field * self.right(x.T)
        sums -= field * self.up(x.T)
        return sums.sum(0)  # (φ' − φ)² = φ'² + φ² − 2 φ' φ

    def gradient(self, x):
        length = self.extents[0]
        field = x.T
        slope = field * field
        slope *= 4 * self.lam
        slope += 8 + 2 * self.m2
        slope *= field
        twice = field + field
        slope[length:] -= twice[:-length]
        slope[:-length] -= twice[length:]
        slope[:length] -= twice[-length:]
        slope[-length:] -= twice[:length]
        first, last = slice(0, None, length), slice(length - 1, None, length)
        ends = slope[first] - twice[last], slope[last] - twice[first]
        slope[1:] -= twice[:-1]
        slope[:-1] -= twice[1:]
        slope[first], slope[last] = ends
        slope[first] -= twice[1::length]
        slope[last] -= twice[length - 2::length]
        return slope.T

    def right(self, field):
        """The neighbours in direction x."""
        length = self.extents[0]
        other = np.empty_like(field)
        other[:-1] = field[1:]
        other[length - 1::length] = field[::length]
        return other

    def up(self, field):
        """The neighbours in direction y."""
        return np.concatenate((field[self.extents[0]:], field[:self.extents[0]]))


JOB = {
    "system": {"name": "my_phi4", "L": 8, "m2": -4, "lam": 8},
    "sampler": {"name": "hmc", "chains": 64},
    "run": {"warmup": 200, "draws": 200, "seed": 1},
    "output": {"dir": "runs/my_phi4"},
}

if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["run"]:  # any value of the job from the command line
        values = words_of(JOB)
        sys.exit(neuralmc.main(["run", *values, *words[1:]]))
    if words:
        sys.exit(neuralmc.main(words))
    if neuralmc.main(["certify", "my_phi4"]) != 0:
        sys.exit("the gradient is not that of the energy")
    print(neuralmc.run(JOB, restart=True).table)
