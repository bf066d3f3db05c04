#include "drivers/latent/halves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "core/errors.hpp"
#include "core/roles/all_states.hpp"
#include "drivers/format.hpp"
#include "drivers/json_line.hpp"
#include "drivers/run/classical_draws.hpp"

namespace nmc::drivers::latent {
namespace {

constexpr Index kMostEnumerated = 20;

/// Sites of A, in the network's order, and the shift that takes B to A.
class Cut {
 public:
  explicit Cut(const StatedNetwork& network) : tokens_(network.file.model->abilities().tokens) {
    require(tokens_ != nullptr && network.system.spins != nullptr,
            "--halves takes a network of spins that are drawn one after the other, with its target "
            "in its file");
    const auto& extents = network.system.extents;
    const Index sites = tokens_->sites(), half = sites / 2;
    require(network.system.has_lattice && extents.back() % 2 == 0 && tokens_->tokens() % 2 == 0,
            fmt::format("{}: no half of it is drawn first", network.system.summary));
    shift_ = half;
    std::set<Index> first;
    for (Index i = 0; i < half; ++i) first.insert(tokens_->order()[static_cast<std::size_t>(i)]);
    require(*first.rbegin() == half - 1,
            "the network does not draw one half of the lattice before the other: train it with "
            "the sites row by row (order = raster)");
  }

  /// ln q_A + ln q_B of configurations.
  [[nodiscard]] Column log_halves(const Batch& s) const {
    Batch shifted(s.rows(), s.cols());
    shifted << s.rightCols(shift_), s.leftCols(shift_);
    return log_first(s) + log_first(shifted);
  }

 private:
  [[nodiscard]] Column log_first(const Batch& s) const {
    return sum_sites(tokens_->log_conditionals(s).leftCols(tokens_->tokens() / 2));
  }

  const Autoregressive* tokens_;
  Index shift_ = 0;
};

double exact_lnZ(const System& system) {
  const ExactAnswer answer = system.exact({});
  require(answer.value.has_value(),
          fmt::format("{}: its lnZ is not known ({}), and with it the entropy", system.summary,
                      answer.reason));
  return answer.value->lnZ;
}

/// Σ_s p(s) f(s) of ln q_A + ln q_B and of ln p, state after state.
Halves over_states(const StatedNetwork& network, const Cut& cut) {
  constexpr Index kAtOnce = 4096;
  const Target& target = *network.system.target;
  const Index states = count_states(Support::spin, target.sites());
  Halves halves{{}, {}, 0, exact_lnZ(network.system), fmt::format("all {} states", states), 0};
  double cross = 0;
  for (Index first = 0; first < states; first += kAtOnce) {
    const Batch s =
        states_in({first, std::min(kAtOnce, states - first)}, Support::spin, target.sites());
    const Column log_p = target.log_density(s) - halves.lnZ;
    cross -= (log_p.exp() * cut.log_halves(s)).sum();
    halves.entropy -= (log_p.exp() * log_p).sum();
  }
  halves.half_entropy = {cross / 2, 0};
  halves.information = {cross - halves.entropy, 0};
  return halves;
}

}  // namespace

Halves halves_of(const StatedNetwork& network, Index wanted, std::uint64_t seed,
                 const Threads& threads) {
  const Cut cut(network);
  if (network.system.target->sites() <= kMostEnumerated) return over_states(network, cut);
  const double lnZ = exact_lnZ(network.system);
  const ClassicalDraws draws = classical_draws(network.system, wanted, seed, threads);
  const Column log_halves = cut.log_halves(draws.x);
  const Column log_p = network.system.target->log_density(draws.x) - lnZ;
  // Means of whole chains, whose draws are next to each other.
  const Index per_chain = draws.x.rows() / draws.chains;
  Column information(draws.chains), half(draws.chains);
  for (Index chain = 0; chain < draws.chains; ++chain) {
    const auto own = log_halves.segment(chain * per_chain, per_chain);
    information(chain) = (log_p.segment(chain * per_chain, per_chain) - own).mean();
    half(chain) = -own.mean() / 2;
  }
  return {statistics::mean_of(information),
          statistics::mean_of(half),
          -log_p.mean(),
          lnZ,
          fmt::format("{} draws of {}", draws.x.rows(), draws.sampler),
          draws.x.rows()};
}

std::string halves_text(const StatedNetwork& network, const Halves& halves) {
  return fmt::format(
      "{}\nHalves A (drawn first) and B of the lattice, in nats, over {}\n\n"
      "{:<24} {}\n{:<24} {}\n{:<24} {:.6f}\n{:<24} {:.6f}\n\n"
      "the half is a cross-entropy by the network's conditionals, and as the information an\n"
      "upper bound, too large by KL(p_A||q_A) + KL(p_B||q_B)\n",
      network.system.summary, halves.origin, "mutual information",
      halves.draws == 0 ? fmt::format("{:.6f}", halves.information.value)
                        : with_error(halves.information.value, halves.information.error),
      "entropy of a half",
      halves.draws == 0 ? fmt::format("{:.6f}", halves.half_entropy.value)
                        : with_error(halves.half_entropy.value, halves.half_entropy.error),
      "entropy", halves.entropy, "lnZ", halves.lnZ);
}

std::string halves_json(const Halves& halves) {
  JsonLine json;
  json.add("name", "halves")
      .add("information", halves.information.value)
      .add("information_error", halves.information.error)
      .add("half_entropy", halves.half_entropy.value)
      .add("half_entropy_error", halves.half_entropy.error)
      .add("entropy", halves.entropy)
      .add("lnZ", halves.lnZ)
      .add("origin", halves.origin);
  return json.text() + "\n";
}

}  // namespace nmc::drivers::latent
