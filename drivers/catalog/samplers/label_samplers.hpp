#pragma once

#include "drivers/catalog/entries/entry.hpp"
#include "samplers/local/local_rule.hpp"

/// What the names `metropolis`, `heat_bath`, `wolff` and `swendsen_wang` mean for labels.
namespace nmc::catalog {

/// Sweeps of single labels, by tables where the couplings are known, else by energies alone.
[[nodiscard]] SamplerParts make_local_labels(const Options& options, const System& system,
                                             LocalRule rule);
/// Clusters of labels; UserError where the couplings are not known one by one.
[[nodiscard]] SamplerParts make_label_wolff(const Options& options, const System& system);
[[nodiscard]] SamplerParts make_label_swendsen_wang(const Options& options, const System& system);

}  // namespace nmc::catalog
