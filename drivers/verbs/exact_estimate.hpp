#pragma once

#include <optional>
#include <string>

#include "core/statistics/weights.hpp"
#include "physics/system.hpp"

namespace nmc::drivers {

/// What draws of one tensor network say of its system.
struct NetworkEstimate {
  Index chi = 0;
  statistics::WeightSummary weights;
  statistics::ImportanceEnergy energy;
};

/// The same of two, the second with bonds twice as wide: its lnZ is unbiased with the error of its
/// weights, and that of the first one lies beside it if both are right. Not exact.
struct ExactEstimate {
  NetworkEstimate narrow, wide;
  Index draws = 0;  ///< of each
  /// Error bars between both values of lnZ.
  [[nodiscard]] double z() const;
};

/// Of spins whose couplings join neighbouring rows of a plane that is open in one direction;
/// nothing for all others.
[[nodiscard]] std::optional<ExactEstimate> exact_estimate(const System& system);

/// A table, or a line of JSON; `reason`: why no exact method reaches the system. UserError where
/// the weights of the wider network carry no error bar, or both lnZ disagree.
void print_estimate(const System& system, const ExactEstimate& estimate, const std::string& reason);
void print_estimate_json(const System& system, const ExactEstimate& estimate);

}  // namespace nmc::drivers
