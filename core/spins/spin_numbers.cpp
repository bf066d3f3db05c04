#include "core/spins/spin_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"

namespace nmc {
namespace {

/// Sites of number k.
Index sites_in(Index k, Index sites) {
  return std::min(kSpinsPerNumber, sites - k * kSpinsPerNumber);
}

}  // namespace

Batch spin_numbers(const Spins& spins) {
  const Spins bytes = spins.converted(SpinLayout::bytes);
  Batch numbers(spins.rows(), numbers_of_spins(spins.sites()));
  for (Index row = 0; row < spins.rows(); ++row)
    for (Index k = 0; k < numbers.cols(); ++k) {
      const std::int8_t* s = bytes.row(row) + k * kSpinsPerNumber;
      std::uint64_t bits = 0;
      for (Index i = 0; i < sites_in(k, spins.sites()); ++i)
        bits |= static_cast<std::uint64_t>(s[i] > 0) << i;
      numbers(row, k) = static_cast<double>(bits);
    }
  return numbers;
}

Batch spins_of_numbers(const Batch& numbers, Index sites) {
  require(numbers.cols() == numbers_of_spins(sites),
          fmt::format("{} numbers hold no row of {} spins", numbers.cols(), sites));
  Batch x(numbers.rows(), sites);
  for (Index k = 0; k < numbers.cols(); ++k) {
    const double end = std::ldexp(1.0, static_cast<int>(sites_in(k, sites)));
    for (Index row = 0; row < numbers.rows(); ++row) {
      const double number = numbers(row, k);
      require(number >= 0 && number < end && number == std::floor(number),
              fmt::format("{} is no number of {} spins", number, sites_in(k, sites)));
      const auto bits = static_cast<std::uint64_t>(number);
      for (Index i = 0; i < sites_in(k, sites); ++i)
        x(row, k * kSpinsPerNumber + i) = (bits >> i & 1U) != 0 ? 1 : -1;
    }
  }
  return x;
}

}  // namespace nmc
