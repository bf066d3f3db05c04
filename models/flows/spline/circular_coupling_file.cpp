#include <fmt/format.h>

#include <memory>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"
#include "models/flows/nets/dense_net_file.hpp"
#include "models/flows/nets/layer_fields.hpp"
#include "models/flows/spline/circular_coupling.hpp"

namespace nmc {
namespace {

using archive::File;
using archive::Shape;
using SiteRows = std::vector<std::vector<int>>;

void write_rows(File& file, const std::string& dataset, const SiteRows& rows) {
  std::vector<std::int64_t> sites;
  for (const auto& row : rows) sites.insert(sites.end(), row.begin(), row.end());
  file.write(dataset, {std::ssize(rows), std::ssize(rows.front())}, sites);
}

SiteRows read_rows(const File& file, const std::string& dataset) {
  const auto flat = read_int_vector(file, dataset);
  const Shape shape = file.shape(dataset);
  require(shape.size() == 2 && shape[0] > 0 && shape[1] > 0,
          fmt::format("{}: {} must be (patches, angles of a patch)", file.path(), dataset));
  SiteRows rows;
  for (auto at = flat.begin(); at != flat.end(); at += shape[1])
    rows.emplace_back(at, at + shape[1]);
  return rows;
}

/// Widths from the inputs to the outputs.
std::vector<int> widths_of_circular(const CircularSpec& spec) {
  std::vector<int> widths{2 * static_cast<int>(spec.kept.front().size())};
  widths.insert(widths.end(), spec.hidden.begin(), spec.hidden.end());
  widths.push_back(spline_numbers(spec.bins) * static_cast<int>(spec.moved.front().size()));
  return widths;
}

}  // namespace

void CircularCoupling::write(File& file, const std::string& group,
                             std::span<const double> parameters) const {
  file.set_attribute(group, "type", "circular_coupling");
  file.set_attribute(group, "bins", static_cast<std::int64_t>(spec_.bins));
  file.set_attribute(group, "activation", name_of(spec_.activation));
  file.set_attribute(group, "input", spec_.is_invariant ? "differences" : "angles");
  file.set_attribute(group, "precision", spec_.precision == Precision::single ? "float" : "double");
  write_rows(file, group + "/kept", spec_.kept);
  write_rows(file, group + "/moved", spec_.moved);
  write_rows(file, group + "/reference", spec_.reference);
  write_dense_net(file, group, widths_of_circular(spec_), parameters);
}

StoredLayer CircularCoupling::read(const File& file, const std::string& group, Index sites) {
  CircularSpec spec;
  spec.sites = sites;
  spec.hidden = read_hidden_widths(
      file, group,
      {{"type", "bins", "activation", "input", "precision"}, {"kept", "moved", "reference"}});
  const Index bins = file.int_attribute(group, "bins");
  require(2 <= bins && bins <= 64,
          fmt::format("{}: {} has {} bins; it needs 2 to 64", file.path(), group, bins));
  spec.bins = static_cast<int>(bins);
  spec.activation = read_activation(file, group);
  spec.is_invariant = one_of(file, group, "input", {"angles", "differences"}) == "differences";
  spec.precision = one_of(file, group, "precision", {"float", "double"}) == "float"
                       ? Precision::single
                       : Precision::twice;
  spec.kept = read_rows(file, group + "/kept");
  spec.moved = read_rows(file, group + "/moved");
  spec.reference = read_rows(file, group + "/reference");
  auto layer = std::make_unique<CircularCoupling>(std::move(spec));
  std::vector<double> parameters = read_dense_net(file, group, widths_of_circular(layer->spec()));
  return {std::move(layer), std::move(parameters)};
}

}  // namespace nmc
