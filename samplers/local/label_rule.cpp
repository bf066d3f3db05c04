#include "samplers/local/label_rule.hpp"

#include <algorithm>
#include <cmath>

namespace nmc {

std::uint64_t label_acceptance(double beta, double cost) {
  const double p = MetropolisKappa::tie * std::exp(std::min(0.0, -beta * cost));
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ldexp(p, 64)));
}

void label_thresholds(double beta, std::span<const double> energies,
                      std::span<std::uint64_t> thresholds) {
  const auto least = std::ranges::min_element(energies);
  double sum = 0;
  for (const double energy : energies) sum += std::exp(-beta * (energy - *least));
  const auto width = [&](double energy) {
    const double p = std::exp(-beta * (energy - *least)) / sum;
    return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ldexp(p, 64)));
  };
  const auto likeliest = static_cast<std::size_t>(least - energies.begin());
  std::uint64_t below = 0;
  for (std::size_t a = 0; a < likeliest; ++a) thresholds[a] = below += width(energies[a]);
  std::uint64_t above = 0;  // of the 2^64 words, from the top
  for (std::size_t a = energies.size() - 1; a > likeliest; --a)
    thresholds[a - 1] = 0 - (above += width(energies[a]));
}

}  // namespace nmc
