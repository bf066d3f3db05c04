#include "physics/exact/label_enumeration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

namespace nmc {
namespace {

bool is_in_field(const Graph& graph) {
  return std::ranges::any_of(graph.field, [](double h) { return h != 0; });
}

/// Sums over states, weights relative to the lowest energy so far.
struct LabelSums {
  double lowest = 0, count = 0;  ///< lowest energy and how many states have it
  double z = 0, e = 0, e2 = 0;   ///< of E − lowest
  double abs_m = 0, m2 = 0, m4 = 0;

  void add(double beta, double energy, double square, double states) {
    constexpr double kLeftOver = 0x1p-46;  // where the vectors of all sites add up to nothing
    constexpr double kRounding = 1e-10;    // relative, of equal energies summed in different orders
    const double close = kRounding * std::max(1.0, std::abs(energy));
    if (count == 0 || energy < lowest - close) lower(beta, energy);
    if (energy <= lowest + close) count += states;
    const double above = energy - lowest, weight = states * std::exp(-beta * above);
    if (square < kLeftOver) square = 0;
    const double m = std::sqrt(square);
    z += weight;
    e += weight * above;
    e2 += weight * above * above;
    abs_m += weight * m;
    m2 += weight * square;
    m4 += weight * square * square;
  }

 private:
  void lower(double beta, double energy) {
    const double d = count == 0 ? 0 : lowest - energy, factor = std::exp(-beta * d);
    e2 = factor * (e2 + 2 * d * e + d * d * z);
    e = factor * (e + d * z);
    for (double* sum : {&z, &abs_m, &m2, &m4}) *sum *= factor;
    lowest = energy;
    count = 0;
  }
};

/// Site by site, each with its bonds to the sites before it.
class LabelEnumeration {
 public:
  explicit LabelEnumeration(const PairLabels& labels)
      : labels_(labels),
        q_(labels.states()),
        sites_(labels.sites()),
        has_field_(is_in_field(labels.graph())),
        s_(static_cast<std::size_t>(sites_)),
        occupied_(static_cast<std::size_t>(q_), 0),
        before_(s_.size()) {
    for (const Bond& bond : labels.graph().bonds)
      before_[static_cast<std::size_t>(std::max(bond.i, bond.j))].emplace_back(
          static_cast<std::size_t>(std::min(bond.i, bond.j)), bond.J);
    const LabelCoupling& coupling = labels.coupling();
    double mean = 0;
    for (Index a = 0; a < q_; ++a) mean -= coupling.e(0, a) / static_cast<double>(q_);
    const double largest = -coupling.e(0, 0);
    for (const double e : coupling.pair) likeness_.push_back((-e - mean) / (largest - mean));
  }

  LabelSums sums() {
    place(0, {0, 0, 0, 1});
    return sums_;
  }

 private:
  struct Placed {
    double energy, square;
    Index used;     ///< labels below it have been placed, where they may be permuted
    double states;  ///< that this one stands for
  };

  void place(std::size_t site, const Placed& so_far) {
    if (site == s_.size()) {
      const auto n = static_cast<double>(sites_);
      sums_.add(labels_.beta(), so_far.energy, so_far.square / (n * n), so_far.states);
      return;
    }
    const bool is_permuted = labels_.coupling().is_permutable && !has_field_;
    Index end = q_;
    if (is_permuted) end = std::min(so_far.used + 1, q_);
    if (!is_permuted && !has_field_ && site == 0) end = 1;
    for (Index a = 0; a < end; ++a) {
      Placed next = with(site, a, so_far);
      if (is_permuted && a == so_far.used) {
        ++next.used;
        next.states *= static_cast<double>(q_ - a);
      } else if (!is_permuted && end == 1) {
        next.states *= static_cast<double>(q_);
      }
      s_[site] = static_cast<std::uint8_t>(a);
      ++occupied_[static_cast<std::size_t>(a)];
      place(site + 1, next);
      --occupied_[static_cast<std::size_t>(a)];
    }
  }

  [[nodiscard]] Placed with(std::size_t site, Index a, Placed so_far) const {
    const LabelCoupling& coupling = labels_.coupling();
    for (const auto& [other, J] : before_[site]) so_far.energy += J * coupling.e(a, s_[other]);
    if (has_field_) so_far.energy += labels_.graph().field[site] * coupling.v(a);
    const double* like = likeness_.data() + a * q_;
    double sum = 0;
    for (Index b = 0; b < q_; ++b) sum += occupied_[static_cast<std::size_t>(b)] * like[b];
    so_far.square += 2 * sum + 1;
    return so_far;
  }

  const PairLabels& labels_;
  Index q_, sites_;
  bool has_field_;
  std::vector<std::uint8_t> s_;
  std::vector<double> occupied_;
  std::vector<std::vector<std::pair<std::size_t, double>>> before_;
  std::vector<double> likeness_;  ///< g, (q, q) by rows
  LabelSums sums_;
};

}  // namespace

std::vector<double> label_orbits(const LabelCoupling& coupling, bool has_field, Index sites) {
  constexpr double kMost = 1e300;
  const auto q = static_cast<std::size_t>(coupling.states);
  const bool is_permuted = coupling.is_permutable && !has_field;
  std::vector<double> stirling(q + 1, 0.0);  // S(n, k) for k = 0 … q
  stirling[0] = 1;
  std::vector<double> orbits;
  for (Index n = 1; n <= sites; ++n) {
    double count = 0;
    if (!orbits.empty() && !(orbits.back() < kMost)) {
      count = std::numeric_limits<double>::infinity();
    } else if (is_permuted) {
      for (std::size_t k = q; k > 0; --k)
        stirling[k] = static_cast<double>(k) * stirling[k] + stirling[k - 1];
      stirling[0] = 0;
      count = std::accumulate(stirling.begin(), stirling.end(), 0.0);
    } else {
      count = std::pow(static_cast<double>(q), static_cast<double>(has_field ? n : n - 1));
    }
    orbits.push_back(count);
  }
  return orbits;
}

double label_enumeration_seconds(const PairLabels& labels) {
  constexpr double kSecondsPerState = 1.2e-8, kSecondsPerBond = 1.5e-9;
  const std::vector<double> orbits =
      label_orbits(labels.coupling(), is_in_field(labels.graph()), labels.sites());
  const double visits = std::accumulate(orbits.begin(), orbits.end(), 0.0);
  const auto q = static_cast<double>(labels.states());
  const double bonds_per_site =
      static_cast<double>(std::ssize(labels.graph().bonds)) / static_cast<double>(labels.sites());
  return orbits.back() * kSecondsPerState + visits * kSecondsPerBond * (q + bonds_per_site);
}

Exact enumerate_labels(const PairLabels& labels) {
  const LabelSums sums = LabelEnumeration(labels).sums();
  const double beta = labels.beta(), mean = sums.e / sums.z;
  Exact exact;
  exact.method = "enumeration";
  exact.lnZ = std::log(sums.z) - beta * sums.lowest;
  exact.energy = sums.lowest + mean;
  exact.heat = beta * (beta * (sums.e2 / sums.z - mean * mean));
  exact.abs_m = sums.abs_m / sums.z;
  exact.m2 = sums.m2 / sums.z;
  exact.m4 = sums.m4 / sums.z;
  exact.ground_state_energy = sums.lowest;
  exact.ground_state_degeneracy = fmt::format("{:.0f}", sums.count);
  exact.entropy = exact.lnZ + beta * *exact.energy;
  return exact;
}

}  // namespace nmc
