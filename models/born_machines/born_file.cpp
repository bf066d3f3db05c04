#include <array>
#include <utility>

#include "core/archive/model_entries.hpp"
#include "models/autoregressive/model_fields.hpp"
#include "models/born_machines/born_machine.hpp"

namespace nmc {
namespace {

using archive::File;

constexpr std::array<std::pair<const char*, MpsEnds>, 2> kEnds{
    {{"open", MpsEnds::open}, {"periodic", MpsEnds::periodic}}};

}  // namespace

void BornMachine::write(File& file, const std::string& group) const {
  file.set_attribute(group, "type", "mps");
  file.set_attribute(group, "sites", static_cast<std::int64_t>(sites()));
  file.set_attribute(group, "boundary", name_in(kEnds, spec().ends));
  file.set_attribute(group, "chi", static_cast<std::int64_t>(spec().chi));
  write_numbers(file, group + "/order", spec().order);
  write_numbers(file, group + "/bonds", spec().bonds);
  file.write(group + "/parameters", {std::ssize(parameters())}, parameters());
  write_weights_digest(file, group, parameters());
}

std::unique_ptr<Autoregressive> BornMachine::read(const File& file, const std::string& group) {
  const ModelFields fields(file, group);
  fields.refuse_others(group, {{"type", "sites", "name", "boundary", "chi", "weights_sha256"},
                               {"order", "bonds", "parameters", "symmetry"}});
  constexpr Index kMostBonds = Index{1} << 20;
  MpsSpec spec;
  spec.sites = fields.count(group, "sites");
  spec.order = fields.ints(group + "/order", spec.sites);
  spec.bonds = fields.ints(group + "/bonds", spec.sites + 1);
  spec.chi = fields.count(group, "chi", kMostBonds);
  spec.ends = fields.choice("boundary", kEnds);
  fields.hold_together([&] { check(spec); });
  std::vector<double> stored = fields.doubles(group + "/parameters", spec.parameter_count());
  std::unique_ptr<BornMachine> model;
  fields.hold_together(
      [&] { model = std::make_unique<BornMachine>(std::move(spec), std::move(stored)); });
  return model;
}

}  // namespace nmc
