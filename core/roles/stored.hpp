#pragma once

#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace nmc::archive {
class File;
}

namespace nmc {

/// What writes itself into a group of a file. The way back is a table of readers, so that no place
/// knows every type.
class Stored {
 public:
  virtual ~Stored() = default;
  /// Everything that its numbers depend on, below `group`; layout in docs/model-file.md.
  virtual void write(archive::File& file, const std::string& group) const = 0;
};

/// A line of a table: reads from a group what has this type there. UserError, with the file and the
/// object named, when something is missing or does not fit.
template <class Made, class... Given>
struct Reader {
  std::string_view type;
  Made (*read)(const archive::File& file, const std::string& group, Given... given);
};

/// The types of a table, in its order.
template <class Table>
[[nodiscard]] std::vector<std::string> types_in(const Table& table) {
  std::vector<std::string> types;
  for (const auto& reader : table) types.emplace_back(reader.type);
  return types;
}

/// The line of that type; null where there is none.
template <class Table>
[[nodiscard]] auto find_reader(const Table& table, std::string_view type) {
  for (const auto& reader : table)
    if (reader.type == type) return &reader;
  return static_cast<decltype(&*std::begin(table))>(nullptr);
}

}  // namespace nmc
