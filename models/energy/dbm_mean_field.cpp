#include "models/energy/dbm_mean_field.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/simd/functions.hpp"

namespace nmc {
namespace {

Batch means_given_fields(Batch x, Units units) {
  const std::span<double> numbers(x.data(), static_cast<std::size_t>(x.size()));
  if (units == Units::spin)
    simd::tanh(numbers, numbers);
  else
    simd::sigmoid(numbers, numbers);
  return x;
}

double x_log_x(double p) {
  return p > 0 ? p * std::log(p) : 0;
}

/// Of units with these means, summed over the units.
Column entropy(const Batch& means, Units units) {
  return sum_sites(means.unaryExpr([units](double m) {
    const double p = units == Units::spin ? 0.5 * (1 + m) : m;
    return -x_log_x(p) - x_log_x(1 - p);
  }));
}

Column bound_of(const Dbm& dbm, const std::vector<Batch>& means) {
  Column bound = Column::Zero(means.front().rows());
  for (Index l = 0; l < dbm.layers(); ++l) {
    const Batch& h = means[static_cast<std::size_t>(l)];
    for (Index j = 0; j < h.cols(); ++j) bound += dbm.b(l)(j) * h.col(j);
    if (l == 0) continue;
    const Batch& below = means[static_cast<std::size_t>(l - 1)];
    for (Index j = 0; j < h.cols(); ++j)
      for (Index i = 0; i < below.cols(); ++i) bound += dbm.W(l)(j, i) * below.col(i) * h.col(j);
    bound += entropy(h, dbm.shape().units);
  }
  return bound;
}

}  // namespace

MeanField mean_field(const Dbm& dbm, const Batch& v, const MeanFieldOptions& options) {
  require(0 <= options.damping && options.damping < 1,
          "the damping of a mean field lies in [0, 1): with 1 nothing would move");
  require(v.cols() == dbm.units_of(0), "rows of " + std::to_string(v.cols()) +
                                           " units for a machine with " +
                                           std::to_string(dbm.units_of(0)) + " visible ones");
  const Units units = dbm.shape().units;
  MeanField field;
  field.means.push_back(v);
  for (Index l = 1; l < dbm.layers(); ++l)
    field.means.push_back(
        Batch::Constant(v.rows(), dbm.units_of(l), units == Units::spin ? 0.0 : 0.5));
  field.change = 1;
  while (field.sweeps < options.sweeps && field.change > options.tolerance) {
    field.change = 0;
    for (const Index parity : {1, 0})
      for (Index l = parity == 1 ? 1 : 2; l < dbm.layers(); l += 2) {
        Batch& mine = field.means[static_cast<std::size_t>(l)];
        Batch next = means_given_fields(dbm.fields(l, field.means), units);
        if (options.damping > 0) next = options.damping * mine + (1 - options.damping) * next;
        if (v.rows() > 0) field.change = std::max(field.change, (next - mine).abs().maxCoeff());
        mine = std::move(next);
      }
    ++field.sweeps;
  }
  field.bound = bound_of(dbm, field.means);
  return field;
}

}  // namespace nmc
