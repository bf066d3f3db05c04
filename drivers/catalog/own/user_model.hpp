#pragma once

#include <functional>
#include <memory>
#include <string>

#include "drivers/catalog/entries/user_system.hpp"
#include "models/own/real_flow.hpp"
#include "models/own/spin_network.hpp"

namespace nmc::archive {
class File;
}

/// Entries of a user's networks, and their way back from a file.
namespace nmc::catalog {

/// A network of a user's class, with its weights.
struct OwnModel {
  std::unique_ptr<Trainable> model;
  Support support;
  OwnWeights* weights;
};
using MakeOwnModel = std::function<OwnModel(const Options&, const System&)>;

[[nodiscard]] ModelEntry user_model(const UserKeys& keys, const MakeOwnModel& make);

/// Makes a network of a user's class from its name, its keys and its /target, and gives it the
/// weights of the file. UserError where this program has no such class.
[[nodiscard]] std::unique_ptr<Trainable> read_own_model(const archive::File& file,
                                                        const std::string& group);

}  // namespace nmc::catalog
