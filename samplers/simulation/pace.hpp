#pragma once

#include <algorithm>
#include <array>
#include <chrono>

#include "core/parallel/ranks.hpp"

namespace nmc {

/// How many units of work to do until the next synchronisation, so that one comes about every
/// `seconds`. The clock of rank 0 decides for all.
class Pace {
 public:
  Pace(const Ranks& ranks, double seconds) : ranks_(ranks), seconds_(seconds) {}

  /// Collective. At most `left`, at least 1; at most twice as many as last time.
  [[nodiscard]] Index next(Index left) {
    const auto now = std::chrono::steady_clock::now();
    std::array<double, 1> count{1};
    if (last_ > 0) {
      const double spent = std::chrono::duration<double>(now - began_).count();
      const double wanted = static_cast<double>(last_) * std::min(2.0, seconds_ / spent);
      count[0] = std::max(1.0, wanted);
    }
    ranks_.broadcast(count);
    last_ = std::min(left, static_cast<Index>(count[0]));
    began_ = std::chrono::steady_clock::now();
    return last_;
  }

 private:
  const Ranks& ranks_;
  double seconds_;
  Index last_ = 0;
  std::chrono::steady_clock::time_point began_{};
};

}  // namespace nmc
