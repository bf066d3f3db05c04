#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/archive/file.hpp"
#include "core/parallel/ranks.hpp"
#include "drivers/session/directory.hpp"

namespace nmc::drivers {

/// The draws of a run as DIR/parts holds them, one file for every stretch between two checkpoints:
/// /names, /columns/NAME (rows, draws) and, where configurations are kept, /x.
class DrawParts {
 public:
  using Poll = std::function<void()>;
  DrawParts() = default;
  /// The files up to draw `draws`, each of them held against its checksums. UserError where one is
  /// damaged or missing, or has other columns or rows than the first. `poll` is called between two,
  /// and may throw.
  DrawParts(const OutputDirectory& directory, Index draws, const Poll& poll = {});

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] Index draws() const { return draws_; }
  [[nodiscard]] Index rows() const { return rows_; }

  /// Some files that follow each other, few enough for one column of them to fit into memory.
  struct Run {
    std::vector<archive::File> files;
    Range draws;
  };
  /// All files in their order.
  void for_each(const std::function<void(const Run&)>& use) const;
  /// A column of such files, (draws, rows).
  [[nodiscard]] Batch read(const Run& run, const std::string& column) const;

  /// The file that begins with a draw.
  [[nodiscard]] static std::string path(const OutputDirectory& directory, Index first_draw);

 private:
  struct Entry {
    std::string path;
    Range draws;
  };
  std::vector<std::string> names_;
  std::vector<Entry> entries_;
  Index draws_ = 0, rows_ = 0;
};

}  // namespace nmc::drivers
