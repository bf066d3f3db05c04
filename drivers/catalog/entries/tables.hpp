#pragma once

#include "drivers/catalog/entries/entry.hpp"

/// The tables, one file each; ask catalog.hpp for them.
namespace nmc::catalog {

[[nodiscard]] std::vector<SystemEntry> make_systems();
[[nodiscard]] std::vector<ModelEntry> make_models();
/// Of real numbers by splines; make_models() holds it too.
[[nodiscard]] ModelEntry neural_spline_entry();
/// Of fields on periodic lattices; make_models() holds it too.
[[nodiscard]] ModelEntry conv_flow_entry();
[[nodiscard]] ModelEntry glow_entry();
[[nodiscard]] ModelEntry kernel_flow_entry();
/// Of real numbers along a velocity; make_models() holds it too.
[[nodiscard]] ModelEntry continuous_flow_entry();
/// Of phase spaces; make_models() holds it too.
[[nodiscard]] ModelEntry symplectic_entry();
/// Of angles; make_models() holds it too.
[[nodiscard]] ModelEntry circular_spline_entry();
/// Of real numbers, each given those before it; make_models() holds them too.
[[nodiscard]] std::vector<ModelEntry> autoregressive_flows();
/// Of spins, drawn one after the other; make_models() holds them too.
[[nodiscard]] std::vector<ModelEntry> autoregressive_models();
/// Made from the couplings; before its symmetries, as recurrent_models().
[[nodiscard]] SpinModelEntry tensor_network_entry();
/// Squares of matrix products; before their symmetries, as recurrent_models().
[[nodiscard]] SpinModelEntry born_machine_entry();
[[nodiscard]] SpinModelEntry tree_entry();
/// Of a simulated circuit of qubits.
[[nodiscard]] SpinModelEntry circuit_entry();
/// Recurrent networks and mixtures, before their symmetries; autoregressive_models() holds them.
[[nodiscard]] std::vector<SpinModelEntry> recurrent_models();
[[nodiscard]] std::vector<SamplerEntry> make_samplers();
[[nodiscard]] std::vector<Entry> make_observables();

}  // namespace nmc::catalog
