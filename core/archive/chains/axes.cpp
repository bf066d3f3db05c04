#include "core/archive/chains/axes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string_view>

#include "core/errors.hpp"

namespace nmc::archive {
namespace {

const char* const kWayOut =
    "say which axis is which by --axes, in order (chain,draw,site), or by name (time=draw)";

/// A word of the list, alone or with an ending that says "number".
bool is_one_of(const std::string& plain, const std::vector<std::string_view>& words) {
  constexpr std::array endings{"",    "s",   "id",     "ids", "no",   "nr",
                               "num", "idx", "number", "ix",  "index"};
  for (const std::string_view word : words) {
    if (!plain.starts_with(word)) continue;
    const std::string rest = plain.substr(word.size());
    if (std::ranges::find(endings, rest) != endings.end()) return true;
  }
  return false;
}

/// The one axis of a role: the name that ArviZ gives it before its synonyms. Two synonyms for one
/// role cannot be told apart.
std::size_t the_axis(const std::vector<std::string>& names, AxisRole role, std::string& refusal) {
  const std::string first = role == AxisRole::chain ? "chain" : "draw";
  std::vector<std::size_t> found;
  for (std::size_t axis = 0; axis < names.size(); ++axis) {
    if (plain_name(names[axis]) == first) return axis;
    if (role_of_name(names[axis]) == role) found.push_back(axis);
  }
  if (found.size() > 1)
    refusal = fmt::format("its axes {} and {} both count {}s; {}", names[found[0]], names[found[1]],
                          first, kWayOut);
  return found.size() == 1 ? found[0] : no_axis;
}

std::string roles_text(const std::vector<std::string>& names, const Axes& axes) {
  std::vector<std::string> words;
  for (std::size_t axis = 0; axis < names.size(); ++axis) {
    const std::string role = axis == axes.chain ? "chain" : axis == axes.draw ? "draw" : "entry";
    words.push_back(names[axis] == role ? role : names[axis] + " = " + role);
  }
  return fmt::format("axes by name: {}", fmt::join(words, ", "));
}

Axes axes_by_name(const Shape& shape, const std::vector<std::string>& names) {
  Axes axes;
  axes.chain = the_axis(names, AxisRole::chain, axes.refusal);
  axes.draw = the_axis(names, AxisRole::draw, axes.refusal);
  if (!axes.refusal.empty()) return axes;
  if (std::ranges::find(names, "") != names.end()) {
    axes.refusal = fmt::format("only some of its axes {} have names ({}); {}", shape_text(shape),
                               fmt::join(names, ", "), kWayOut);
  } else if (axes.draw == no_axis) {
    axes.refusal = fmt::format("none of its axes {} counts draws; {}", fmt::join(names, ", "),
                               axes.chain == no_axis ? kWayOut : "it has one entry per chain");
  }
  axes.said = roles_text(names, axes);
  return axes;
}

/// What to say of an array without names that has few draws, or fewer than entries: the axis of
/// the draws is as a rule the longest.
std::string doubt_of(const Shape& shape) {
  constexpr Index kFewDraws = 10;
  Index entries = 1;
  for (std::size_t axis = 2; axis < shape.size(); ++axis) entries *= shape[axis];
  if (shape[1] >= kFewDraws && shape[1] >= entries) return "";
  const auto longest = static_cast<std::size_t>(std::ranges::max_element(shape) - shape.begin());
  std::string other = "draw,chain", place = "a.T";
  if (shape.size() > 2 && longest > 1) {  // the axes before keep their order behind chain and draw
    std::vector<std::string> names, order{"0", std::to_string(longest)};
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      names.push_back(axis == 0 ? "chain" : axis == longest ? "draw" : fmt::format("x{}", axis));
      if (axis != 0 && axis != longest) order.push_back(std::to_string(axis));
    }
    other = fmt::format("{}", fmt::join(names, ","));
    place = fmt::format("a.transpose({})", fmt::join(order, ", "));
  } else if (shape.size() > 2) {
    other = "draw,chain,…";
    place = "a.swapaxes(0, 1)";
  }
  const std::string of_what = shape.size() > 2 ? fmt::format(" of {} variables", entries) : "";
  return fmt::format(
      "{} without names was read as [chain, draw{}]: {} chains of {} draws{}; if another axis "
      "counts "
      "the draws, say so by --axes, for example {}, or save {}",
      shape_text(shape), shape.size() > 2 ? ", variable" : "", shape[0], shape[1], of_what, other,
      place);
}

/// The documented convention for arrays without names.
Axes axes_by_position(const Shape& shape) {
  Axes axes;
  if (shape.empty()) {
    axes.refusal = "a single number, not a chain";
  } else if (shape.size() == 1) {
    axes.draw = 0;
    axes.said = "one chain: its only axis is taken as draw";
  } else if (shape[0] >= shape[1]) {
    axes.refusal = fmt::format(
        "its axes {} have no names, and as [chain, draw{}] it would be {} chains of {} draws; {}",
        shape_text(shape), shape.size() > 2 ? ", …" : "", shape[0], shape[1], kWayOut);
  } else {
    axes.chain = 0;
    axes.draw = 1;
    axes.said = fmt::format("axes {} without names, taken as [chain, draw{}]", shape_text(shape),
                            shape.size() > 2 ? ", …" : "");
    axes.doubt = doubt_of(shape);
  }
  return axes;
}

AxisRole role_of_word(const std::string& word, const std::string& option) {
  if (word == "variable" || word == "entry") return AxisRole::other;
  const AxisRole role = role_of_name(word);
  require(role != AxisRole::other,
          "--axes " + option + ": \"" + word + "\" is none of chain, draw, variable");
  return role;
}

}  // namespace

std::string plain_name(const std::string& name) {
  std::string plain;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || byte >= 0x80) plain += static_cast<char>(std::tolower(byte));
  }
  return plain;
}

bool is_time(const std::string& name) {
  return name == "t" || plain_name(name) == "time";  // T is a temperature
}

AxisRole role_of_name(const std::string& name) {
  const std::string plain = plain_name(name);
  if (is_one_of(plain, {"chain", "mcmcchain", "markovchain", "walker", "replica", "run"}))
    return AxisRole::chain;
  if (is_one_of(plain, {"draw", "step", "mcstep", "mcmcstep", "iteration", "iter", "sample",
                        "sweep", "mcsweep", "mcs", "trajectory", "measurement", "index", "config",
                        "configuration"}))
    return AxisRole::draw;
  return is_time(name) ? AxisRole::draw : AxisRole::other;
}

AxesChoice AxesChoice::parse(const std::string& text) {
  AxesChoice choice;
  std::set<std::string> seen;
  for (std::size_t begin = 0; begin <= text.size() && !text.empty();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    begin = end + 1;
    const std::size_t equals = word.rfind('=');
    const std::string name = word.substr(0, equals);
    require(!name.empty() && seen.insert(name).second,
            "--axes " + text + ": every axis needs a name of its own, such as chain,draw,site");
    if (equals == std::string::npos)
      choice.names.push_back(name);
    else
      choice.meanings.emplace_back(name, role_of_word(word.substr(equals + 1), text));
  }
  require(choice.names.empty() || choice.meanings.empty(),
          "--axes " + text + ": either all axes in order, or only NAME=chain and NAME=draw");
  return choice;
}

Axes find_axes(const Shape& shape, const std::vector<std::string>& given,
               const AxesChoice& choice) {
  std::vector<std::string> names = given;
  names.resize(shape.size());
  if (!choice.names.empty()) {
    if (choice.names.size() != shape.size())
      return {.said = "",
              .refusal = fmt::format("--axes names {} axes and it has {}", choice.names.size(),
                                     shape_text(shape))};
    Axes axes = axes_by_name(shape, choice.names);
    axes.said = fmt::format("axes as --axes says: {}", fmt::join(choice.names, ", "));
    return axes;
  }
  for (const auto& [name, role] : choice.meanings) {
    const std::string word = role == AxisRole::chain  ? "chain"
                             : role == AxisRole::draw ? "draw"
                                                      : "entry";
    std::ranges::replace(names, name, word);
  }
  const bool has_names = std::ranges::any_of(names, [](const auto& name) { return name != ""; });
  return has_names ? axes_by_name(shape, names) : axes_by_position(shape);
}

std::string shape_text(const Shape& shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

}  // namespace nmc::archive
