#include "models/generators/push_forward.hpp"

#include <utility>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"

namespace nmc {
namespace {

constexpr Index kHiddenLayers = 2;

std::vector<int> widths_of(const PushForwardShape& shape) {
  require(shape.units >= 1 && shape.noise >= 1 && shape.hidden >= 1,
          "a generator needs units, numbers of noise and hidden units");
  return net_widths(shape.noise, shape.hidden, shape.units, kHiddenLayers);
}

}  // namespace

PushForward::PushForward(const PushForwardShape& shape, Standard standard, std::uint64_t seed)
    : shape_(shape), standard_(std::move(standard)), net_(widths_of(shape)), theta_(net_.size()) {
  scatter_weights(widths_of(shape), {seed, 0, 0, Purpose::weights}, theta_);
  parameters_changed();
}

PushForward::Draws PushForward::draw(const Streams& streams, Index count) const {
  Batch z(count, shape_.noise);
  fill_normal(streams, z);
  Draws draws;
  draws.y = net_.forward(z, &draws.trace);
  return draws;
}

Batch PushForward::sample(const Streams& streams, Index count) const {
  return restored(standard_, draw(streams, count).y);
}

void PushForward::write(archive::File& file, const std::string& group) const {
  file.set_attribute(group, "type", "gan");
  file.set_attribute(group, "sites", static_cast<std::int64_t>(shape_.units));
  file.set_attribute(group, "noise", static_cast<std::int64_t>(shape_.noise));
  file.set_attribute(group, "hidden", static_cast<std::int64_t>(shape_.hidden));
  file.set_attribute(group, "scale", standard_.scale);
  const std::span<const double> centre(standard_.centre.data(),
                                       static_cast<std::size_t>(standard_.centre.size()));
  file.write(group + "/centre", {standard_.centre.size()}, centre);
  file.write(group + "/parameters", {std::ssize(theta_)}, theta_);
  write_weights_digest(file, group, theta_);
}

}  // namespace nmc
