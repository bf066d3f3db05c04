#!/usr/bin/env python3
"""Draws and training steps of autoregressive networks beside their algorithms in plain PyTorch.

usage: compare_autoregressive.py NMC_PROGRAM [--only SUBSTRING] [--long]

Each line: ours (`nmc bench`), the bar, the peer (measured now: peers/van_torch.py of spins,
peers/maf_torch.py of fields), the ratio; CPU seconds of one thread, ours and the peer's one after
the other. The peer draws a configuration with
N passes, so that its large cases take minutes: they are run with --long, on smaller batches, which
per configuration favours nobody.
"""
import argparse
import pathlib
import statistics

from compare import PYTHON, value

PEERS = pathlib.Path(__file__).resolve().parent / "peers"
PEER, FLOW_PEER = PEERS / "van_torch.py", PEERS / "maf_torch.py"

SK = ["--sites", "20", "--depth", "1"]
MADE = ["--net", "made", "--L", "16"]
CNN = ["--net", "pixel_cnn", "--L", "16", "--width", "64"]
# name, bar in the unit of `nmc bench`, the peer's arguments, its batch, whether it takes minutes
CASES = [
    ("autoregressive_draw_made_sk_N20", 0.00015, SK, 1000, False),
    ("autoregressive_training_step_made_sk_N20", 0.0003, SK + ["--mode", "train"], 1000, False),
    ("autoregressive_draw_made_L16", 0.12, MADE, 1000, False),
    ("autoregressive_training_step_made_L16", 0.35, MADE + ["--mode", "train"], 1000, False),
    ("autoregressive_draw_pixel_cnn_L16_k3", 1.5, CNN, 20, False),
    ("autoregressive_training_step_pixel_cnn_L16_k3", 3.5, CNN + ["--mode", "train"], 20, False),
    ("autoregressive_draw_pixel_cnn_L16_k13", 12, CNN + ["--kernel", "13"], 20, True),
]

# The same of flows of fields: name, what the peer does, its lattice.
FLOWS = [(f"maf_{mode}_L{L}", mode, L) for L in (8, 16)
         for mode in ("likelihood", "draw", "training_step")]


def compare_flow(program, name, mode, L):
    """Three pairs, alternating; medians."""
    pairs = [(value([program, "bench", name, "--json"]),
              value([PYTHON, FLOW_PEER, "--mode", mode, "--L", str(L), "--repeats", "3"]))
             for _ in range(3)]
    ours, peer = (statistics.median(side) for side in zip(*pairs))
    print(f"{name:<48} {ours:10.3g}  bar        -  peer {peer:8.3g}  {peer / ours:7.0f} x",
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--only", default="")
    parser.add_argument("--long", action="store_true")
    options = parser.parse_args()
    for name, bar, arguments, batch, is_long in CASES:
        if options.only not in name or (is_long and not options.long):
            continue
        ours = value([options.program, "bench", name, "--json"])
        repeats = "21" if "sk_" in name else "1"
        peer = value([PYTHON, PEER, *arguments, "--batch", str(batch), "--repeats", repeats])
        if "train" in arguments:
            peer *= 1000 / batch
        print(f"{name:<48} {ours:10.3g}  bar {bar:8.3g}  peer {peer:8.3g}  {peer / ours:7.0f} x",
              flush=True)
    for name, mode, L in FLOWS:
        if options.only in name and (options.long or L == 8 or mode == "likelihood"):
            compare_flow(options.program, name, mode, L)


if __name__ == "__main__":
    main()
