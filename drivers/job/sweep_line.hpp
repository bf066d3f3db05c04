#pragma once

#include <string>
#include <vector>

#include "core/options/options.hpp"

namespace nmc::drivers {

/// One line of a sweep: the keys that it sets together, and their values task by task.
struct SweepLine {
  std::string origin;
  std::vector<GivenOption> keys;  ///< with empty values
  std::vector<std::vector<std::string>> values;

  /// The keys with the values of number `i`.
  [[nodiscard]] std::vector<GivenOption> settings(std::size_t i) const;
};

/// "system.beta".
[[nodiscard]] std::string full_key(const GivenOption& option);

/// Reads `section.key = values` or `a.b, c.d = (1, 2), (3, 4)`. UserError with the line's origin.
[[nodiscard]] SweepLine read_sweep_line(const GivenOption& option);

}  // namespace nmc::drivers
