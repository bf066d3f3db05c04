#pragma once

#include <string>
#include <vector>

#include "drivers/session/run_status.hpp"

namespace nmc::drivers {

/// How a number of a run went while somebody looked: the loss of a training, else the first
/// observable.
class StatusChart {
 public:
  /// What status.json says now; nothing where it is what it was.
  void add(const RunStatus& status);
  /// "energy   ▁▂▅▇▆▆ -91.3 ... -90.9" in so many columns; "" before two values.
  [[nodiscard]] std::string line(std::size_t columns) const;

 private:
  std::string name_, phase_, updated_;
  std::vector<double> values_;
};

/// Heights of a row of blocks, lowest to highest of the values; the middle where all are equal.
/// Where there are more values than `columns`, means of consecutive ones.
[[nodiscard]] std::string spark_line(const std::vector<double>& values, std::size_t columns,
                                     bool is_unicode);

}  // namespace nmc::drivers
