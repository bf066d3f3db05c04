#!/usr/bin/env python3
"""Attempted flips per nanosecond of whole `nmc sample` runs, one thread, CPU time.

usage: classical.py NMC_PROGRAM [--rounds 3] [--only SUBSTRING] [--seconds 2] [--threads]

Each case is run with few and with many draws, and the difference of the CPU seconds is what the
draws cost: sweeps, measuring at the default interval, and the records, but not the start. Median of
the rounds. The scalar program beside it is that of `nmc bench ising_lattice`. --threads also prints
the wall-clock ratio of one and two threads.
"""
import argparse
import json
import math
import os
import pathlib
import resource
import statistics
import subprocess
import tempfile
import time

BETA_C = math.log(1 + math.sqrt(2)) / 2


def sweeps(case):
    """Sweeps per draw as by default: 131072 updates of bits, 8192 with real couplings, at least 20."""
    return max(20, (8192 if case[5] < 1 else 131072) // case[4])


# name, keys of [system], sampler, chains, spins, bar in flips per ns
CASES = [
    ("ising_L128", dict(name="ising", L=128, beta=BETA_C), "metropolis", 4, 128**2, 12),
    ("ising_L512", dict(name="ising", L=512, beta=BETA_C), "metropolis", 2, 512**2, 12),
    ("ising_L1024", dict(name="ising", L=1024, beta=BETA_C), "metropolis", 2, 1024**2, 12),
    ("ea_pm1_2d_L16", dict(name="edwards_anderson", L=16, beta=1), "metropolis", 1024, 256, 11),
    ("ea_pm1_3d_L8", dict(name="edwards_anderson", L="8x8x8", beta=0.9), "metropolis", 1024, 512,
     10),
    ("ea_pm1_3d_L16", dict(name="edwards_anderson", L="16x16x16", beta=0.9), "metropolis", 1024,
     4096, 10),
    ("ea_gaussian_3d_L8", dict(name="edwards_anderson", L="8x8x8", beta=1, distribution="gaussian"),
     "metropolis", 64, 512, 0.8),
    ("sk_N1024", dict(name="sherrington_kirkpatrick", N=1024, beta=1), "metropolis", 64, 1024,
     1 / 40),
]


def command(program, case, draws, directory, threads):
    name, system, sampler, chains, _, _ = case
    words = [program, "sample"] + [f"--system.{k}={v}" for k, v in system.items()]
    return words + [f"--sampler.name={sampler}", f"--sampler.chains={chains}", "--run.warmup=10",
                    f"--run.draws={draws}", f"--run.thin={sweeps(case)}", f"--run.threads={threads}", "--restart",
                    f"--output.dir={directory}/{name}"]


def measure(words):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def flips(program, case, options, threads=1):
    """CPU and wall seconds per flip of the draws alone."""
    spins = case[3] * case[4] * sweeps(case)
    many = max(40, int(options.seconds * case[5] * 1e9 / spins))
    few = many // 8
    cpu, wall = [], []
    with tempfile.TemporaryDirectory() as directory:
        for _ in range(options.rounds):
            short = measure(command(program, case, few, directory, threads))
            whole = measure(command(program, case, many, directory, threads))
            cpu.append((whole[0] - short[0]) / ((many - few) * spins))
            wall.append((whole[1] - short[1]) / ((many - few) * spins))
    return statistics.median(cpu), statistics.median(wall)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--threads", action="store_true")
    options = parser.parse_args()
    program = str(options.program.resolve())
    os.environ["OMP_NUM_THREADS"] = "1"
    lines = subprocess.run([program, "bench", "ising_lattice", "--json"], check=True, text=True,
                           capture_output=True).stdout.splitlines()
    scalar = [json.loads(line) for line in lines if "scalar_L128" in line][0]["value"]
    print(f"scalar program: {scalar:.3f} flips/ns")
    for case in CASES:
        if options.only not in case[0]:
            continue
        cpu, wall = flips(program, case, options)
        rate = 1e-9 / cpu
        text = f"{case[0]:<20} {rate:8.3f} flips/ns   bar {case[5]:7.3f}   {rate / scalar:6.1f} x scalar"
        if options.threads:
            text += f"   two threads {wall / flips(program, case, options, 2)[1]:.2f} x"
        print(text, flush=True)


if __name__ == "__main__":
    main()
