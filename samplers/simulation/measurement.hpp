#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "core/chain_rows.hpp"
#include "core/interfaces.hpp"
#include "core/roles/control_variates.hpp"

namespace nmc {

/// The observables of one batch at one draw. What several of them are made of, a base, the products
/// of replicas, the configurations as a Batch, is worked out once.
class Measurement {
 public:
  using Physical = std::function<const Batch&()>;
  /// `physical` gives the configurations in the target's own space; `rows` are those of the state.
  Measurement(const ChainState& state, const ChainRows& rows, Physical physical)
      : state_(state), rows_(rows), physical_(std::move(physical)) {}

  /// One number per row; both rows of a pair have that of the pair.
  [[nodiscard]] Column operator()(const Observable& observable);
  /// (rows, variates).
  [[nodiscard]] Batch operator()(const ControlVariates& variates) const;
  /// The configurations, or the products of pairs, as numbers.
  [[nodiscard]] const Batch& configurations(bool of_pairs);

 private:
  [[nodiscard]] const Column& measured(const Observable& observable);
  [[nodiscard]] Column measure(const Observable& observable);
  [[nodiscard]] Column measure_pairs(const Observable& observable);

  const ChainState& state_;
  ChainRows rows_;
  Physical physical_;
  std::vector<std::pair<const Observable*, Column>> bases_;
  std::optional<Spins> packed_products_;
  std::optional<Batch> products_;
};

}  // namespace nmc
