"""The formats by their names: each makes its whole inputs in a directory, by the program itself or
as other programs write them."""

from chain_inputs import CHAINS
from formats import Format, Options
from graph_inputs import GRAPHS
from run_inputs import RUNS

JOB = """# a job
[system]
name = ising
lattice = square
L = 4x6
boundary = periodic, open
J = 1
h = 0.1
beta = 0.44
[sampler]
name = [metropolis x 2, heat_bath x 1]
chains = 8
[run]
warmup = 5
draws = 6
seed = 3
checkpoint = 60s
walltime = 00:01:00
[output]
dir = out
observables = energy, abs_m, m2
"""
WORDS = ("system.name=ising", "system.L=4x6", "system.beta=0.44", "system.J=1", "system.h=0.1",
         "sampler.name=metropolis", "sampler.chains=8", "run.thin=2", "run.seed=3", "run.threads=1",
         "run.walltime=00:01:00", "output.observables=energy,m2")
# Where the damage takes these away, nmc check would time the default of thousands for two seconds.
SHORT = ["--run.warmup=1", "--run.draws=2"]


def job(directory):
    path = directory / "job.ini"
    path.write_text(JOB)
    return Format([path], ["check", "FILE", *SHORT], True)


def options(directory):
    path = directory / "options.txt"
    path.write_text("check\n" + "".join(f"--{word}\n" for word in WORDS))
    return Options([path], SHORT, True)


FORMATS = {"job": job, "options": options, **GRAPHS, **CHAINS, **RUNS}
READERS = ["job", *GRAPHS, *CHAINS]  # what reader_server reads


def make_input(name, directory):
    directory.mkdir(parents=True)
    return FORMATS[name](directory)
