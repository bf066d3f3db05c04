#include "models/own/own_weights.hpp"

#include "core/archive/file.hpp"
#include "core/archive/model_entries.hpp"
#include "core/random/streams.hpp"

namespace nmc {

void OwnWeights::start(std::uint64_t seed) {
  constexpr double kWidth = 0.01;
  Batch z(static_cast<Index>(values.size()), 1);
  fill_normal({seed, 0, 0, Purpose::weights}, z);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = kWidth * z(static_cast<Index>(i), 0);
}

void OwnWeights::write(archive::File& file, const std::string& group) const {
  file.set_attribute(group, "type", "own");
  write_weights_digest(file, group, values);
  file.create_group(group + "/keys");
  for (const auto& [key, value] : keys) file.set_attribute(group + "/keys", key, value);
  file.write(group + "/parameters", {static_cast<Index>(values.size())}, values);
}

}  // namespace nmc
