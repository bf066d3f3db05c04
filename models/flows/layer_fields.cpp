#include "models/flows/layer_fields.hpp"

#include <fmt/format.h>

#include <limits>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"

namespace nmc {

std::vector<int> read_int_vector(const archive::File& file, const std::string& dataset) {
  require(file.has(dataset),
          fmt::format("{}: {} is missing (docs/model-file.md)", file.path(), dataset));
  refuse_others(file, dataset, {});
  const auto numbers = file.read_ints(dataset);
  // No site, mask or orbit is beyond an int.
  for (const std::int64_t number : numbers)
    require(number >= 0 && number < std::numeric_limits<int>::max(),
            fmt::format("{}: {} holds {}, which is out of range", file.path(), dataset, number));
  return {numbers.begin(), numbers.end()};
}

}  // namespace nmc
