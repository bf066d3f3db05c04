#include "models/tensor_networks/tensor_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/errors.hpp"
#include "models/tensor_networks/label_pass.hpp"
#include "models/tensor_networks/row_pass.hpp"

namespace nmc {
namespace {

double checked_beta(double beta) {
  require(std::isfinite(beta) && beta >= 0,
          fmt::format("beta = {}: an inverse temperature is finite and not negative", beta));
  return beta;
}

RowCouplings checked_rows(const TensorNetworkSpec& spec, double beta) {
  require(!spec.labels || spec.graph.plaquettes.empty(),
          "terms of four sites are of spins, and these are labels");
  RowCouplings rows = times_beta(row_couplings(spec.graph, spec.extents), beta);
  require_room(rows, spec.coupling().states, spec.chi);
  return rows;
}

/// Chains that are passed over, of labels where there are any, else of spins, and the streams of
/// those that are drawn; null where all are given.
struct Rows {
  Index chains = 0;
  const LabelCoupling* labels = nullptr;
  const Streams* streams = nullptr;
};

/// Calls use(first chain, chains, found) after the pass over each tile.
template <class Pass, class Use>
void over_tiles_by(const RowNetwork& network, CausalDraw draw, const Rows& rows, const Use& use) {
  Pass pass(network);
  RowsFound found;
  Batch u;
  if (rows.streams != nullptr) {
    u.resize(simd::kTile, std::ssize(network.couplings().sites));
    draw.u = &u;
  }
  for (draw.first = 0; draw.first < rows.chains; draw.first += simd::kTile) {
    if (rows.streams != nullptr) fill_uniform(rows.streams->from_chain(draw.first), u);
    draw.chains = std::min<Index>(simd::kTile, rows.chains - draw.first);
    pass.run(draw, found);
    use(draw.first, draw.chains, found);
  }
}

void require_labels(const Batch& s, Index labels) {
  require((s == s.floor()).all() && (s >= 0).all() && (s < static_cast<double>(labels)).all(),
          fmt::format("a configuration holds a number that is no label 0 to {}", labels - 1));
}

template <class Use>
void over_row_tiles(const RowNetwork& network, const CausalDraw& draw, const Rows& rows,
                    const Use& use) {
  if (rows.labels == nullptr) return over_tiles_by<RowPass>(network, draw, rows, use);
  const bool keeps_some = std::ranges::any_of(draw.kept, [](Index kept) { return kept > 0; });
  if (draw.kept.empty() || keeps_some) require_labels(*draw.s, rows.labels->states);
  over_tiles_by<LabelPass>(network, draw, rows, use);
}

}  // namespace

TensorNetwork::TensorNetwork(TensorNetworkSpec spec, double beta)
    : spec_(std::move(spec)),
      beta_(checked_beta(beta)),
      network_(checked_rows(spec_, beta_), spec_.coupling(), spec_.chi) {}

Draw TensorNetwork::redraw(const Batch& s, std::span<const Index> kept,
                           const Streams& streams) const {
  Draw draw{Batch(s.rows(), sites()), Column(s.rows())};
  over_row_tiles(network_, {.s = &s, .kept = kept}, {s.rows(), labels(), &streams},
                 [&](Index first, Index chains, const RowsFound& found) {
                   draw.x.middleRows(first, chains) = found.s.topRows(chains);
                   draw.log_q.segment(first, chains) = found.log_q.head(chains);
                 });
  return draw;
}

Batch TensorNetwork::log_conditionals(const Batch& s) const {
  Batch log_q(s.rows(), tokens());
  over_row_tiles(network_, {.s = &s, .by_token = true}, {s.rows(), labels()},
                 [&](Index first, Index chains, const RowsFound& found) {
                   log_q.middleRows(first, chains) = found.by_token.topRows(chains);
                 });
  return log_q;
}

Column TensorNetwork::log_prob(const Batch& s) const {
  Column log_q(s.rows());
  over_row_tiles(network_, {.s = &s}, {s.rows(), labels()},
                 [&](Index first, Index chains, const RowsFound& found) {
                   log_q.segment(first, chains) = found.log_q.head(chains);
                 });
  return log_q;
}

void TensorNetwork::add_grad(const Batch& /*s*/, const Column& /*weight*/,
                             std::span<double> /*grad*/) const {}

Column TensorNetwork::loss_grad(const Target& target, const Streams& streams, Index chains,
                                std::span<double> /*grad*/) const {
  const Draw draw = sample(streams, chains);
  return draw.log_q - target.log_density(draw.x);
}

std::vector<ConditionRange> TensorNetwork::conditions() const {
  return {{"beta", 0, std::numeric_limits<double>::max()}};
}

void TensorNetwork::set_condition(const Condition& condition) {
  check_made_for(conditions(), condition);
  if (condition.values.front() != beta_) *this = TensorNetwork(spec_, condition.values.front());
}

std::unique_ptr<Autoregressive> TensorNetwork::tokens_at(const Condition& condition) const {
  check_made_for(conditions(), condition);
  return std::make_unique<TensorNetwork>(spec_, condition.values.front());
}

}  // namespace nmc
