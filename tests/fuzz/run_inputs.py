"""What runs leave on the disk: results, checkpoints, states, sweeps. As small as they can be, since
each is read ten thousand times."""

import os
import shutil

import h5py
import numpy as np

from formats import Format, GoOn, Model, Run, Status, nmc

SAMPLE = """[system]
name = ising
L = 2x3
beta = 0.44
[sampler]
name = [metropolis x 2, heat_bath x 1]
chains = 2
[run]
warmup = 2
draws = {}
seed = 3
[output]
dir = out
observables = energy, m2
"""
SWEEP = SAMPLE.format(4).replace("beta = 0.44\n", "") + "[sweep]\nsystem.beta = 0.3, 0.4\n"
MADE = "name = made\nwidth = 3"
NETWORK = """[system]
name = {}
L = {}
beta = 0.44
[model]
{}
[train]
steps = {}
batch = 16
validate_batch = 16
[run]
importance = 16
forward = 16
"""
# Of a network that is made from the couplings of an open lattice.
DRAWN = """[sampler]
name = independence
chains = 4
[run]
draws = 4
importance = 16
forward = 16
[output]
dir = out
"""
FLOW = """name = neural_rg
hidden = 2
depth = 1
couplings = 2
symmetry = z2
free_field = last"""
REPORT = ["report", "FILE", "--json"]
CONTINUE = ["run", "resume.ini"]


def files(directory, *endings):
    return sorted(path for path in directory.rglob("*") if path.suffix in endings)


def result(directory):
    (directory / "job.ini").write_text(SAMPLE.format(4))
    nmc(directory, "run", "job.ini")
    return Format([directory / "out/result.h5"], REPORT)


def ladder(directory):
    job = SAMPLE.format(4).replace("[metropolis x 2, heat_bath x 1]",
                                   "tempering\ninner = metropolis\nladder = 0.3")
    (directory / "job.ini").write_text(job)
    nmc(directory, "run", "job.ini")
    return Format([directory / "out/result.h5"], REPORT)


def network_result(directory):
    job = NETWORK.format("ising", "2x3", MADE, 1) + "[sampler]\nname = independence\nchains = 2\n"
    job = job.replace("[run]\n", "[run]\ndraws = 4\nwarmup = 1\n") + "[output]\ndir = out\n"
    (directory / "job.ini").write_text(job)
    nmc(directory, "run", "job.ini")
    return Format([directory / "out/result.h5"], REPORT)


def anneal(directory):
    nmc(directory, "anneal", "--system.name=ising", "--system.L=2x3", "--system.beta=0.4",
        "--anneal.population=20", "--anneal.runs=2", "--output.dir=anneal")
    return Format([directory / "anneal/anneal.h5"], REPORT)


def unfinished(directory):
    """A run of four draws, then six, that goes on to eight: two parts and two checkpoints."""
    for draws in (4, 6):
        (directory / "resume.ini").write_text(SAMPLE.format(draws))
        nmc(directory, "run", "resume.ini")
    (directory / "resume.ini").write_text(SAMPLE.format(8))
    (directory / "out/result.h5").unlink()
    return directory / "out"


def checkpoint(directory):
    run = unfinished(directory)
    return GoOn(run, files(run, ".h5", ".json"), CONTINUE)


def resolved(directory):
    run = unfinished(directory)
    return GoOn(run, [run / "resolved.ini"], CONTINUE, True)


def parts(directory):
    run = unfinished(directory)
    return Run(run, files(run, ".h5"), ["report", "out", "--json"])


def state(directory):
    """The texts of a directory, of a run and of a sweep, and the lock that a dead owner left."""
    run = unfinished(directory)
    lock = run / "run.lock"
    lock.write_text('{"pid": 4194305, "host": "gone", "started": "2026-01-01T00:00:00Z", '
                    '"boot": "0"}'.ljust(1023) + "\n")
    os.utime(lock, (0, 0))  # no longer believed
    return run, files(run, ".json", ".lock") + [run / "resolved.ini"]


def status(directory):
    return Status(*state(directory), ["status", "out", "--json"], True)


def report(directory):
    return Run(*state(directory), ["report", "out"], True)


def swept(directory):
    (directory / "resume.ini").write_text(SWEEP)
    nmc(directory, "run", "resume.ini")
    return directory / "out"


def sweep_status(directory):
    run = swept(directory)
    return Status(run, files(run, ".json") + [run / "resolved.ini"], ["status", "out"], True)


def sweep_report(directory):
    run = swept(directory)
    return Run(run, files(run, ".h5") + [run / "resolved.ini"], ["report", "out"])


def training(directory):
    """A training of one step, then two, that goes on to three."""
    for steps in (1, 2, 3):
        (directory / "resume.ini").write_text(NETWORK.format("ising", "2x3", MADE, steps) +
                                              "[output]\ndir = out\n")
        if steps < 3:
            nmc(directory, "train", "resume.ini")
    run = directory / "out"
    return GoOn(run, files(run, ".h5"), ["train", "resume.ini"])


def network(system, L, model, trained=True):
    """A network with its checksum and, as a script would write it, without: the checksum
    finds all damage at once. Of labels two are called 0 and 1."""
    def make(directory):
        job = NETWORK.format(system, L, model, 1) + "[output]\ndir = out\n"
        if "lambda" in system:
            job = job.replace("beta = 0.44\n", "")
        if not trained:
            job = job.partition("[train]")[0].replace("[model]", "boundary = open\n[model]") + DRAWN
        (directory / "job.ini").write_text(job)
        nmc(directory, "train" if trained else "run", "job.ini")
        plain, sealed = directory / "plain.h5", directory / "sealed.h5"
        shutil.copy(directory / "out/model.h5", sealed)
        without_checksum(sealed, plain)
        with h5py.File(directory / "in.h5", "w") as file:
            spins = np.random.default_rng(1).random((2, 16 if L in ("4", "2x4") else 6)) < 0.5
            file["x"] = np.where(spins, 0.0 if "potts" in system else -1.0, 1.0)
        return Model([plain, plain, plain, sealed],
                     ["evaluate", "FILE", "--input", "in.h5", "--output", "o.h5"])
    return make


def without_checksum(sealed, plain):
    with h5py.File(sealed) as whole, h5py.File(plain, "w") as file:
        for key, value in whole.attrs.items():
            file.attrs[key] = value
        for key in whole:
            whole.copy(key, file)


def wave(model):
    """A wave function after two steps, of which entropies are asked."""
    def make(directory):
        (directory / "job.ini").write_text(
            "[system]\nname = tfim\nlattice = chain\nL = 4\n[model]\n" + model +
            "\n[sampler]\nchains = 4\n[run]\nmode = ground_state\ndraws = 10\nwarmup = 5\n"
            "[ground_state]\nsteps = 2\nsamples = 16\n[output]\ndir = out\n")
        nmc(directory, "run", "job.ini")
        plain = directory / "plain.h5"
        without_checksum(directory / "out/model.h5", plain)
        return Format([plain], ["latent", "FILE", "--renyi", "--draws=64"])
    return make


def tomography_report(directory):
    nmc(directory, "run", "--tomography.state=ghz", "--tomography.qubits=2",
        "--tomography.bases=all", "--tomography.shots=50", "--output.dir=out")
    run = directory / "out"
    return Run(run, [run / "tomography.h5"], ["report", "out", "--html"])


def learned_report(directory):
    with h5py.File(directory / "data.h5", "w") as file:
        file["x"] = np.random.default_rng(1).normal(size=(20, 2))
    nmc(directory, "train", "--learn.machine=vae", "--learn.data=data.h5:x", "--learn.hidden=0",
        "--learn.steps=2", "--learn.importance=2", "--output.dir=out")
    run = directory / "out"
    return Run(run, [run / "learned.h5"], ["report", "out"])


RUNS = {"result": result, "result_ladder": ladder, "result_network": network_result,
        "anneal": anneal, "checkpoint": checkpoint, "resolved": resolved, "parts": parts,
        "status": status, "report": report, "sweep_status": sweep_status,
        "sweep_report": sweep_report, "training": training,
        "model_flow": network("dual_ising", "4", FLOW), "model_made": network("ising", "2x3", MADE),
        "model_rnn": network("ising", "2x3", "name = rnn\nwidth = 3"),
        "model_mixture": network("ising", "2x3", "name = bernoulli_mixture\ncomponents = 2"),
        "model_mps": network("ising", "2x3", "name = mps\nchi = 2"),
        "model_tree": network("ising", "2x3", "name = tree\nchi = 2"),
        "model_circuit": network("ising", "2x3", "name = circuit\ndepth = 2"),
        "wave_deep": wave("name = deep_wave\nfeatures = 2\nlayers = convolution\nkernel = 3"),
        "tomography_report": tomography_report, "learned_report": learned_report,
        "model_maf": network("dual_ising", "4", "name = maf\nhidden = 4\nblocks = 1"),
        "model_conv": network("phi4\nm2 = -4\nlambda = 8", "4", "name = conv_flow\nchannels = 2\ncouplings = 2"),
        "model_glow": network("phi4\nm2 = -4\nlambda = 8", "4", "name = glow\nchannels = 2\nrepeat = 1"),
        "model_kernel": network("phi4\nm2 = -4\nlambda = 8", "4", "name = kernel_flow\nchannels = 1"),
        "model_continuous": network("phi4\nm2 = 1\nlambda = 8", "2x3", "name = continuous_flow\nhidden = 3\ndepth = 1"),
        "model_phase": network("phi4\nlambda = 8\nmass = 1", "2x4", "name = symplectic\nleapfrogs = 1\nhidden = 2"),
        "model_tensor": network("ising", "2x3", "name = tensor_network\nchi = 2", trained=False),
        "model_labels": network("potts\nq = 3", "2x3", "name = tensor_network\nchi = 2",
                                trained=False)}
