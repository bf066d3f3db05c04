"""Small jobs of every kind, which are killed again and again: each keeps many checkpoints."""

COMMON = """[run]
seed = 3
threads = 1
checkpoint = {interval}s
"""
INTERVAL = 0.08  # seconds between checkpoints; less than any phase takes

CLASSICAL = """[system]
name = ising
L = 8
beta = 0.4
[sampler]
name = metropolis
chains = 6
[output]
dir = out
observables = energy, m2
configurations = every 50
correlations = all
[run]
warmup = 200
draws = 500
thin = 200
memory = 30 kB
"""
LADDER = """[system]
name = edwards_anderson
L = 6
beta = 0.8
[sampler]
name = tempering
chains = 6
[output]
dir = out
[run]
warmup = 300
draws = 300
thin = 40
"""
FIELD = """[system]
name = phi4
L = 8
[sampler]
name = hmc
chains = 6
[output]
dir = out
[run]
warmup = 300
draws = 600
thin = 10
"""
FLOW = """[system]
name = dual_ising
L = 4
beta = 0.44068679350977151
[model]
name = neural_rg
hidden = 8
depth = 1
couplings = 2
[train]
steps = 60
batch = 128
validate_batch = 256
[sampler]
name = independence
chains = 8
[output]
dir = out
[run]
warmup = 20
draws = 400
thin = 8
importance = 2000
forward = 400
"""
NETWORK = """[system]
name = ising
L = 4
beta = 0.44
[model]
name = made
width = 16
[train]
steps = 250
batch = 256
validate_batch = 256
[sampler]
name = independence
chains = 8
[output]
dir = out
[run]
warmup = 50
draws = 500
thin = 20
importance = 2000
forward = 400
"""
SWEEP = CLASSICAL.replace("beta = 0.4\n", "").replace("draws = 500", "draws = 150").replace(
    "warmup = 200", "warmup = 100") + "[sweep]\nsystem.beta = 0.3, 0.4, 0.5\n"
NETWORK_SWEEP = NETWORK.replace("beta = 0.44\n", "").replace("steps = 250", "steps = 60").replace(
    "draws = 500", "draws = 150") + "[sweep]\nsystem.beta = 0.3, 0.44\n"
ANNEALING = """[system]
name = ising
L = 8
beta = 0.6
[anneal]
runs = 40
population = 100
[output]
dir = out
"""


def job(text, **changes):
    for old, new in changes.items():
        text = text.replace(old, new)
    return text.replace("[run]\n", COMMON.format(interval=INTERVAL), 1) if "[run]" in text else (
        text + COMMON.format(interval=INTERVAL))


# Name: verb and job.
CASES = {
    "classical": ("run", job(CLASSICAL)),
    "flow": ("run", job(FLOW)),
    "sweep": ("run", job(SWEEP)),
    "network": ("run", job(NETWORK)),
    "ladder": ("run", job(LADDER)),
    "annealing": ("anneal", job(ANNEALING)),
    "field": ("run", job(FIELD)),
    "network_sweep": ("run", job(NETWORK_SWEEP)),
}
