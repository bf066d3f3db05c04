#include "drivers/training/stored_rows.hpp"

#include <fmt/format.h>

#include <vector>

#include "core/archive/file.hpp"

namespace nmc::drivers {

Batch read_rows(const Options& options, const std::string& key) {
  const std::string& source = options.text(key);
  const auto colon = source.rfind(':');
  if (colon == std::string::npos)
    options.fail(key, fmt::format("which dataset of which file? write {} = FILE.h5:DATASET", key));
  const auto file = archive::File::open(source.substr(0, colon));
  const std::string dataset = fmt::format("/{}", source.substr(colon + 1));
  if (!file.is_dataset(dataset))
    options.fail(key, fmt::format("{} holds no dataset {}", file.path(), dataset));
  const archive::Shape shape = file.shape(dataset);
  for (const auto extent : shape)
    if (extent == 0) options.fail(key, fmt::format("{} holds no rows", source));
  if (shape.size() != 3) return file.read_batch(dataset);
  const std::vector<double> values = file.read_doubles(dataset);
  using Rows = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const Rows>(values.data(), shape[0] * shape[1], shape[2]);
}

}  // namespace nmc::drivers
