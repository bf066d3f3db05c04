#include "drivers/certify/configurations.hpp"

#include <cmath>
#include <numbers>
#include <utility>

#include "core/random/streams.hpp"

namespace nmc::certify {

Batch random_configurations(Support support, Index rows, Index sites) {
  Batch x(rows, sites);
  const Streams streams{.seed = 11};
  if (support.kind == Support::Kind::real) {
    fill_normal(streams, x);
    return x;
  }
  fill_uniform(streams, x);
  switch (support.kind) {
    case Support::Kind::spin:
      return (x < 0.5).select(Batch::Ones(rows, sites), -1.0);
    case Support::Kind::label:
      return (x * static_cast<double>(support.states)).floor();
    default:
      return std::numbers::pi * (1 - 2 * x);
  }
}

Index count_outside(Support support, const Batch& x) {
  switch (support.kind) {
    case Support::Kind::spin:
      return (x.abs() != 1).count();
    case Support::Kind::label:
      return (x != x.floor() || x < 0 || x >= static_cast<double>(support.states)).count();
    case Support::Kind::angle:
      return (!(x.abs() <= std::numbers::pi)).count();
    default:
      return (!x.isFinite()).count();
  }
}

Index dependent_rows(const OfBatch& function, const Batch& x) {
  const Column together = function(x);
  Index count = 0;
  for (Index row = 0; row < x.rows(); ++row) {
    const Column alone = function(x.row(row));
    if (!std::isfinite(alone(0)) || alone(0) != together(row)) ++count;
  }
  return count;
}

OfBatch with_mean_of_chains(OfBatch function) {
  return [function = std::move(function)](const Batch& x) -> Column {
    const Column values = function(x);
    return values + 1e-6 * x.rows();
  };
}

}  // namespace nmc::certify
