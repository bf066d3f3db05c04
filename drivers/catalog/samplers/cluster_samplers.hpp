#pragma once

#include "drivers/catalog/entries/entry.hpp"

namespace nmc::catalog {

/// Samplers that move whole clusters.
[[nodiscard]] std::vector<SamplerEntry> cluster_samplers();
/// Clusters of a surrogate; cluster_samplers() holds it too.
[[nodiscard]] SamplerEntry self_learning_entry();
[[nodiscard]] SamplerEntry boltzmann_cluster_entry();
/// Proposals of a Boltzmann machine.
[[nodiscard]] SamplerEntry recommender_entry();

}  // namespace nmc::catalog
