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

/// Forward and backward real transforms of one padded column, in FFTW's half-complex order.
class Transform {
 public:
  explicit Transform(Index length)
      : length_(length), buffer_(fftw_alloc_real(static_cast<std::size_t>(length))) {
    const int n = static_cast<int>(length);
    const std::lock_guard lock(planner());
    forward_ = fftw_plan_r2r_1d(n, buffer_.get(), buffer_.get(), FFTW_R2HC, FFTW_ESTIMATE);
    backward_ = fftw_plan_r2r_1d(n, buffer_.get(), buffer_.get(), FFTW_HC2R, FFTW_ESTIMATE);
  }
  Transform(const Transform&) = delete;
  Transform& operator=(const Transform&) = delete;
  ~Transform() {
    const std::lock_guard lock(planner());
    fftw_destroy_plan(forward_);
    fftw_destroy_plan(backward_);
  }

  /// Wiener-Khinchin: the products are the back transform of |F x|².
  Column lagged_products(const Eigen::Ref<const Column>& x) {
    Eigen::Map<Column> data(buffer_.get(), length_);
    data.head(x.size()) = x;
    data.tail(length_ - x.size()).setZero();
    fftw_execute(forward_);
    data[0] *= data[0];
    for (Index k = 1; 2 * k < length_; ++k) {
      data[k] = data[k] * data[k] + data[length_ - k] * data[length_ - k];
      data[length_ - k] = 0;
    }
    if (length_ % 2 == 0) data[length_ / 2] *= data[length_ / 2];
    fftw_execute(backward_);
    return data.head(x.size()) / static_cast<double>(length_);
  }

 private:
  Index length_;
  Buffer buffer_;
  fftw_plan forward_ = nullptr;
  fftw_plan backward_ = nullptr;
};

}  // namespace

Chains lagged_products(const ChainsRef& x) {
  Chains products(x.rows(), x.cols());
  if (x.rows() == 0) return products;
  Transform transform(fast_length(2 * x.rows()));  // zeros keep the ends from meeting
  for (Index column = 0; column < x.cols(); ++column) {
    products.col(column) = transform.lagged_products(x.col(column));
  }
  return products;
}

}  // namespace nmc::statistics
