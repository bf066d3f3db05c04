#include "drivers/catalog/read_range.hpp"

#include <fmt/format.h>

namespace nmc::catalog {

std::vector<OptionSpec> range_options() {
  return {option::flag("conditional", "false",
                       "one network for a range of temperatures: every layer has beta as an input"),
          option::real("beta_min", "", "[0, inf)", "with conditional: where the range begins"),
          option::real("beta_max", "", "(0, inf)", "with conditional: where it ends")};
}

std::optional<BetaRange> read_range(const Options& options, const System& system) {
  const bool has_least = options.is_given("beta_min"), has_most = options.is_given("beta_max");
  if (!options.flag("conditional")) {
    if (has_least || has_most)
      options.fail(has_least ? "beta_min" : "beta_max",
                   "a range of beta goes with conditional = true");
    return {};
  }
  if (system.spins == nullptr)
    options.fail("conditional",
                 fmt::format("a conditional network is for spins whose couplings are known one by "
                             "one, and {} is known by its energies: leave conditional out, and "
                             "train a network for each beta",
                             system.name));
  if (!has_least || !has_most)
    options.fail("conditional",
                 "a conditional network needs the range of its temperatures: give beta_min and "
                 "beta_max");
  const BetaRange range{options.real("beta_min"), options.real("beta_max")};
  if (range.least >= range.most)
    options.fail("beta_max",
                 fmt::format("beta_max = {} is not above beta_min = {}", range.most, range.least));
  if (!range.holds(system.beta))
    options.fail(system.beta < range.least ? "beta_min" : "beta_max",
                 fmt::format("the network is for beta = {} ... {}, and the system has beta = {}, "
                             "where it is validated: set system.beta inside the range, or widen "
                             "the range",
                             range.least, range.most, system.beta));
  return range;
}

}  // namespace nmc::catalog
