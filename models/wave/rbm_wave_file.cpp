#include <fmt/format.h>
#include <cmath>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"
#include "models/wave/rbm_wave.hpp"

namespace nmc {
namespace {

using archive::File;

/// More would not fit into the memory of any machine.
constexpr Index kMostSpins = Index{1} << 24;

Index count_attribute(const File& file, const std::string& group, const std::string& name) {
  require(file.has_attribute(group, name),
          fmt::format("{}: {} lacks the attribute {}", file.path(), group, name));
  const Index count = file.int_attribute(group, name);
  require(count >= 0 && count <= kMostSpins,
          fmt::format("{}: {} = {} of {} is no number of them", file.path(), name, count, group));
  return count;
}

}  // namespace

void RbmWave::write(File& file, const std::string& group) const {
  file.set_attribute(group, "type", "rbm_wave");
  file.set_attribute(group, "sites", static_cast<std::int64_t>(shape().sites));
  file.set_attribute(group, "hidden", static_cast<std::int64_t>(shape().hidden));
  file.set_attribute(group, "is_complex", shape().is_complex ? 1 : 0);
  file.set_attribute(group, "is_even", shape().is_even ? 1 : 0);
  const std::vector<std::int64_t> torus(shape().torus.begin(), shape().torus.end());
  file.write(group + "/torus", {std::ssize(torus)}, std::span<const std::int64_t>(torus));
  file.write(group + "/parameters", {std::ssize(theta_)}, std::span<const double>(theta_));
  write_weights_digest(file, group, theta_);
}

std::unique_ptr<RbmWave> RbmWave::read(const File& file, const std::string& group) {
  refuse_others(file, group,
                {{"type", "name", "sites", "hidden", "is_complex", "is_even", "weights_sha256"},
                 {"torus", "parameters"}});
  RbmWaveShape shape;
  shape.sites = count_attribute(file, group, "sites");
  shape.hidden = count_attribute(file, group, "hidden");
  require(shape.sites * shape.hidden <= kMostSpins,
          fmt::format("{}: {} has more weights than any memory holds", file.path(), group));
  shape.is_complex = count_attribute(file, group, "is_complex") == 1;
  shape.is_even = count_attribute(file, group, "is_even") == 1;
  for (const std::int64_t extent : file.read_ints(group + "/torus")) {
    require(extent >= 1 && extent <= kMostSpins,
            fmt::format("{}: {}/torus holds {}, which is no extent", file.path(), group, extent));
    shape.torus.push_back(extent);
  }
  std::unique_ptr<RbmWave> wave;
  try {
    wave = std::make_unique<RbmWave>(shape);
  } catch (const UserError& error) {
    throw UserError(fmt::format("{}: {}: {}", file.path(), group, error.what()));
  }
  require_shape(file, group + "/parameters", {std::ssize(wave->theta_)});
  wave->theta_ = file.read_doubles(group + "/parameters");
  for (const double number : wave->theta_)
    require(std::isfinite(number),
            fmt::format("{}: a number below {} is not finite", file.path(), group));
  check_weights_digest(file, group, wave->theta_);
  wave->parameters_changed();
  return wave;
}

}  // namespace nmc
