#include "models/circuits/circuit_net.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/errors.hpp"
#include "models/autoregressive/site_order.hpp"
#include "models/tensor_networks/row_kernel.hpp"

namespace nmc {
namespace {

/// An outcome whose probability is 0 counts as this much beside the other one.
constexpr double kLeastOutcome = 1e-300;

}  // namespace

void check(const CircuitSpec& spec) {
  check_order(spec.order, spec.sites);
  require(spec.sites <= kMostQubits,
          fmt::format("a circuit of {} qubits has a state of 2^{} amplitudes, and at most 2^{} are "
                      "simulated: take a smaller system, or mps, whose bonds are bounded",
                      spec.sites, spec.sites, kMostQubits));
  constexpr Index kMostLayers = 1000;
  require(
      spec.depth >= 0 && spec.depth <= kMostLayers,
      fmt::format("depth = {}: a circuit has 0 to {} layers of CNOTs", spec.depth, kMostLayers));
}

void CircuitNet::load(std::span<const double> parameters) {
  angles_.assign(parameters.begin(), parameters.end());
  end_ = run({circuit_, angles_});
  const auto states = static_cast<std::size_t>(end_.re.size());
  sums_.assign(2 * states, 0);
  Eigen::Map<Eigen::ArrayXd>(sums_.data() + states, end_.re.size()) = end_.probabilities();
  for (std::size_t node = states; node-- > 1;) sums_[node] = sums_[2 * node] + sums_[2 * node + 1];
}

std::span<const double> CircuitNet::probabilities() const {
  return std::span(sums_).subspan(sums_.size() / 2);
}

void CircuitNet::pull_back(std::span<const double> v, std::span<double> grad) const {
  if (spec_.gradient == CircuitGradient::shift)
    add_shift_gradient({circuit_, angles_}, v, grad);
  else
    add_adjoint_gradient({circuit_, angles_}, end_, v, grad);
}

void CircuitNet::pass(const CausalDraw& draw, Tile& tile) const {
  tile.chains = draw.chains;
  tile.s.resize(simd::kTile, spec_.sites);
  if (draw.by_token) tile.by_token.resize(simd::kTile, spec_.tokens());
  tile.node.fill(1);
  SpinTokens spins(draw);
  for (Index token = 0; token < spec_.tokens(); ++token) {
    Lanes up, down, logits;
    for (std::size_t c = 0; c < tile.node.size(); ++c) {
      const auto below = static_cast<std::size_t>(2 * tile.node[c]);
      up(static_cast<Index>(c)) = sums_[below];
      down(static_cast<Index>(c)) = sums_[below + 1];
    }
    tensor::log_odds(up.data(), down.data(), kLeastOutcome, logits.data());
    const Index site = spec_.order[static_cast<std::size_t>(token)];
    auto s = tile.s.col(site);
    spins.choose(
        {token, site}, logits.data(),
        {.s = s.data(), .log_q = draw.by_token ? tile.by_token.col(token).data() : nullptr});
    for (std::size_t c = 0; c < tile.node.size(); ++c)
      tile.node[c] = 2 * tile.node[c] + (s(static_cast<Index>(c)) > 0 ? 0 : 1);
  }
  tile.log_q = spins.log_q();
}

void CircuitNet::add_grad(const Tile& tile, const Column& weight, std::span<double> grad) const {
  const std::span<const double> p = probabilities();
  std::vector<double> v(p.size());
  for (Index c = 0; c < tile.chains; ++c) {
    const std::size_t state = static_cast<std::size_t>(tile.node[static_cast<std::size_t>(c)]) -
                              p.size();  // leaves follow the nodes
    if (p[state] >= kLeastOutcome) v[state] += weight(c) / p[state];
  }
  pull_back(v, grad);
}

}  // namespace nmc
