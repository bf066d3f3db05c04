#include "models/autoregressive/causal_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

#include "core/errors.hpp"
#include "core/random/streams.hpp"
#include "models/autoregressive/beta_input.hpp"
#include "models/autoregressive/site_order.hpp"

namespace nmc {
namespace {

/// Rows of the layer's input that may be read at a token: everything before `end`.
Index readable(const CausalSpec& spec, std::size_t layer, Index token) {
  if (layer > 0) return (token + 1) * spec.layers[layer - 1].units;
  if (spec.input == CausalInput::spins) return token * spec.patch;
  return spec.field_first[static_cast<std::size_t>(token) + 1];
}

/// Whether `first` cuts `entries` entries into one list for each of `networks` tokens.
bool is_cut(const std::vector<Index>& first, Index networks, Index entries) {
  return std::ssize(first) == networks + 1 && first.front() == 0 && first.back() == entries &&
         std::ranges::is_sorted(first);
}

void check_fields(const CausalSpec& spec) {
  if (spec.input != CausalInput::fields) return;
  if (spec.couplings.sites != spec.sites)
    throw std::logic_error("a causal network reads fields and has no couplings");
  const auto is_site = [&](Index site) { return site >= 0 && site < spec.sites; };
  if (!is_cut(spec.field_first, spec.networks, std::ssize(spec.field_sites)) ||
      !std::ranges::all_of(spec.field_sites, is_site))
    throw std::logic_error("a causal network's lists of fields do not fit it");
}

void check_layer(const CausalSpec& spec, std::size_t l) {
  const CausalLayer& layer = spec.layers[l];
  const auto fail = [&](const char* what) {
    throw std::logic_error(fmt::format("layer {} of a causal network {}", l, what));
  };
  if (layer.units < 1 || std::ssize(layer.bias) != spec.networks ||
      !is_cut(layer.first, spec.networks, std::ssize(layer.runs)))
    fail("is incomplete");
  if (layer.is_residual &&
      (l == 0 || l + 1 == spec.layers.size() || spec.layers[l - 1].units != layer.units))
    fail("cannot be residual");
  std::map<Index, Index> rows;  // of the matrix at each place
  for (Index t = 0; t < spec.networks; ++t) {
    for (const CausalRun& run : layer.runs_of(t)) {
      // Written so that no number of a damaged file overflows.
      if (run.row < 0 || run.rows < 1 || run.rows > readable(spec, l, t) - run.row ||
          run.weight < 0 || run.rows > (layer.weights - run.weight) / layer.units)
        fail("reads what is not there");
      if (rows.try_emplace(run.weight, run.rows).first->second != run.rows)
        fail("shares a matrix between runs of different lengths");
    }
    const Index bias = layer.bias[static_cast<std::size_t>(t)];
    if (bias < 0 || layer.units > layer.biases - bias) fail("lacks biases");
  }
}

/// Largest number of inputs among the tokens that use the matrix at `weight`.
std::vector<Index> fan_in(const CausalSpec& spec, const CausalLayer& layer) {
  std::vector<Index> inputs(static_cast<std::size_t>(layer.weights), 1);
  for (Index t = 0; t < spec.networks; ++t) {
    Index total = 0;
    for (const CausalRun& run : layer.runs_of(t)) total += run.rows;
    for (const CausalRun& run : layer.runs_of(t))
      for (Index k = 0; k < run.rows * layer.units; ++k) {
        Index& most = inputs[static_cast<std::size_t>(run.weight + k)];
        most = std::max(most, total);
      }
  }
  return inputs;
}

}  // namespace

Index CausalSpec::parameter_count() const {
  Index count = 0;
  for (const CausalLayer& layer : layers) count += parameters_of(layer);
  return count;
}

void check(const CausalSpec& spec) {
  require(spec.sites >= 1, "a network needs at least one site");
  require(spec.patch >= 1 && spec.patch <= 6,
          fmt::format("patches of {} spins: 1 to 6 are drawn at once", spec.patch));
  require(spec.sites % spec.patch == 0,
          fmt::format("patches of {} spins do not tile {} sites", spec.patch, spec.sites));
  check_order(spec.order, spec.sites);
  if (spec.networks < 0 || spec.networks > spec.tokens() ||
      (spec.networks > 0 && spec.layers.empty()))
    throw std::logic_error("a causal network lacks its layers");
  if (spec.beta_range) check_range(*spec.beta_range, spec.beta);
  check_fields(spec);
  for (std::size_t l = 0; l < spec.layers.size(); ++l) check_layer(spec, l);
  if (!spec.layers.empty() && spec.layers.back().units != spec.logits())
    throw std::logic_error("a causal network has the wrong number of logits");
}

void initialise(const CausalSpec& spec, std::uint64_t seed, std::span<double> parameters) {
  Batch u(1, std::ssize(parameters));
  fill_uniform({seed, 0, 0, Purpose::weights}, u);
  std::size_t place = 0;
  for (const CausalLayer& layer : spec.layers) {
    const double gain = &layer == &spec.layers.back() ? 0.1 : 1.0;
    for (const Index inputs : fan_in(spec, layer)) {
      const double bound = gain / std::sqrt(static_cast<double>(inputs));
      parameters[place] = bound * (2 * u(0, static_cast<Index>(place)) - 1);
      ++place;
    }
    for (Index k = layer.weights; k < spec.parameters_of(layer); ++k) parameters[place++] = 0;
  }
}

}  // namespace nmc
