#include "samplers/accept.hpp"

#include <algorithm>
#include <cmath>

namespace nmc {

Verdict metropolis(const Column& log_ratio, const Streams& streams, Index column) {
  const Index chains = log_ratio.size();
  Batch u(chains, column + 1);
  fill_uniform(streams.with(Purpose::accept), u);
  Verdict verdict{Column(chains), Column(chains)};
  for (Index c = 0; c < chains; ++c) {
    // A proposal with ln q = −∞ would make the ratio +∞: nothing that is not finite is accepted.
    const bool is_finite = std::isfinite(log_ratio(c));
    verdict.probability(c) = is_finite ? std::exp(std::min(log_ratio(c), 0.0)) : 0;
    verdict.accepted(c) = u(c, column) < verdict.probability(c) ? 1 : 0;
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

Column not_finite(const Column& values) {
  return values.unaryExpr([](double v) { return std::isfinite(v) ? 0.0 : 1.0; });
}

Batch normal_start(const Streams& streams, Index chains, Index sites, double width) {
  Batch x(chains, sites);
  fill_normal(streams.with(Purpose::init), x);
  return x * width;
}

void require_real(const Target& target, const std::string& name) {
  require(target.support() == Support::real,
          name +
              " needs real configurations and this system has spins. Use system dual_ising, the "
              "same model with real fields");
}

}  // namespace nmc
