#pragma once

#include <memory>
#include <vector>

#include "core/interfaces.hpp"

namespace nmc {

/// Configurations that stand for the target in forward-KL training.
class DataSource {
 public:
  virtual ~DataSource() = default;
  [[nodiscard]] virtual Index sites() const = 0;
  /// Makes rows there before the first step; a training needs no call of it.
  virtual void prepare() {}
  /// Called once before the rows of a step are asked for, by every rank, in the order of the steps.
  virtual void advance(Index /*step*/) {}
  /// `count` rows of the batch of streams.step, from global row streams.first_chain on. A row does
  /// not depend on how the batch is cut. Purpose::validate asks for rows never given for training
  /// where the source has such.
  [[nodiscard]] virtual Batch rows(const Streams& streams, Index count) const = 0;
  /// What a checkpoint must hold beside the step.
  [[nodiscard]] virtual std::vector<double> state() const { return {}; }
  virtual void set_state(std::span<const double> /*state*/) {}
};

/// A fixed set of configurations; each row of a batch is drawn from it uniformly, with replacement.
class DataSet : public DataSource {
 public:
  /// configurations (n, sites), all finite; the last `held_out` of them serve validation alone.
  /// Throws UserError when an entry is not finite (with its row) or nothing is left to train on.
  explicit DataSet(Batch configurations, Index held_out = 0);

  [[nodiscard]] Index sites() const override { return configurations_.cols(); }
  [[nodiscard]] Batch rows(const Streams& streams, Index count) const override;

 private:
  Batch configurations_;
  Index held_out_;
};

}  // namespace nmc
