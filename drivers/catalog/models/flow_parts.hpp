#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "drivers/catalog/entries/entry.hpp"
#include "models/flows/conv/conv_net.hpp"
#include "models/flows/map/bijector_flow.hpp"

/// What the sections of all flows of real numbers have in common.
namespace nmc::catalog {

/// symmetry, free_field, scaling, precision and the keys of conditional flows.
[[nodiscard]] std::vector<OptionSpec> flow_options();

/// The same with symmetry = odd, for flows whose maps can commute with x -> -x.
[[nodiscard]] std::vector<OptionSpec> odd_flow_options();

/// channels, depth, activation, coupling and symmetry of nets of convolutions. UserError where the
/// symmetry needs another activation.
[[nodiscard]] ConvNetSpec read_conv_net(const Options& options);

/// The flow of these layers and of those that flow_options() ask for, with its symmetry; `seed`
/// draws the weights.
[[nodiscard]] std::unique_ptr<Trainable> finish_flow(BijectorFlow::Layers layers,
                                                     const Options& options, const System& system,
                                                     std::uint64_t seed);

/// Parity of the coordinates, (sites): the checkerboard of a lattice, odd and even entries
/// elsewhere.
[[nodiscard]] std::vector<std::uint8_t> site_parity(const System& system);

}  // namespace nmc::catalog
