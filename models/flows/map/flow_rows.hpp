#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/roles/flow.hpp"
#include "models/flows/map/bijector.hpp"
#include "models/flows/nets/precision.hpp"

/// The layers of a flow over the rows of a batch, tile by tile.
namespace nmc {

/// The layers of a flow in generation order, and the numbers of a condition that they read.
struct FlowHere {
  const std::vector<std::unique_ptr<Bijector>>& layers;
  Precision precision;
  const std::vector<double>& condition;
};

/// What is pulled back through a map.
struct FlowCotangents {
  const Batch& y;  ///< output of the map
  const Batch& gy;
  const Column& g_log_det;
};

[[nodiscard]] Mapped map_batch(const FlowHere& here, Direction way, const Batch& in);
/// Vector-Jacobian product of map_batch(); adds the gradient by the parameters unless grad is
/// empty.
Batch vjp_batch(const FlowHere& here, Direction way, const FlowCotangents& c,
                std::span<double> grad);
/// grad += Σ_chains weight ∇ ln q(x) of a flow from standard normals. Layers that leave a trail are
/// pulled back along it, and those with steps() are followed there without their log-determinant,
/// whose divergence is most of the work.
void density_gradient(const FlowHere& here, const Batch& x, const Column& weight,
                      std::span<double> grad);
/// One layer in inference, in double.
[[nodiscard]] Batch infer_layer(const Bijector& layer, const std::vector<double>& condition,
                                const Batch& in);

}  // namespace nmc
