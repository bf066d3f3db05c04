#pragma once

#include <string>
#include <vector>

namespace nmc::certify {

/// One property with what was found, and what was found where a fault was planted on purpose: a
/// check that does not see it proves nothing.
struct Check {
  std::string subject;  ///< "sampler pair_flip"
  std::string what;     ///< "pi P = pi, enumerated"
  double figure = 0;    ///< at most `bar` where all is well
  double bar = 0;
  double planted = 0;  ///< the figure with the fault in it: above `bar`
  std::string fault;   ///< "beta 1 % off"

  [[nodiscard]] bool is_passed() const { return figure <= bar; }
  [[nodiscard]] bool sees_fault() const { return !(planted <= bar); }
};
using Checks = std::vector<Check>;

/// Largest |z| that `count` independent normal deviates reach with a probability of less than 1e-6
/// in all.
[[nodiscard]] double bar_of_deviates(double count);

/// A row per check within 80 columns, and the verdict.
[[nodiscard]] std::string table_text(const Checks& checks);
/// One JSON object per line.
[[nodiscard]] std::string json_text(const Checks& checks);
[[nodiscard]] bool is_certified(const Checks& checks);

}  // namespace nmc::certify
