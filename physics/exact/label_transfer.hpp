#pragma once

#include <optional>

#include "core/roles/pair_labels.hpp"
#include "physics/exact/answer.hpp"
#include "physics/exact/label_layers.hpp"

namespace nmc {

/// CPU seconds of label_transfer(), estimated; infinite where its vectors do not fit into memory.
[[nodiscard]] double label_transfer_seconds(const LabelLayers& layers, const PairLabels& labels);

/// lnZ, energy and heat by the transfer matrix, site by site (sparse: q operations for each of the
/// q^width states of a layer). A periodic system is closed once for each first layer, one of each
/// orbit of the symmetries: derivatives by β are carried along. None where every weight underflows.
[[nodiscard]] std::optional<Exact> label_transfer(const LabelLayers& layers,
                                                  const PairLabels& labels);

}  // namespace nmc
