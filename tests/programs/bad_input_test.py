"""Every mistake of the user: its message, exit code 2, and nothing written."""

import unittest

import h5py
import numpy as np

from program import BETA, ProgramTest

SYSTEM = f"[system]\nname = dual_ising\nL = 4\nbeta = {BETA}\n"
MODEL = "[model]\nname = neural_rg\nhidden = 4\ndepth = 1\ncouplings = 2\n"
TRAIN = "[train]\nsteps = 2\nbatch = 64\nvalidate_batch = 32\n"
SAMPLER = "[sampler]\nname = independence\nchains = 8\n"
RUN = "[run]\nwarmup = 1\ndraws = 4\nimportance = 64\n[output]\ndir = out\n"
JOB = SYSTEM + MODEL + TRAIN + SAMPLER + RUN


class BadInput(ProgramTest):
    def refuse(self, message, *words, job=JOB):
        self.write("job.ini", job)
        before = self.files()
        done = self.nmc("run", "job.ini", *words, code=2)
        self.assertIn(message, done.stderr)
        self.assertEqual(self.files(), before, "something was written")
        check = self.nmc("check", "job.ini", *words, code=2)
        self.assertIn(message, check.stderr)

    def test_a_job_without_a_value(self):
        for text in ("", "# nothing yet\n", "[system]\n"):
            self.refuse("job.ini sets no value: a job needs at least [system] with name = ", job=text)
        self.refuse("[system] lacks name: write name = ising below [system], or --system.name=ising",
                    job="[run]\ndraws = 3\n")

    def test_unknown_key(self):
        self.refuse('unknown key "Ll" in [system]; did you mean "L"?', "--system.Ll=3")
        self.refuse('job.ini:4: unknown key "beat" in [system]; did you mean "beta"?',
                    job=JOB.replace("beta", "beat"))

    def test_unknown_section(self):
        self.refuse("unknown section [modle]; did you mean \"model\"?",
                    job=JOB.replace("[model]", "[modle]"))

    def test_unknown_sampler(self):
        self.refuse('unknown sampler "metroplis"; did you mean "metropolis"? (nmc list samplers)',
                    "--sampler.name=metroplis")

    def test_part_that_runs_for_ever(self):
        for count in ("1000001", "1e18", "1e308", "999999999999999999999999"):
            self.refuse(f"metropolis x {count}: a part runs at most 1000000 times in a step",
                        f"--sampler.name=[metropolis x {count}, heat_bath x 1]")

    def test_value_out_of_range(self):
        self.refuse("job.ini:4: beta = -1 is out of range", job=JOB.replace(BETA, "-1"))
        self.refuse("draws = 0 is out of range", "--run.draws=0")
        for seed in ("18446744073709551617", "9007199254740993", "1e30", "-1"):
            self.refuse(f"seed = {seed} is out of range: it must lie in [0, 9007199254740992]",
                        f"--run.seed={seed}")

    def test_value_that_is_no_number(self):
        self.refuse("job.ini:4: beta = warm is not a number", job=JOB.replace(BETA, "warm"))
        self.refuse("decimals need a point, not a comma: 0.44", "--system.beta=0,44")

    def test_line_that_is_no_assignment(self):
        self.refuse("is not of the form key = value", job=JOB + "draws 7\n")

    def test_extent_that_cannot_be_halved(self):
        self.refuse("L = 15 cannot be halved: neural_rg needs L = 2^k; try 16", "--system.L=15")

    def test_bonds_that_are_none(self):
        self.write("bonds.txt", "0 1\n1 two\n")
        graph = JOB.replace("L = 4", "bonds = bonds.txt").replace("neural_rg", "real_nvp")
        self.refuse("bonds.txt:2: site = two is not an integer", job=graph)
        self.write("bonds.txt", "0 1\n1 1\n")
        self.refuse("bonds.txt", job=graph)
        self.refuse("bonds and L are both given", "--system.bonds=bonds.txt")

    def graph(self, text, name="graph.txt"):
        self.write(name, text)
        return JOB.replace("L = 4", f"bonds = {name}")

    def test_graph_with_a_missing_vertex(self):
        self.refuse("job.ini:3: graph.txt: no bond touches site 2 of 0 to 3; number the sites without "
                    "a gap, or set N = 4 if it is a free spin", job=self.graph("0 1\n1 3\n"))
        self.refuse("subtract 1 from every number", job=self.graph("1 2\n2 3\n"))
        self.refuse("graph.txt:2: bond 1 3 leaves the graph: N = 3 has sites 0 to 2",
                    "--system.N=3", job=self.graph("0 1\n1 3\n"))

    def test_graph_with_a_doubled_or_self_bond(self):
        self.refuse("graph.txt:3: bond 0 1 is already there (graph.txt:1); write it once",
                    job=self.graph("0 1\n1 2\n1 0\n"))
        self.refuse("graph.csv:3: bond 1 1 joins a site with itself; leave it out",
                    job=self.graph("i,j,J\n0,1,1\n1,1,1\n", "graph.csv"))

    def test_graph_with_a_coupling_that_is_no_number(self):
        self.refuse("graph.txt:2: the coupling of bond 1 2 is nan; give a finite number",
                    job=self.graph("0 1 1\n1 2 nan\n"))
        self.refuse("JSON knows no NaN (give every coupling a finite number)",
                    job=self.graph('{"bonds": [[0, 1, NaN]]}', "graph.json"))
        with h5py.File(self.directory / "graph.h5", "w") as file:
            file["bonds"] = [[0, 1], [1, 2]]
            file["J"] = [1.0, np.nan]
        self.refuse("graph.h5: bonds[1]: the coupling of bond 1 2 is nan",
                    job=JOB.replace("L = 4", "bonds = graph.h5"))

    def test_graph_file_that_is_none(self):
        self.refuse("cannot read the bonds in gone.txt", job=JOB.replace("L = 4", "bonds = gone.txt"))
        self.refuse("instance = 2: graph.json holds instances 0 to 1", "--system.instance=2",
                    job=self.graph('{"instances": [{"bonds": [[0, 1]]}, {}]}', "graph.json"))
        self.refuse("J = 2 does nothing: graph.txt gives every coupling", "--system.J=2",
                    job=self.graph("0 1 1\n"))

    def test_lattices_that_do_not_exist(self):
        self.refuse("L = 2 or more", "--system.L=1")
        self.refuse("L = 2 or more", "--system.name=phi4", "--system.L=1",
                    job=JOB.replace(f"beta = {BETA}\n", ""))
        self.refuse("every extent must be 2 or more", "--system.L=4x1", "--system.lattice=triangular")
        self.refuse("a periodic direction needs an even extent; try 6", "--system.L=5",
                    "--system.lattice=honeycomb")
        self.refuse("takes N, the number of sites", "--system.lattice=complete")
        self.refuse("must be even; try N = 10", "--system.lattice=random_regular", "--system.N=9",
                    job=JOB.replace("L = 4\n", ""))
        self.refuse('unknown lattice "triangulr"; did you mean "triangular"?', "--system.lattice=triangulr")
        self.refuse("disorder_seed = 2 does nothing: this lattice is not random", "--system.disorder_seed=2")

    def test_plaquettes_where_there_are_no_squares(self):
        self.refuse("K = 0.2 needs the squares of a lattice", "--system.name=ising", "--system.K=0.2",
                    "--system.lattice=honeycomb")

    def test_negative_beta_names_the_antiferromagnet(self):
        self.refuse("an antiferromagnet is J = -1 at positive beta", "--system.beta=-0.4")

    def test_patterns_that_are_none(self):
        self.write("patterns.txt", "1 -1 1\n1 0 1\n")
        job = JOB.replace("dual_ising\nL = 4", "hopfield\npatterns = patterns.txt")
        self.refuse('patterns.txt:2: "0" is neither +1 nor -1', job=job)
        self.write("patterns.txt", "1 -1 1\n1 -1\n")
        self.refuse("patterns.txt:2: 2 spins in a pattern; the first pattern has 3", job=job)
        self.refuse("patterns = 3 lacks N", "--system.patterns=3", job=job)

    def test_hmc_on_spins(self):
        self.refuse("hmc needs a differentiable density; ising has spins. Use metropolis or heat_bath, or system dual_ising",
                    "--system.name=ising", "--sampler.name=hmc")

    def test_sampler_without_its_network(self):
        self.refuse("draws from a network", job=JOB.replace(MODEL, ""))
        self.refuse("a file alone does not say which network", "--model.file=net.h5", job=JOB.replace(MODEL, ""))

    def test_unknown_observable(self):
        self.refuse('unknown observable "enrgy"', "--output.observables=enrgy")

    def test_sweeps_that_are_none(self):
        sweep = JOB.replace(f"beta = {BETA}\n", "") + "[sweep]\n"
        line = sweep.count("\n") + 1
        self.refuse(f"job.ini:{line}: range 0.4:0.5:-0.01 is empty: the step points away from the end",
                    job=sweep + "system.beta = 0.4:0.5:-0.01\n")
        self.refuse(f'job.ini:{line}: unknown key "bta" in [system]; did you mean "beta"?',
                    job=sweep + "system.bta = 0.4, 0.5\n")
        self.refuse(f"job.ini:{line}: a sweep sets section.key", job=sweep + "beta = 0.4, 0.5\n")
        self.refuse(f"job.ini:4: system.beta is swept at job.ini:{line + 1}, so that no task would use",
                    job=sweep.replace("L = 4\n", f"L = 4\nbeta = {BETA}\n") + "system.beta = 0.4\n")
        self.refuse(f"job.ini:{line}: thin = -1 is out of range: it must lie in [0, 1e9] (task thin-1 of",
                    job=sweep + "run.thin, system.beta = (-1, 0.5)\n")
        self.refuse("L = 15 cannot be halved: neural_rg needs L = 2^k; try 16 (task L15 of the sweep)",
                    "--sweep.system.L=4,15", job=JOB.replace("L = 4\n", ""))

    def test_data_set_with_nan(self):
        data = np.zeros((20, 16))
        data[7, 3] = np.nan
        with h5py.File(self.directory / "data.h5", "w") as file:
            file["x"] = data
        self.refuse("configuration 7 of the data set holds a number that is not finite", "--train.objective=forward", "--train.data=data.h5:x")

    def test_data_set_of_wrong_shape(self):
        with h5py.File(self.directory / "data.h5", "w") as file:
            file["x"] = np.zeros((20, 9))
        self.refuse("has 9 entries per configuration; the system has 16 sites",
                    "--train.objective=forward", "--train.data=data.h5:x")
        self.refuse("holds no dataset", "--train.objective=forward", "--train.data=data.h5:y")

    def make_network(self):
        self.write("train.ini", JOB)
        self.nmc("train", "train.ini", "--output.dir=net")

    def test_network_of_another_size(self):
        self.make_network()
        self.refuse(f"was trained for 16 sites at beta {BETA}; the system has 64 sites",
                    "--model.file=net/model.h5", "--system.L=8")

    def test_network_of_another_system(self):
        self.make_network()
        self.refuse("was trained for system dual_ising; the job has system phi4",
                    "--model.file=net/model.h5",
                    job=JOB.replace("dual_ising", "phi4").replace(f"beta = {BETA}\n", ""))

    def test_network_file_cut_short_or_not_hdf5(self):
        self.make_network()
        whole = (self.directory / "net/model.h5").read_bytes()
        (self.directory / "short.h5").write_bytes(whole[: len(whole) // 2])
        self.refuse("short.h5", "--model.file=short.h5")
        self.write("text.h5", "not a network")
        self.refuse("text.h5", "--model.file=text.h5")
        self.refuse("missing.h5", "--model.file=missing.h5")

    def test_directory_that_cannot_be_written(self):
        self.write("file", "")
        self.refuse("cannot write to file/out", "--output.dir=file/out")

    def test_directory_with_foreign_files(self):
        (self.directory / "out").mkdir()
        self.write("out/notes.txt", "mine")
        self.refuse("holds files that are no run of nmc")

    def test_output_larger_than_the_disk(self):
        self.refuse("would write", "--run.draws=1e9", "--output.configurations=all",
                    "--sampler.chains=100000")

    def test_more_ranks_than_chains(self):
        self.write("job.ini", JOB)
        done = self.nmc("run", "job.ini", "--sampler.chains=2", ranks=3, code=2)
        self.assertEqual(done.stderr.count("3 ranks and 2 chains"), 1)
        self.assertEqual(self.files(), ["job.ini"])

    def test_ladders_that_are_none(self):
        job = ("[system]\nname = ising\nL = 4\nbeta = 1\n[sampler]\nname = tempering\n"
               "chains = 2\n[run]\nwarmup = 40\ndraws = 4\n[output]\ndir = out\n")
        for message, *words in (
                ("has one temperature", "--sampler.ladder=1"),
                ("from the smallest to the largest", "--sampler.ladder=0.5,0.3,1"),
                ("inverse temperatures are 0 or larger", "--sampler.ladder=-1:1:0.5"),
                ("passes over beta = 1 of the system", "--sampler.ladder=0:2:0.4"),
                ("replicas = 1 is out of range", "--sampler.replicas=1"),
                ("leave one of them out", "--sampler.ladder=0:1:0.5", "--sampler.replicas=4"),
                ("beta_min = 2 is not below beta = 1", "--sampler.beta_min=2"),
                ("are too few", "--run.warmup=3"),
                ("latent_hmc cannot be tempered", "--sampler.inner=latent_hmc"),
                ("did you mean \"metropolis\"", "--sampler.inner=metroplis"),
                ("no density to sample", "--system.name=dual_ising", "--sampler.inner=hmc"),
                ("beta = -1 is out of range", "--system.beta=-1"),
        ):
            self.refuse(message, *words, job=job)
        self.refuse("phi4 has no beta, so no ladder", "--system.name=phi4", "--sampler.inner=hmc",
                    job=job.replace("beta = 1\n", ""))

    def test_local_updates_that_cannot_work(self):
        job = ("[system]\nname = ising\nL = 4\nbeta = 0\n[sampler]\nname = metropolis\n"
               "chains = 2\n[run]\nwarmup = 4\ndraws = 4\n[output]\ndir = out\n")
        self.refuse("jitter = 0.001 makes all trajectories the same length",
                    "--system.name=dual_ising", "--system.beta=1", "--sampler.name=hmc",
                    "--sampler.jitter=0.001", job=job)
        self.refuse("use order = sequential or random", "--system.lattice=complete",
                    "--system.beta=0.1", "--sampler.order=colours",
                    job=job.replace("L = 4\n", "N = 5\n"))
        self.refuse("width is for real configurations; ising has spins", "--system.beta=1",
                    "--sampler.width=0.5", job=job)
        self.refuse("order is for spins", "--system.name=dual_ising", "--system.beta=1",
                    "--sampler.order=random", job=job)

    def test_networks_of_spins_that_are_none(self):
        job = ("[system]\nname = ising\nL = 4\nbeta = 0.4\n[model]\nname = made\n"
               + TRAIN + SAMPLER + RUN)
        self.write("twice.txt", " ".join(map(str, range(15))) + " 14\n")
        self.write("short.txt", "0 1 2\n")
        self.write("words.txt", "0 1\ntwo\n")
        tiles = "do not tile a lattice of 4x4: give divisors of its extents"
        for message, *words in (
                ("--model.order=file:twice.txt: twice.txt: the order names site 14 twice; it must name "
                 "every site once", "--model.order=file:twice.txt"),
                ("short.txt: the order names 3 sites; the system has 16",
                 "--model.order=file:short.txt"),
                ('words.txt:2: "two" is no site number', "--model.order=file:words.txt"),
                ("none.txt: cannot be read", "--model.order=file:none.txt"),
                ("it is raster, snake, hilbert or file:PATH", "--model.order=zigzag"),
                ("this grid is 6x6: use snake", "--model.order=hilbert", "--system.L=6"),
                ("width = 0 is out of range", "--model.width=0"),
                ("depth = 0: a network needs at least one layer", "--model.depth=0"),
                (f"--model.patch=3x2: patches of 3x2 {tiles}", "--model.patch=3x2"),
                (f"patches of 0x2 {tiles}", "--model.patch=0x2"),
                ("give one number per direction", "--model.patch=2"),
                ("patches of 8 spins: 1 to 6 are drawn at once", "--model.patch=4x2"),
                ("patch = a is not an integer", "--model.patch=axb"),
                ("pixel_cnn draws in raster order: leave order away", "--model.name=pixel_cnn",
                 "--model.order=snake"),
                ("pixel_cnn draws one spin at a time", "--model.name=pixel_cnn",
                 "--model.patch=2x2"),
                ("kernel = 4: it must be odd", "--model.name=pixel_cnn", "--model.kernel=4"),
                ("not to plaquettes", "--model.name=two_body", "--system.K=0.3"),
                ("this one has 6x6: use made or two_body", "--model.name=hierarchical",
                 "--system.L=6"),
                ("set couplings = false", "--model.name=hierarchical", "--system.K=0.3"),
                ("do not join two sublattices; leave marginal out", "--system.L=3",
                 "--model.marginal=checkerboard"),
                ("leave patch out", "--model.marginal=checkerboard", "--model.patch=2x2"),
                ("made draws spins, and dual_ising has real numbers: use a flow",
                 "--system.name=dual_ising"),
                ("give beta_min and beta_max", "--model.conditional=true"),
                ("a range of beta goes with conditional = true", "--model.beta_min=0.1"),
                ("beta_max = 0.2 is not above beta_min = 0.3", "--model.conditional=true",
                 "--model.beta_min=0.3", "--model.beta_max=0.2"),
                ("the network is for beta = 0.1 ... 0.3, and the system has beta = 0.4",
                 "--model.conditional=true", "--model.beta_min=0.1", "--model.beta_max=0.3"),
                ("leave anneal_steps out", "--model.conditional=true", "--model.beta_min=0.1",
                 "--model.beta_max=0.5", "--train.anneal_steps=1"),
                ("use objective = reverse or mixed", "--model.conditional=true",
                 "--model.beta_min=0.1", "--model.beta_max=0.5", "--train.objective=forward",
                 "--train.data=block_gibbs"),
                ("data are for objective = forward, mixed or flow_matching", "--train.data=heat_bath"),
                ("forward_weight goes with objective = mixed, and this one is reverse",
                 "--train.forward_weight=0.3"),
                ("anneal_steps = 99 is more than steps = ", "--train.anneal_steps=99",
                 "--train.steps=9"),
                ("residual = true needs two hidden layers: depth = 3 or more, and this one is 2",
                 "--model.residual=true"),
                ("kernel = 9: one of 7 sees all of this lattice", "--model.name=pixel_cnn",
                 "--model.kernel=9"),
                ("leave marginal out, or use made", "--model.name=pixel_cnn",
                 "--model.marginal=checkerboard"),
                ("use made or another network that reads spins alone", "--model.name=two_body",
                 "--system.K=0.3"),
                ("has none of z2, translations and point; leave symmetry out",
                 "--model.symmetry=all", "--system.name=edwards_anderson", "--system.h=0.3"),
                ("not enough memory: lower sampler.chains, train.batch or the size of the network",
                 "--model.width=65536", "--system.L=64"),
                ("the network learns from the chains in warm-up, and warmup = 0 has none: set "
                 "run.warmup, or leave adapt out", "--sampler.adapt=true", "--run.warmup=0"),
                ("independence.adapt out", "--sampler.name=[independence x 1, metropolis x 1]",
                 "--sampler.independence.adapt=true", "--run.warmup=0"),
                ("or model.symmetry = z2 or none", "--sampler.name=suffix",
                 "--model.symmetry=translations"),
                ("suffix with longest = 3 leaves the first 13 of 16 tokens as they began: write "
                 "[metropolis x 1, suffix x 1]", "--sampler.name=suffix", "--sampler.longest=3"),
                ("leaves the first 13 of 16 tokens", "--sampler.name=[suffix x 1, houdayer x 1]",
                 "--sampler.suffix.longest=3"),
                ("--sampler.inner=suffix: suffix with longest = 3", "--sampler.name=tempering",
                 "--sampler.inner=suffix", "--sampler.longest=3", "--sampler.ladder=0.2"),
                ("works on pairs of replicas at one temperature, and a rung of a ladder has one",
                 "--sampler.name=tempering", "--sampler.inner=[metropolis x 1, houdayer x 1]"),
                ("houdayer gives no chains of the system by itself; train on heat_bath",
                 "--train.objective=forward", "--train.data=houdayer"),
                ("--train.data=hmc: hmc needs a differentiable density",
                 "--train.objective=forward", "--train.data=hmc"),
                ("--sampler.inner=suffix: suffix redraws the end", "--sampler.name=tempering",
                 "--sampler.inner=suffix", "--sampler.ladder=0.2", "--model.symmetry=translations"),
                ("tempering gives no chains of the system by itself",
                 "--train.objective=forward", "--train.data=tempering"),
                ("longest = 99; the network draws 16 tokens", "--sampler.name=suffix",
                 "--sampler.longest=99"),
        ):
            self.refuse(message, *words, job=job)
        self.refuse("a flow has no order: use independence", "--sampler.name=suffix")
        with h5py.File(self.directory / "bits.h5", "w") as file:
            file["x"] = np.concatenate((np.ones((3, 16)), np.zeros((20, 16))))
        self.refuse("configuration 3 of the data set holds 0, and spins are 1 and -1; of 0 and 1 "
                    "take 2 x - 1", "--train.objective=forward", "--train.data=bits.h5:x", job=job)
        self.refuse("write data = bits.h5:DATASET", "--train.objective=forward",
                    "--train.data=bits.h5", job=job)

    def test_unknown_verb_and_flag(self):
        self.assertIn('did you mean "sample"?', self.nmc("sampel", code=2).stderr)
        self.assertIn("unknown flag --jsn", self.nmc("exact", "--jsn", code=2).stderr)


if __name__ == "__main__":
    unittest.main()
