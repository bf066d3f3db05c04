#include <fmt/format.h>

#include <cmath>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"
#include "models/wave/deep_wave.hpp"

namespace nmc {
namespace {

/// Of sites, layers, units and extents that a file may name.
constexpr Index kMostOfDeep = 1 << 20;

}  // namespace

void DeepWave::write(archive::File& file, const std::string& group) const {
  file.set_attribute(group, "type", "deep_wave");
  file.set_attribute(group, "sites", static_cast<std::int64_t>(shape_.sites));
  file.set_attribute(group, "depth", static_cast<std::int64_t>(shape_.depth));
  file.set_attribute(group, "features", static_cast<std::int64_t>(shape_.features));
  file.set_attribute(group, "kernel", static_cast<std::int64_t>(shape_.kernel));
  file.set_attribute(group, "is_even", shape_.is_even ? 1 : 0);
  const std::vector<std::int64_t> torus(shape_.torus.begin(), shape_.torus.end());
  file.write(group + "/torus", {std::ssize(torus)}, std::span<const std::int64_t>(torus));
  file.write(group + "/parameters", {std::ssize(theta_)}, std::span<const double>(theta_));
  write_weights_digest(file, group, theta_);
}

std::unique_ptr<DeepWave> DeepWave::read(const archive::File& file, const std::string& group) {
  refuse_others(
      file, group,
      {{"type", "name", "sites", "depth", "features", "kernel", "is_even", "weights_sha256"},
       {"torus", "parameters"}});
  const auto number = [&](const std::string& name) {
    require(file.has_attribute(group, name),
            fmt::format("{}: {} lacks the attribute {}", file.path(), group, name));
    const Index value = file.int_attribute(group, name);
    require(value >= 0 && value <= kMostOfDeep,
            fmt::format("{}: {} = {} of {} is none", file.path(), name, value, group));
    return value;
  };
  DeepWaveShape shape{number("sites"), number("depth"), number("features"), number("is_even") == 1,
                      number("kernel")};
  for (const std::int64_t extent : file.read_ints(group + "/torus")) {
    require(extent >= 1 && extent <= kMostOfDeep,
            fmt::format("{}: {}/torus holds {}, which is no extent", file.path(), group, extent));
    shape.torus.push_back(extent);
  }
  std::unique_ptr<DeepWave> wave;
  try {
    wave = std::make_unique<DeepWave>(std::move(shape));
  } catch (const UserError& error) {
    throw UserError(fmt::format("{}: {}: {}", file.path(), group, error.what()));
  }
  require_shape(file, group + "/parameters", {std::ssize(wave->theta_)});
  wave->theta_ = file.read_doubles(group + "/parameters");
  for (const double value : wave->theta_)
    require(std::isfinite(value),
            fmt::format("{}: a number below {} is not finite", file.path(), group));
  check_weights_digest(file, group, wave->theta_);
  return wave;
}

}  // namespace nmc
