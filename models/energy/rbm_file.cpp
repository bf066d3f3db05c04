#include <algorithm>
#include <cmath>

#include "core/archive/model_entries.hpp"
#include "models/autoregressive/model_fields.hpp"
#include "models/energy/rbm.hpp"

namespace nmc {
namespace {

using archive::File;

/// More would not fit into the memory of any machine.
constexpr Index kMostUnits = Index{1} << 24;

}  // namespace

void Rbm::write(File& file, const std::string& group) const {
  file.set_attribute(group, "type", "rbm");
  file.set_attribute(group, "units", name_in(kUnitNames, shape_.units));
  const std::span<const double> theta(theta_);
  const auto nv = static_cast<std::size_t>(shape_.visible);
  const auto nh = static_cast<std::size_t>(shape_.hidden);
  file.write(group + "/a", {shape_.visible}, theta.subspan(0, nv));
  file.write(group + "/b", {shape_.hidden}, theta.subspan(nv, nh));
  file.write(group + "/W", {shape_.visible, shape_.hidden}, theta.subspan(nv + nh));
  write_weights_digest(file, group, theta);
}

std::unique_ptr<Rbm> Rbm::read(const File& file, const std::string& group) {
  const ModelFields fields(file, group);
  fields.refuse_others(group, {{"type", "name", "units", "weights_sha256"}, {"a", "b", "W"}});
  RbmShape shape;
  shape.units = fields.choice("units", kUnitNames);
  const std::vector<double> a = fields.doubles(group + "/a", -1);
  const std::vector<double> b = fields.doubles(group + "/b", -1);
  shape.visible = std::ssize(a);
  shape.hidden = std::ssize(b);
  require(shape.visible <= kMostUnits && shape.hidden <= kMostUnits,
          file.path() + ": " + group + " has more units than any memory holds");
  require_shape(file, group + "/W", {shape.visible, shape.hidden});
  const std::vector<double> W = file.read_doubles(group + "/W");
  auto rbm = std::make_unique<Rbm>(shape);
  double* const theta = rbm->theta_.data();
  std::copy(a.begin(), a.end(), theta);
  std::copy(b.begin(), b.end(), theta + a.size());
  std::copy(W.begin(), W.end(), theta + a.size() + b.size());
  for (const double w : rbm->theta_)
    require(std::isfinite(w), file.path() + ": a number below " + group + " is not finite");
  check_weights_digest(file, group, rbm->theta_);
  return rbm;
}

}  // namespace nmc
