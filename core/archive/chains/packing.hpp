#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace nmc::archive {

/// How netCDF's conventions (CF 1.11, section 8.1; NUG appendix A) pack a variable:
/// x = raw · scale_factor + add_offset; raw values equal to _FillValue or missing_value, or outside
/// of valid_min … valid_max, are missing.
struct Packing {
  double scale_factor = 1;
  double add_offset = 0;
  std::vector<double> missing{};
  std::optional<double> valid_min{}, valid_max{};
  double unsigned_range = 0;  ///< 2^bits where `_Unsigned` says that negative numbers are not
  std::string units{};

  /// Unpacks in place; missing values become NaN.
  void apply(std::vector<double>& values) const;
  [[nodiscard]] bool is_trivial() const;
};

/// From the attributes of a variable: `numbers` gives the values of one, none where it is absent.
[[nodiscard]] Packing make_packing(const std::function<std::vector<double>(const char*)>& numbers);

}  // namespace nmc::archive
