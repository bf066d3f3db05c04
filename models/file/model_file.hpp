#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/archive/file.hpp"
#include "core/interfaces.hpp"

namespace nmc {

/// A trained network as stored in a file; layout in docs/model-file.md.
struct ModelFile {
  /// BijectorFlow, CausalModel, RecurrentModel, BernoulliMixture or TensorNetwork, or one of them
  /// symmetrised: SymmetrisedFlow, SymmetrisedSpins or FlipSymmetricSpins.
  std::unique_ptr<Trainable> model;
  std::string name;                           ///< catalogue name, informative
  std::map<std::string, std::string> target;  ///< `name` and the options of the system it was
                                              ///< trained for; empty where the file does not say
};

/// How the first line of a file begins that nmc wrote; its SHA-256 follows
/// (core/archive/sealed_file).
inline constexpr const char* model_file_title = "neuralmc model";

/// Reads a network of a user's class, type `own`, which its program alone can make.
using OwnReader =
    std::function<std::unique_ptr<Trainable>(const archive::File& file, const std::string& group)>;

/// Throws UserError, with the file and the object named, when something is missing or does not fit.
[[nodiscard]] ModelFile read_model(const std::string& path, const OwnReader& own = {});

/// Opens a file of this layout with these groups, whole and of a version that is known; what lies
/// in /model is the caller's to read. UserError as of read_model().
[[nodiscard]] archive::File open_model_file(const std::string& path,
                                            const std::vector<std::string>& groups);

/// Reads a network of spins, with its symmetry, from a group. UserError as of read_model(), and for
/// other types.
[[nodiscard]] std::unique_ptr<Trainable> read_spin_network(const archive::File& file,
                                                           const std::string& group);

/// The types of those.
[[nodiscard]] std::vector<std::string> spin_network_types();

/// Writes /model and /target into an open file. Throws UserError for a model that has no place in
/// one.
void write_model(archive::File& file, const Trainable& model, const std::string& name,
                 const std::map<std::string, std::string>& target);

}  // namespace nmc
