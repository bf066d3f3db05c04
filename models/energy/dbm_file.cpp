#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/archive/model_entries.hpp"
#include "models/autoregressive/model_fields.hpp"
#include "models/energy/dbm.hpp"

namespace nmc {
namespace {

/// Layers of a file beyond which nothing is read.
constexpr Index kMostDbmLayers = 64;

}  // namespace

void Dbm::write(archive::File& file, const std::string& group) const {
  file.set_attribute(group, "type", "dbm");
  file.set_attribute(group, "units", name_in(kUnitNames, shape_.units));
  file.set_attribute(group, "layers", static_cast<int>(layers()));
  const std::span<const double> theta(theta_);
  for (Index l = 0; l < layers(); ++l)
    file.write(
        fmt::format("{}/b{}", group, l), {units_of(l)},
        theta.subspan(static_cast<std::size_t>(bias_at(l)), static_cast<std::size_t>(units_of(l))));
  for (Index l = 1; l < layers(); ++l)
    file.write(fmt::format("{}/W{}", group, l), {units_of(l - 1), units_of(l)},
               theta.subspan(static_cast<std::size_t>(weights_at(l)),
                             static_cast<std::size_t>(units_of(l - 1) * units_of(l))));
  write_weights_digest(file, group, theta);
}

std::unique_ptr<Dbm> Dbm::read(const archive::File& file, const std::string& group) {
  const ModelFields fields(file, group);
  const Index layers = fields.count(group, "layers", kMostDbmLayers);
  std::vector<std::string> datasets;
  for (Index l = 0; l < layers; ++l) datasets.push_back(fmt::format("b{}", l));
  for (Index l = 1; l < layers; ++l) datasets.push_back(fmt::format("W{}", l));
  fields.refuse_others(group, {{"type", "name", "units", "layers", "weights_sha256"}, datasets});
  DbmShape shape;
  shape.units = fields.choice("units", kUnitNames);
  std::vector<double> theta;
  for (Index l = 0; l < layers; ++l) {
    const std::vector<double> b = fields.doubles(fmt::format("{}/b{}", group, l), -1);
    shape.layers.push_back(std::ssize(b));
    theta.insert(theta.end(), b.begin(), b.end());
  }
  for (std::size_t l = 1; l < shape.layers.size(); ++l) {
    const std::string name = fmt::format("{}/W{}", group, l);
    require_shape(file, name, {shape.layers[l - 1], shape.layers[l]});
    const std::vector<double> W = file.read_doubles(name);
    theta.insert(theta.end(), W.begin(), W.end());
  }
  for (const double w : theta)
    require(std::isfinite(w), file.path() + ": a number below " + group + " is not finite");
  auto dbm = std::make_unique<Dbm>(std::move(shape));
  std::ranges::copy(theta, dbm->theta_.begin());
  check_weights_digest(file, group, dbm->theta_);
  return dbm;
}

}  // namespace nmc
