#include "core/archive/chains/arrays.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "core/archive/chains/array_entries.hpp"
#include "core/archive/chains/bytes.hpp"
#include "core/archive/chains/draw_order.hpp"
#include "core/archive/chains/large_array.hpp"
#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"

namespace nmc::archive {

using statistics::Chains;

namespace {

/// With fewer draws not even an error can be estimated.
constexpr Index kLeastDraws = 4;
/// A list this long is taken for a series of draws rather than for one number per chain.
constexpr Index kLeastSeries = 100;

/// Places along the draw axis in the order of its coordinates, which must be equally spaced.
std::vector<std::size_t> places_of_draws(const std::string& path, const StoredArray& array,
                                         const Axes& axes, ChainFile& file) {
  const auto draws = static_cast<std::size_t>(array.shape[axes.draw]);
  std::vector<double> numbers;
  if (array.coordinates) numbers = array.coordinates(axes.draw);
  if (numbers.size() != draws) {
    std::vector<std::size_t> places(draws);
    for (std::size_t i = 0; i < draws; ++i) places[i] = i;
    return places;
  }
  const std::string axis = array.axes[axes.draw];
  DrawOrder order =
      order_draws({numbers, [&](std::size_t i) { return fmt::format("{}: {}[{}]", path, axis, i); },
                   axis, " of " + array.name});
  if (!order.was_sorted)
    file.notes.push_back(fmt::format("{}: draws put into the order of {}", array.name, axis));
  return order.places;
}

void add_chains(const std::string& path, const StoredArray& array, const Axes& axes,
                ChainFile& file) {
  const std::vector<std::size_t> places = places_of_draws(path, array, axes, file);
  if (file.on_variable && is_large(array)) {
    require(std::ranges::is_sorted(places),
            fmt::format("{}: the draws of {} are not in the order of {}, and too many to be sorted "
                        "here: write them in order",
                        path, array.name, array.axes[axes.draw]));
    add_large_array(array, axes, file);
    return;
  }
  (void)checked_entries(array.shape, array.name + " of " + path);
  std::vector<double> values = array.read();
  array.packing.apply(values);
  const Shape strides = strides_of(array.shape);
  const bool is_one_chain = axes.chain == no_axis;
  for (const ArrayEntry& entry : list_entries(array.shape, axes)) {
    Chains chains(array.shape[axes.draw], is_one_chain ? 1 : array.shape[axes.chain]);
    for (Index chain = 0; chain < chains.cols(); ++chain) {
      const Index start = entry.offset + (is_one_chain ? 0 : chain * strides[axes.chain]);
      for (Index draw = 0; draw < chains.rows(); ++draw) {
        const auto place = static_cast<Index>(places[static_cast<std::size_t>(draw)]);
        chains(draw, chain) = values[static_cast<std::size_t>(start + place * strides[axes.draw])];
      }
    }
    file.add({name_of_entry(array.name, entry), std::move(chains), array.packing.units, axes.said});
  }
}

bool has_names(const StoredArray& array) {
  return std::ranges::any_of(array.axes, [](const std::string& name) { return !name.empty(); });
}

/// What the other arrays of a file say about one that has no names for its axes.
class Neighbours {
 public:
  Neighbours(const std::vector<StoredArray>& arrays, const std::vector<Axes>& axes) {
    for (const StoredArray& array : arrays) {
      if (array.shape.size() == 1) lists_.insert(array.shape[0]);
    }
    for (std::size_t i = 0; i < arrays.size(); ++i) {
      const bool is_readable = axes[i].refusal.empty() && refusal(arrays[i]).empty();
      if (arrays[i].shape.size() > 1 && is_readable) draws_.insert(arrays[i].shape[axes[i].draw]);
    }
  }

  /// Why an array that could be [chain, draw] or a series by itself is neither; "" where it is.
  [[nodiscard]] std::string refusal(const StoredArray& array) const {
    const Shape& shape = array.shape;
    if (has_names(array)) return "";
    if (is_configurations(shape))
      return fmt::format(
          "its first axis is as long as the series beside it: taken as configurations {}, not as "
          "chains; --axes draw,site,… analyses every entry",
          shape_text(shape));
    if (shape.size() == 1 && !draws_.empty() && !draws_.contains(shape[0]))
      return fmt::format("its {} numbers are no series over the draws of the arrays beside it",
                         shape[0]);
    return "";
  }

 private:
  [[nodiscard]] bool is_configurations(const Shape& shape) const {
    return shape.size() > 1 && shape[0] >= kLeastSeries && lists_.contains(shape[0]) &&
           !lists_.contains(shape[1]);
  }
  std::set<Index> lists_;  ///< lengths of the arrays with one axis
  std::set<Index> draws_;  ///< draws of the arrays with more
};

std::string refusal_of(const StoredArray& array, const Axes& axes, const Neighbours& neighbours,
                       bool was_named) {
  if (entries(array.shape) == 0) return "it is empty";
  const std::string reason = neighbours.refusal(array);
  if (!reason.empty()) return reason;
  if (!axes.refusal.empty()) return axes.refusal;
  if (array.shape.size() == 1 && array.shape[0] < kLeastDraws && !was_named)
    return fmt::format("{} numbers are too few for a series", array.shape[0]);
  return "";
}

[[noreturn]] void refuse_all(const std::string& path, const ChainFile& file) {
  std::string reasons;
  for (const LeftOut& one : file.left_out) reasons += "\n  " + one.name + ": " + one.reason;
  throw UserError(path + (reasons.empty() ? " holds no chains: no numeric dataset was found"
                                          : " holds no chains that can be told:" + reasons));
}

/// A name that --axes gives a meaning must be the name of some axis.
void require_known_names(const std::string& path, const std::vector<StoredArray>& arrays,
                         const AxesChoice& choice) {
  std::vector<std::string> names;
  for (const StoredArray& array : arrays)
    names.insert(names.end(), array.axes.begin(), array.axes.end());
  std::erase(names, "");
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const auto& [name, role] : choice.meanings) {
    require(std::ranges::find(names, name) != names.end(),
            fmt::format("{}: no axis is named \"{}\"{}; {}", path, name, did_you_mean(name, names),
                        names.empty() ? "its axes have no names: --axes takes them in order"
                                      : fmt::format("there are {}", fmt::join(names, ", "))));
  }
}

}  // namespace

void add_arrays(const StoredArrays& stored, const AxesChoice& choice, ChainFile& file) {
  const auto& [path, arrays, was_named] = stored;
  std::vector<Axes> axes;
  axes.reserve(arrays.size());
  for (const StoredArray& array : arrays)
    axes.push_back(find_axes(array.shape, array.axes, choice));
  require_known_names(path, arrays, choice);
  const bool is_chosen = was_named || !choice.names.empty();
  const Neighbours neighbours(is_chosen ? std::vector<StoredArray>{} : arrays, axes);
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const std::string reason = refusal_of(arrays[i], axes[i], neighbours, was_named);
    if (!reason.empty()) {
      file.left_out.push_back({arrays[i].name, reason});
      continue;
    }
    add_chains(path, arrays[i], axes[i], file);
    if (!axes[i].doubt.empty()) file.notes.push_back(arrays[i].name + ": " + axes[i].doubt);
  }
  if (file.variables.empty()) refuse_all(path, file);
}

}  // namespace nmc::archive
