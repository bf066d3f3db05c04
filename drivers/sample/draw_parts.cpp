#include "drivers/sample/draw_parts.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/archive/seal.hpp"
#include "core/errors.hpp"

namespace nmc::drivers {
namespace {

// Of one column; and files that are open at a time.
constexpr Index kMostNumbersOfRun = Index{1} << 20;
constexpr std::size_t kMostFiles = 64;

void require_sound(bool is_sound, const archive::File& file, const std::string& what) {
  require(is_sound, fmt::format("{} is damaged: {}; run again with --restart, which measures anew",
                                file.path(), what));
}

// Every column is (rows, draws), with as many draws as the first.
archive::Shape shape_of_columns(const archive::File& file, const std::vector<std::string>& names) {
  require_sound(!names.empty(), file, "it names no columns");
  const archive::Shape first = file.shape("/columns/" + names.front());
  require_sound(first.size() == 2 && first[0] > 0 && first[1] > 0, file,
                "its first column has no draws");
  for (const std::string& name : names)
    require_sound(file.shape("/columns/" + name) == first, file,
                  fmt::format("/columns/{} and /columns/{} differ in shape", names.front(), name));
  return first;
}

}  // namespace

std::string DrawParts::path(const OutputDirectory& directory, Index first_draw) {
  return directory.file(fmt::format("parts/draws_{:012}.h5", first_draw));
}

DrawParts::DrawParts(const OutputDirectory& directory, Index draws, const Poll& poll) {
  while (draws_ < draws) {
    if (poll) poll();
    const auto file = archive::File::open(path(directory, draws_));
    archive::require_whole_file(file.path());
    std::vector<std::string> names = file.read_strings("/names");
    const archive::Shape shape = shape_of_columns(file, names);
    if (entries_.empty()) {
      names_ = std::move(names);
      rows_ = shape[0];
    } else {
      require_sound(names == names_, file, "its columns are not those before");
      require_sound(shape[0] == rows_, file, "it has not the chains of those before");
    }
    entries_.push_back({file.path(), {draws_, shape[1]}});
    draws_ += shape[1];
    require_sound(draws_ <= draws, file, "it has more draws than the run");
  }
}

void DrawParts::for_each(const std::function<void(const Run&)>& use) const {
  for (std::size_t i = 0; i < entries_.size();) {
    Run run{{}, {entries_[i].draws.first, 0}};
    do {
      run.files.push_back(archive::File::open(entries_[i].path));
      run.draws.count += entries_[i].draws.count;
      ++i;
    } while (i < entries_.size() && run.files.size() < kMostFiles &&
             (run.draws.count + entries_[i].draws.count) * rows_ <= kMostNumbersOfRun);
    use(run);
  }
}

Batch DrawParts::read(const Run& run, const std::string& column) const {
  Batch values(run.draws.count, rows_);
  Index first = 0;
  for (const archive::File& file : run.files) {
    const std::vector<double> part = file.read_doubles("/columns/" + column);
    const Index count = std::ssize(part) / rows_;
    require_sound(first + count <= values.rows(), file, "it has changed since it was opened");
    values.middleRows(first, count) = Eigen::Map<const Batch>(part.data(), count, rows_);
    first += count;
  }
  return values;
}

}  // namespace nmc::drivers
