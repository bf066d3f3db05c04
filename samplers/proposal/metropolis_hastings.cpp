#include "samplers/proposal/metropolis_hastings.hpp"

#include <cassert>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "samplers/accept.hpp"

namespace nmc {
namespace {

/// ln p, less ln q of a model that proposes.
Column log_weight(const ChainState& state) {
  return state.log_q.size() > 0 ? Column(state.log_p - state.log_q) : state.log_p;
}

/// ln [p(x') T(x' → x) / (p(x) T(x → x'))], (chains).
Column log_acceptance(const ChainState& state, const Proposed& move) {
  const Index chains = state.x.rows();
  if (move.log_ratio.size() != chains || move.next.log_q.size() != state.log_q.size())
    throw std::logic_error("a proposal without its ratio");
  return (log_weight(move.next) - log_weight(state)) + move.log_ratio;
}

Column diverging(const Column& log_ratio, double least) {
  return log_ratio.unaryExpr([least](double r) {  // NaN and -inf too
    return std::isfinite(r) && r >= least ? 0.0 : 1.0;
  });
}

std::vector<Index> hopeless_rows(const Column& log_ratio, double least) {
  std::vector<Index> rows;
  for (Index row = 0; row < log_ratio.size(); ++row)
    if (!std::isfinite(log_ratio(row)) || log_ratio(row) < least) rows.push_back(row);
  return rows;
}

/// The chains of which a site differs.
std::vector<Index> rows_that_differ(const Batch& x, const Batch& y) {
  Eigen::Array<bool, Eigen::Dynamic, 1> differs =
      Eigen::Array<bool, Eigen::Dynamic, 1>::Constant(x.rows(), false);
  for (Index site = 0; site < x.cols() && !differs.all(); ++site)
    differs = differs || (x.col(site) != y.col(site));
  std::vector<Index> rows;
  for (Index row = 0; row < differs.size(); ++row)
    if (differs(row)) rows.push_back(row);
  return rows;
}

}  // namespace

MetropolisHastings::MetropolisHastings(const Target& target, std::unique_ptr<Proposal> proposal)
    : target_(target), proposal_(std::move(proposal)) {
  require(target.sites() == proposal_->sites(),
          "the proposal has " + std::to_string(proposal_->sites()) + " sites and the target " +
              std::to_string(target.sites()) + "; make it for this target");
  require(target.support() == proposal_->support(),
          "the proposal moves " + in_words(proposal_->support()) + " and the target has " +
              in_words(target.support()));
}

void MetropolisHastings::init(ChainState& state, const Streams& streams, Index chains) const {
  if (!state.spins.empty()) {
    state.x = state.spins.unpack();
    state.spins = Spins();
  }
  state.log_p.resize(0);
  state.grad.resize(0, 0);
  state.log_q.resize(0);
  proposal_->init(state, streams, chains);
  if (state.log_p.size() == 0) state.log_p = target_.log_density(state.x);
}

Column MetropolisHastings::log_density_after(const ChainState& state, const Batch& x) const {
  const std::vector<Index> rows = rows_that_differ(state.x, x);
  if (std::ssize(rows) == x.rows()) return target_.log_density(x);
  Column log_p = state.log_p;
  if (!rows.empty()) log_p(rows) = target_.log_density(Batch(x(rows, Eigen::all)));
  return log_p;
}

MetropolisHastings::Judged MetropolisHastings::judged(const ChainState& state,
                                                      Proposed move) const {
  if (move.next.log_p.size() == 0) move.next.log_p = log_density_after(state, move.next.x);
  Column log_ratio = log_acceptance(state, move);
  return {std::move(move.next), std::move(log_ratio)};
}

void MetropolisHastings::retry(const Retries& retries, Column log_ratio, const Streams& streams,
                               ChainState& state) const {
  const Index chains = log_ratio.size();
  for (Index time = 1; time <= retries.most(); ++time) {
    const std::vector<Index> rows = hopeless_rows(log_ratio, retries.hopeless());
    if (rows.empty()) return;
    const ChainState some = picked_rows(state, rows);
    const Judged move = judged(some, retries.retry(some, streams, {rows, chains, time}));
    Column of_all = Column::Constant(chains, -std::numeric_limits<double>::infinity());
    for (std::size_t i = 0; i < rows.size(); ++i)
      log_ratio(rows[i]) = of_all(rows[i]) = move.log_ratio(static_cast<Index>(i));
    put_rows(move.next, rows, metropolis(of_all, streams, time).accepted, state);
  }
}

MetropolisHastings::Decision MetropolisHastings::decide(ChainState& state, Proposed move,
                                                        const Streams& streams,
                                                        Index attempt) const {
  auto [next, log_ratio] = judged(state, std::move(move));
  const Verdict verdict = metropolis(log_ratio, streams, attempt);
  take_rows(verdict.accepted, next, state);
  Column is_diverging = diverging(log_ratio, proposal_->traits().divergence);
  return {std::move(log_ratio), verdict.probability, verdict.accepted, std::move(is_diverging)};
}

StepInfo MetropolisHastings::step(ChainState& state, const Streams& streams) const {
  const Index chains = state.x.rows();
  const ProposalTraits traits = proposal_->traits();
  assert(traits.attempts == 1 || traits.retries == nullptr);  // both number the decisions of a step
  StepInfo info;
  info.acceptance = Column::Zero(chains);
  info.accepted = Column::Zero(chains);
  info.diverging = Column::Zero(chains);
  info.step_size = traits.step_size;
  info.n_steps = traits.attempts * traits.n_steps;
  for (Index attempt = 0; attempt < traits.attempts; ++attempt) {
    Decision decision =
        decide(state, proposal_->propose(state, streams, attempt), streams, attempt);
    info.acceptance += decision.probability / static_cast<double>(traits.attempts);
    info.accepted = info.accepted.max(decision.accepted);
    info.diverging = info.diverging.max(decision.is_diverging);
    if (traits.retries != nullptr)
      retry(*traits.retries, std::move(decision.log_ratio), streams, state);
  }
  return info;
}

}  // namespace nmc
