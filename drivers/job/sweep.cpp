#include "drivers/job/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "core/archive/sha256.hpp"
#include "core/errors.hpp"
#include "core/options/parse_values.hpp"
#include "core/options/sweep_values.hpp"
#include "drivers/job/sections.hpp"
#include "drivers/job/sweep_line.hpp"

namespace nmc::drivers {
namespace {

constexpr std::string_view kGroup = "sweep.";
constexpr std::size_t kMostTasks = 100'000;

/// Lines that are multiplied with each other, and how many of them stand in [sweep] itself.
struct Group {
  std::string name;
  std::vector<SweepLine> lines;
  std::size_t shared = 0;
};

std::vector<SweepLine> lines_of(const std::vector<GivenOption>& given, const std::string& section) {
  std::vector<SweepLine> lines;
  std::vector<std::string> keys;
  for (const GivenOption& option : given) {
    if (option.section != section) continue;
    const auto known = std::ranges::find(keys, option.key);
    if (known == keys.end()) {
      keys.push_back(option.key);
      lines.push_back(read_sweep_line(option));
      continue;
    }
    // A line of the command line, which comes first, has the place of the one that it replaces:
    // tasks keep their names.
    const auto from = known - keys.begin();
    std::rotate(known, known + 1, keys.end());
    std::rotate(lines.begin() + from, lines.begin() + from + 1, lines.end());
  }
  return lines;
}

void refuse_doubled_keys(const Group& group) {
  std::vector<GivenOption> seen;
  for (const SweepLine& line : group.lines) {
    for (const GivenOption& key : line.keys) {
      const auto first = std::ranges::find(seen, full_key(key), full_key);
      if (first != seen.end())
        throw UserError(fmt::format("{}: {} is already swept at {}", line.origin, full_key(key),
                                    first->origin));
      seen.push_back(key);
    }
  }
}

std::vector<Group> read_groups(const std::vector<GivenOption>& given) {
  const std::vector<SweepLine> shared = lines_of(given, "sweep");
  std::vector<Group> groups;
  for (const GivenOption& option : given) {
    if (!option.section.starts_with(kGroup)) continue;
    const std::string name = option.section.substr(kGroup.size());
    if (std::ranges::find(groups, name, &Group::name) != groups.end()) continue;
    const auto is_plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
    require(!name.empty() && std::ranges::all_of(name, is_plain),
            fmt::format("{}: [{}]: a group is named by letters, digits and _", option.origin,
                        option.section));
    Group group{name, shared, shared.size()};
    for (SweepLine& line : lines_of(given, option.section)) group.lines.push_back(std::move(line));
    groups.push_back(std::move(group));
  }
  if (groups.empty()) groups.push_back({"", shared, shared.size()});
  std::ranges::for_each(groups, refuse_doubled_keys);
  return groups;
}

// Letters, digits and . + _ as they are; what is between them becomes one -. A number keeps its
// sign.
std::string file_name_part(const std::string& text) {
  if (number_value(text)) return canonical_value(text);  // 0.40 is the task of 0.4
  std::string part;
  for (const char c : text) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                          std::string_view(".+_").find(c) != std::string_view::npos;
    if (is_plain)
      part += c;
    else if (!part.empty() && part.back() != '-')
      part += '-';
  }
  if (part.ends_with('-')) part.pop_back();
  return part;
}

// "L16", "b0.44", "wolff", "order-random".
std::string value_name(const GivenOption& setting) {
  const std::string value = file_name_part(setting.value);
  if (setting.key == "name") return value;
  if (full_key(setting) == "system.beta") return fmt::format("b{}", value);
  return fmt::format("{}{}{}", setting.key, number_value(value) ? "" : "-", value);
}

// Values of the lines' odometer, the last line the fastest.
SweepPoint point_of(const Group& group, std::size_t number) {
  std::vector<std::size_t> digit(group.lines.size());
  for (std::size_t l = group.lines.size(); l-- > 0;) {
    digit[l] = number % group.lines[l].values.size();
    number /= group.lines[l].values.size();
  }
  SweepPoint point{group.name, {}};
  for (std::size_t l = 0; l < group.lines.size(); ++l) {
    const SweepLine& line = group.lines[l];
    const auto settings = line.settings(digit[l]);
    if (l < group.shared || line.values.size() > 1)
      point.name +=
          fmt::format("{}{}", point.name.empty() ? "" : "_", value_name(settings.front()));
    point.settings.insert(point.settings.end(), settings.begin(), settings.end());
  }
  return point;
}

void refuse_doubled_names(const std::vector<SweepPoint>& points) {
  std::set<std::string> names;
  for (const SweepPoint& point : points)
    require(names.insert(point.name).second,
            fmt::format("two tasks of the sweep would have the directory {}: put them into groups "
                        "with names, [sweep.NAME]",
                        point.name));
}

// A value of another section that no task would use.
void refuse_unused_values(const std::vector<GivenOption>& given,
                          const std::vector<SweepPoint>& points) {
  for (const GivenOption& option : given) {
    if (is_sweep_section(option.section) || is_unset(option)) continue;
    const GivenOption* swept = nullptr;
    const bool is_unused = std::ranges::all_of(points, [&](const SweepPoint& point) {
      const auto it = std::ranges::find(point.settings, full_key(option), full_key);
      if (it != point.settings.end()) swept = &*it;
      return it != point.settings.end();
    });
    if (is_unused)
      throw UserError(
          fmt::format("{}: {} is swept at {}, so that no task would use this value: "
                      "leave one of them out",
                      option.origin, full_key(option), swept->origin));
  }
}

}  // namespace

bool is_sweep_section(const std::string& section) {
  return section == "sweep" || section.starts_with(kGroup);
}

bool has_sweep(const std::vector<GivenOption>& given) {
  return std::ranges::any_of(given, is_sweep_section, &GivenOption::section);
}

GivenOption with_sweep_group(GivenOption option) {
  if (option.section != "sweep") return option;
  const auto dot = option.key.find('.');
  const std::string first = option.key.substr(0, dot);
  const auto& names = section_names();
  if (dot == std::string::npos || option.key.find('.', dot + 1) == std::string::npos ||
      std::ranges::find(names, first) != names.end())
    return option;
  option.section += "." + first;
  option.key.erase(0, dot + 1);
  return option;
}

std::vector<SweepPoint> expand_sweep(const std::vector<GivenOption>& given) {
  std::vector<SweepPoint> points;
  for (const Group& group : read_groups(given)) {
    std::size_t count = 1;
    for (const SweepLine& line : group.lines) {
      count *= line.values.size();
      require(points.size() + count <= kMostTasks,
              fmt::format("{}: the sweep has more than {} tasks", line.origin, kMostTasks));
    }
    for (std::size_t i = 0; i < count; ++i) points.push_back(point_of(group, i));
  }
  refuse_doubled_names(points);
  refuse_unused_values(given, points);
  return points;
}

std::vector<SweepLine> sweep_grid(const std::vector<GivenOption>& given) {
  const std::vector<Group> groups = read_groups(given);
  return groups.size() == 1 ? groups.front().lines : std::vector<SweepLine>{};
}

std::int64_t task_seed(std::int64_t seed, const std::vector<GivenOption>& settings) {
  std::set<std::string> lines;
  for (const GivenOption& setting : settings)
    if (full_key(setting) != "run.seed" && !is_length(setting.section, setting.key))
      lines.insert(fmt::format("{}={}\n", full_key(setting), canonical_value(setting.value)));
  std::string text = fmt::format("{}\n", seed);
  for (const std::string& line : lines) text += line;
  constexpr std::size_t kDigits = 13;  // 52 bits: an integer that a double holds
  return std::stoll(archive::sha256(text).substr(0, kDigits), nullptr, 16);
}

}  // namespace nmc::drivers
