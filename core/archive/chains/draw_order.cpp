#include "core/archive/chains/draw_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/errors.hpp"

namespace nmc::archive {
namespace {

// Times are written with rounding; a missing draw is a whole distance.
constexpr double kRounding = 1e-3;

[[noreturn]] void refuse_repeated(const DrawNumbers& draws, std::size_t first, std::size_t second) {
  throw UserError(fmt::format(
      "{}: {} {}{} was given before, at {}; are these several chains? Their number belongs into a "
      "column chain, or --axes NAME=chain says which column it is",
      draws.where(std::max(first, second)), draws.counter, draws.numbers[first], draws.owner,
      draws.where(std::min(first, second))));
}

}  // namespace

DrawOrder order_draws(const DrawNumbers& draws) {
  const std::vector<double>& numbers = draws.numbers;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    require(std::isfinite(numbers[i]),
            fmt::format("{}: a {}{} has no number", draws.where(i), draws.counter, draws.owner));
  }
  DrawOrder order;
  order.places.resize(numbers.size());
  std::iota(order.places.begin(), order.places.end(), std::size_t{0});
  order.was_sorted = std::ranges::is_sorted(numbers);
  if (!order.was_sorted)
    std::ranges::stable_sort(order.places, {}, [&](std::size_t i) { return numbers[i]; });
  const auto step = [&](std::size_t i) {
    return numbers[order.places[i]] - numbers[order.places[i - 1]];
  };
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    if (step(i) == 0) refuse_repeated(draws, order.places[i - 1], order.places[i]);
    order.spacing = i == 1 ? step(i) : std::min(order.spacing, step(i));
  }
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    if (step(i) <= order.spacing * (1 + kRounding)) continue;
    const std::size_t before = order.places[i - 1], after = order.places[i];
    throw UserError(fmt::format(
        "{}: {} {}{} follows {} ({}) where others are {} apart: draws are missing, and a lag would "
        "not be a number of draws; put them back, or keep equally spaced ones",
        draws.where(after), draws.counter, numbers[after], draws.owner, numbers[before],
        draws.where(before), order.spacing));
  }
  return order;
}

}  // namespace nmc::archive
