#include "models/flows/file/layer_reader.hpp"

#include <fmt/format.h>

#include <array>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"
#include "core/roles/stored.hpp"
#include "models/flows/autoregressive/autoregressive_layer.hpp"
#include "models/flows/autoregressive/bend_layer.hpp"
#include "models/flows/continuous/continuous_flow.hpp"
#include "models/flows/continuous/kernel_flow.hpp"
#include "models/flows/conv/actnorm.hpp"
#include "models/flows/conv/channel_coupling.hpp"
#include "models/flows/conv/conv_coupling.hpp"
#include "models/flows/conv/invertible_convolution.hpp"
#include "models/flows/coupling/coupling.hpp"
#include "models/flows/linear/elementary.hpp"
#include "models/flows/linear/free_field.hpp"
#include "models/flows/spline/circle.hpp"
#include "models/flows/spline/circular_coupling.hpp"
#include "models/flows/spline/spline_coupling.hpp"
#include "models/flows/symplectic/kick.hpp"
#include "models/flows/symplectic/oscillators.hpp"
#include "models/flows/symplectic/point_transform.hpp"
#include "models/flows/symplectic/rotation.hpp"

namespace nmc {
namespace {

using archive::File;

constexpr std::array<Reader<StoredLayer, Index>, 19> kLayers{
    {{"coupling", CouplingLayer::read},
     {"permutation", PermutationLayer::read},
     {"scaling", ScalingLayer::read},
     {"free_field", FreeFieldLayer::read},
     {"circle", CircleLayer::read},
     {"circular_coupling", CircularCoupling::read},
     {"autoregressive", AutoregressiveLayer::read},
     {"bend", BendLayer::read},
     {"conv_coupling", ConvCoupling::read},
     {"kernel_flow", KernelFlow::read},
     {"spline_coupling", SplineCoupling::read},
     {"oscillators", OscillatorLayer::read},
     {"point_transform", PointTransform::read},
     {"rotation", RotationLayer::read},
     {"continuous", ContinuousFlow::read},
     {"kick", KickLayer::read},
     {"actnorm", ActnormLayer::read},
     {"invertible_convolution", InvertibleConvolution::read},
     {"channel_coupling", ChannelCoupling::read}}};

StoredLayer read_unplaced(const File& file, const std::string& group, Index sites) {
  const std::string type = one_of(file, group, "type", types_in(kLayers));
  return find_reader(kLayers, type)->read(file, group, sites);
}

/// Runs a reader; what the layer itself finds wrong is said with its place in the file.
template <class Read>
auto at(const File& file, const std::string& group, const Read& read) {
  try {
    return read();
  } catch (const UserError& error) {
    const std::string what = error.what();
    if (what.starts_with(file.path())) throw;
    throw UserError(fmt::format("{}: {}: {}", file.path(), group, what));
  }
}

}  // namespace

StoredLayer read_layer(const File& file, const std::string& group, Index sites) {
  StoredLayer stored = at(file, group, [&] { return read_unplaced(file, group, sites); });
  require(stored.layer->sites() == sites,
          fmt::format("{}: {} acts on {} sites and the model has {}", file.path(), group,
                      stored.layer->sites(), sites));
  return stored;
}

}  // namespace nmc
