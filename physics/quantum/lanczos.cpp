#include "physics/quantum/lanczos.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/errors.hpp"
#include "core/linear/factors.hpp"
#include "core/random/streams.hpp"

namespace nmc {
namespace {

using Eigen::VectorXd;
using Product = std::function<VectorXd(const VectorXd&)>;

/// The tridiagonal matrix of the recursion.
struct Recursion {
  std::vector<double> alpha, beta;  ///< beta[k] joins k and k + 1
  [[nodiscard]] Index steps() const { return std::ssize(alpha); }
};

class Krylov {
 public:
  Krylov(const Product& product, VectorXd first, const std::vector<const VectorXd*>& apart)
      : product_(product), apart_(apart), v_(std::move(first)) {
    before_ = VectorXd::Zero(v_.size());
    project(v_);
    v_.normalize();
  }

  [[nodiscard]] const VectorXd& vector() const { return v_; }

  /// False where the space is exhausted.
  bool step(Recursion& to) {
    VectorXd w = product_(v_);
    const double alpha = v_.dot(w);
    w -= alpha * v_;
    if (to.steps() > 0) w -= to.beta.back() * before_;
    project(w);
    const double beta = w.norm();
    to.alpha.push_back(alpha);
    to.beta.push_back(beta);
    scale_ = std::max({scale_, std::abs(alpha), beta});
    if (beta <= 1e-14 * scale_ || to.steps() + std::ssize(apart_) >= v_.size()) return false;
    before_ = std::exchange(v_, w / beta);
    return true;
  }

 private:
  void project(VectorXd& w) const {
    for (const VectorXd* other : apart_) w -= other->dot(w) * *other;
  }

  const Product& product_;
  const std::vector<const VectorXd*>& apart_;
  VectorXd v_, before_;
  double scale_ = 0;
};

struct Ritz {
  VectorXd weights;
  double residual = 0, scale = 0;
};

Ritz lowest_ritz(const Recursion& recursion) {
  const Index n = recursion.steps();
  const VectorXd diagonal = VectorXd::Map(recursion.alpha.data(), n);
  const VectorXd beside = VectorXd::Map(recursion.beta.data(), n - 1);
  const linear::Eigenpairs pairs = linear::tridiagonal_eigenpairs(diagonal, beside);
  return {pairs.vectors.col(0), std::abs(recursion.beta.back() * pairs.vectors(n - 1, 0)),
          pairs.values.cwiseAbs().maxCoeff()};
}

VectorXd first_vector(Index size, Index seed) {
  Batch z(1, size);
  fill_normal({.seed = static_cast<std::uint64_t>(seed), .purpose = Purpose::init}, z);
  return z.row(0).matrix().transpose();
}

/// Steps between looks at the Ritz values, which take a third power of the steps: they cost less
/// than the products in between.
Index next_look(Index steps) {
  return steps < 8 ? steps + 1 : steps + std::max<Index>(2, steps / 8);
}

}  // namespace

LowestState lowest_state(const Product& product, Index size,
                         const std::vector<const VectorXd*>& apart, const LanczosOptions& options) {
  require(size > std::ssize(apart), "there is no state left to look for");
  // Another one for each: all vectors of a recursion have one part in a space of equal values.
  const VectorXd first = first_vector(size, options.seed + std::ssize(apart));
  Recursion recursion;
  Ritz ritz;
  {
    Krylov krylov(product, first, apart);
    bool goes_on = true;
    for (Index look = 1; goes_on; look = next_look(look)) {
      while (goes_on && recursion.steps() < look) goes_on = krylov.step(recursion);
      ritz = lowest_ritz(recursion);
      if (ritz.residual <= options.tolerance * ritz.scale) break;
      if (goes_on && recursion.steps() >= options.most_steps)
        throw NumericalError(
            fmt::format("Lanczos' recursion left a residual of {:.2g} after {} "
                        "steps",
                        ritz.residual, recursion.steps()));
    }
  }
  LowestState state;
  state.vector = VectorXd::Zero(size);
  Krylov again(product, first, apart);
  Recursion same;
  for (Index k = 0; k < recursion.steps(); ++k) {
    state.vector += ritz.weights(k) * again.vector();
    if (k + 1 < recursion.steps()) (void)again.step(same);
  }
  state.vector.normalize();
  const VectorXd image = product(state.vector);
  state.value = state.vector.dot(image);
  state.residual = (image - state.value * state.vector).norm();
  state.products = 2 * recursion.steps();
  return state;
}

}  // namespace nmc
