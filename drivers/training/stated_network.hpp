#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/options/options.hpp"
#include "models/file/model_file.hpp"
#include "models/symmetry/symmetrised_flow.hpp"
#include "physics/system.hpp"

namespace nmc::drivers {

/// A model file with the target that it states, if any.
struct StatedNetwork {
  ModelFile file;
  const Flow* flow = nullptr;                ///< null where the model is none
  const SymmetrisedFlow* mixture = nullptr;  ///< null without a symmetry
  System system;                             ///< system.target is null without a target
};

/// Reads a model file. `given` are values of [system] in place of those of the file: beta, and what
/// else the network has as an input, at which it then works. UserError for other values, for a
/// file that does not fit its target and for a condition that the network was not made for.
[[nodiscard]] StatedNetwork load_network(const std::string& path,
                                         const std::vector<GivenOption>& given);

/// The system that the attributes of /target name, with what is given in place of them; no target
/// where there are none.
[[nodiscard]] System stated_system(const std::map<std::string, std::string>& target,
                                   const std::vector<GivenOption>& instead = {});

}  // namespace nmc::drivers
