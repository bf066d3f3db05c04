#include "samplers/cluster/boltzmann_cluster.hpp"

#include <algorithm>
#include <cmath>

#include "samplers/cluster/cluster_random.hpp"
#include "samplers/cluster/swendsen_wang_walk.hpp"

namespace nmc {

BoltzmannCluster::BoltzmannCluster(const SpinTarget& target, const BoltzmannClusterOptions& options)
    : target_(target),
      options_(options),
      classes_{target.graph().bonds.list()},
      is_done_(options.factor.has_value() || options.has_fours || has_all() || target.beta() == 0) {
  set_factor(options.factor.value_or(1));
}

bool BoltzmannCluster::has_all() const {
  const Graph& graph = target_.graph();
  return graph.field.empty() && (graph.plaquettes.empty() || options_.has_fours);
}

void BoltzmannCluster::set_factor(double factor) {
  factor_ = factor;
  bonds_ = make_machine_bonds(target_, {options_.W, factor, options_.has_fours});
}

bool BoltzmannCluster::rejects_nothing() const {
  return factor_ == 1 && has_all();
}

void BoltzmannCluster::init(ChainState& state, const Streams& streams, Index chains) const {
  init_spins(state, {options_.start, SpinLayout::bytes, target_.graph()}, streams, chains);
  set_energy(state, target_);
}

double BoltzmannCluster::residual(const std::int8_t* s) const {
  const Graph& graph = target_.graph();
  double bonds = 0, rest = 0;
  if (factor_ != 1)
    for (const Bond& bond : classes_.front())
      bonds += bond.J * static_cast<double>(s[bond.i] * s[bond.j]);
  for (std::size_t i = 0; i < graph.field.size(); ++i)
    rest += graph.field[i] * static_cast<double>(s[i]);
  for (const Plaquette& p : graph.plaquettes) {
    if (options_.has_fours) break;
    rest +=
        p.K * static_cast<double>(s[p.sites[0]] * s[p.sites[1]] * s[p.sites[2]] * s[p.sites[3]]);
  }
  return target_.beta() * ((1 - factor_) * bonds + rest);
}

StepInfo BoltzmannCluster::step(ChainState& state, const Streams& streams) const {
  if (rejects_nothing()) return steps(state, streams, 1);
  use_layout(state, SpinLayout::bytes, streams, target_.graph());
  const Index chains = state.spins.rows();
  SwendsenWangWalk<ClusterRandom, true> walk(bonds_);
  const Column u = uniform_column(streams.with(Purpose::accept), chains);
  StepInfo info{Column::Zero(chains), Column::Zero(chains), Column::Zero(chains), 0, 0, {}};
  std::vector<std::int8_t> before(static_cast<std::size_t>(sites()));
  for (Index row = 0; row < chains; ++row) {
    std::int8_t* const s = state.spins.row(row);
    std::copy_n(s, before.size(), before.begin());
    ClusterRandom random(Xoshiro(streams.with(Purpose::cluster), row), bonds_.uniform);
    walk.update(s, random);
    const double change = residual(s) - residual(before.data());
    info.acceptance(row) = std::exp(std::min(change, 0.0));
    info.accepted(row) = u(row) < info.acceptance(row) ? 1 : 0;
    if (info.accepted(row) == 0) std::ranges::copy(before, s);
  }
  set_energy(state, target_);
  return info;
}

StepInfo BoltzmannCluster::steps(ChainState& state, const Streams& streams, Index count) const {
  if (!rejects_nothing()) return Sampler::steps(state, streams, count);
  use_layout(state, SpinLayout::bytes, streams, target_.graph());
  const Index chains = state.spins.rows();
  SwendsenWangWalk<ClusterRandom, true> walk(bonds_);
  for (Index row = 0; row < chains; ++row)
    for (Index step = 0; step < count; ++step) {
      const Streams now = streams.at_step(streams.step + static_cast<std::uint64_t>(step));
      ClusterRandom random(Xoshiro(now.with(Purpose::cluster), row), bonds_.uniform);
      walk.update(state.spins.row(row), random);
    }
  set_energy(state, target_);
  return StepInfo::always(chains);
}

bool BoltzmannCluster::wants_configurations(Index step, Index warmup) const {
  return !is_done_ && step >= warmup / 4 && step < warmup - warmup / 4;
}

void BoltzmannCluster::adapt(const WarmupStep& pooled) {
  require(!is_frozen(), "a machine is fitted in warm-up alone, and this one is frozen");
  if (pooled.x.rows() > 0)
    fit_.add(class_sums(classes_, pooled.x), -target_.log_density(pooled.x) / target_.beta(),
             Column::Ones(pooled.x.rows()));
  const Index end = pooled.warmup - pooled.warmup / 4;
  if (pooled.step + 1 < end && pooled.step + 1 < pooled.warmup) return;
  set_factor(fit_.couplings().front());
  is_done_ = true;
}

std::vector<double> BoltzmannCluster::numbers() const {
  std::vector<double> all{is_done_ ? 1.0 : 0.0, factor_};
  const std::vector<double> fit = fit_.numbers();
  all.insert(all.end(), fit.begin(), fit.end());
  return all;
}

void BoltzmannCluster::set_numbers(std::span<const double> numbers) {
  require(numbers.size() == 2 + fit_.size(), "the stored tuning is of no Boltzmann machine");
  is_done_ = numbers[0] != 0;
  fit_.set_numbers(numbers.subspan(2));
  set_factor(numbers[1]);
}

}  // namespace nmc
