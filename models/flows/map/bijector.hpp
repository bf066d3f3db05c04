#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/roles/support.hpp"
#include "models/flows/map/coupling_kernel.hpp"

namespace nmc::archive {
class File;
}

namespace nmc {

class LatentTrace;
class VelocityField;

/// Rows of numbers of a layer that mean the same on a lattice of twice the extents: plain ones, or
/// one for each orbit of wave vectors.
struct LiftPart {
  Index rows = 0;
  std::vector<Index> extents{};  ///< of the lattice of the waves; none: the numbers are plain
  std::vector<int> orbit{};      ///< of wave vectors numbered like sites
};

/// One layer of a flow on tiles of 64 chains, y (sites, kTile). Serial and const after load(), so
/// that one layer serves all threads. The flow holds the parameters; a layer holds the form its
/// kernels want.
class Bijector {
 public:
  virtual ~Bijector() = default;
  [[nodiscard]] virtual Index sites() const = 0;
  [[nodiscard]] virtual Index parameter_count() const = 0;
  /// How many numbers of its flow's condition it reads: all of them or none.
  [[nodiscard]] virtual Index conditions() const { return 0; }
  /// Steps by which it follows a differential equation, 0 of a layer that is what it says: only of
  /// the former are log-determinant and inverse those of the map up to an error.
  [[nodiscard]] virtual Index steps() const { return 0; }
  /// Those that it is trained with.
  [[nodiscard]] virtual Index least_steps() const { return 0; }
  /// Numbers that apply() leaves in a tile's `trail` for apply_vjp(); 0 of a layer that leaves
  /// none.
  [[nodiscard]] virtual std::size_t trail_numbers() const { return 0; }
  /// The same layer, loaded, with other steps; null where it has none.
  [[nodiscard]] virtual std::unique_ptr<Bijector> with_steps(Index /*steps*/) const {
    return nullptr;
  }
  /// Its velocity where that is known at all times; null of all others.
  [[nodiscard]] virtual const VelocityField* velocity() const { return nullptr; }
  /// Its numbers in their order, those of one line in the conditions, where a layer of this kind on
  /// half the extents can lend it its own; else nothing.
  [[nodiscard]] virtual std::vector<LiftPart> lift_parts() const { return {}; }
  /// Of the oscillators whose distribution it makes of normals, at the numbers of a condition (null
  /// where it reads none), in the order of its first sites; empty of all other layers.
  [[nodiscard]] virtual std::vector<double> frequencies(const double* /*condition*/) const {
    return {};
  }
  /// What its images in generation are, of configurations of this kind; UserError where it does not
  /// act on them. Most layers act on real numbers.
  [[nodiscard]] virtual Support image(Support in) const;
  /// Says which variables its images in generation depend on; a layer that does not say it is taken
  /// to mix all of them.
  virtual void follow(LatentTrace& trace) const;
  /// Fills `parameters` (parameter_count) with starting values drawn from `seed`.
  virtual void initialise(std::span<double> parameters, std::uint64_t seed) const = 0;
  /// Whether its numbers can start from data, by start_from().
  [[nodiscard]] virtual bool starts_from_data() const { return false; }
  /// Fills `parameters` so that its inverse makes what it shall of configurations y (chains,
  /// sites), and brings y there. Only where it starts_from_data(); UserError where no numbers do.
  virtual void start_from(Batch& /*y*/, std::span<double> /*parameters*/) const {}
  /// Takes the parameters over into the kernels' form; call again after every change.
  virtual void load(std::span<const double> parameters) = 0;

  /// y ← layer(y) in generation (z → x) or its inverse; log_det += ln |det| of the map applied. Of
  /// layers with steps() the tile's log_det may be null where the points alone are asked for.
  virtual void apply(Direction way, TileView<float> tile) const = 0;
  virtual void apply(Direction way, TileView<double> tile) const = 0;
  /// Vector-Jacobian product of apply() in the same direction, see TileVjp.
  virtual void apply_vjp(Direction way, const TileVjp<float>& tile) const = 0;
  virtual void apply_vjp(Direction way, const TileVjp<double>& tile) const = 0;

  /// Writes the layer, with the parameters that belong to it, into its group of a model file; a
  /// reader of its type is in the table of layer_reader.cpp.
  virtual void write(archive::File& file, const std::string& group,
                     std::span<const double> parameters) const = 0;
};

/// A layer as it is read from a file, with its parameters.
struct StoredLayer {
  std::unique_ptr<Bijector> layer;
  std::vector<double> parameters;
};

/// Both precisions from one pair of templates: Layer has apply_tile<T> and apply_tile_vjp<T>.
template <class Layer>
class BijectorOf : public Bijector {
 public:
  void apply(Direction way, TileView<float> tile) const final { layer().apply_tile(way, tile); }
  void apply(Direction way, TileView<double> tile) const final { layer().apply_tile(way, tile); }
  void apply_vjp(Direction way, const TileVjp<float>& tile) const final {
    layer().apply_tile_vjp(way, tile);
  }
  void apply_vjp(Direction way, const TileVjp<double>& tile) const final {
    layer().apply_tile_vjp(way, tile);
  }

 private:
  const Layer& layer() const { return static_cast<const Layer&>(*this); }
};

}  // namespace nmc
