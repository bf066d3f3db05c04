#pragma once

#include "core/optimise/lbfgs.hpp"
#include "core/optimise/schedule.hpp"
#include "models/energy/dbm_mean_field.hpp"
#include "models/energy/likelihood.hpp"

namespace nmc {

/// Mean over the rows of −(bound − ln Z), which is above the mean of −ln p, with the exact Z, and
/// its gradient, by means of the machine less those of the mean field of the rows; grad may be
/// empty.
[[nodiscard]] double negative_bound(const Dbm& dbm, const WeightedRows& rows,
                                    const Threads& threads, std::span<double> grad);

struct DbmOptions {
  bool is_exact = true;     ///< ln Z by enumeration and L-BFGS; else persistent chains
  Index k = 1;              ///< steps of block Gibbs between two steps of the training
  Index batch = 128;        ///< rows per step of persistent chains
  Index chains = 128;       ///< persistent ones
  Schedule schedule{};      ///< of persistent chains
  double weight_decay = 0;  ///< W loses this part of itself times the rate in each step
  double damping = 0.5;     ///< of the mean field of the rows
  std::uint64_t seed = 1;
};

/// Training of a deep machine (Salakhutdinov and Hinton, AISTATS 2009): the positive phase is the
/// damped mean field of the rows, the negative one exact or by persistent chains that draw even and
/// odd layers in turn, whose odd layers are never drawn where they are counted. Rows and threads
/// must outlive it.
class DbmTraining {
 public:
  /// UserError for k = 0, rows of another size, and an exact Z of too many units.
  DbmTraining(Dbm start, const WeightedRows& rows, const DbmOptions& options,
              const Threads& threads);
  /// false where nothing is left to gain, or all steps of the schedule are done.
  bool step();
  [[nodiscard]] const Dbm& machine() const { return dbm_; }
  [[nodiscard]] Index steps_done() const { return done_; }
  [[nodiscard]] double learning_rate() const;
  /// All that the next step depends on.
  [[nodiscard]] std::vector<double> state() const;
  void set_state(std::span<const double> state);

 private:
  bool exact_step();
  void persistent_step();
  [[nodiscard]] Batch next_batch() const;

  Dbm dbm_;
  const WeightedRows& rows_;
  DbmOptions options_;
  const Threads& threads_;
  Lbfgs minimiser_;
  Batch even_;  ///< the even layers of the chains, (chains, units)
  Index done_ = 0;
};

struct GreedyOptions {
  Index steps = 500;  ///< of each layer; 0: random weights
  double rate = 0.05;
  std::uint64_t seed = 1;
};
/// Where the training begins: layer after layer a restricted machine by persistent chains (Hinton,
/// Osindero and Teh, Neural Comput. 18, 1527 (2006)), of the rows, then of draws of the layer below
/// given the rows. A layer that two of them share has the mean of their biases.
[[nodiscard]] Dbm greedy_start(const DbmShape& shape, const WeightedRows& rows,
                               const GreedyOptions& options, const Threads& threads);

}  // namespace nmc
