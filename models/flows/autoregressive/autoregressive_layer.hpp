#pragma once

#include <memory>
#include <vector>

#include "models/flows/autoregressive/made_kernel.hpp"
#include "models/flows/map/bijector.hpp"
#include "models/flows/nets/condition_lines.hpp"

namespace nmc {

/// An affine autoregressive block.
struct AutoregressiveSpec {
  std::vector<int> order;  ///< the site of each token, every site once, (sites)
  /// Of the units of each hidden layer, ascending: a unit of degree m depends on the first m
  /// tokens, 1 … sites − 1. No layers: the means are linear in the field.
  std::vector<std::vector<int>> degrees{};
  simd::Activation activation = simd::Activation::elu;
  /// Whether the log scale of a token depends on those before it; else it is a number of the token.
  bool has_scale_net = true;
  /// Generation and inference change places: the nets read z in place of x.
  bool is_inverse = false;
  int conditions = 0;  ///< numbers in which every bias and log scale is on a line
};

/// Degrees of `width` units that are spread evenly over 1 … sites − 1.
[[nodiscard]] std::vector<int> even_degrees(Index sites, Index width);

/// One block of a masked autoregressive flow (MAF), or of an inverse one (IAF), which is the same
/// object with the directions exchanged; formulas in made_map(). Either direction takes one pass of
/// the net. Parameters: of each hidden layer the weights that are not masked, row after row, and
/// biases with their slopes; the same of the outputs, mean and S of each token; weights of the
/// field in the means; λ with slopes; c. It starts near the identity.
class AutoregressiveLayer final : public BijectorOf<AutoregressiveLayer> {
 public:
  /// Throws UserError when order, degrees or widths do not fit together.
  explicit AutoregressiveLayer(AutoregressiveSpec spec);

  [[nodiscard]] Index sites() const override { return std::ssize(spec_.order); }
  [[nodiscard]] Index parameter_count() const override { return parameter_count_; }
  [[nodiscard]] Index conditions() const override { return spec_.conditions; }
  void follow(LatentTrace& trace) const override;
  void initialise(std::span<double> parameters, std::uint64_t seed) const override;
  void load(std::span<const double> parameters) override;
  [[nodiscard]] const AutoregressiveSpec& spec() const { return spec_; }
  void write(archive::File& file, const std::string& group,
             std::span<const double> parameters) const override;
  [[nodiscard]] static StoredLayer read(const archive::File& file, const std::string& group,
                                        Index sites);

  template <class T>
  void apply_tile(Direction way, TileView<T> tile) const;
  template <class T>
  void apply_tile_vjp(Direction way, const TileVjp<T>& tile) const;

  /// Where numbers lie among the parameters.
  struct Places {
    std::vector<Index> weights, biases;  ///< of the hidden layers, then of the outputs
    Index direct = 0, log_scale = 0, bound = 0;
  };
  [[nodiscard]] const Places& places() const { return places_; }
  [[nodiscard]] const MadeLayout& layout() const { return layout_; }
  /// Of a hidden layer, or of the outputs after the last of them.
  [[nodiscard]] const MaskedShape& shape(std::size_t layer) const {
    return layer < layout_.hidden.size() ? layout_.hidden[layer] : layout_.output;
  }

 private:
  /// One precision of what load() takes over; biases are those of a layer without conditions.
  template <class T>
  struct Loaded {
    MadeWeights<T> weights{};
    MadeBiases<T> own{};
  };
  void lay_out();
  template <class T>
  void load_into(Loaded<T>& loaded, std::span<const double> parameters) const;
  template <class T>
  [[nodiscard]] const Loaded<T>& loaded() const;
  template <class T>
  [[nodiscard]] MadeBiases<T> biases_at(const double* condition) const;
  /// The direction in which the nets' own formulas are meant.
  [[nodiscard]] Direction own_way(Direction way) const;

  AutoregressiveSpec spec_;
  MadeLayout layout_;
  Places places_;
  Index parameter_count_ = 0;
  std::vector<ConditionLines> bias_;  ///< of the hidden layers, then of the outputs
  ConditionLines log_scale_;
  Loaded<float> single_{};
  Loaded<double> double_{};
};

}  // namespace nmc
