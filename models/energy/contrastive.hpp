#pragma once

#include <vector>

#include "core/optimise/schedule.hpp"
#include "core/parallel/threads.hpp"
#include "models/energy/packed_rbm.hpp"

namespace nmc {

struct ContrastiveOptions {
  bool is_persistent = true;  ///< the chains go on from step to step; else they begin at the data
  Index k = 1;                ///< steps of block Gibbs, >= 1
  Index batch = 128;          ///< rows of the data per step
  Index chains = 128;         ///< persistent ones; without them as many as the batch
  Schedule schedule{};        ///< its `steps` is the length of the training
  double weight_decay = 0;    ///< W loses this part of itself times the rate in each step
  bool is_centred = true;
  std::uint64_t seed = 1;
};

/// Means over a batch less those over the chains: an estimate of ∇ ln p of units 0 and 1.
struct ContrastiveGradient {
  std::vector<float> visible;  ///< (words of the visible units · kWordBits)
  std::vector<float> hidden;   ///< (tiles · kUnitTile)
  std::vector<float> W;        ///< (tiles, words · kWordBits, kUnitTile)
  std::vector<float> centre;   ///< half of ⟨h⟩ of the data and half of that of the chains
};

/// Training by contrastive divergence (Hinton, Neural Comput. 14, 1771 (2002)) and with persistent
/// chains (Tieleman, ICML 2008). h is never drawn in the positive phase, nor where it is counted in
/// the negative one: ⟨v_i h_j⟩ is that of v and ⟨h_j | v⟩ (Rao and Blackwell). The centred gradient
/// is of ⟨(v − m)(h − l)⟩ with m the mean of the data and l a running mean of h, and its steps of
/// the biases make up for the offsets (Montavon and Müller 2012; Melchior, Fischer and Wiskott,
/// JMLR 17, 1 (2016)), so that they do not depend on which value of a unit is called 1. Gibbs
/// steps, gradients and weights are floats. The same bits for any number of threads.
class ContrastiveTraining {
 public:
  /// data (rows, visible); it and the threads must outlive this. UserError for k = 0, and for
  /// other sizes than the machine's.
  ContrastiveTraining(const Rbm& start, const BitRows& data, const ContrastiveOptions& options,
                      const Threads& threads);

  /// One step, of the next batch.
  void step();
  [[nodiscard]] Index steps_done() const { return done_; }
  [[nodiscard]] Rbm machine() const { return packed_.unpacked(units_); }
  /// The gradient that the next step would take, without taking it.
  [[nodiscard]] ContrastiveGradient next_gradient();

  /// All that the next step depends on: steps done, offsets, chains and weights.
  [[nodiscard]] std::vector<double> state() const;
  void set_state(std::span<const double> state);

 private:
  /// A batch, then the chains, each in whole words of rows.
  struct Phases {
    std::vector<float> means;  ///< ± ⟨h | v⟩ over their number, (tiles, rows, kUnitTile)
    BitRows by_unit;           ///< v, (visible units, rows)
    Index first_chain = 0;
  };
  [[nodiscard]] Phases next_phases();
  void add_tile(const Phases& phases, Index tile, ContrastiveGradient& gradient) const;
  [[nodiscard]] Streams streams(Purpose purpose, Index sweep) const;
  [[nodiscard]] BitRows next_batch() const;
  /// Starts the chains of a first step.
  void begin_chains(const BitRows& batch);
  /// k sweeps h → v → h; returns v, and puts the means of h to the end of `means`.
  BitRows sweep(std::vector<float>& means, Index first_row, Index rows);
  void take(const ContrastiveGradient& gradient);

  const BitRows& data_;
  ContrastiveOptions options_;
  const Threads& threads_;
  Units units_;
  PackedRbm packed_;
  Index done_ = 0;
  BitRows hidden_;              ///< of the chains
  std::vector<float> offsets_;  ///< m, (words of the visible units · kWordBits)
  std::vector<float> centre_;   ///< l, (tiles · kUnitTile)
};

}  // namespace nmc
