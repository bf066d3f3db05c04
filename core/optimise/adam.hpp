#pragma once

#include <span>
#include <vector>

#include "core/batch.hpp"
#include "core/parallel/threads.hpp"

namespace nmc {

/// Adam (Kingma and Ba, ICLR 2015, algorithm 1) and AMSGrad (Reddi, Kale and Kumar, ICLR 2018).
struct AdamOptions {
  double beta1 = 0.9;     ///< decay of the mean gradient, in [0, 1)
  double beta2 = 0.999;   ///< decay of the mean squared gradient, in [0, 1)
  double epsilon = 1e-8;  ///< added to the root of the mean square, > 0
  bool is_amsgrad = false;
};

/// Throws UserError when a decay or epsilon is outside its range.
void check(const AdamOptions& options);

/// All that Adam carries from step to step; vectors have one entry per parameter.
struct AdamState {
  Index steps = 0;            ///< steps taken so far
  std::vector<double> m;      ///< decaying mean of the gradient
  std::vector<double> v;      ///< decaying mean of its square
  std::vector<double> v_max;  ///< largest v so far (AMSGrad; else empty)

  bool operator==(const AdamState&) const = default;
};

/// Minimiser of a function known by stochastic gradients. Every parameter is updated on its own,
/// so its numbers do not depend on how many others there are.
class Adam {
 public:
  explicit Adam(Index parameters, const AdamOptions& options = {});
  /// Goes on from a state; throws as set_state() does.
  Adam(Index parameters, const AdamOptions& options, AdamState state);

  /// One step down the gradient; both spans have `parameters` entries.
  void step(std::span<double> parameters, std::span<const double> grad, double learning_rate,
            const Threads& threads = Threads{});

  [[nodiscard]] const AdamState& state() const { return state_; }
  /// Throws UserError when the state is that of another number of parameters or another method.
  void set_state(AdamState state);

 private:
  void take(std::size_t size, AdamState state);

  AdamOptions options_;
  AdamState state_;
};

}  // namespace nmc
