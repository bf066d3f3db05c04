#pragma once

#include <memory>

#include "samplers/proposal/metropolis_hastings.hpp"
#include "samplers/proposal/move.hpp"

namespace nmc {

/// A Move as a proposal: every chain by itself, with a generator of its own for every attempt.
/// Angles may leave the circle in it and are brought back.
class MoveProposal final : public Proposal {
 public:
  struct Kind {
    Index sites = 0;
    Support support;
    Index attempts = 1;  ///< per step
  };
  MoveProposal(std::unique_ptr<const Move> move, Kind kind);

  [[nodiscard]] Index sites() const override { return kind_.sites; }
  [[nodiscard]] Support support() const override { return kind_.support; }
  /// Starts from independent sites: normals, and all states of a discrete site alike.
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  [[nodiscard]] Proposed propose(const ChainState& state, const Streams& streams,
                                 Index attempt) const override;
  [[nodiscard]] ProposalTraits traits() const override;
  [[nodiscard]] const Move& move() const { return *move_; }

 private:
  std::unique_ptr<const Move> move_;
  Kind kind_;
};

/// P(state, state') of `attempts` Metropolised moves over all states (core/roles/all_states.hpp),
/// every decision of the move taken in every way. UserError where it asks for uniform() or
/// normal(), or leaves the support.
[[nodiscard]] Eigen::MatrixXd move_transitions(const Move& move, const Target& target,
                                               Index attempts);

}  // namespace nmc
