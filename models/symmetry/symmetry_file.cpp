#include "models/symmetry/symmetry_file.hpp"

#include <fmt/format.h>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"
#include "core/roles/stored.hpp"

namespace nmc {

using archive::File;

void write_symmetrised(File& file, const std::string& group, const Trainable& network,
                       const std::vector<SymmetryOperation>& operations) {
  const Stored* const stored = network.abilities().stored;
  require(stored != nullptr && !file.has(group + "/symmetry"),
          "this network has no place in a model file (docs/model-file.md)");
  stored->write(file, group);
  for (std::size_t k = 0; k < operations.size(); ++k) {
    const SymmetryOperation& g = operations[k];
    const std::string at = fmt::format("{}/symmetry/{:03}", group, k);
    const std::vector<std::int64_t> permutation(g.permutation.begin(), g.permutation.end());
    file.write(at + "/permutation", {std::ssize(permutation)}, permutation);
    file.set_attribute(at, "sign", g.sign);
  }
}

std::vector<SymmetryOperation> read_symmetry(const File& file, const std::string& group,
                                             Index sites) {
  const std::string place = group + "/symmetry";
  std::vector<SymmetryOperation> operations;
  if (!file.has(place)) return operations;
  for (const auto& name : numbered_names(file, place)) {
    const std::string at = place + "/" + name;
    refuse_others(file, at, {{"sign"}, {"permutation"}});
    require_shape(file, at + "/permutation", {sites});
    const auto permutation = file.read_ints(at + "/permutation");
    operations.push_back(
        {{permutation.begin(), permutation.end()}, file.double_attribute(at, "sign")});
  }
  try {
    check_group(operations, sites);
  } catch (const UserError& error) {
    throw UserError(fmt::format("{}: {}: {}", file.path(), place, error.what()));
  }
  return operations;
}

}  // namespace nmc
