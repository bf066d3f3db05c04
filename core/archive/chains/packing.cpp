#include "core/archive/chains/packing.hpp"

#include <algorithm>
#include <limits>

namespace nmc::archive {

namespace {

/// What netCDF's library fills float and double variables with before they are written.
constexpr double kDefaultFill = 0x1.ep+122;

}  // namespace

Packing make_packing(const std::function<std::vector<double>(const char*)>& numbers) {
  Packing packing;
  for (const double value : numbers("scale_factor")) packing.scale_factor = value;
  for (const double value : numbers("add_offset")) packing.add_offset = value;
  for (const char* name : {"_FillValue", "missing_value"}) {
    for (const double value : numbers(name)) {
      packing.missing.push_back(value);
      // a double may mark what is missing among floats
      packing.missing.push_back(static_cast<double>(static_cast<float>(value)));
    }
  }
  if (packing.missing.empty()) packing.missing.push_back(kDefaultFill);
  const std::vector<double> range = numbers("valid_range");
  if (range.size() == 2) {
    packing.valid_min = range[0];
    packing.valid_max = range[1];
  }
  for (const double least : numbers("valid_min")) packing.valid_min = least;
  for (const double most : numbers("valid_max")) packing.valid_max = most;
  return packing;
}

bool Packing::is_trivial() const {
  return scale_factor == 1 && add_offset == 0 && missing.empty() && !valid_min && !valid_max &&
         unsigned_range == 0;
}

void Packing::apply(std::vector<double>& values) const {
  if (is_trivial()) return;
  for (double& value : values) {
    if (unsigned_range > 0 && value < 0) value += unsigned_range;
    const bool is_missing = std::ranges::find(missing, value) != missing.end() ||
                            (valid_min && value < *valid_min) || (valid_max && value > *valid_max);
    value =
        is_missing ? std::numeric_limits<double>::quiet_NaN() : value * scale_factor + add_offset;
  }
}

}  // namespace nmc::archive
