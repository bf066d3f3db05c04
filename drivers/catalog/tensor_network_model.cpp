#include <fmt/format.h>

#include "core/errors.hpp"
#include "drivers/catalog/read_order.hpp"
#include "drivers/catalog/tables.hpp"
#include "models/tensor_networks/tensor_network.hpp"

namespace nmc::catalog {
namespace {

std::unique_ptr<Autoregressive> make_tensor_network(const Options& options, const System& system,
                                                    std::uint64_t /*seed*/) {
  require_spins(options, system);
  const Graph& graph = couplings_of(options, system, "name");
  TensorNetworkSpec spec{graph, system.extents, options.integer("chi")};
  try {
    return std::make_unique<TensorNetwork>(std::move(spec), system.beta);
  } catch (const UserError& error) {
    options.fail("name", fmt::format("tensor_network of {}: {}; or use made, which takes any graph",
                                     system.summary, error.what()));
  }
}

}  // namespace

SpinModelEntry tensor_network_entry() {
  SpinModelEntry entry;
  entry.name = "tensor_network";
  entry.summary = "made from the couplings, without training: rows by boundary matrix products";
  entry.options = {option::integer("chi", "16", "[1, 4096]",
                                   "bonds kept between two columns of a row; more: nearer")};
  entry.example = "[model]\nname = tensor_network\nchi = 16\n";
  entry.is_trained = false;
  entry.make = make_tensor_network;
  return entry;
}

}  // namespace nmc::catalog
