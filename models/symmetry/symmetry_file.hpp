#pragma once

#include <string>
#include <vector>

#include "core/archive/file.hpp"
#include "core/roles/trainable.hpp"
#include "models/symmetry/symmetry.hpp"

namespace nmc {

/// Writes a network into `group` and, below it, the operations under which its images are mixed.
/// UserError where it has no place in a file.
void write_symmetrised(archive::File& file, const std::string& group, const Trainable& network,
                       const std::vector<SymmetryOperation>& operations);

/// The operations of a mixture of that many sites; empty where the group holds a network alone.
/// UserError where they are no group.
[[nodiscard]] std::vector<SymmetryOperation> read_symmetry(const archive::File& file,
                                                           const std::string& group, Index sites);

}  // namespace nmc
