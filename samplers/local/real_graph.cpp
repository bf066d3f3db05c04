#include <algorithm>
#include <array>
#include <cmath>

#include "samplers/local/real_kernel.hpp"

namespace nmc {
namespace {

/// The three partners of a site in each of its plaquettes.
std::vector<std::vector<std::pair<std::array<std::uint32_t, 3>, double>>> triples(
    const Graph& graph) {
  std::vector<std::vector<std::pair<std::array<std::uint32_t, 3>, double>>> of_site(
      static_cast<std::size_t>(graph.sites));
  for (const Plaquette& p : graph.plaquettes)
    for (std::size_t own = 0; own < p.sites.size(); ++own) {
      std::array<std::uint32_t, 3> others{};
      std::size_t n = 0;
      for (std::size_t k = 0; k < p.sites.size(); ++k)
        if (k != own) others[n++] = static_cast<std::uint32_t>(p.sites[k]);
      of_site[static_cast<std::size_t>(p.sites[own])].emplace_back(others, p.K);
    }
  return of_site;
}

}  // namespace

RealGraph RealGraph::of(const Graph& graph) {
  const Adjacency all = adjacency(graph);
  const auto products = triples(graph);
  RealGraph real;
  real.first_pair.push_back(0);
  real.first_triple.push_back(0);
  for (Index i = 0; i < graph.sites; ++i) {
    const double base = graph.field.empty() ? 0 : graph.field[i];
    double sum = 0, magnitude = std::abs(base), strength = std::abs(base);
    const auto add = [&](double coupling) {
      sum += coupling;
      strength = std::hypot(strength, coupling);
      magnitude += 2 * std::abs(coupling);
    };
    for (Index n = all.first[i]; n < all.first[i + 1]; ++n) {
      if (all.J[n] == 0) continue;
      real.neighbour.push_back(static_cast<std::uint32_t>(all.neighbour[n]));
      real.J.push_back(all.J[n]);
      add(all.J[n]);
    }
    for (const auto& [others, K] : products[static_cast<std::size_t>(i)]) {
      real.triple.insert(real.triple.end(), others.begin(), others.end());
      real.K.push_back(K);
      add(K);
    }
    real.first_pair.push_back(std::ssize(real.J));
    real.first_triple.push_back(std::ssize(real.K));
    // Four partial sums of the pairs of a block, the blocks and the triples one by one, and what
    // joins them.
    constexpr auto block = static_cast<double>(kRealBlock);
    const Index others = real.first_triple[i + 1] - real.first_triple[i];
    const auto pairs = static_cast<double>(real.first_pair[i + 1] - real.first_pair[i] + 1);
    const auto additions =
        std::min(pairs, block) / 4 + pairs / block + static_cast<double>(others) + 10;
    real.base.push_back(base);
    real.lowest.push_back(static_cast<float>(base - sum));
    real.span.push_back(static_cast<float>(magnitude * additions));
    real.strength.push_back(static_cast<float>(strength));
  }
  real.set_twice_J();
  for (const double K : real.K) real.twice_K.push_back(static_cast<float>(2 * K));
  return real;
}

void RealGraph::set_twice_J() {
  const auto N = static_cast<std::size_t>(sites());
  is_dense = J.size() > N * N / 2;
  twice_J.assign(is_dense ? N * N : J.size(), 0.0F);
  for (std::size_t i = 0; i < N; ++i)
    for (auto n = static_cast<std::size_t>(first_pair[i]);
         n < static_cast<std::size_t>(first_pair[i + 1]); ++n)
      twice_J[is_dense ? i * N + neighbour[n] : n] += static_cast<float>(2 * J[n]);
}

double RealGraph::field(const Spins& spins, Index site, Index group, int lane) const {
  const auto s = [&](std::uint32_t j) {
    const std::uint64_t word = spins.words()[static_cast<Index>(j) * spins.groups() + group];
    return (word >> lane & 1) != 0 ? 1.0 : -1.0;
  };
  const auto i = static_cast<std::size_t>(site);
  double h = base[i];
  for (auto n = static_cast<std::size_t>(first_pair[i]);
       n < static_cast<std::size_t>(first_pair[i + 1]); ++n)
    h += J[n] * s(neighbour[n]);
  for (auto n = static_cast<std::size_t>(first_triple[i]);
       n < static_cast<std::size_t>(first_triple[i + 1]); ++n)
    h += K[n] * (s(triple[3 * n]) * s(triple[3 * n + 1]) * s(triple[3 * n + 2]));
  return h;
}

double real_probability(const SiteRule& site, double h, bool is_up) {
  constexpr double kLeast = 0x1p-64, kMost = 1 - 0x1p-53;
  if (site.rule == LocalRule::heat_bath)
    return std::clamp(1 / (1 + std::exp(-2 * site.beta * h)), kLeast, kMost);
  const double cost = 2 * site.beta * (is_up ? h : -h);
  const double kappa = (site.is_hot ? MetropolisKappa::hot : 1.0) *
                       std::min(1.0, MetropolisKappa::tie + std::abs(cost));
  return cost <= 0 ? kappa : std::max(kLeast, kappa * std::exp(-cost));
}

bool is_below(std::uint64_t bits, double p) {
  if (p >= 1) return true;
  return bits < static_cast<std::uint64_t>(std::ldexp(p, 64));
}

}  // namespace nmc
