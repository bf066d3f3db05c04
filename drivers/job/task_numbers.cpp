#include "drivers/job/task_numbers.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <set>
#include <string_view>

#include "core/errors.hpp"
#include "core/options/sweep_values.hpp"

namespace nmc::drivers {
namespace {

[[noreturn]] void refuse_numbers(const std::string& text) {
  throw UserError(
      fmt::format("--tasks takes numbers and ranges from 0 on (3 or 0-9,20) or a part of the sweep "
                  "(0/4 to 3/4), and \"{}\" is neither: is a variable of the batch system not set? "
                  "(Slurm's --array=0-3 gives $SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT)",
                  text));
}

std::optional<std::size_t> whole_number(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole ? std::optional(number) : std::nullopt;
}

std::vector<std::size_t> part_of(std::size_t part, std::size_t parts, std::size_t count) {
  require(parts > 0 && part < parts,
          fmt::format("--tasks {}/{}: the {} parts are numbered from 0 to {} (Slurm: "
                      "--array=0-{})",
                      part, parts, parts, parts > 0 ? parts - 1 : 0, parts > 0 ? parts - 1 : 0));
  std::vector<std::size_t> numbers;
  for (std::size_t i = part; i < count; i += parts) numbers.push_back(i);
  return numbers;
}

void require_known(std::size_t number, std::size_t count) {
  require(number < count,
          fmt::format("--tasks {}: the sweep has {} tasks, numbered from 0 to {} (nmc check JOB "
                      "lists them)",
                      number, count, count - 1));
}

}  // namespace

std::vector<std::size_t> task_numbers(const std::string& text, std::size_t count) {
  const auto slash = text.find('/');
  if (slash != std::string::npos) {
    const auto part = whole_number(std::string_view(text).substr(0, slash));
    const auto parts = whole_number(std::string_view(text).substr(slash + 1));
    if (!part || !parts) refuse_numbers(text);
    return part_of(*part, *parts, count);
  }
  if (text.empty()) refuse_numbers(text);
  std::set<std::size_t> numbers;
  for (const std::string& piece : split_outside_brackets(text)) {
    const auto dash = piece.find('-');
    const auto first = whole_number(std::string_view(piece).substr(0, dash));
    const auto last =
        dash == std::string::npos ? first : whole_number(std::string_view(piece).substr(dash + 1));
    if (!first || !last || *last < *first) refuse_numbers(text);
    require_known(*last, count);
    for (std::size_t i = *first; i <= *last; ++i) numbers.insert(i);
  }
  return {numbers.begin(), numbers.end()};
}

}  // namespace nmc::drivers
