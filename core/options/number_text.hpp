#pragma once

#include <string>
#include <string_view>

/// Texts that a reader of numbers refuses, and what their writers meant.
namespace nmc {

/// Whether the text is a whole number that a std::int64_t does not hold, or that is written as
/// a real one from 2^53 on, where a double stands for its neighbours, too: 1e16, 2^64 in digits.
[[nodiscard]] bool is_too_large_integer(std::string_view text);

/// The way out for numbers that others write otherwise: "; decimals need a point, not a comma:
/// 1.5" for 1,5 and "; the exponent is written with E: 1.5E0" for Fortran's 1.5D0. "" for the rest.
[[nodiscard]] std::string number_hint(std::string_view text);

}  // namespace nmc
