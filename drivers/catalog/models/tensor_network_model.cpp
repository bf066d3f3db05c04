#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/errors.hpp"
#include "core/roles/pair_labels.hpp"
#include "core/statistics/weights.hpp"
#include "drivers/catalog/entries/tables.hpp"
#include "drivers/catalog/read/read_order.hpp"
#include "models/tensor_networks/tensor_network.hpp"

namespace nmc::catalog {
namespace {

/// Importance ESS, as a fraction, of draws of the network.
double ess_of(const TensorNetwork& network, const Target& target, std::uint64_t seed) {
  constexpr Index kDraws = 1024;
  const Draw draw = network.sample({.seed = seed, .purpose = Purpose::validate}, kDraws);
  return statistics::summarise_weights(target.log_density(draw.x) - draw.log_q).ess_fraction;
}

/// The narrowest bonds among 2, 4, 8, …, chi with the ESS that is asked for.
std::unique_ptr<Autoregressive> wide_enough(const Options& options, const System& system,
                                            TensorNetworkSpec spec, std::uint64_t seed) {
  const Index most = spec.chi;
  const double wanted = options.real("ess");
  double ess = 0;
  for (Index chi = 2;; chi *= 2) {
    spec.chi = std::min(chi, most);
    auto network = std::make_unique<TensorNetwork>(spec, system.beta);
    ess = ess_of(*network, *system.target, seed);
    if (ess >= wanted) return network;
    if (spec.chi == most) break;
  }
  options.fail("ess", fmt::format("ess = {}: bonds of chi = {} reach {:.4g}; set a larger chi, or "
                                  "ask for less",
                                  options.text("ess"), most, ess));
}

TensorNetworkSpec spec_of(const Options& options, const System& system) {
  const Index chi = options.integer("chi");
  if (system.pairs != nullptr)
    return {system.pairs->graph(), system.extents, chi, system.pairs->coupling()};
  require_spins(options, system);
  return {couplings_of(options, system, "name"), system.extents, chi, {}};
}

std::unique_ptr<Autoregressive> make_tensor_network(const Options& options, const System& system,
                                                    std::uint64_t seed) {
  TensorNetworkSpec spec = spec_of(options, system);
  const bool is_chosen = options.real("ess") > 0;
  try {
    if (!is_chosen) return std::make_unique<TensorNetwork>(std::move(spec), system.beta);
    // Whether there are rows.
    (void)TensorNetwork({spec.graph, spec.extents, 1, spec.labels}, system.beta);
  } catch (const UserError& error) {
    options.fail("name", fmt::format("tensor_network of {}: {}; or use {}, which takes any graph",
                                     system.summary, error.what(), spec.labels ? "wolff" : "made"));
  }
  return wide_enough(options, system, std::move(spec), seed);
}

}  // namespace

SpinModelEntry tensor_network_entry() {
  SpinModelEntry entry;
  entry.name = "tensor_network";
  entry.summary = "made from the couplings, without training: rows by boundary matrix products";
  entry.options = {option::integer("chi", "16", "[1, 4096]",
                                   "bonds kept between two columns of a row; more: nearer"),
                   option::real("ess", "0", "[0, 1)",
                                "importance ESS up to which bonds grow from 2 on, to chi at most; "
                                "0: chi at once")};
  entry.example = "[model]\nname = tensor_network\nchi = 16\n";
  entry.is_trained = false;
  entry.make = make_tensor_network;
  return entry;
}

}  // namespace nmc::catalog
