#include "drivers/latent/halves.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "core/errors.hpp"
#include "core/roles/all_states.hpp"
#include "drivers/format.hpp"
#include "drivers/json_line.hpp"
#include "drivers/sample/classical_draws.hpp"

namespace nmc::drivers::latent {
namespace {

constexpr Index kMostEnumerated = 20;

/// ln of the mean of e^x of every row, (rows).
Column log_mean_exp(const Batch& x) {
  const Column top = x.rowwise().maxCoeff();
  return top + (x.colwise() - top).exp().rowwise().mean().log();
}

/// What to train a network of, where the rows are not halved.
std::string way_to_halves(const System& system) {
  if (!system.has_lattice) return "halves are of lattices";
  std::vector<Index> extents = system.extents;
  if (extents.back() % 2 == 0) return "train one without patch";
  const auto even = std::ranges::find_if(extents, [](Index extent) { return extent % 2 == 0; });
  if (even == extents.end()) return "a lattice with one even extent, the last one, has them";
  std::iter_swap(even, extents.end() - 1);
  return fmt::format(
      "rows are drawn one after the other, and the last extent counts them; train "
      "a network of system.L = {}, the same lattice turned",
      fmt::join(extents, "x"));
}

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
            fmt::format("{}: no half of it is drawn first: {}", network.system.summary,
                        way_to_halves(network.system)));
    shift_ = half;
    std::set<Index> first;
    for (Index i = 0; i < half; ++i) first.insert(tokens_->order()[static_cast<std::size_t>(i)]);
    require(*first.rbegin() == half - 1,
            "the network does not draw one half of the lattice before the other: train it with "
            "the sites row by row (order = raster)");
  }

  /// ln q_A + ln q_B of configurations.
  [[nodiscard]] Column log_halves(const Batch& s) const {
    return log_first(s) + log_first(shifted(s));
  }

  /// ln p_A + ln p_B of configurations, too small and too large in the mean.
  struct Between {
    Column below, above;
  };
  /// `log_p` is ln of any configuration's density.
  template <class LogP>
  [[nodiscard]] Between log_marginals(const Batch& s, const HalvesRequest& request,
                                      const LogP& log_p) const {
    const Column own = log_p(s);
    Between sum{Column::Zero(s.rows()), Column::Zero(s.rows())};
    for (const bool is_shifted : {false, true}) {
      const Batch given = is_shifted ? shifted(s) : s;
      const Column log_given = log_first(given);
      const std::vector<Index> kept(static_cast<std::size_t>(s.rows()), tokens_->tokens() / 2);
      Batch log_w(s.rows(), request.inner + 1);
      for (Index k = 0; k < request.inner; ++k) {
        const auto step = static_cast<std::uint64_t>(2 * k + (is_shifted ? 1 : 0));
        const Draw draw = tokens_->redraw(given, kept, {request.seed, step, 0, Purpose::evaluate});
        log_w.col(k) = log_p(is_shifted ? shifted(draw.x) : draw.x) - (draw.log_q - log_given);
      }
      log_w.col(request.inner) = own - (tokens_->log_prob(given) - log_given);
      sum.below += log_mean_exp(log_w.leftCols(request.inner));
      sum.above += log_mean_exp(log_w);
    }
    return sum;
  }

  /// Sites of A are the first ones; the rest, of as many spins, is B.
  [[nodiscard]] Index half() const { return shift_; }

 private:
  /// By half the lattice, which takes B to A and back.
  [[nodiscard]] Batch shifted(const Batch& s) const {
    Batch result(s.rows(), s.cols());
    result << s.rightCols(shift_), s.leftCols(shift_);
    return result;
  }
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

/// −Σ p ln p of probabilities.
double entropy_of(const Column& p) {
  return -(p > 0).select(p * p.log(), 0.0).sum();
}

/// Σ_s p(s) f(s) of ln q_A + ln q_B and of ln p, state after state; the exact entropies of both
/// halves beside them.
Halves over_states(const StatedNetwork& network, const Cut& cut) {
  constexpr Index kAtOnce = 4096;
  const Target& target = *network.system.target;
  const Index states = count_states(Support::spin, target.sites());
  const Index of_half = Index{1} << cut.half();
  Halves halves;
  halves.lnZ = exact_lnZ(network.system);
  halves.origin = fmt::format("all {} states", states);
  Column first_half = Column::Zero(of_half), second_half = first_half;
  double cross = 0;
  for (Index first = 0; first < states; first += kAtOnce) {
    const Batch s =
        states_in({first, std::min(kAtOnce, states - first)}, Support::spin, target.sites());
    const Column log_p = target.log_density(s) - halves.lnZ, p = log_p.exp();
    cross -= (p * cut.log_halves(s)).sum();
    halves.entropy -= (p * log_p).sum();
    for (Index k = 0; k < p.size(); ++k) {
      first_half((first + k) % of_half) += p(k);
      second_half((first + k) / of_half) += p(k);
    }
  }
  halves.half_entropy = {cross / 2, 0};
  halves.information = {cross - halves.entropy, 0};
  halves.exact = entropy_of(first_half) + entropy_of(second_half) - halves.entropy;
  return halves;
}

/// Of means of whole chains, whose draws are next to each other.
statistics::Estimate mean_over_chains(const Column& of_draws, Index chains) {
  const Index per_chain = of_draws.size() / chains;
  Column means(chains);
  for (Index chain = 0; chain < chains; ++chain)
    means(chain) = of_draws.segment(chain * per_chain, per_chain).mean();
  return statistics::mean_of(means);
}

}  // namespace

Halves halves_of(const StatedNetwork& network, const HalvesRequest& request,
                 const Threads& threads) {
  const Cut cut(network);
  const Target& target = *network.system.target;
  const bool is_small = target.sites() <= kMostEnumerated;
  Halves halves;
  if (is_small) halves = over_states(network, cut);
  if (is_small && request.inner == 0) return halves;
  halves.lnZ = exact_lnZ(network.system);
  const auto log_p = [&](const Batch& s) { return Column(target.log_density(s) - halves.lnZ); };
  const ClassicalDraws draws =
      classical_draws(network.system, request.draws, request.seed, threads);
  const Column own = log_p(draws.x);
  if (request.inner > 0) {
    const Cut::Between marginals = cut.log_marginals(draws.x, request, log_p);
    halves.lower = mean_over_chains(own - marginals.above, draws.chains);
    halves.upper = mean_over_chains(own - marginals.below, draws.chains);
  }
  if (is_small) return halves;
  const Column log_halves = cut.log_halves(draws.x);
  halves.information = mean_over_chains(own - log_halves, draws.chains);
  halves.half_entropy = mean_over_chains(-0.5 * log_halves, draws.chains);
  halves.entropy = -own.mean();
  halves.origin = fmt::format("{} draws of {}", draws.x.rows(), draws.sampler);
  halves.draws = draws.x.rows();
  return halves;
}

std::string halves_text(const StatedNetwork& network, const Halves& halves) {
  const auto text = [](const statistics::Estimate& estimate) {
    return estimate.error > 0 ? with_error(estimate.value, estimate.error)
                              : fmt::format("{:.6f}", estimate.value);
  };
  std::string lines = fmt::format("{}\nHalves A (drawn first) and B of the lattice, in nats\n\n",
                                  network.system.summary);
  const auto add = [&](const char* name, const std::string& value, const std::string& words) {
    lines += fmt::format("{:<20} {:<12} {}\n", name, value, words);
  };
  if (!std::isnan(halves.exact))
    add("mutual information", fmt::format("{:.6f}", halves.exact), "over all states");
  if (!std::isnan(halves.lower.value)) {
    add("  at least", text(halves.lower), "by free-energy differences, which");
    add("  at most", text(halves.upper), "leave no error of the network");
  }
  add("  cross-entropies", text(halves.information), "an upper bound, over " + halves.origin);
  add("cross-entropy", text(halves.half_entropy), "of a half, by the network's conditionals");
  add("entropy", fmt::format("{:.6f}", halves.entropy), "");
  add("lnZ", fmt::format("{:.6f}", halves.lnZ), "");
  return lines +
         "\ncross-entropies are too large by KL(p_A||q_A) + KL(p_B||q_B), which what the\n"
         "network has not learned leaves\n";
}

std::string halves_json(const Halves& halves) {
  JsonLine json;
  json.add("name", "halves")
      .add("information", halves.information.value)
      .add("information_error", halves.information.error)
      .add("exact", halves.exact)
      .add("lower", halves.lower.value)
      .add("lower_error", halves.lower.error)
      .add("upper", halves.upper.value)
      .add("upper_error", halves.upper.error)
      .add("half_entropy", halves.half_entropy.value)
      .add("half_entropy_error", halves.half_entropy.error)
      .add("entropy", halves.entropy)
      .add("lnZ", halves.lnZ)
      .add("origin", halves.origin);
  return json.text() + "\n";
}

}  // namespace nmc::drivers::latent
