"""Networks of spins in files: a stranger's reader evaluates them, and nmc knows whose they are."""

import json
import os
import unittest

import h5py
import numpy as np

from program import ProgramTest, differences

JOB = """[system]
name = edwards_anderson
L = 4
disorder_seed = 3
beta = 0.7
[model]
name = made
precision = double
{model}
[train]
steps = 3
batch = 64
validate_batch = 32
[sampler]
name = suffix
chains = 8
[run]
warmup = 1
draws = 4
importance = 64
[output]
dir = out
"""

ACTIVATIONS = {
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "tanh": np.tanh,
    "softplus": lambda x: np.logaddexp(0, x),
}


def log_q(path, s):
    """ln q of the spins s (batch, N), by docs/model-file.md alone."""
    with h5py.File(path, "r") as file:
        model = file["model"]
        assert model.attrs["type"] in ("autoregressive", b"autoregressive")
        activation = model.attrs["activation"]
        activate = ACTIVATIONS[activation.decode() if isinstance(activation, bytes) else activation]
        patch, networks = int(model.attrs["patch"]), int(model.attrs["networks"])
        order, theta = model["order"][:], model["parameters"][:]
        layers, place, x = [], 0, None
        if "beta" in model:
            own, least, most = (float(model["beta"].attrs[key]) for key in ("own", "least", "most"))
            x = (2 * own - least - most) / (most - least)
        for name in sorted(model["layers"]):
            layer = model["layers"][name]
            end = place + int(layer.attrs["weights"])
            last = end + int(layer.attrs["biases"])
            biases = theta[end:last]
            if x is not None:
                slopes = theta[last:2 * last - end]
                biases, last = biases + x * slopes, 2 * last - end
            layers.append((int(layer.attrs["units"]), bool(layer.attrs["residual"]),
                           layer["first"][:], layer["runs"][:], layer["bias"][:],
                           theta[place:end], biases))
            place = last
        reads_fields = model.attrs["input"] in ("fields", b"fields")
        if reads_fields:
            field_first, field_sites = model["fields/first"][:], model["fields/sites"][:]
        J, h, beta = np.zeros((len(order), len(order))), np.zeros(len(order)), 0.0
        if "couplings" in model:
            beta = float(model["couplings"].attrs["beta"])
            for (i, j), value in zip(model["couplings/bonds"][:], model["couplings/J"][:]):
                J[i, j] += value
                J[j, i] += value
            if "field" in model["couplings"]:
                h = model["couplings/field"][:]
    total = np.zeros(len(s))
    drawn = np.zeros_like(s)  # 0 where not drawn yet
    outputs = [np.zeros((len(s), networks * layer[0])) for layer in layers]
    count = 1 if patch == 1 else 2**patch
    for t in range(len(order) // patch):
        sites = order[t * patch:(t + 1) * patch]
        logits = np.zeros((len(s), count))
        if t < networks:
            if reads_fields:
                below = np.zeros((len(s), len(field_sites)))
                rows = slice(field_first[t], field_first[t + 1])
                below[:, rows] = (h + drawn @ J)[:, field_sites[rows]]
            else:
                below = s[:, order] * (np.arange(len(order)) < t * patch)
            for l, (units, is_residual, first, runs, bias, w, b) in enumerate(layers):
                a = np.tile(b[bias[t]:bias[t] + units], (len(s), 1))
                for row, rows, weight in runs[first[t]:first[t + 1]]:
                    matrix = w[weight:weight + units * rows].reshape(units, rows)
                    a += below[:, row:row + rows] @ matrix.T
                own = slice(t * units, (t + 1) * units)
                if l + 1 == len(layers):
                    logits = logits + a
                else:
                    outputs[l][:, own] = activate(a) + (below[:, own] if is_residual else 0)
                    below = outputs[l]
        bits = np.zeros(len(s), dtype=int)
        for k, site in enumerate(sites):
            bits += (s[:, site] > 0).astype(int) << k
        fields = (h + drawn @ J)[:, sites]
        if patch == 1:
            a = logits[:, 0] + 2 * beta * fields[:, 0]
            total -= np.logaddexp(0, -s[:, sites[0]] * a)
        else:
            for pattern in range(count):
                spins = np.array([1.0 if pattern >> k & 1 else -1.0 for k in range(patch)])
                within = 0.5 * spins @ J[np.ix_(sites, sites)] @ spins
                logits[:, pattern] += beta * (fields @ spins + within)
            top = logits.max(axis=1, keepdims=True)
            norm = top[:, 0] + np.log(np.exp(logits - top).sum(axis=1))
            total += logits[np.arange(len(s)), bits] - norm
        drawn[:, sites] = s[:, sites]
    return total


class AutoregressiveNetworks(ProgramTest):
    MODELS = {
        "made": "depth = 3\nresidual = true\norder = snake",
        "made patches": "depth = 2\npatch = 2x2\ncouplings = true\nactivation = tanh",
        "checkerboard": "marginal = checkerboard",
        "pixel_cnn": "name = pixel_cnn\nwidth = 4\nactivation = softplus",
        "wavenet": "name = wavenet\nwidth = 3\npatch = 2x1",
        "hierarchical": "name = hierarchical\nwidth = 3",
        "conditional": "name = two_body\nwidth = 3\nconditional = true\nbeta_min = 0.4\n"
                       "beta_max = 0.8",
        "two_body": "name = two_body\nwidth = 3\norder = hilbert",
    }

    def job(self, model):
        text = JOB.format(model=model)
        return text.replace("name = made\n", "") if "name = " in model else text

    def test_files_evaluate_by_their_page(self):
        s = np.random.default_rng(4).choice([-1.0, 1.0], size=(50, 16))
        with h5py.File(self.directory / "in.h5", "w") as file:
            file["x"] = s
        for name, model in self.MODELS.items():
            with self.subTest(name):
                self.write("job.ini", self.job(model))
                self.nmc("train", "job.ini", "--restart")
                self.nmc("evaluate", "out/model.h5", "--input", "in.h5", "--output", "out.h5")
                with h5py.File(self.directory / "out.h5", "r") as file:
                    got, terms = file["log_q"][:], file["log_conditionals"][:]
                expected = log_q(self.directory / "out/model.h5", s)
                self.assertLess(np.max(np.abs(got - expected)), 1e-12)
                self.assertLess(np.max(np.abs(terms.sum(axis=1) - got)), 1e-12)

    def test_a_file_takes_spins_only(self):
        self.write("job.ini", self.job(""))
        self.nmc("train", "job.ini")
        for values, name, message in ((np.zeros((2, 16)), "x", "numbers other than 1 and -1"),
                                      (np.ones((2, 16)), "z", "give x")):
            with h5py.File(self.directory / "in.h5", "w") as file:
                file[name] = values
            done = self.nmc("evaluate", "out/model.h5", "--input", "in.h5", "--output", "out.h5",
                            code=2)
            self.assertIn(message, done.stderr)

    def test_a_network_of_other_couplings_is_refused(self):
        self.write("job.ini", self.job("couplings = true"))
        self.nmc("train", "job.ini")
        done = self.nmc("sample", "job.ini", "--system.disorder_seed=4", "--model.file=out/model.h5",
                        "--output.dir=other", code=2)
        self.assertIn("is a model of other couplings: J of sites", done.stderr)
        self.assertIn("train a network for this one", done.stderr)
        # At another temperature the couplings are the same: a poorer proposal, no mistake.
        self.nmc("sample", "job.ini", "--system.beta=0.6", "--model.file=out/model.h5",
                 "--output.dir=other")

    def test_every_composition_knows_the_weights_of_its_chain(self):
        self.write("job.ini", self.job("couplings = true"))
        for number, words in enumerate((["[metropolis x 1, suffix x 2]"],
                                        ["[independence x 1, suffix x 1]"],
                                        ["[suffix x 1, metropolis x 1]"],
                                        ["[metropolis x 1, suffix x 1]", "--sampler.mode=mixture"])):
            self.nmc("run", "job.ini", f"--sampler.name={words[0]}", *words[1:], "--run.draws=30",
                     "--output.configurations=all", f"--output.dir=run{number}")
            with h5py.File(self.directory / f"run{number}" / "result.h5", "r") as file:
                x = file["configurations/x"][:].reshape(-1, 16)
                log_weight = file["sample_stats/log_weight"][:].reshape(-1)
                forward = file["forward/log_weight"][:]
            with h5py.File(self.directory / "in.h5", "w") as file:
                file["x"] = x
            self.nmc("evaluate", f"run{number}/model.h5", "--input", "in.h5", "--output", "out.h5")
            with h5py.File(self.directory / "out.h5", "r") as file:
                expected = -file["energy"][:] - file["log_q"][:]
            self.assertLess(np.max(np.abs(log_weight - expected)), 1e-11)
            lines = map(json.loads, self.nmc("report", f"run{number}", "--json").stdout.splitlines())
            upper = [line["lnZ_upper"] for line in lines if line["name"] == "network"]
            self.assertAlmostEqual(upper[0], np.mean(forward), places=10)

    def test_a_network_of_two_spin_couplings_is_refused_where_there_are_plaquettes(self):
        self.write("job.ini", self.job("couplings = true").replace(
            "name = edwards_anderson", "name = ising").replace("disorder_seed = 3\n", ""))
        self.nmc("train", "job.ini")
        done = self.nmc("sample", "job.ini", "--system.K=0.3", "--model.file=out/model.h5",
                        "--output.dir=other", code=2)
        self.assertIn("it is wired to those of two spins, and the system has plaquettes",
                      done.stderr)

    # The last of 193 rows belongs to a chunk of 65.
    def test_numbers_do_not_depend_on_threads_and_ranks(self):
        for name, sampler in (("suffix", "suffix"), ("mixed", "[metropolis x 1, suffix x 2]")):
            self.write("job.ini", self.job("couplings = true").replace("chains = 8", "chains = 150")
                       .replace("batch = 64", "batch = 193"))
            for threads in (1, 2):
                self.nmc("run", "job.ini", f"--sampler.name={sampler}", threads=threads)
                (self.directory / "out").rename(self.directory / f"{name}{threads}")
            first, second = (self.directory / f"{name}{k}" / "result.h5" for k in (1, 2))
            self.assertEqual(differences(first, second), [])
            if os.environ.get("NMC_HAS_MPI") == "1":
                self.nmc("run", "job.ini", f"--sampler.name={sampler}", ranks=2)
                self.assertEqual(differences(first, self.directory / "out" / "result.h5"), [])
                (self.directory / "out").rename(self.directory / f"{name}r2")

    # Chains of spins are packed; 193 of them are chunks of 64 and one of 65.
    def test_a_running_chain_teaches(self):
        self.write("job.ini", self.job("").replace("batch = 64", "batch = 193\nobjective = forward")
                   .replace("steps = 3", "steps = 40\nlearning_rate = 0.03"))
        losses = []
        for source, threads in (("heat_bath", 1), ("heat_bath", 2), ("metropolis", 1)):
            name = f"{source}{threads}"
            self.nmc("train", "job.ini", f"--train.data={source}", f"--output.dir={name}",
                     threads=threads)
            with h5py.File(self.directory / name / "result.h5", "r") as file:
                losses.append(file["train/forward_loss"][:])
        self.assertTrue(np.array_equal(losses[0], losses[1]))
        for loss in losses:
            self.assertTrue(np.all(np.isfinite(loss)))
            self.assertLess(loss[-1], loss[0] - 0.5)

    def test_a_network_that_reads_spins_alone_serves_any_couplings(self):
        self.write("job.ini", self.job(""))
        self.nmc("train", "job.ini")
        done = self.nmc("sample", "job.ini", "--system.disorder_seed=4",
                        "--model.file=out/model.h5", "--output.dir=other")
        self.assertIn("out/model.h5 learned other couplings: J of sites", done.stderr)
        self.assertIn("train a network for this system", done.stderr)
        done = self.nmc("sample", "job.ini", "--system.beta=0.6", "--model.file=out/model.h5",
                        "--output.dir=warmer")
        self.assertNotIn("learned", done.stderr)

    def test_a_network_for_another_system_is_warned_of_in_json(self):
        self.write("job.ini", self.job(""))
        self.nmc("train", "job.ini")
        file = ("--model.file=out/model.h5", "--output.dir=other", "--restart")
        own = ["network_couplings", "network_keys", "network_system"]

        def warnings(*words):
            lines = self.nmc(*words, "--json").stdout.splitlines()
            report = {line["name"]: line for line in map(json.loads, lines)}
            return {item["check"]: item for item in report["verdict"]["warnings"]
                    if item["check"] in own and item["about"] == "lnZ"}, report

        for check, word in zip(own, ("--system.disorder_seed=4", "--model.depth=3",
                                     "--system.beta=0.6")):
            self.nmc("sample", "job.ini", word, *file)
            found, report = warnings("report", "other")
            self.assertEqual(list(found), [check])
            self.assertIn(found[check]["message"], report["network"]["warnings"])
            self.assertIn(found[check]["message"], report["energy"]["warnings"])
        self.assertIn("beta is 0.7 in the network and 0.6 in the system",
                      found["network_system"]["message"])
        self.assertEqual(warnings("report", self.sampled("job.ini"))[0], {})
        # Trained on at 0.6 it is a network of 0.6.
        self.nmc("run", "job.ini", "--system.beta=0.6", "--train.continue=true", *file)
        self.assertEqual(warnings("report", "other")[0], {})

    def sampled(self, job):
        self.nmc("sample", job)
        return "out"

    def test_keys_that_describe_another_network_than_the_file_are_said_to_be_ignored(self):
        self.write("job.ini", self.job(""))
        self.nmc("train", "job.ini")
        file = ("--model.file=out/model.h5", "--output.dir=other", "--restart")
        done = self.nmc("sample", "job.ini", *file)
        self.assertNotIn("[model]", done.stderr)
        for key in ("--model.depth=3", "--model.order=hilbert", "--model.name=pixel_cnn"):
            done = self.nmc("sample", "job.ini", key, *file)
            self.assertIn("holds a network made of", done.stderr, key)
            self.assertIn("and are ignored", done.stderr, key)


class Conditional(ProgramTest):
    MODELS = {
        "made": "name = made\nprecision = double\ncouplings = true",
        "rnn": "name = rnn\nlayout = snake2d\nwidth = 6",
        "bernoulli_mixture": "name = bernoulli_mixture\ncomponents = 16",
    }
    # A mixture of products learns slowly, and its steps cost little.
    TRAINING = {"bernoulli_mixture": ("--train.steps=2000", "--train.batch=256")}

    def make(self, name="made"):
        model = f"{self.MODELS[name]}\nconditional = true\nbeta_min = 0.3\nbeta_max = 0.9"
        text = JOB.replace("name = made\nprecision = double\n", "").format(model=model).replace(
            "L = 4", "L = 3").replace("steps = 3", "steps = 150\nlearning_rate = 0.01")
        self.write("job.ini", text)
        self.nmc("train", "job.ini", "--restart", *self.TRAINING.get(name, ()))

    def test_one_network_proposes_at_all_temperatures(self):
        for name in self.MODELS:
            with self.subTest(name):
                self.make(name)
                self.check_all_temperatures()

    def lines(self, run):
        return list(map(json.loads, self.nmc("report", run, "--json").stdout.splitlines()))

    def score(self, values, exact):
        """Error bars of the mean of (chain, draw) from `exact`, by the means of the chains."""
        means = values.mean(axis=1)
        return (means.mean() - exact) / (means.std(ddof=1) / np.sqrt(len(means)))

    # Means as result.h5 has them, whether they are printed or not; ten numbers at 4.5 sigma of 64
    # chains: false-alarm rate 3e-4.
    def check_all_temperatures(self):
        more = ("--model.file=out/model.h5", "--sampler.chains=64", "--run.draws=400",
                "--run.warmup=20", "--run.importance=4000", "--restart")
        z = []
        for beta in (0.3, 0.9):
            self.nmc("sample", "job.ini", f"--system.beta={beta}", f"--output.dir=at{beta}", *more)
            network = [line for line in self.lines(f"at{beta}") if line["name"] == "network"][0]
            # Below, a chain may not have seen all of the system, and its mean says nothing.
            self.assertGreater(network["ess_forward"], 0.02)
            with h5py.File(self.directory / f"at{beta}/result.h5", "r") as file:
                z += [self.score(file[f"posterior/{name}"][:],
                                 file["constant_data"].attrs[f"exact_{name}"])
                      for name in ("energy", "m2")]
        self.nmc("sample", "job.ini", "--sampler.name=tempering", "--sampler.inner=suffix",
                 "--sampler.ladder=0.3,0.5,0.7", "--output.dir=ladder", *more)
        exact = {(line["name"], line["beta"]): line["exact"] for line in self.lines("ladder")
                 if line["name"] in ("energy", "m2") and "beta" in line}
        with h5py.File(self.directory / "ladder/result.h5", "r") as file:
            for r, beta in enumerate(file["ladder/beta"][:]):
                z += [self.score(file[f"ladder/{name}"][:, :, r], exact[name, beta])
                      for name in ("energy", "m2")]
        self.assertEqual(len(z), 10)
        self.assertLess(max(map(abs, z)), 4.5, z)

    def test_temperatures_outside_its_range_are_refused(self):
        for name in self.MODELS:
            with self.subTest(name):
                self.make(name)
                self.check_refusals()

    def check_refusals(self):
        for message, *words in (
                ("the network was made for beta = 0.3 ... 0.9, and beta = 1 is outside; set "
                 "system.beta inside, or train a network", "--system.beta=1"),
                ("the ladder leads from beta = 0 to 0.7, and the network was made for 0.3 ... 0.9: "
                 "set beta_min = 0.3, or train a network with model.beta_min = 0",
                 "--sampler.name=tempering", "--sampler.inner=suffix"),
                ("leave adapt out", "--sampler.name=tempering", "--sampler.inner=suffix",
                 "--sampler.beta_min=0.4", "--sampler.adapt=true")):
            done = self.nmc("sample", "job.ini", "--model.file=out/model.h5", "--output.dir=other",
                            *words, code=2)
            self.assertIn(message, done.stderr)


class Ladder(ProgramTest):
    # Eight numbers at 4.5 sigma: false-alarm rate 5e-5.
    def test_a_network_proposes_at_every_temperature_of_a_ladder(self):
        job = JOB.format(model="width = 2\ncouplings = true").replace("L = 4", "L = 3").replace(
            "steps = 3", "steps = 200\nlearning_rate = 0.01").replace(
                "name = suffix", "name = tempering\ninner = [metropolis x 1, suffix x 1]\n"
                "ladder = 0.3, 0.5, 0.7, 0.9").replace("chains = 8", "chains = 64").replace(
                    "draws = 4", "draws = 400").replace("warmup = 1\n", "warmup = 20\n")
        self.write("job.ini", job)
        self.nmc("run", "job.ini")
        lines = [json.loads(line) for line in self.nmc("report", "out", "--json").stdout.splitlines()]
        z = [line["z"] for line in lines if line.get("name") in ("energy", "m2") and "beta" in line
             and line["z"] is not None]
        self.assertGreaterEqual(len(z), 8)
        self.assertLess(max(map(abs, z)), 4.5, z)


if __name__ == "__main__":
    unittest.main()
