#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/interfaces.hpp"

namespace nmc {

/// The walks at all temperatures of a ladder, between whose rungs Tempering exchanges
/// configurations. Rung 0 is the hottest. Rows are whole ladders: row i of a batch is on rung
/// i % rungs. Caches other than log_p need not survive an exchange.
class LadderWalk {
 public:
  virtual ~LadderWalk() = default;
  [[nodiscard]] virtual Index sites() const = 0;
  /// Ascending; may be called again in warm-up. States must be given to init() before the next
  /// walk().
  virtual void set_betas(const std::vector<double>& betas) = 0;
  /// As Sampler::init, with log_p of every row at its own beta.
  virtual void init(ChainState& state, const Streams& streams, Index rows) const = 0;
  /// `count` steps of the inner sampler on every row, which use the steps streams.step * count … of
  /// their own numbering. part_acceptance is one column per rung and part of the inner sampler,
  /// rung by rung, each a chain's value on all rows of its ladder; (0, 0) unless asked for.
  struct Task {
    Index count = 1;
    bool wants_parts = false;
  };
  virtual StepInfo walk(ChainState& state, const Streams& streams, const Task& task) const = 0;
  /// log_p of every row after an exchange with its partner, (rows): rungs parity, parity + 2, … are
  /// paired with the ones above them. Rows without a partner keep their log_p.
  [[nodiscard]] virtual Column log_p_exchanged(const ChainState& state, Index parity) const = 0;
  /// Exchanges the configurations of rows r and r + 1 where marks[r] is not 0.
  virtual void exchange(ChainState& state, std::span<const std::uint8_t> marks) const = 0;

  [[nodiscard]] virtual Index preferred_chunk() const { return 64; }
  /// What warm-up tunes, by the columns of part_acceptance; null where there is nothing to tune.
  [[nodiscard]] virtual Tuning* tuning() { return nullptr; }
};

}  // namespace nmc
