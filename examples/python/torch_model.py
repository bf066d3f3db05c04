"""A flow of model.h5 in PyTorch, for gradients and networks of one's own (docs/model-file.md).

    python3 examples/python/torch_model.py runs/dual_ising_L4/model.h5      # draws and their log q
"""

import math
import sys

import h5py
import torch


def word(group, name):
    text = group.attrs[name]
    return text.decode() if isinstance(text, bytes) else str(text)


class Coupling(torch.nn.Module):
    def __init__(self, group):
        super().__init__()
        if "conditions" in group.attrs:
            raise ValueError(f"{group.name} reads conditions, which this loader does not know")
        self.is_affine = word(group, "kind") == "affine"
        self.activation = getattr(torch.nn.functional, word(group, "activation"))
        self.sites, self.mask = torch.tensor(group["sites"][()]), torch.tensor(group["mask"][()])
        self.nets = torch.nn.ParameterDict({
            f"{net}{name}": torch.nn.Parameter(torch.tensor(data[()]))
            for net in ("t", "s") if net in group for name, data in group[net].items()})

    def net(self, name, c, a):
        depth = sum(key.startswith(f"{name}W") for key in self.nets)
        for i in range(depth):
            a = a @ self.nets[f"{name}W{i}"][c].T + self.nets[f"{name}b{i}"][c]
            a = self.activation(a) if i + 1 < depth else a
        return a

    def step(self, c, y, sign):
        free, kept = 1 - self.mask[c], self.mask[c] * y
        t = free * self.net("t", c, kept)
        s = free * self.nets["sscale"][c] * torch.tanh(self.net("s", c, kept)) if self.is_affine else 0 * t
        moved = y * torch.exp(s) + t if sign > 0 else (y - t) * torch.exp(-s)
        return kept + free * moved, sign * s.sum((-2, -1))

    def forward(self, x, sign=1):
        y, log_det = x[:, self.sites], 0
        for c in range(len(self.mask))[::sign]:
            y, more = self.step(c, y, sign)
            log_det = log_det + more
        return x.index_copy(1, self.sites.flatten(), y.flatten(1)), log_det


class Flow(torch.nn.Module):
    """x = g(z), ln |det| = flow(z); the inverse is flow(x, -1). Double precision."""

    def __init__(self, path):
        super().__init__()
        with h5py.File(path, "r") as file:
            layers = [layer for _, layer in sorted(file["model/layers"].items())]
            if {word(layer, "type") for layer in layers} != {"coupling"}:
                raise ValueError(f"{path} has other layers than couplings")
            self.sites = int(file["model"].attrs["sites"])
            self.layers = torch.nn.ModuleList(map(Coupling, layers))

    def forward(self, z, sign=1):
        log_det = torch.zeros(len(z), dtype=z.dtype)
        for layer in list(self.layers)[::sign]:
            z, more = layer(z, sign)
            log_det = log_det + more
        return z, log_det

    def log_prob(self, x):
        z, log_det = self(x, -1)
        return -0.5 * (z**2).sum(1) - 0.5 * self.sites * math.log(2 * math.pi) + log_det


if __name__ == "__main__":
    flow = Flow(sys.argv[1])
    x, log_det = flow(torch.randn(5, flow.sites, dtype=torch.float64))
    print(x.detach(), flow.log_prob(x).detach(), sep="\n")
