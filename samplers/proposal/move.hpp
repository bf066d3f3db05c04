#pragma once

#include "core/batch.hpp"
#include "core/roles/support.hpp"

namespace nmc {

/// One configuration, (sites).
using Configuration = Eigen::Array<double, 1, Eigen::Dynamic>;

/// The randomness of a move. Moves that decide by happens() and below() alone can be enumerated:
/// `nmc certify` takes every outcome with its probability.
class Dice {
 public:
  virtual ~Dice() = default;
  /// 0 … n - 1, each as likely.
  virtual Index below(Index n) = 0;
  /// True with probability p.
  virtual bool happens(double p) = 0;
  /// In (0, 1).
  virtual double uniform() = 0;
  /// Standard normal.
  virtual double normal() = 0;
};

/// What a user writes for a sampler: how one configuration x may change. Whether it does is decided
/// by MetropolisHastings, so that every target stays invariant.
class Move {
 public:
  virtual ~Move() = default;
  /// Whether it moves configurations of this kind.
  [[nodiscard]] virtual bool suits(Support support) const = 0;
  /// Changes x to x' ~ T(x → x') and returns ln T(x' → x) − ln T(x → x'), 0 of a symmetric move.
  virtual double propose(Configuration& x, Dice& dice) const = 0;
};

}  // namespace nmc
