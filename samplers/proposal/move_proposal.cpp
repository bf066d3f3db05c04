#include "samplers/proposal/move_proposal.hpp"

#include <cmath>
#include <numbers>
#include <utility>

#include "core/random/xoshiro.hpp"
#include "samplers/accept.hpp"
#include "samplers/continuous.hpp"

namespace nmc {
namespace {

class RandomDice final : public Dice {
 public:
  RandomDice(const Streams& streams, Index row, Index attempt)
      : random_(streams, row, static_cast<std::uint32_t>(attempt)) {}
  Index below(Index n) override {
    return static_cast<Index>(random_.below(static_cast<std::uint64_t>(n)));
  }
  bool happens(double p) override { return random_.uniform() < p; }
  double uniform() override { return random_.uniform() + 0x1p-54; }
  double normal() override {  // Box and Muller 1958
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

 private:
  Xoshiro random_;
};

}  // namespace

MoveProposal::MoveProposal(std::unique_ptr<const Move> move, Kind kind)
    : move_(std::move(move)), kind_(kind) {}

void MoveProposal::init(ChainState& state, const Streams& streams, Index chains) const {
  if (state.x.cols() > 0) return;
  if (kind_.support.kind == Support::Kind::real) {
    state.x = normal_start(streams, chains, kind_.sites, 1);
    return;
  }
  Batch u(chains, kind_.sites);
  fill_uniform(streams.with(Purpose::init), u);
  switch (kind_.support.kind) {
    case Support::Kind::spin:
      state.x = (u < 0.5).select(Batch::Ones(chains, kind_.sites), -1.0);
      break;
    case Support::Kind::label:
      state.x = (u * static_cast<double>(kind_.support.states)).floor();
      break;
    default:
      state.x = std::numbers::pi * (1 - 2 * u);
  }
}

ProposalTraits MoveProposal::traits() const {
  ProposalTraits traits;
  traits.attempts = kind_.attempts;
  return traits;
}

Proposed MoveProposal::propose(const ChainState& state, const Streams& streams,
                               Index attempt) const {
  const Index chains = state.x.rows();
  ChainState next;
  next.x.resize(chains, kind_.sites);
  Column log_ratio(chains);
  for (Index chain = 0; chain < chains; ++chain) {
    RandomDice dice(streams.with(Purpose::propose), chain, attempt);
    Configuration x = state.x.row(chain);
    log_ratio(chain) = move_->propose(x, dice);
    next.x.row(chain) = x;
  }
  bring_back(kind_.support, next.x);
  return {std::move(next), std::move(log_ratio)};
}

}  // namespace nmc
