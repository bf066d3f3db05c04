#include "physics/observables/lattice_observables.hpp"

#include <algorithm>

namespace nmc {
namespace {

class LatticeMode final : public Observable {
 public:
  explicit LatticeMode(const Periodic& lattice) : mode_(lattice) {}
  [[nodiscard]] std::string name() const override { return "s_kmin"; }
  [[nodiscard]] Column measure(const Batch& s) const override { return mode_(s); }
  [[nodiscard]] Column measure_packed(const Spins& s) const override { return mode_(s); }
  [[nodiscard]] ObservableTraits traits() const override { return {.reads_packed = true}; }

 private:
  SmallestMode mode_;
};

}  // namespace

Observables lattice_observables(const Periodic& lattice) {
  Observables list;
  if (lattice.has_modes()) list.push_back(std::make_unique<LatticeMode>(lattice));
  return list;
}

std::vector<Derived> lattice_derived(Index sites, const Periodic& lattice) {
  if (!lattice.has_modes()) return {};
  const auto n = static_cast<double>(sites);
  const auto longest = static_cast<double>(*std::ranges::max_element(lattice.extents));
  const auto length = [lattice, n](std::span<const double> mean) {
    return correlation_length(lattice, n * mean[0], mean[1]);
  };
  const std::string wave = lattice.is_triangular ? "(4 / sqrt 3) sin(pi / L)" : "2 sin(pi / L)";
  const std::string formula = "sqrt(N <m2> / <s_kmin> - 1) / (" + wave + ")";
  return {{"correlation_length", formula, {"m2", "s_kmin"}, length},
          {"xi_over_L",
           "correlation_length / L",
           {"m2", "s_kmin"},
           [length, longest](std::span<const double> mean) { return length(mean) / longest; }}};
}

}  // namespace nmc
