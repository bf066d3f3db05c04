#include "core/statistics/autocovariance.hpp"

#include <fftw3.h>

#include <memory>
#include <mutex>

namespace nmc::statistics {
namespace {

struct Free {
  void operator()(double* memory) const { fftw_free(memory); }
};
using Buffer = std::unique_ptr<double[], Free>;  // aligned, so that plans do not depend on luck

/// Smallest length ≥ n without prime factors above 5, which FFTW handles well.
Index fast_length(Index n) {
  const auto is_fast = [](Index m) {
    for (const Index prime : {2, 3, 5}) {
      while (m % prime == 0) m /= prime;
    }
    return m == 1;
  };
  while (!is_fast(n)) ++n;
  return n;
}

/// FFTW makes and frees plans on one thread at a time; carrying them out is free of that.
std::mutex& planner() {
  static std::mutex mutex;
  return mutex;
}

/// Forward and backward real transforms of one padded column. By the transforms between real and
/// complex numbers: the half-complex order is three times as slow.
class Transform {
 public:
  explicit Transform(Index length)
      : length_(length), buffer_(fftw_alloc_real(static_cast<std::size_t>(2 * frequencies()))) {
    const int n = static_cast<int>(length);
    auto* complex = reinterpret_cast<fftw_complex*>(buffer_.get());
    const std::lock_guard lock(planner());
    forward_ = fftw_plan_dft_r2c_1d(n, buffer_.get(), complex, FFTW_ESTIMATE);
    backward_ = fftw_plan_dft_c2r_1d(n, complex, buffer_.get(), FFTW_ESTIMATE);
  }
  Transform(const Transform&) = delete;
  Transform& operator=(const Transform&) = delete;
  ~Transform() {
    const std::lock_guard lock(planner());
    fftw_destroy_plan(forward_);
    fftw_destroy_plan(backward_);
  }

  [[nodiscard]] Index frequencies() const { return length_ / 2 + 1; }

  /// |F x|², (frequencies).
  Column power(const Eigen::Ref<const Column>& x) {
    Eigen::Map<Column> data(buffer_.get(), length_);
    data.head(x.size()) = x;
    data.tail(length_ - x.size()).setZero();
    fftw_execute(forward_);
    return spectrum().colwise().squaredNorm().transpose();
  }

  /// Wiener-Khinchin: the products are the back transform of |F x|².
  Column lagged_products(const Column& power, Index draws) {
    spectrum().row(0) = power.matrix().transpose();
    spectrum().row(1).setZero();
    fftw_execute(backward_);
    return Eigen::Map<const Column>(buffer_.get(), draws) / static_cast<double>(length_);
  }

 private:
  /// Real and imaginary parts, (2, frequencies).
  Eigen::Map<Eigen::Matrix2Xd> spectrum() { return {buffer_.get(), 2, frequencies()}; }

  Index length_;
  Buffer buffer_;
  fftw_plan forward_ = nullptr;
  fftw_plan backward_ = nullptr;
};

/// Zeros keep the ends from meeting.
Index padded_length(const ChainsRef& x) {
  return fast_length(2 * x.rows());
}

}  // namespace

Chains lagged_products(const ChainsRef& x) {
  Chains products(x.rows(), x.cols());
  if (x.rows() == 0) return products;
  Transform transform(padded_length(x));
  for (Index column = 0; column < x.cols(); ++column) {
    products.col(column) = transform.lagged_products(transform.power(x.col(column)), x.rows());
  }
  return products;
}

Column total_lagged_products(const ChainsRef& x) {
  if (x.rows() == 0) return Column(0);
  Transform transform(padded_length(x));
  Column power = Column::Zero(transform.frequencies());
  for (Index column = 0; column < x.cols(); ++column) power += transform.power(x.col(column));
  return transform.lagged_products(power, x.rows());
}

}  // namespace nmc::statistics
