#include "drivers/job/sections.hpp"

#include <algorithm>

#include "drivers/catalog/composition.hpp"
#include "drivers/job/learn_section.hpp"

namespace nmc::drivers {
namespace {

using option::choice, option::duration, option::flag, option::integer, option::real, option::reals,
    option::required, option::text, option::text_list, option::with_path;

std::vector<OptionSpec> train_options() {
  return {
      integer("steps", "2000", "[1, 1e9]",
              "optimiser steps; more than are done in the directory go on from there"),
      flag("continue", "false",
           "whether the network of model.file is trained on, by nmc run, before it is used"),
      integer("batch", "512", "[1, 1e7]", "draws per step"),
      choice("objective", "reverse", {"reverse", "forward", "mixed", "flow_matching", "mmd"},
             "reverse KL on the energy, forward KL on data, or both; flow_matching: the velocity "
             "of a continuous_flow on data; mmd: the maximum mean discrepancy of a circuit from "
             "data, exactly"),
      choice("kernel", "hamming", {"hamming", "numbers"},
             "mmd: by the spins that differ, or by the difference of the numbers of two states"),
      reals("bandwidths", "0.5, 1, 2, 4", "(0, 1e6]", "mmd: widths of the kernels that are added"),
      real("forward_weight", "0.5", "[0, 1]", "share of the forward KL in a mixed objective"),
      with_path(text("data", "",
                     "configurations for the forward KL: FILE.h5:DATASET, or the name of a sampler "
                     "that needs no tuning, such as heat_bath of spins or block_gibbs"),
                PathForm::dataset),
      choice("gradient", "total", {"total", "path"}, "estimator of the reverse-KL gradient"),
      real("held_out", "0.1", "[0, 1)", "share of the data, the last rows, that only validates"),
      choice("optimiser", "adam", {"adam", "amsgrad", "sweeps"},
             "along gradients, or two-site sweeps of mps over data, each a step"),
      real("cutoff", "1e-3", "[0, 1)",
           "sweeps: Schmidt values below this times the largest are cut off"),
      integer("pair_steps", "1", "[1, 1000]", "sweeps: conjugate gradients of a pair of sites"),
      real("learning_rate", "0.001", "(0, 10]", "largest learning rate"),
      choice("schedule", "cosine", {"constant", "cosine"}, "decay of the learning rate"),
      integer("warmup", "0", "[0, 1e9]", "steps over which the learning rate rises"),
      real("clip", "10", "[0, inf)", "largest gradient norm; 0 leaves the gradient alone"),
      real("beta_start", "0", "[0, inf)", "beta at which annealing begins (with anneal_steps)"),
      integer("anneal_steps", "0", "[0, 1e9]", "steps from beta_start to the system's beta"),
      real("stop_at_ess", "0", "[0, 1]", "stop once a validation reaches this ESS; 0 never"),
      duration("time", "0s", "stop after this much training time; 0 never"),
      integer("patience", "0", "[0, 1e9]",
              "stop after so many validations without a better one; 0 never"),
      integer("validate_every", "100", "[1, 1e9]", "steps between validations"),
      integer("validate_batch", "2000", "[2, 1e7]", "fresh draws of a validation"),
  };
}

std::vector<OptionSpec> tomography_options() {
  return {
      with_path(text("data", "", "shots that were measured, a text or an HDF5 file"),
                PathForm::file),
      with_path(text("state", "",
                     "what the shots are of, where it is known: w, ghz, ground (of [system]) or "
                     "file:PATH of amplitudes; without data shots of it are drawn"),
                PathForm::prefixed),
      integer("qubits", "", "[1, 20]", "of w and ghz, without data"),
      text_list("bases", "",
                "of shots that are drawn: z, pairs (XX and XY of neighbours too), all, or a list "
                "such as ZZZ, XXZ"),
      integer("shots", "1000", "[1, 1e8]", "drawn in each basis"),
      choice("phase", "auto", {"auto", "true", "false"},
             "whether psi has a phase; auto: where a basis has X or Y"),
      integer("hidden", "", "[1, 1e4]",
              "hidden units of the amplitude; half as many as qubits, or with a phase as many"),
      integer("phase_hidden", "", "[1, 1e4]", "hidden units of the phase; as many as qubits"),
      real("width", "0.1", "(0, 10]", "standard deviation of the numbers to begin with"),
      choice("method", "auto", {"auto", "exact", "pcd"},
             "L-BFGS with the sum over all states, or persistent chains; auto: exact up to 20 "
             "qubits"),
      integer("starts", "4", "[1, 1000]", "of which the best on the held-out shots is kept"),
      integer("steps", "1000", "[1, 1e9]", "of L-BFGS from each start, at most, or of pcd"),
      integer("chains", "256", "[1, 1e6]", "of pcd"),
      integer("sweeps", "2", "[1, 1e6]", "of pcd: sweeps of the chains per step"),
      real("learning_rate", "0.02", "(0, 10]", "of pcd: at its start, down a cosine to 0"),
      integer("patience", "20", "[1, 1e9]",
              "steps without a better state on the held-out shots before a start ends"),
      real("held_out", "0.1", "[0, 1)", "share of the shots of each basis that only judges"),
  };
}

std::vector<OptionSpec> ground_state_options() {
  return {
      integer("steps", "300", "[1, 1e9]", "steps down in energy"),
      integer("samples", "1000", "[2, 1e8]", "configurations per step, of all chains"),
      integer("sweeps", "1", "[1, 1e6]", "steps of the sampler between two of them"),
      choice("method", "auto", {"auto", "sr", "minsr", "adam"},
             "stochastic reconfiguration by a matrix of parameters, or of samples, or Adam; auto: "
             "the smaller of the matrices"),
      real("learning_rate", "0.05", "(0, 10]", "largest learning rate"),
      choice("schedule", "cosine", {"constant", "cosine"}, "decay of the learning rate"),
      real("shift", "1e-4", "(0, 1]", "added to the diagonal of the matrix, at the end"),
      real("first_shift", "0.01", "(0, 1]", "the same at the first step"),
      real("momentum", "0", "[0, 1)", "part of the step before that is kept (SPRING)"),
      integer("phase_hidden", "0", "[0, 1e4]",
              "hidden units of a Boltzmann machine that is the phase of a positive psi; 0: none"),
  };
}

std::vector<OptionSpec> anneal_options() {
  return {
      choice("method", "population", {"population", "importance"},
             "population annealing, or annealed importance sampling"),
      integer("population", "4000", "[2, 1e8]", "configurations of one run"),
      integer("runs", "16", "[1, 1e6]", "independent runs, from which the errors come"),
      text("schedule", "",
           "inverse temperatures from 0, 0:2:0.05 or a list, of a path from 0 to 1; by culling "
           "otherwise"),
      real("culling", "0.1", "(0, 1)",
           "fraction that resampling replaces at each temperature a pilot chooses"),
      integer("sweeps", "10", "[1, 1e6]", "sweeps at every temperature"),
      choice("update", "heat_bath", {"heat_bath", "metropolis"},
             "local update of a sweep of spins"),
      with_path(text("start", "",
                     "real numbers: model file of a flow, from whose draws the path to the system "
                     "leads; normals otherwise"),
                PathForm::file),
      real("start_width", "1", "(0, 1e6]",
           "standard deviation of those normals, or of those that start maps"),
      integer("leapfrog", "5", "[0, 1000]",
              "real numbers: steps of the HMC trajectory of a sweep; 0: none"),
      integer("proposals", "1", "[0, 1000]",
              "real numbers: draws of the start that a sweep proposes"),
      choice("walk", "configurations", {"configurations", "layers", "latent"},
             "real numbers: where HMC moves: in configurations, behind as many layers of start as "
             "of the path is done (a stochastic flow), or in its latent variables"),
  };
}

std::vector<OptionSpec> run_options() {
  return {
      choice("mode", "sample", {"sample", "ground_state"},
             "draws of a density, or the ground state of a quantum system and draws of it"),
      integer("warmup", "200", "[0, 1e9]", "steps before the first measured draw"),
      integer("draws", "1000", "[1, 1e9]", "measured draws per chain"),
      integer("thin", "0", "[0, 1e9]",
              "steps per draw; 0: the sampler's own, many sweeps of spins and one step of a field"),
      integer("bin", "1", "[1, 1e9]", "measurements averaged into one draw"),
      integer("importance", "20000", "[2, 1e9]",
              "fresh draws of the network for lnZ and the importance ESS"),
      integer("forward", "8192", "[0, 1e9]",
              "configurations of the classical sampler that the network is held against; 0: none"),
      integer("seed", "1", "[0, 9007199254740992]", "key of every random number"),
      integer("threads", "0", "[0, 4096]", "threads per process; 0 takes OMP_NUM_THREADS or all"),
      duration("checkpoint", "60s", "time between checkpoints"),
      text("memory", "128 MB",
           "most memory for the draws between two checkpoints, 128 MB or 2 GiB; where it is full "
           "one comes earlier"),
      duration("walltime", "0s",
               "stop with a checkpoint after this time; 0: before the batch job ends"),
  };
}

std::vector<OptionSpec> output_options() {
  return {
      text("dir", "",
           "output directory, below the working directory; runs/ and the job's name by default"),
      text_list("observables", "", "what is measured; a choice of the system by default"),
      text("configurations", "none", "stored configurations: none, all, or every N draws"),
      text("correlations", "none",
           "structure factor and two-point function of a periodic lattice, by FFT: none, all, or "
           "every N draws"),
      flag("control_variates", "true",
           "functions with mean 0 are measured too, which reduce the errors of the report"),
  };
}

std::vector<OptionSpec> stop_options() {
  return {real("rhat", "", "(1, inf)", "largest R-hat of all observables"),
          real("ess", "", "(0, inf)", "effective draws that every observable must have")};
}

std::vector<OptionSpec> model_options() {
  return {text("name", "none", "model (nmc list models), or none"),
          with_path(text("file", "", "trained network to start from; DIR/model.h5 by default"),
                    PathForm::file),
          with_path(text("lift", "",
                         "trained network of half the extents and the same keys, whose weights a "
                         "neural_rg or kernel_flow starts with"),
                    PathForm::file)};
}

std::vector<OptionSpec> sampler_options() {
  return {required(text("name", "",
                        "sampler (nmc list samplers), or several: [metropolis x 5, wolff x 1]")),
          integer("chains", "512", "[1, 1e9]", "chains over all processes")};
}

}  // namespace

const std::vector<std::string>& section_names() {
  static const std::vector<std::string> names{"system",     "model",   "train",  "learn",
                                              "tomography", "sampler", "anneal", "ground_state",
                                              "run",        "stop",    "sweep",  "output"};
  return names;
}

std::vector<OptionSpec> section_options(const std::string& section) {
  if (section == "system") return {required(text("name", "", "system (nmc list systems)"))};
  if (section == "model") return model_options();
  if (section == "train") return train_options();
  if (section == "sampler") return sampler_options();
  if (section == "learn") return learn_options();
  if (section == "tomography") return tomography_options();
  if (section == "anneal") return anneal_options();
  if (section == "ground_state") return ground_state_options();
  if (section == "run") return run_options();
  if (section == "stop") return stop_options();
  if (section == "output") return output_options();
  return {};
}

namespace {

// Those of every sampler, and what a composition adds to its parts' keys.
std::vector<OptionSpec> all_sampler_options() {
  std::vector<OptionSpec> options = sampler_options();
  options.push_back(catalog::composition_mode_option());
  return options;
}

}  // namespace

const std::vector<catalog::Entry>& section_entries() {
  static const std::vector<catalog::Entry> entries{
      {"system", "what is sampled; more keys by its name (nmc list systems)",
       section_options("system"), "[system]\nname = ising\nL = 16\nbeta = 0.44068679\n"},
      {"model", "the network, where there is one; more keys by its name (nmc list models)",
       model_options(), "[model]\nname = neural_rg\nsymmetry = z2\n"},
      {"sampler", "how it is sampled; more keys by its name (nmc list samplers)",
       all_sampler_options(), "[sampler]\nname = [metropolis x 5, wolff x 1]\nchains = 64\n"},
      {"train", "training of the network", train_options(), ""},
      {"learn",
       "training of a Boltzmann machine or a generator on data; without [system], [model] and\n"
       "[sampler]",
       learn_options(), "[learn]\ndata = bars.h5:x\nhidden = 8\n"},
      {"tomography",
       "a state of qubits learned from shots; with no other section than [run], [output] and, for\n"
       "state = ground, [system]",
       tomography_options(), "[tomography]\nstate = ghz\nqubits = 3\nbases = all\n"},
      {"anneal", "population annealing and annealed importance sampling (nmc anneal)",
       anneal_options(), ""},
      {"ground_state",
       "search for the ground state of a quantum system, with run.mode = ground_state",
       ground_state_options(), "[run]\nmode = ground_state\n[ground_state]\nsteps = 300\n"},
      {"run", "length, seed and limits of a run", run_options(), ""},
      {"stop",
       "ends a run before run.draws, once all of this holds; also error.NAME = E for any\n"
       "observable that is measured",
       stop_options(), "[stop]\nrhat = 1.01\nerror.energy = 0.01\n"},
      {"output", "what is measured and where it goes", output_options(), ""},
      {"sweep",
       "what varies from task to task: any section.key as a range first:last:step or a list; the\n"
       "tasks are the product over the lines, and those of [sweep.NAME] a product of their own",
       {},
       "[sweep]\nsystem.beta = 0.40:0.48:0.01\nsystem.L, run.thin = (8, 2), (16, 10), (32, 40)\n"}};
  return entries;
}

bool may_change_on_resume(const std::string& section, const std::string& key) {
  if (section == "output" || section == "stop") return true;
  // Steps, time, ESS and patience say how long to train; whether they ask for less is checked on
  // its own.
  const std::vector<std::string> limits{"steps", "time", "stop_at_ess", "patience"};
  if (section == "learn") return key == "ais_temperatures" || key == "ais_chains";
  if (section == "train") return std::ranges::find(limits, key) != limits.end();
  return is_length(section, key);
}

bool is_length(const std::string& section, const std::string& key) {
  if (section == "output" || section == "stop") return true;
  const std::vector<std::string> keys{"draws", "walltime", "threads", "checkpoint", "memory"};
  return section == "run" && std::ranges::find(keys, key) != keys.end();
}

}  // namespace nmc::drivers
