#pragma once

#include <functional>
#include <span>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

struct LbfgsOptions {
  Index memory = 20;         ///< pairs of steps and changes of the gradient, >= 1
  double tolerance = 1e-10;  ///< it has converged where no entry of the gradient is larger
  double change = 1e-13;     ///< or where a step lowers f by less than this part of |f| + 1
};

/// Minimiser of a smooth function known with its gradient: limited-memory BFGS (Liu and Nocedal,
/// Math. Program. 45, 503 (1989)) with a line search to the strong Wolfe conditions (Nocedal and
/// Wright, Numerical Optimization, algorithms 3.5 and 3.6; c1 = 1e-4, c2 = 0.9).
class Lbfgs {
 public:
  /// f(x), and its gradient to `grad`; both spans have the size of x.
  using Function = std::function<double(std::span<const double> x, std::span<double> grad)>;

  explicit Lbfgs(std::vector<double> x, const LbfgsOptions& options = {});

  /// One step of the minimiser; false where it has converged, or where no step lowers f any more.
  bool step(const Function& f);

  [[nodiscard]] const std::vector<double>& x() const { return x_; }
  [[nodiscard]] double value() const { return value_; }
  [[nodiscard]] double largest_gradient() const;
  [[nodiscard]] Index evaluations() const { return evaluations_; }

  /// All that the next step depends on beside the options, for checkpoints.
  [[nodiscard]] std::vector<double> state() const;
  /// UserError where it is that of another number of parameters.
  void set_state(std::span<const double> state);

 private:
  struct Point {
    double t = 0, value = 0, slope = 0;
    std::vector<double> x, grad;
  };
  struct Pair {
    std::vector<double> step, change;
  };
  [[nodiscard]] std::vector<double> direction() const;
  [[nodiscard]] Point point_at(const Function& f, std::span<const double> direction, double t);
  /// The end of a line search from here; t = 0 where there is none.
  Point search(const Function& f, std::span<const double> direction);
  Point zoom(const Function& f, std::span<const double> direction, Point low, Point high);
  void take(Point next);

  LbfgsOptions options_;
  std::vector<double> x_, grad_;  ///< no gradient before the first step
  double value_ = 0;
  Index evaluations_ = 0;
  std::vector<Pair> pairs_;  ///< the latest last
};

}  // namespace nmc
