#include <utility>

#include "core/archive/model_entries.hpp"
#include "models/autoregressive/model_fields.hpp"
#include "models/born_machines/tree_machine.hpp"

namespace nmc {

using archive::File;

void TreeMachine::write(File& file, const std::string& group) const {
  file.set_attribute(group, "type", "tree");
  file.set_attribute(group, "sites", static_cast<std::int64_t>(sites()));
  file.set_attribute(group, "chi", static_cast<std::int64_t>(spec().chi));
  write_numbers(file, group + "/order", spec().order);
  write_numbers(file, group + "/bonds", spec().bonds);
  file.write(group + "/parameters", {std::ssize(parameters())}, parameters());
  write_weights_digest(file, group, parameters());
}

std::unique_ptr<Autoregressive> TreeMachine::read(const File& file, const std::string& group) {
  const ModelFields fields(file, group);
  fields.refuse_others(group, {{"type", "sites", "name", "chi", "weights_sha256"},
                               {"order", "bonds", "parameters", "symmetry"}});
  constexpr Index kMostBonds = Index{1} << 20;
  TreeSpec spec;
  spec.sites = fields.count(group, "sites");
  spec.order = fields.ints(group + "/order", spec.sites);
  spec.bonds = fields.ints(group + "/bonds", 2 * spec.sites - 1);
  spec.chi = fields.count(group, "chi", kMostBonds);
  fields.hold_together([&] { check(spec); });
  std::vector<double> stored = fields.doubles(group + "/parameters", spec.parameter_count());
  std::unique_ptr<TreeMachine> model;
  fields.hold_together(
      [&] { model = std::make_unique<TreeMachine>(std::move(spec), std::move(stored)); });
  return model;
}

}  // namespace nmc
