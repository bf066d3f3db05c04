#!/usr/bin/env python3
"""Draws and training steps of autoregressive networks beside VAN's algorithm in plain PyTorch.

usage: compare_autoregressive.py NMC_PROGRAM [--only SUBSTRING] [--long]

Each line: ours (`nmc bench`), the bar, the peer (peers/van_torch.py, measured now), the ratio; CPU
seconds of one thread, ours and the peer's one after the other. The peer draws a configuration with
N passes, so that its large cases take minutes: they are run with --long, on smaller batches, which
per configuration favours nobody.
"""
import argparse
import pathlib

from compare import PYTHON, value

PEER = pathlib.Path(__file__).resolve().parent / "peers" / "van_torch.py"

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


if __name__ == "__main__":
    main()
