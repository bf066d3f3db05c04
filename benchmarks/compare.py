#!/usr/bin/env python3
"""Runs `nmc bench` and its peers side by side and prints one ratio per line.

usage: compare.py NMC_PROGRAM [--rounds 3] [--only SUBSTRING] [--json]

Pairs alternate, so that both see the same noise; a ratio is that of the medians of CPU seconds of
one thread. The peers are peers/neural_rg_torch.py (Debian's python3-torch), in the form that common
code has and in the leanest one, peers/conv_flow_torch.py and
peers/ffjord_torch.py. OPENBLAS_CORETYPE is set for both where the library does not know
the processor, so that the peer's matrix products are not slowed by a fallback kernel.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PEER = HERE / "peers" / "neural_rg_torch.py"
CONV_PEER = HERE / "peers" / "conv_flow_torch.py"
CONTINUOUS_PEER = HERE / "peers" / "ffjord_torch.py"
PYTHON = "/usr/bin/python3"

# name of ours, arguments of the peer, the bar
PAIRS = [
    ("training_step_L8_h10_float", ["--L", "8", "--form", "common"], 15),
    ("training_step_L8_h10_float", ["--L", "8", "--form", "lean"], 7),
    ("training_step_L16_h10_float", ["--L", "16", "--form", "common"], 15),
    ("training_step_L16_h10_float", ["--L", "16", "--form", "lean"], 7),
    ("latent_leapfrog_L8_h10_float", ["--L", "8", "--mode", "leapfrog"], 12),
    ("latent_leapfrog_L16_h10_float", ["--L", "16", "--mode", "leapfrog"], 12),
    ("training_step_L16_h32_float", ["--L", "16", "--hidden", "32"], 2.5),
    ("training_step_L16_h64_float", ["--L", "16", "--hidden", "64"], 1.7),
    ("training_step_L8_h10_double", ["--L", "8", "--dtype", "double"], 5),
    ("training_step_L16_h10_double", ["--L", "16", "--dtype", "double"], 5),
    ("conv_step_L8_float", ["--L", "8"], 8),
    ("conv_step_L16_float", ["--L", "16"], 8),
    ("conv_step_L8_double", ["--L", "8", "--dtype", "double"], 8),
    ("continuous_step_float", ["--backward", "adjoint"], 6),
    ("continuous_step_float", ["--backward", "steps"], 6),
]


def environment():
    env = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    with open("/proc/cpuinfo") as info:
        if "avx512f" in info.read():
            env.setdefault("OPENBLAS_CORETYPE", "SKYLAKEX")
    return env


def value(command):
    lines = subprocess.run(command, env=environment(), check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    return json.loads(lines[-1])["value"]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    for name, peer_arguments, bar in PAIRS:
        program = (CONV_PEER if name.startswith("conv_") else
                   CONTINUOUS_PEER if name.startswith("continuous_") else PEER)
        label = f"{name} vs {' '.join(peer_arguments)}"
        if args.only not in label:
            continue
        ours, theirs = [], []
        for _ in range(args.rounds):
            ours.append(value([args.program, "bench", name, "--json"]))
            theirs.append(value([PYTHON, str(program), "--json", "--repeat", "3", *peer_arguments]))
        mine, peer = statistics.median(ours), statistics.median(theirs)
        row = {"name": label, "seconds": mine, "peer_seconds": peer, "ratio": peer / mine,
               "bar": bar}
        print(json.dumps(row) if args.json else
              f"{label:62s} {mine:9.4f} s  peer {peer:8.3f} s  ratio {peer / mine:6.1f} (bar {bar})")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
