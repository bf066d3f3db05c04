#pragma once

#include <optional>
#include <string>

namespace nmc::drivers {

/// "-95.46(8)": the value to the digits its error allows; two digits of an error that begins with
/// 1. Without a finite error the value alone.
[[nodiscard]] std::string with_error(double value, double error);

/// Three digits with a unit prefix for counts: "842", "11k", "3.2M".
[[nodiscard]] std::string short_count(double count);

/// "12 %", "0.13 %" of a share in [0, 1]: two digits, never in powers of ten from .01 % on.
[[nodiscard]] std::string percent_text(double share);

/// "0:06:12".
[[nodiscard]] std::string clock_text(double seconds);

/// "512 B", "41 GB".
[[nodiscard]] std::string bytes_text(double bytes);

/// The value in an fmt format such as "{:.4f}", "-" where it is not finite.
[[nodiscard]] std::string number_or_dash(double value, const char* format);

/// An exact value to nine digits, "-" where there is none.
[[nodiscard]] std::string exact_text(const std::optional<double>& exact);

}  // namespace nmc::drivers
