#include "drivers/job/learn_section.hpp"

#include <utility>

namespace nmc::drivers {
namespace {

using option::choice, option::flag, option::integer, option::real, option::reals, option::required,
    option::text, option::with_path;

std::vector<OptionSpec> generator_options() {
  return {
      integer("latent", "2", "[1, 1e4]", "numbers of noise that vae and gan draw from"),
      choice("critic", "network", {"network", "kernel"},
             "of gan: a network that learns to tell draws from data, or the maximum mean "
             "discrepancy by a kernel"),
      real("penalty", "5", "[0, 1e6]",
           "of a gan against a network: weight of the slope of the critic on the data (R1)"),
      reals("bandwidths", "0.1, 0.5, 1", "(0, 1e6]",
            "squared widths of the kernel of gan, in medians of the squared distance of two rows"),
      integer("importance", "1000", "[1, 1e6]",
              "of vae: draws for each row of the estimate of its nll"),
      integer("draws", "1000", "[2, 1e7]", "of vae and gan, kept in learned.h5"),
  };
}

std::vector<OptionSpec> deep_options() {
  return {
      option::integers("layers", "", "[1, 1e6]", "of dbm: units of each hidden layer"),
      integer("greedy_steps", "3000", "[0, 1e9]",
              "of dbm: of each layer alone before all learn together; 0: random weights"),
  };
}

std::vector<OptionSpec> machine_options() {
  return {
      choice("machine", "rbm", {"rbm", "dbm", "ising", "vae", "gan"},
             "what is trained: a restricted Boltzmann machine, a deep one, couplings of spins, a "
             "variational autoencoder, or a generator against a critic"),
      required(with_path(text("data", "", "configurations to learn from, FILE.h5:DATASET"),
                         PathForm::dataset)),
      integer("hidden", "", "[0, 1e6]",
              "hidden units of a restricted machine, which needs them; of vae and gan of each "
              "hidden layer, 0 of vae: linear nets"),
      with_path(text("bonds", "", "pairs that couple, of ising: those of a graph file"),
                PathForm::file),
      option::integers(
          "L", "", "[1, 1e6]",
          "pairs that couple: those of a periodic lattice, 4x4, or 4 of any dimension; else all"),
      flag("fields", "true", "of ising, beside its couplings"),
      choice("units", "binary", {"binary", "spin"}, "0 and 1, or -1 and 1, as the data are"),
      with_path(text("file", "", "machine to start from; else random weights"), PathForm::file),
      real("width", "", "(0, 10]",
           "standard deviation of the random weights; 0.3 of an exact gradient, else 0.01"),
      choice("method", "auto", {"auto", "exact", "pcd", "cd", "pseudo"},
             "exact gradient and L-BFGS, persistent chains, or chains from the data; of ising the "
             "pseudo-likelihood; auto: exact where one gradient takes less than 50 ms, of ising to "
             "20 spins"),
      integer("steps", "", "[1, 1e9]",
              "steps, 1000 of ising and each exact start, 5000 of vae and gan, else 20000"),
      integer("starts", "3", "[1, 1000]", "of the exact gradient, the best of which is kept"),
      integer("batch", "128", "[1, 1e6]", "rows of the data per step"),
      integer("chains", "128", "[1, 1e6]", "persistent chains"),
      integer("k", "1", "[1, 1e6]", "steps of block Gibbs per step"),
      real("learning_rate", "", "(0, 10]", "largest learning rate, 0.05, of vae and gan 0.005"),
      choice("schedule", "cosine", {"constant", "cosine"}, "decay of the learning rate"),
      real("weight_decay", "0", "[0, 1]",
           "part of itself that W loses per step, times the rate; of ising l of l |J|^2 / 2"),
      flag("centred", "true", "gradients of v - <v> and h - <h>"),
      integer("held_out", "0", "[0, 1e9]", "last rows of the data that only judge the machine"),
      integer("validate_every", "", "[1, 1e9]",
              "steps between validations, 50, of vae and gan 500, of chains 1000"),
      integer("ais_temperatures", "1000", "[10, 1e7]",
              "of the estimate of ln Z at the end, where there is no exact one"),
      integer("ais_chains", "512", "[2, 1e6]", "chains of it, in both directions"),
  };
}

}  // namespace

std::vector<OptionSpec> learn_options() {
  std::vector<OptionSpec> all = machine_options();
  for (OptionSpec& spec : deep_options()) all.push_back(std::move(spec));
  for (OptionSpec& spec : generator_options()) all.push_back(std::move(spec));
  return all;
}

}  // namespace nmc::drivers
