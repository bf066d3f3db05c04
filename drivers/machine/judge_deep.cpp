#include "drivers/machine/judge_deep.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "models/energy/rbm_ais.hpp"
#include "models/energy/rbm_exact.hpp"

namespace nmc::drivers {
namespace {

/// CPU seconds that exact sums may take at the end.
constexpr double kPatience = 60;

/// Rows of the even layers: v with the others drawn from their mean field.
Batch even_rows(const Dbm& dbm, const Batch& v, std::uint64_t seed) {
  const MeanField field = mean_field(dbm, v);
  Batch even(v.rows(), dbm.folded().sites()), u(v.rows(), even.cols());
  fill_uniform({.seed = seed, .purpose = Purpose::data}, u);
  const bool is_spin = dbm.shape().units == Units::spin;
  even.leftCols(v.cols()) = v;
  for (Index l = 2; l < dbm.layers(); l += 2) {
    const Batch& mean = field.means[static_cast<std::size_t>(l)];
    const Batch up = is_spin ? Batch(0.5 * (1 + mean)) : mean;
    const Index at = dbm.place_in_folded(l);
    even.middleCols(at, up.cols()) =
        (u.middleCols(at, up.cols()) < up)
            .select(Batch::Ones(up.rows(), up.cols()), is_spin ? -1.0 : 0.0);
  }
  return even;
}

/// The rows as they came, each different one as often as its share says, to a hundred rows.
Batch repeated(const WeightedRows& rows) {
  constexpr double kRows = 100;
  std::vector<Index> places;
  for (Index row = 0; row < rows.weight.size(); ++row)
    for (Index k = 0; k < std::max<Index>(1, std::lround(kRows * rows.weight(row))); ++k)
      places.push_back(row);
  return rows.v(places, Eigen::all);
}

}  // namespace

double DeepJudge::z_seconds(const Dbm& dbm) const {
  const RbmShape shape = dbm.folded().shape();
  return enumeration_seconds(shape, smaller_side(shape), false);
}

double DeepJudge::nll_seconds(const Dbm& dbm) const {
  if (dbm.units_to_sum() > kMostExactUnits) return std::numeric_limits<double>::infinity();
  RbmShape rest = dbm.folded().shape();
  rest.visible -= dbm.units_of(0);
  const double count = static_cast<double>(rows.v.rows() + held_out.rows());
  if (rest.visible == 0) return 0;
  return count * enumeration_seconds(rest, smaller_side(rest), false);
}

void DeepJudge::put(const Dbm& dbm, Learned& learned) const {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const Rbm folded = dbm.folded();
  learned.lnZ_backward = learned.lnZ_backward_error = learned.nll = learned.held_out_nll = none;
  if (z_seconds(dbm) < kPatience) {
    const Side side = smaller_side(folded.shape());
    learned.lnZ = log_z(folded, side, threads);
    learned.lnZ_by = fmt::format("the sum over the states of the {} layers",
                                 side == Side::hidden ? "odd" : "even");
  } else {
    const BitRows data(even_rows(dbm, repeated(rows), seed));
    const AisEstimate ais = annealed_log_z(
        folded, data, {.temperatures = ais_temperatures, .chains = ais_chains, .seed = seed},
        threads);
    learned.lnZ = ais.log_z;
    learned.lnZ_error = ais.error;
    learned.lnZ_backward = ais.backward;
    learned.lnZ_backward_error = ais.backward_error;
    learned.lnZ_by = fmt::format("annealed importance sampling, {} temperatures", ais_temperatures);
  }
  const auto add = [&](const char* name, double bound, const char* words) {
    learned.numbers.push_back({name, bound - learned.lnZ, learned.lnZ_error, words});
  };
  add("elbo", (rows.weight * mean_field(dbm, rows.v).bound).sum(),
      "the bound of the mean field on ln p of a row learned from");
  if (held_out.rows() > 0)
    add("held_out_elbo", mean_field(dbm, held_out).bound.mean(), "the same of those held out");
  if (nll_seconds(dbm) > kPatience) return;
  learned.nll = learned.lnZ - (rows.weight * dbm.log_visible(rows.v, threads)).sum();
  if (held_out.rows() > 0)
    learned.held_out_nll = learned.lnZ - dbm.log_visible(held_out, threads).mean();
}

}  // namespace nmc::drivers
