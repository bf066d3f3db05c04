#include "drivers/verbs/exact_estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "core/roles/pair_labels.hpp"
#include "drivers/format.hpp"
#include "drivers/json_line.hpp"
#include "drivers/report/judge_network.hpp"
#include "models/tensor_networks/tensor_network.hpp"

namespace nmc::drivers {
namespace {

constexpr Index kChi = 16, kEstimateDraws = 2048;
constexpr double kRoundingOfLnZ = 1e-12;
constexpr double kMostApart = 4;  // error bars: once in 16000 of two that are right

NetworkEstimate estimate_by(const System& system, Index chi) {
  const TensorNetwork network(
      system.pairs == nullptr
          ? TensorNetworkSpec{system.spins->graph(), system.extents, chi, {}}
          : TensorNetworkSpec{system.pairs->graph(), system.extents, chi, system.pairs->coupling()},
      system.beta);
  const Draw draw = network.sample(
      {.seed = static_cast<std::uint64_t>(chi), .purpose = Purpose::evaluate}, kEstimateDraws);
  const Column log_w = system.target->log_density(draw.x) - draw.log_q;
  const auto found = std::ranges::find_if(
      system.observables, [](const auto& observable) { return observable->name() == "energy"; });
  NetworkEstimate estimate{
      chi, statistics::summarise_weights(log_w),
      statistics::importance_energy(log_w, (*found)->measure(draw.x), system.beta)};
  // Equal weights have no error but that of the sums in ln q.
  double& error = estimate.weights.log_mean_error;
  error = std::hypot(error, kRoundingOfLnZ * (1 + std::abs(estimate.weights.log_mean)));
  return estimate;
}

std::string line_of(const NetworkEstimate& estimate) {
  const statistics::WeightSummary& w = estimate.weights;
  return fmt::format("{:<24} lnZ {}, importance ESS {:.4g}", fmt::format("chi = {}", estimate.chi),
                     with_error(w.log_mean, w.log_mean_error), w.ess_fraction);
}

// Cold planes need bonds whose weights leave the range of a double: then wider ones need not come
// nearer, and what both miss no weight of theirs tells.
void require_error_bar(const System& system, const ExactEstimate& estimate) {
  const statistics::WeightSummary& w = estimate.wide.weights;
  require(
      std::abs(estimate.z()) <= kMostApart,
      fmt::format("{}: no exact method reaches it, and lnZ by tensor networks of chi = {} and {} "
                  "differ by {:.3g} error bars, {:.8g} and {:.8g}: neither is to be believed; "
                  "nmc run with model.name = tensor_network judges one chi by configurations "
                  "of a classical sampler, too",
                  system.summary, estimate.narrow.chi, estimate.wide.chi, estimate.z(),
                  estimate.narrow.weights.log_mean, w.log_mean));
  require(w.ess_fraction >= kLeastEss &&
              w.ess_fraction * static_cast<double>(w.draws) >= kLeastEffectiveDraws,
          fmt::format("{}: no exact method reaches it, and draws of a tensor network with chi = {} "
                      "have an importance ESS of {:.2g}, too low for an error bar: nmc run with "
                      "model.name = tensor_network and a larger model.chi",
                      system.summary, estimate.wide.chi, w.ess_fraction));
}

}  // namespace

double ExactEstimate::z() const {
  const double error = std::hypot(narrow.weights.log_mean_error, wide.weights.log_mean_error);
  return (narrow.weights.log_mean - wide.weights.log_mean) / error;
}

std::optional<ExactEstimate> exact_estimate(const System& system) {
  if (system.spins == nullptr && system.pairs == nullptr) return std::nullopt;
  try {
    return ExactEstimate{estimate_by(system, kChi), estimate_by(system, 2 * kChi), kEstimateDraws};
  } catch (const UserError&) {
    return std::nullopt;  // no rows that are open at both ends
  }
}

void print_estimate(const System& system, const ExactEstimate& estimate,
                    const std::string& reason) {
  require_error_bar(system, estimate);
  const NetworkEstimate& wide = estimate.wide;
  const auto line = [](const char* name, double value, double error) {
    fmt::print("{:<24} {}\n", name, with_error(value, error));
  };
  fmt::print("{:<24} {}: {}\n", "system", system.name, system.summary);
  fmt::print("{:<24} an estimate, not exact: {} draws of a tensor network\n", "method",
             estimate.draws);
  line("lnZ", wide.weights.log_mean, wide.weights.log_mean_error);
  line("energy", wide.energy.energy, wide.energy.energy_error);
  line("entropy", wide.energy.entropy, wide.energy.entropy_error);
  fmt::print("{}\n{}\n", line_of(estimate.narrow), line_of(wide));
  fmt::print("{:<24} {:+.2f} error bars between both lnZ\n", "difference", estimate.z());
  fmt::print("{:<24} {}\n", "why not exact", reason);
}

void print_estimate_json(const System& system, const ExactEstimate& estimate) {
  require_error_bar(system, estimate);
  const NetworkEstimate& wide = estimate.wide;
  JsonLine json;
  json.add("system", system.name).add("method", "estimate by a tensor network");
  json.add("lnZ", wide.weights.log_mean).add("lnZ_error", wide.weights.log_mean_error);
  json.add("energy", wide.energy.energy).add("energy_error", wide.energy.energy_error);
  json.add("entropy", wide.energy.entropy).add("entropy_error", wide.energy.entropy_error);
  json.add("ess", wide.weights.ess_fraction).add("chi", static_cast<std::int64_t>(wide.chi));
  json.add("ess_of_half_chi", estimate.narrow.weights.ess_fraction);
  json.add("difference", estimate.z());
  json.add("lnZ_of_half_chi", estimate.narrow.weights.log_mean);
  json.add("lnZ_of_half_chi_error", estimate.narrow.weights.log_mean_error);
  fmt::print("{}\n", json.text());
}

}  // namespace nmc::drivers
