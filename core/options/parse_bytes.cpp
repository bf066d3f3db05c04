#include "core/options/parse_bytes.hpp"

#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "core/errors.hpp"
#include "core/options/parse_values.hpp"

namespace nmc {
namespace {

constexpr std::array<std::pair<std::string_view, double>, 9> kByteUnits{{{"TiB", 0x1p40},
                                                                         {"GiB", 0x1p30},
                                                                         {"MiB", 0x1p20},
                                                                         {"KiB", 0x1p10},
                                                                         {"TB", 1e12},
                                                                         {"GB", 1e9},
                                                                         {"MB", 1e6},
                                                                         {"kB", 1e3},
                                                                         {"B", 1}}};

}  // namespace

double parse_bytes(std::string_view name, std::string_view text) {
  for (const auto& [unit, bytes] : kByteUnits) {
    if (!text.ends_with(unit)) continue;
    std::string_view number = text.substr(0, text.size() - unit.size());
    while (number.ends_with(' ')) number.remove_suffix(1);
    const double value = parse_real(name, number) * bytes;
    require(std::isfinite(value) && value >= 1,
            std::string(name) + " = " + std::string(text) + ": a size above 0 is needed");
    return value;
  }
  throw UserError(std::string(name) + " = " + std::string(text) +
                  ": a size with its unit is needed, such as 512 MB, 2 GB or 1.5 GiB");
}

}  // namespace nmc
