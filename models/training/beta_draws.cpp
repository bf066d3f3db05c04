#include "models/training/beta_draws.hpp"

namespace nmc {

double BetaDraws::beta_at(Index step) const {
  const Streams streams{seed_, static_cast<std::uint64_t>(step), 0, Purpose::temperature};
  return range_.least + (range_.most - range_.least) * uniform_column(streams, 1)(0);
}

const Target& BetaDraws::at(Index step) {
  return current_.emplace(*at_one_, beta_at(step));
}

}  // namespace nmc
