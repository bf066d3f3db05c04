#include "models/flows/nets/dense_net_file.hpp"

#include <fmt/format.h>

#include <limits>

#include "core/errors.hpp"

namespace nmc {

using archive::File;
using archive::Shape;

void write_dense_net(File& file, const std::string& group, const std::vector<int>& widths,
                     std::span<const double> parameters) {
  for (std::size_t k = 0; k + 1 < widths.size(); ++k) {
    const Index in = widths[k], out = widths[k + 1];
    const auto weights = static_cast<std::size_t>(in * out);
    file.write(fmt::format("{}/W{}", group, k), {out, in}, parameters.first(weights));
    file.write(fmt::format("{}/b{}", group, k), {out},
               parameters.subspan(weights, static_cast<std::size_t>(out)));
    parameters = parameters.subspan(weights + static_cast<std::size_t>(out));
  }
}

std::vector<int> read_hidden_widths(const File& file, const std::string& group,
                                    KnownEntries known) {
  std::vector<int> hidden;
  for (int k = 0; file.has(fmt::format("{}/W{}", group, k)); ++k) {
    const Shape shape = file.shape(fmt::format("{}/W{}", group, k));
    require(shape.size() == 2 && shape[0] >= 1 && shape[0] < std::numeric_limits<int>::max(),
            fmt::format("{}: {}/W{} must be (outputs, inputs)", file.path(), group, k));
    hidden.push_back(static_cast<int>(shape[0]));
  }
  require(hidden.size() >= 2, fmt::format("{}: {} needs W0 and W1 at least", file.path(), group));
  for (std::size_t k = 0; k < hidden.size(); ++k) {
    known.children.push_back(fmt::format("W{}", k));
    known.children.push_back(fmt::format("b{}", k));
  }
  refuse_others(file, group, known);
  hidden.pop_back();
  return hidden;
}

std::vector<double> read_dense_net(const File& file, const std::string& group,
                                   const std::vector<int>& widths) {
  std::vector<double> parameters;
  for (std::size_t k = 0; k + 1 < widths.size(); ++k) {
    const std::string w = fmt::format("{}/W{}", group, k), b = fmt::format("{}/b{}", group, k);
    require_shape(file, w, {widths[k + 1], widths[k]});
    require_shape(file, b, {widths[k + 1]});
    for (const std::string& dataset : {w, b}) {
      const auto numbers = file.read_doubles(dataset);
      parameters.insert(parameters.end(), numbers.begin(), numbers.end());
    }
  }
  return parameters;
}

}  // namespace nmc
