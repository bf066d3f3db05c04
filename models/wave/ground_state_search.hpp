#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "core/optimise/adam.hpp"
#include "core/optimise/reconfiguration.hpp"
#include "core/optimise/schedule.hpp"
#include "core/parallel/workers.hpp"
#include "core/roles/operator.hpp"
#include "core/roles/sampler.hpp"
#include "core/roles/wave_function.hpp"
#include "models/wave/wave_scores.hpp"

namespace nmc {

struct SearchOptions {
  Index steps = 300;
  Index samples = 1000;  ///< per step, rounded up to whole rounds of all chains
  Index chains = 64;
  Index sweeps = 1;  ///< steps of the sampler between two samples of a chain
  Index settle = 5;  ///< steps of the sampler after each change of the parameters
  Schedule schedule{};
  bool uses_adam = false;
  ReconfigurationOptions reconfiguration{};
  double shift = 1e-4;        ///< λ at the end
  double first_shift = 1e-2;  ///< λ at the first step; it falls by a factor e in shift_steps steps
  double shift_steps = 20;
  /// Bytes that matrices and scores may take: scores that do not fit are made again from the
  /// configurations, block by block, with the same result.
  double memory = std::numeric_limits<double>::infinity();
  std::uint64_t seed = 1;
};

/// What a step was made from.
struct SearchRecord {
  Index step = 0;
  double energy = 0, error = 0;  ///< of the parameters before it, with autocorrelation
  double variance = 0;           ///< of the local energy
  double acceptance = 0;
  double learning_rate = 0, shift = 0;
  double cpu_seconds = 0;
};

/// The lowest energy of a wave function by samples of |ψ|²: local energies and scores, and a step
/// down by stochastic reconfiguration or Adam (variational Monte Carlo). Every number depends on
/// the seed, the step and the global chain alone.
class GroundStateSearch {
 public:
  /// What it is about; all must outlive it.
  struct Setting {
    const Operator& H;
    WaveFunction& psi;
    const Sampler& sampler;  ///< of |ψ|²
    Workers workers;
  };
  GroundStateSearch(const Setting& setting, const SearchOptions& options);
  [[nodiscard]] const SearchOptions& options() const { return options_; }
  [[nodiscard]] Index steps_done() const { return step_; }
  /// One step. Collective. NumericalError, with the step, where a number is not finite.
  SearchRecord step();
  /// Samples of a step, and rows of its scores.
  [[nodiscard]] Index samples() const { return rounds() * options_.chains; }

  /// Bytes that a step takes with this many blocks of scores held.
  [[nodiscard]] static double bytes(const SearchOptions& options, const WaveFunction& psi,
                                    Index held);
  /// Fewest blocks that a step works with.
  [[nodiscard]] static Index least_held(const SearchOptions& options, const WaveFunction& psi);
  /// As many as the memory holds. UserError where it holds too few.
  [[nodiscard]] static Index most_held(const SearchOptions& options, const WaveFunction& psi);

  /// All that a checkpoint must hold: of all chains, on every rank.
  struct State {
    Index step = 0;
    std::vector<double> parameters, update;  ///< of ψ; of Adam or reconfiguration
    Batch x;                                 ///< (chains, sites)
  };
  [[nodiscard]] State state() const;
  void set_state(const State& state);

 private:
  /// Rows: all chains of the first round, of the second, ….
  struct Samples {
    SpinBytes s;        ///< (rows, sites)
    Batch energies;     ///< (rows, 1), and imaginary parts of a ψ that is not real
    Column acceptance;  ///< (chains)
  };
  [[nodiscard]] static Index rounds_of(const SearchOptions& options) {
    return (options.samples + options.chains - 1) / options.chains;
  }
  [[nodiscard]] Index rounds() const { return rounds_of(options_); }
  void draw();
  void draw_chunk(Range chains);
  void gather();
  [[nodiscard]] Eigen::VectorXd deviations() const;
  void lower(const SearchRecord& record);
  Setting setting_;
  SearchOptions options_;
  Index step_ = 0;
  Range local_;  ///< chains of this rank
  Batch x_;      ///< (local chains, sites)
  Samples samples_;
  Index held_;         ///< blocks of scores
  WaveScores scores_;  ///< kept: fresh memory costs more than what is done with it
  Adam adam_;
  Reconfiguration reconfiguration_;
};

}  // namespace nmc
