#include "samplers/learned/learned_moves.hpp"

#include <cassert>
#include <utility>
#include <vector>

#include "samplers/accept.hpp"

namespace nmc {
namespace {

std::vector<Index> rows_that_go(const Column& direction, bool is_backward) {
  std::vector<Index> rows;
  for (Index row = 0; row < direction.size(); ++row)
    if ((direction(row) < 0) == is_backward) rows.push_back(row);
  return rows;
}

Batch picked_from(const Batch& x, const std::vector<Index>& rows) {
  return x.cols() == 0 ? Batch{} : Batch(x(rows, Eigen::all));
}

}  // namespace

LearnedMoves::LearnedMoves(const Target& target, std::unique_ptr<LearnedMap> map,
                           double start_width)
    : target_(target), map_(std::move(map)), whitened_(target), start_width_(start_width) {
  require_real(target, "a learned map");
  require(target.is_differentiable(),
          "a learned map is trained along gradients, and this density has none");
}

void LearnedMoves::init(ChainState& state, const Streams& streams, Index chains) const {
  if (state.x.cols() == 0) state.x = normal_start(streams, chains, sites(), start_width_);
  if (map_->needs_gradient())
    state.log_p = target_.log_density_grad(state.x, state.grad);
  else
    state.grad.resize(0, 0);
}

Proposed LearnedMoves::travel(const ChainState& state, const Batch& v,
                              const Column& direction) const {
  assert(!map_->needs_gradient() || !whitened_.is_warped());
  const Batch y = whitened_.to_y(state.x);
  ChainState next;
  next.x = state.x;
  if (map_->needs_gradient()) {
    next.grad = state.grad;
    next.log_p = state.log_p;
  }
  Column log_ratio = 0.5 * sum_sites(v.square()) - whitened_.log_det(y);
  for (const bool is_backward : {false, true}) {
    const std::vector<Index> rows = rows_that_go(direction, is_backward);
    if (rows.empty()) continue;
    PhasePoint point{picked_from(y, rows), picked_from(v, rows)};
    if (map_->needs_gradient()) point.grad = whitened_.pulled_back(picked_from(state.grad, rows));
    const Column log_det = map_->move(whitened_, is_backward, point);
    next.x(rows, Eigen::all) = whitened_.to_x(point.y);
    if (map_->needs_gradient()) {
      next.log_p(rows) = point.log_p;
      next.grad(rows, Eigen::all) = point.by_x;
    }
    log_ratio(rows) += log_det + whitened_.log_det(point.y) - 0.5 * sum_sites(point.v.square());
  }
  return {std::move(next), std::move(log_ratio)};
}

Proposed LearnedMoves::propose(const ChainState& state, const Streams& streams,
                               Index /*attempt*/) const {
  const Index chains = state.x.rows();
  Batch v(chains, sites());
  fill_normal(streams.with(Purpose::momentum), v);
  const Column u = uniform_column(streams.with(Purpose::propose), chains);
  const Column direction = (u < 0.5).select(Column::Ones(chains), -Column::Ones(chains));
  return travel(state, v, direction);
}

ProposalTraits LearnedMoves::traits() const {
  ProposalTraits traits;
  traits.preferred_chunk = 512;  // the nets' tiles and the target share the cost of a call
  traits.n_steps = map_->gradients();
  return traits;
}

}  // namespace nmc
