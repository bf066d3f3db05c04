#pragma once

#include <optional>

#include "drivers/machine/learn_estimate.hpp"
#include "drivers/session/session.hpp"
#include "drivers/tomography/known_state.hpp"
#include "models/wave/tomography.hpp"

namespace nmc::drivers {

/// Learns the state of a job with [tomography]: its shots are read or drawn, and checked, before
/// anything is written. Checkpoints go to DIR/fit.h5, shots that were drawn to DIR/shots.txt, the
/// wave function to DIR/model.h5, and what is known of it to DIR/tomography.h5. Every rank computes
/// the same, rank 0 writes.
class TomographyPlan {
 public:
  /// UserError for shots that do not fit, and where a phase is asked for that they do not fix.
  explicit TomographyPlan(const Job& job);
  /// Times about a second of steps, and forgets them.
  [[nodiscard]] LearnEstimate estimate(const Threads& threads) const;
  /// Throws Interrupted after a checkpoint when the session must stop.
  void carry_out(Session& session) const;

 private:
  void read_method();
  [[nodiscard]] TomographyOptions limits() const;
  [[nodiscard]] Index hidden() const;
  [[nodiscard]] std::unique_ptr<WaveFunction> make_start(Index start, bool has_phase) const;
  /// A positive wave function of shots that are turned is led by one with a phase.
  [[nodiscard]] Tomography::Makers makers() const;

  const Job& job_;
  std::optional<KnownState> truth_{};
  std::optional<Shots> shots_{};
  std::optional<SplitShots> split_{};
  bool has_phase_ = false;
  bool by_chains_ = false;
};

}  // namespace nmc::drivers
