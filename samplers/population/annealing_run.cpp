#include "samplers/population/annealing_run.hpp"

#include "core/errors.hpp"

namespace nmc {

void check_annealing(const AnnealingOptions& options) {
  require(options.population >= 2, "a population needs at least two configurations");
  require(options.sweeps >= 1, "sweeps must be at least 1");
}

}  // namespace nmc
