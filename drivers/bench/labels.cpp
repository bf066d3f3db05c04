#include <array>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "core/random/xoshiro.hpp"
#include "drivers/bench/benchmark.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/graph_labels.hpp"
#include "samplers/cluster/label_clusters.hpp"
#include "samplers/local/pair_sweeps.hpp"

namespace nmc::drivers {
namespace {

constexpr Index kExtent = 64, kStates = 3, kSweepsAtOnce = 50;

GraphLabels critical_potts() {
  return {make_graph(torus({kExtent, kExtent})), potts_coupling(kStates),
          std::log1p(std::sqrt(static_cast<double>(kStates)))};
}

Measurement per_label(const std::string& name, Index sweeps, const std::function<void()>& action) {
  Measurement m = time_of(name, action);
  m.value *= 1e9 / static_cast<double>(sweeps * kExtent * kExtent);
  m.unit = "ns per label";
  return m;
}

Measurement of_sampler(const std::string& name, const Sampler& sampler) {
  ChainState state;
  Streams streams{1, 0, 0, Purpose::test};
  sampler.init(state, streams, 1);
  return per_label(name, kSweepsAtOnce, [&] {
    sampler.steps(state, streams.at_step(++streams.step), kSweepsAtOnce);
    streams.step += kSweepsAtOnce;
  });
}

/// What a straightforward program does: integers on a square, its neighbours by remainders, an
/// exponential for each proposal (Metropolis) or each label (heat bath), xoshiro256++.
class PlainPotts {
 public:
  void metropolis() {
    for (std::size_t i = 0; i < s_.size(); ++i) {
      const auto next = static_cast<int>(
          (static_cast<std::uint64_t>(s_[i]) + 1 + random_.below(kStates - 1)) % kStates);
      const int gain = equal_neighbours(i, next) - equal_neighbours(i, s_[i]);
      if (gain >= 0 || random_.uniform() < std::exp(beta_ * gain)) s_[i] = next;
    }
  }
  void heat_bath() {
    for (std::size_t i = 0; i < s_.size(); ++i) {
      std::array<double, kStates> weight{};
      double sum = 0;
      for (int a = 0; a < kStates; ++a)
        sum += weight[static_cast<std::size_t>(a)] = std::exp(beta_ * equal_neighbours(i, a));
      double left = sum * random_.uniform();
      int a = 0;
      while (a + 1 < kStates && left >= weight[static_cast<std::size_t>(a)])
        left -= weight[static_cast<std::size_t>(a++)];
      s_[i] = a;
    }
  }
  /// All clusters by depth-first search.
  void swendsen_wang() {
    const double p = -std::expm1(-beta_);
    for (char& bond : is_open_) bond = random_.uniform() < p ? 1 : 0;
    std::vector<int> next(s_.size(), -1);
    std::vector<std::size_t> stack;
    for (std::size_t seed = 0; seed < s_.size(); ++seed) {
      if (next[seed] >= 0) continue;
      const auto label = static_cast<int>(random_.below(kStates));
      next[seed] = label;
      stack.push_back(seed);
      while (!stack.empty()) {
        const std::size_t i = stack.back();
        stack.pop_back();
        for (int d = 0; d < 4; ++d) {
          const std::size_t j = neighbour(i, d);
          const std::size_t bond =
              d < 2 ? 2 * i + static_cast<std::size_t>(d) : 2 * j + static_cast<std::size_t>(d - 2);
          if (next[j] >= 0 || s_[j] != s_[i] || is_open_[bond] == 0) continue;
          next[j] = label;
          stack.push_back(j);
        }
      }
    }
    s_ = next;
  }

 private:
  static std::size_t neighbour(std::size_t i, int d) {
    constexpr std::size_t L = kExtent;
    const std::size_t x = i % L, y = i / L;
    if (d == 0) return y * L + (x + 1) % L;
    if (d == 1) return (y + 1) % L * L + x;
    if (d == 2) return y * L + (x + L - 1) % L;
    return (y + L - 1) % L * L + x;
  }
  [[nodiscard]] int equal_neighbours(std::size_t i, int label) const {
    int count = 0;
    for (int d = 0; d < 4; ++d) count += s_[neighbour(i, d)] == label ? 1 : 0;
    return count;
  }

  double beta_ = std::log1p(std::sqrt(static_cast<double>(kStates)));
  std::vector<int> s_ = std::vector<int>(static_cast<std::size_t>(kExtent * kExtent), 0);
  std::vector<char> is_open_ = std::vector<char>(2 * s_.size());
  Xoshiro random_{{1, 0, 0, Purpose::test}, 0};
};

Measurement of_plain(const std::string& name, void (PlainPotts::*sweep)()) {
  PlainPotts plain;
  return per_label(name, kSweepsAtOnce, [&] {
    for (Index k = 0; k < kSweepsAtOnce; ++k) (plain.*sweep)();
  });
}

std::vector<Measurement> potts_sweeps() {
  const GraphLabels potts = critical_potts();
  std::vector<Measurement> all;
  const auto add = [&](const std::string& name, const Sampler& sampler,
                       void (PlainPotts::*sweep)()) {
    all.push_back(of_sampler("potts_" + name, sampler));
    all.push_back(of_plain("potts_" + name + "_plain", sweep));
  };
  add("metropolis", PairSweeps(potts, {LocalRule::metropolis}), &PlainPotts::metropolis);
  add("heat_bath", PairSweeps(potts, {LocalRule::heat_bath}), &PlainPotts::heat_bath);
  add("swendsen_wang", LabelSwendsenWang(potts, LabelStart::random), &PlainPotts::swendsen_wang);
  return all;
}

}  // namespace

std::vector<Benchmark> label_benchmarks() {
  return {{"potts", "three states, 64x64 at the critical point, against a plain program",
           potts_sweeps}};
}

}  // namespace nmc::drivers
