#pragma once

#include <string>
#include <vector>

#include "drivers/training/stated_network.hpp"
#include "models/flows/map/latent_map.hpp"

namespace nmc::drivers::latent {

/// A network whose latent space is looked into, and where what is found goes.
struct Source {
  std::string model;      ///< path of the model file
  std::string directory;  ///< where it lies
  StatedNetwork network;
  std::vector<GivenOption> given{};  ///< keys of [system] in place of those that the file states

  [[nodiscard]] const Flow& flow() const { return *network.flow; }
  [[nodiscard]] const System& system() const { return network.system; }
  /// Where its latent variables belong; one level where the flow does not say it.
  [[nodiscard]] LatentMap map() const;
  [[nodiscard]] bool has_target() const { return network.system.target != nullptr; }
  /// Extents of the lattice, x first; (sites) where there is none.
  [[nodiscard]] std::vector<Index> extents() const;
};

/// The path of the network of RUN, an output directory; of a file the path itself.
[[nodiscard]] std::string model_in(const std::string& path);

/// Of RUN, an output directory, or of a model file. UserError, with what can be had instead, for a
/// network that has no latent space. `given` are values of [system], as load_network() takes them.
[[nodiscard]] Source find_source(const std::string& path, const std::vector<GivenOption>& given);

}  // namespace nmc::drivers::latent
