#include "models/flows/continuous/kernel_flow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <type_traits>

#include "core/errors.hpp"
#include "core/random/streams.hpp"
#include "models/flows/conv/conv_layout.hpp"

namespace nmc {
namespace {

/// Legendre polynomials of 2 t − 1 at the times of Runge–Kutta, (2 steps + 1, times).
std::vector<double> legendre_at_stages(int steps, int times) {
  std::vector<double> basis;
  for (int stage = 0; stage <= 2 * steps; ++stage) {
    const double t = static_cast<double>(stage) / steps - 1;
    double last = 0, here = 1;
    for (int n = 0; n < times; ++n) {
      basis.push_back(here);
      const double next = ((2 * n + 1) * t * here - n * last) / (n + 1);
      last = here;
      here = next;
    }
  }
  return basis;
}

const KernelFieldShape& checked_shape(const KernelFieldShape& shape) {
  require(!shape.extents.empty(), "a kernel flow needs a lattice");
  const auto at_least_one = [](int value, const char* key) {
    require(value >= 1, fmt::format("{} = {}: a kernel flow has at least 1", key, value));
  };
  at_least_one(shape.channels, "channels");
  at_least_one(shape.harmonics, "harmonics");
  at_least_one(shape.times, "times");
  at_least_one(shape.steps, "steps");
  return shape;
}

Index number_of_orbits(const std::vector<int>& orbit) {
  return *std::ranges::max_element(orbit) + 1;
}

std::vector<double> orbit_sizes(const std::vector<int>& orbit, Index orbits) {
  std::vector<double> size(static_cast<std::size_t>(orbits), 0.0);
  for (const int o : orbit) size[static_cast<std::size_t>(o)] += 1;
  return size;
}

template <class T>
LatticeModes<T> modes_of(const std::vector<Index>& extents) {
  if constexpr (std::is_same_v<T, float>)
    return single_modes(extents);
  else
    return double_modes(extents);
}

template <class T>
PackedKernelField<T> empty_field(const KernelFieldShape& shape, const std::vector<int>& orbit,
                                 Index orbits) {
  const auto count = static_cast<std::size_t>(orbits);
  return {.shape = shape,
          .modes = modes_of<T>(shape.extents),
          .orbit = &orbit,
          .orbits = count,
          .at = KernelTables<T>(shape, count),
          .scale_up = {},
          .scale_down = {},
          .linear_trace = {},
          .log_scale_sum = 0};
}

/// Widths of the smoothing by which the channels start, e^{−width k²}.
double start_width(int channel) {
  constexpr double kStep = 0.25;
  return channel * kStep;
}

}  // namespace

KernelNumbers::KernelNumbers(const KernelFieldShape& shape, Index orbits) {
  const Index times = shape.times, channels = shape.channels;
  linear = log_scale + orbits;
  in = linear + times * orbits;
  out = shape.has_potential ? in : in + channels * times * orbits;
  weight = out + channels * times * orbits;
  frequency = weight + channels * times * shape.harmonics;
  count = frequency + channels;
}

KernelFlow::KernelFlow(KernelFieldShape shape, Index conditions, Index least_steps)
    : shape_(checked_shape(shape)),
      least_steps_(least_steps > 0 ? least_steps : shape_.steps),
      orbit_(mode_orbits(shape_.extents)),
      orbits_(number_of_orbits(orbit_)),
      size_(orbit_sizes(orbit_, orbits_)),
      basis_(legendre_at_stages(shape_.steps, shape_.times)),
      numbers_(shape_, orbits_),
      lines_(numbers_.count, conditions),
      single_(empty_field<float>(shape_, orbit_, orbits_)),
      double_(empty_field<double>(shape_, orbit_, orbits_)) {}

std::size_t KernelFlow::trail_numbers() const {
  return orbit_.size() * static_cast<std::size_t>(shape_.steps) * simd::kTile;
}

std::unique_ptr<Bijector> KernelFlow::with_steps(Index steps) const {
  KernelFieldShape shape = shape_;
  shape.steps = static_cast<int>(steps);
  auto other = std::make_unique<KernelFlow>(std::move(shape), conditions(), least_steps_);
  other->load(lines_.parameters());
  return other;
}

std::vector<LiftPart> KernelFlow::lift_parts() const {
  const Index by_orbit = (numbers_.weight - numbers_.log_scale) / orbits_;
  return {{by_orbit, shape_.extents, wave_orbits(shape_.extents, true)},
          {numbers_.count - numbers_.weight}};
}

// Kernels in and out start as the same smoothing, of unit mean square, the sines by random weights
// near 0: the flow starts near the identity.
void KernelFlow::initialise(std::span<double> parameters, std::uint64_t seed) const {
  std::ranges::fill(parameters, 0.0);
  const std::vector<double> momenta = orbit_momenta(shape_.extents);
  const auto put = [&](Index at, double value) {
    parameters[static_cast<std::size_t>(at)] = value;
  };
  for (Index o = 0; o < orbits_; ++o)
    put(numbers_.log_scale + o, -0.5 * std::log(1 + 2 * momenta[static_cast<std::size_t>(o)]));
  for (int c = 0; c < shape_.channels; ++c) {
    double square = 0;
    for (std::size_t o = 0; o < momenta.size(); ++o)
      square += size_[o] * std::exp(-2 * start_width(c) * momenta[o]);
    const double norm = std::sqrt(static_cast<double>(sites()) / square);
    for (Index o = 0; o < orbits_; ++o) {
      const Index at = c * shape_.times * orbits_ + o;
      const double kernel = norm * std::exp(-start_width(c) * momenta[static_cast<std::size_t>(o)]);
      put(numbers_.in + at, kernel);
      put(numbers_.out + at, kernel);
    }
    put(numbers_.frequency + c, 1);
  }
  Batch u(1, static_cast<Index>(shape_.channels) * shape_.harmonics);
  fill_uniform({seed, 0, 0, Purpose::weights}, u);
  constexpr double kWidth = 0.02;
  for (int c = 0; c < shape_.channels; ++c)
    for (int f = 0; f < shape_.harmonics; ++f)
      put(numbers_.weight + c * shape_.times * shape_.harmonics + f,
          kWidth * (2 * u(0, c * shape_.harmonics + f) - 1));
}

void KernelFlow::load(std::span<const double> parameters) {
  lines_.load(parameters);
  if (conditions() > 0) return;
  const std::vector<double> numbers = lines_.at(nullptr);
  pack(numbers, single_);
  pack(numbers, double_);
}

template <class T>
const PackedKernelField<T>& KernelFlow::loaded() const {
  if constexpr (std::is_same_v<T, float>)
    return single_;
  else
    return double_;
}

template <class T>
void KernelFlow::apply_tile(Direction way, TileView<T> tile) const {
  if (conditions() == 0) return integrate_kernel(loaded<T>(), way, tile);
  PackedKernelField<T> field = loaded<T>();
  pack(lines_.at(tile.condition), field);
  integrate_kernel(field, way, tile);
}

template <class T>
void KernelFlow::apply_tile_vjp(Direction way, const TileVjp<T>& tile) const {
  std::optional<PackedKernelField<T>> room;
  if (conditions() > 0) pack(lines_.at(tile.condition), room.emplace(loaded<T>()));
  const PackedKernelField<T>& field = room ? *room : loaded<T>();
  if (tile.grad == nullptr) return integrate_kernel_vjp(field, way, tile, nullptr);
  KernelTables<double> grad(shape_, static_cast<std::size_t>(orbits_));
  integrate_kernel_vjp(field, way, tile, &grad);
  const std::vector<double> by_number = pull_back(grad, lines_.at(tile.condition));
  for (Index k = 0; k < lines_.numbers(); ++k)
    lines_.add_grad(k, by_number[static_cast<std::size_t>(k)], tile.condition, tile.grad);
}

template void KernelFlow::apply_tile(Direction, TileView<float>) const;
template void KernelFlow::apply_tile(Direction, TileView<double>) const;
template void KernelFlow::apply_tile_vjp(Direction, const TileVjp<float>&) const;
template void KernelFlow::apply_tile_vjp(Direction, const TileVjp<double>&) const;

}  // namespace nmc
