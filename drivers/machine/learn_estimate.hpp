#pragma once

#include <ctime>
#include <functional>
#include <string>

#include "core/batch.hpp"

namespace nmc::drivers {

/// What nmc check says of a training of a machine before it is begun.
struct LearnEstimate {
  std::string data;    ///< "14 rows of 9 units, 14 of them different"
  std::string method;  ///< "exact gradient, L-BFGS, best of 3 starts"
  Index steps = 0;     ///< at most
  double seconds_per_step = 0;
};

/// CPU seconds of one call of `step`, which says whether there is another one, of about a second
/// of them.
[[nodiscard]] inline double seconds_per_step(const std::function<bool()>& step) {
  constexpr double kBudget = 1;
  const std::clock_t began = std::clock();
  const auto passed = [began] {
    return static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  };
  Index steps = 0;
  bool goes_on = true;
  while (goes_on && passed() < kBudget) {
    goes_on = step();
    ++steps;
  }
  return passed() / static_cast<double>(steps);
}

}  // namespace nmc::drivers
