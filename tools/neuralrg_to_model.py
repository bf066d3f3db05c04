#!/usr/bin/env python3
"""Writes a NeuralMC model file (docs/model-file.md) from a network stored block by block.

usage: neuralrg_to_model.py NETWORK.h5[:GROUP] MODEL.h5 [--plain]
The group holds block/NN in inference order; the model file lists layers in generation order.
--plain leaves out the Z2 symmetry."""

import sys

import h5py
import numpy as np


def write_coupling(layer, block, length):
    """One block: couplings that share the patches, weights stacked over the couplings."""
    layer.attrs["type"] = "coupling"
    layer.attrs["kind"] = "affine"
    layer.attrs["activation"] = "elu"
    layer["sites"] = (block["site_row"][:] * length + block["site_col"][:]).astype("int64")
    layer["mask"] = block["mask"][:].astype("int8")
    for net in "ts":
        for name, values in block[net].items():
            layer[f"{net}/{name}"] = values[:]


def main(source, output, *options):
    path, _, group = source.partition(":")
    with h5py.File(path, "r") as data, h5py.File(output, "w") as out:
        network = data[group or "L4_headline"]
        length = int(network.attrs["L"])
        sites = length * length
        out.attrs["format"] = "neuralmc-model"
        out.attrs["version"] = np.int64(2)

        model = out.create_group("model")
        model.attrs["sites"] = np.int64(sites)
        model.attrs["precision"] = "double"
        model.attrs["name"] = "neural_rg"
        blocks = [network["block"][name] for name in sorted(network["block"], reverse=True)]
        model.attrs["layers"] = np.int64(len(blocks))
        for number, block in enumerate(blocks):
            write_coupling(model.create_group(f"layers/{number:03d}"), block, length)
        for number, sign in enumerate([] if "--plain" in options else [1, -1]):
            element = model.create_group(f"symmetry/{number:03d}")
            element.attrs["sign"] = np.int64(sign)
            element["permutation"] = np.arange(sites, dtype="int64")

        target = out.create_group("target")
        target.attrs["name"] = "dual_ising"
        target.attrs["L"] = str(length)
        target.attrs["beta"] = repr(1 / float(network.attrs["T"]))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
