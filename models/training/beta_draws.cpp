#include "models/training/beta_draws.hpp"

#include <utility>

#include "core/errors.hpp"

namespace nmc {

BetaDraws::BetaDraws(const BetaRange& range, std::uint64_t seed,
                     std::unique_ptr<const Target> at_one)
    : range_(range), seed_(seed), at_one_(std::move(at_one)) {
  require(at_one_ != nullptr && at_one_->spins() != nullptr,
          "only systems of spins are known at other temperatures than their own: leave conditional "
          "out");
}

double BetaDraws::beta_at(Index step) const {
  const Streams streams{seed_, static_cast<std::uint64_t>(step), 0, Purpose::temperature};
  return range_.least + (range_.most - range_.least) * uniform_column(streams, 1)(0);
}

const Target& BetaDraws::at(Index step) {
  return current_.emplace(*at_one_->spins(), beta_at(step));
}

}  // namespace nmc
