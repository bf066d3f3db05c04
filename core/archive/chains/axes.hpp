#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/archive/file.hpp"

/// Which axis of an array, or which column of a table, counts what.
namespace nmc::archive {

enum class AxisRole { chain, draw, other };

/// The role that a name has by itself. Case, blanks, dots and underscores around words do not
/// matter: `.chain`, `chain__`, `Chain` and `chain_id` are one. Numbers of chains: chain, walker,
/// replica. Numbers of draws: draw, step, iteration, iter, sample, sweep …
[[nodiscard]] AxisRole role_of_name(const std::string& name);

/// Lower case, without what is neither letter nor digit: ".Chain_ID" → "chainid".
[[nodiscard]] std::string plain_name(const std::string& name);

/// `time` and `t` number the draws where they rise evenly; a clock's reading is a variable.
[[nodiscard]] bool is_time(const std::string& name);

/// What `--axes` says: the names of the axes in order ("chain,draw,site"), or names that the file
/// gives with what they are ("time=draw,particle=chain", "rank=variable").
struct AxesChoice {
  std::vector<std::string> names;
  std::vector<std::pair<std::string, AxisRole>> meanings;
  [[nodiscard]] bool is_empty() const { return names.empty() && meanings.empty(); }
  /// Reads the words; UserError for what is neither.
  [[nodiscard]] static AxesChoice parse(const std::string& text);
};

inline constexpr std::size_t no_axis = static_cast<std::size_t>(-1);

/// The axes of one array. Where `refusal` says why not, the others mean nothing.
struct Axes {
  std::size_t chain = no_axis;  ///< no_axis: the array is one chain
  std::size_t draw = no_axis;
  std::string said;  ///< "step = draw, walker = chain" for the reader of the report
  std::string refusal;
  /// Where the array may well be meant otherwise: how it was read, and how to say the other way.
  std::string doubt{};
};

/// Takes the axes by their names ("" where the file gives none) and the user's choice. Only an
/// array without any name is taken as [chain, draw, …], and only where it has fewer chains than
/// draws.
[[nodiscard]] Axes find_axes(const Shape& shape, const std::vector<std::string>& names,
                             const AxesChoice& choice);

/// "[4, 1000]".
[[nodiscard]] std::string shape_text(const Shape& shape);

}  // namespace nmc::archive
