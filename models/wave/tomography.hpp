#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "core/optimise/lbfgs.hpp"
#include "models/wave/shots_likelihood.hpp"

namespace nmc {

struct TomographyOptions {
  Index starts = 4;
  Index steps = 1000;   ///< of L-BFGS from each start, at most
  Index patience = 20;  ///< steps that do not better the held-out shots before a start ends
};

/// How one start ended: of its best step.
struct TomographyStart {
  Index steps = 0, best_step = 0;
  double nll = std::numeric_limits<double>::infinity();
  double held_out = std::numeric_limits<double>::infinity();  ///< nll of the shots held out
};

/// A state of qubits learned from shots in several bases: the nll of ShotsLikelihood with its exact
/// normalisation, lowered by L-BFGS from several random starts; of all steps the state is kept that
/// is best on shots held out, or, without those, on the shots themselves.
class Tomography {
 public:
  /// A wave function of random numbers for the start of that number, all of one shape.
  using Maker = std::function<std::unique_ptr<WaveFunction>(Index start)>;
  /// How searches begin.
  struct Makers {
    Maker psi;
    /// A wave function with a phase, the parameters of psi first, or empty. A ψ that is positive
    /// cannot go from one sign of ⟨outcome|U ψ⟩ to the other, for there nll is infinite: one with a
    /// phase goes around, and leads with at most half of the steps to where ψ begins.
    Maker leader{};
  };
  /// `held_out` may be empty. UserError where the shots are of another number of qubits.
  Tomography(const SplitShots& shots, Makers makers, const TomographyOptions& options,
             const Threads& threads = Threads{});
  /// One step; false where the last start has ended.
  bool step();
  [[nodiscard]] Index steps_done() const { return done_; }
  /// Those of the starts that have ended, and the one that is under way.
  [[nodiscard]] const std::vector<TomographyStart>& starts() const { return starts_; }
  /// Number of the start with the best state.
  [[nodiscard]] std::size_t best_start() const;
  /// The best state by now.
  [[nodiscard]] const WaveFunction& best() const { return *best_; }

  /// All that a checkpoint must hold beside the shots and the options.
  [[nodiscard]] std::vector<double> state() const;
  void set_state(std::span<const double> state);

 private:
  struct Evaluated {
    double nll = 0, held_out = 0;
  };
  double evaluate(std::span<const double> x, std::span<double> gradient);
  void begin();
  void follow();
  void keep(const Evaluated& here);
  [[nodiscard]] bool has_patience() const;
  /// Of the leader, or of the start that is under way.
  [[nodiscard]] TomographyStart& course() { return is_leading_ ? lead_ : starts_.back(); }
  [[nodiscard]] double judged(const TomographyStart& start) const {
    return held_out_ ? start.held_out : start.nll;
  }

  ShotsLikelihood likelihood_;
  std::optional<ShotsLikelihood> held_out_{};
  Makers makers_;
  TomographyOptions options_;
  Threads threads_;
  std::unique_ptr<WaveFunction> psi_, best_;
  std::optional<Lbfgs> minimiser_{};
  std::vector<Evaluated> evaluated_;  ///< of the step under way
  std::vector<TomographyStart> starts_;
  TomographyStart lead_{};  ///< how the leader of the start under way has gone
  Index done_ = 0;
  bool is_done_ = false, is_leading_ = false;
};

}  // namespace nmc
