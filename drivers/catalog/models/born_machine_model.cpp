#include <utility>

#include "core/errors.hpp"
#include "drivers/catalog/entries/tables.hpp"
#include "drivers/catalog/read/read_lattice.hpp"
#include "drivers/catalog/read/read_order.hpp"
#include "models/born_machines/born_machine.hpp"
#include "models/born_machines/tree_machine.hpp"

namespace nmc::catalog {
namespace {

std::unique_ptr<Autoregressive> make_born_machine(const Options& options, const System& system,
                                                  std::uint64_t seed) {
  require_spins(options, system);
  MpsSpec spec;
  spec.sites = system.target->sites();
  spec.order = read_order(options, {system.extents, {}}, spec.sites);
  spec.chi = options.integer("chi");
  spec.ends = options.text("boundary") == "periodic" ? MpsEnds::periodic : MpsEnds::open;
  spec.bonds = full_bonds(spec.sites, spec.chi, spec.ends);
  return at_key(options, "chi",
                [&] { return std::make_unique<BornMachine>(std::move(spec), seed); });
}

std::unique_ptr<Autoregressive> make_tree(const Options& options, const System& system,
                                          std::uint64_t seed) {
  require_spins(options, system);
  TreeSpec spec;
  spec.sites = system.target->sites();
  const bool is_bisected = options.text("order") == "bisect";
  spec.order = is_bisected ? bisected_order(system.extents)
                           : read_order(options, {system.extents, {}}, spec.sites);
  spec.chi = options.integer("chi");
  spec.bonds = full_tree_bonds(spec.sites, spec.chi);
  return at_key(options, "chi",
                [&] { return std::make_unique<TreeMachine>(std::move(spec), seed); });
}

}  // namespace

SpinModelEntry tree_entry() {
  SpinModelEntry entry;
  entry.name = "tree";
  entry.summary = "Born machine: the square of a tree of tensors, learned";
  OptionSpec order = option::with_path(
      option::text("order", "bisect",
                   "bisect, raster, snake, hilbert, or file:PATH with every site's number once"),
      PathForm::prefixed);
  entry.options = {option::integer("chi", "8", "[1, 256]", "bonds of the tensors, at most"), order};
  entry.example = "[model]\nname = tree\nchi = 8\n";
  entry.make = make_tree;
  return entry;
}

SpinModelEntry born_machine_entry() {
  SpinModelEntry entry;
  entry.name = "mps";
  entry.summary = "Born machine: the square of a matrix product state, learned";
  entry.options = {option::integer("chi", "16", "[1, 4096]", "bonds of the matrices, at most"),
                   option::choice("boundary", "open", {"open", "periodic"},
                                  "a chain of matrices, or a ring: the trace"),
                   order_option("snake")};
  entry.example = "[model]\nname = mps\nchi = 16\n";
  entry.make = make_born_machine;
  return entry;
}

}  // namespace nmc::catalog
