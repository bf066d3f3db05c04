#include <utility>

#include "drivers/catalog/entries/tables.hpp"
#include "drivers/catalog/read/read_lattice.hpp"
#include "drivers/catalog/read/read_order.hpp"
#include "models/circuits/circuit_model.hpp"

namespace nmc::catalog {
namespace {

std::unique_ptr<Autoregressive> make_circuit(const Options& options, const System& system,
                                             std::uint64_t seed) {
  require_spins(options, system);
  CircuitSpec spec;
  spec.sites = system.target->sites();
  spec.order = read_order(options, {system.extents, {}}, spec.sites);
  spec.depth = options.integer("depth");
  if (options.text("entangler") == "ring") spec.entangler = Entangler::ring;
  if (options.text("gradient") == "shift") spec.gradient = CircuitGradient::shift;
  return at_key(options, "name",
                [&] { return std::make_unique<CircuitModel>(std::move(spec), seed); });
}

}  // namespace

SpinModelEntry circuit_entry() {
  SpinModelEntry entry;
  entry.name = "circuit";
  entry.summary = "Born machine of a simulated circuit of up to 20 qubits: rotations and CNOTs";
  entry.options = {
      option::integer("depth", "4", "[0, 1000]", "layers of CNOTs, each with rotations behind it"),
      option::choice("entangler", "chain", {"chain", "ring"},
                     "CNOTs from each qubit to the next, and of a ring from the last to the first"),
      option::choice("gradient", "adjoint", {"adjoint", "shift"},
                     "one pass back through the gates, or two runs for each angle, as a device "
                     "would find it: the same numbers"),
      order_option("snake")};
  entry.example = "[model]\nname = circuit\ndepth = 4\n";
  entry.make = make_circuit;
  return entry;
}

}  // namespace nmc::catalog
