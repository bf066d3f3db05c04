#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/batch.hpp"
#include "core/roles/stored.hpp"

namespace nmc {

/// The parameters of a network of a user's class, and what a file needs to make the class anew: its
/// keys. The catalogue fills both in.
class OwnWeights final : public Stored {
 public:
  explicit OwnWeights(Index count) : values(static_cast<std::size_t>(count), 0.0) {}
  /// Standard normals times 0.01, from the seed.
  void start(std::uint64_t seed);
  /// `type` = own, the keys below `keys`, the weights as a dataset `parameters`.
  void write(archive::File& file, const std::string& group) const override;

  std::vector<double> values;
  std::map<std::string, std::string> keys{};  ///< of [model]
};

}  // namespace nmc
