#include "samplers/accept.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace nmc {

Verdict metropolis(const Column& log_ratio, const Streams& streams, Index column) {
  const Index chains = log_ratio.size();
  Batch u(chains, 1);
  fill_uniform(streams.with(Purpose::accept), u, column);
  Verdict verdict{Column(chains), Column(chains)};
  for (Index c = 0; c < chains; ++c) {
    // A proposal with ln q = −∞ would make the ratio +∞: nothing that is not finite is accepted.
    const bool is_finite = std::isfinite(log_ratio(c));
    verdict.probability(c) = is_finite ? std::exp(std::min(log_ratio(c), 0.0)) : 0;
    verdict.accepted(c) = u(c, 0) < verdict.probability(c) ? 1 : 0;
  }
  return verdict;
}

namespace {

void take(const Column& accepted, const Column& from, Column& into) {
  if (into.size() > 0) into = (accepted != 0).select(from, into);
}

void take(const Column& accepted, const Batch& from, Batch& into) {
  for (Index site = 0; site < into.cols(); ++site) {
    into.col(site) = (accepted != 0).select(from.col(site), into.col(site));
  }
}

}  // namespace

void take_rows(const Column& accepted, const ChainState& proposal, ChainState& state) {
  take(accepted, proposal.x, state.x);
  take(accepted, proposal.log_p, state.log_p);
  take(accepted, proposal.grad, state.grad);
  take(accepted, proposal.log_q, state.log_q);
}

namespace {

Batch picked(const Batch& x, std::span<const Index> rows) {
  if (x.cols() == 0) return {};
  Batch some(std::ssize(rows), x.cols());
  for (std::size_t i = 0; i < rows.size(); ++i) some.row(static_cast<Index>(i)) = x.row(rows[i]);
  return some;
}

Column picked(const Column& values, std::span<const Index> rows) {
  if (values.size() == 0) return {};
  Column some(std::ssize(rows));
  for (std::size_t i = 0; i < rows.size(); ++i) some(static_cast<Index>(i)) = values(rows[i]);
  return some;
}

}  // namespace

ChainState picked_rows(const ChainState& state, std::span<const Index> rows) {
  return {picked(state.x, rows), picked(state.log_p, rows), picked(state.grad, rows),
          picked(state.log_q, rows)};
}

void put_rows(const ChainState& from, std::span<const Index> rows, const Column& accepted,
              ChainState& state) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Index row = rows[i], of = static_cast<Index>(i);
    if (accepted(row) == 0) continue;
    state.x.row(row) = from.x.row(of);
    state.log_p(row) = from.log_p(of);
    if (state.grad.cols() > 0) state.grad.row(row) = from.grad.row(of);
    if (state.log_q.size() > 0) state.log_q(row) = from.log_q(of);
  }
}

Batch normal_start(const Streams& streams, Index chains, Index sites, double width) {
  Batch x(chains, sites);
  fill_normal(streams.with(Purpose::init), x);
  return x * width;
}

void require_real(const Target& target, const std::string& name) {
  require(target.support() == Support::real,
          name + " needs real configurations and this system has " + in_words(target.support()) +
              ". Of spins, system dual_ising is the same model with real fields");
}

}  // namespace nmc
