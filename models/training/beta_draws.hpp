#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/random/streams.hpp"
#include "core/roles/beta_range.hpp"
#include "core/roles/spins_at_beta.hpp"

namespace nmc {

/// The target of each training step of a network for a range of temperatures: its beta is drawn
/// afresh, uniformly in the range, a function of seed and step.
class BetaDraws {
 public:
  /// `at_one` is the system at beta = 1. UserError where it is none of spins.
  BetaDraws(const BetaRange& range, std::uint64_t seed, std::unique_ptr<const Target> at_one);

  [[nodiscard]] double beta_at(Index step) const;
  /// Valid until the next call.
  [[nodiscard]] const Target& at(Index step);

 private:
  BetaRange range_;
  std::uint64_t seed_;
  std::unique_ptr<const Target> at_one_;
  std::optional<SpinsAtBeta> current_{};
};

}  // namespace nmc
