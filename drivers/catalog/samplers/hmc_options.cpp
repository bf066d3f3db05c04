#include "drivers/catalog/samplers/hmc_options.hpp"

#include <fmt/format.h>

namespace nmc::catalog {
namespace {

// With the same length for all trajectories a mode at half its period goes to minus itself whatever
// the momentum is. Spread by `jitter` it forgets in 3/(pi jitter)^2 of them: 30 at 0.1, 3000 here.
// One step adds fresh noise to every mode.
void check_jitter(const Options& options, const HmcOptions& hmc) {
  constexpr double kLeast = 0.01;
  if (hmc.jitter >= kLeast || (hmc.n_steps == 1 && hmc.length == 0)) return;
  options.fail("jitter", fmt::format("jitter = {} makes all trajectories the same length, and a "
                                     "mode at half its period would only change its sign: set "
                                     "jitter to {} or more, or n_steps = 1",
                                     hmc.jitter, kLeast));
}

}  // namespace

std::vector<OptionSpec> hmc_options() {
  return {
      option::real("step_size", "0.1", "(0, inf)", "leapfrog step; where the tuning starts"),
      option::integer("n_steps", "10", "[1, 100000]", "leapfrog steps per trajectory"),
      option::real("length", "0", "[0, inf)", "trajectory length that sets n_steps; 0 does not"),
      option::real("jitter", "0.1", "[0, 1)",
                   "relative spread of the step from chain to chain; 0 with n_steps = 1 alone"),
      option::real("target_acceptance", "0.8", "[0, 1)", "tuned to in warm-up; 0 keeps step_size"),
      option::choice("mass", "unit", {"unit", "diagonal", "dense"}, "mass, adapted in warm-up"),
      option::real("start_width", "1", "(0, inf)", "width of the normal starting configurations"),
  };
}

HmcOptions read_hmc(const Options& options) {
  HmcOptions hmc;
  hmc.step_size = options.real("step_size");
  hmc.n_steps = options.integer("n_steps");
  hmc.length = options.real("length");
  hmc.jitter = options.real("jitter");
  hmc.target_acceptance = options.real("target_acceptance");
  hmc.start_width = options.real("start_width");
  const std::string& mass = options.text("mass");
  if (mass == "diagonal") hmc.mass = MassKind::diagonal;
  if (mass == "dense") hmc.mass = MassKind::dense;
  check_jitter(options, hmc);
  return hmc;
}

}  // namespace nmc::catalog
