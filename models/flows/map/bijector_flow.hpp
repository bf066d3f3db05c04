#pragma once

#include <type_traits>

#include "core/interfaces.hpp"
#include "core/roles/stored.hpp"
#include "models/flows/map/bijector.hpp"
#include "models/flows/map/latent_map.hpp"
#include "models/flows/nets/precision.hpp"

namespace nmc {

/// What an error of ln q may be, in nats: a bias of expectations of about a thousandth.
inline constexpr double kLogQError = 1e-3;

/// Conditions that a flow has as inputs, and its own.
struct FlowConditions {
  std::vector<ConditionRange> ranges{};
  Condition own{};
};

/// A composition of bijectors in generation order (z → x), run tile by tile (64 chains) through all
/// layers, so that a tile stays in the cache. The network computes in `precision`; what enters and
/// leaves is double, and log-determinants are accumulated in double. All layers that read a
/// condition are given the same numbers, its own or those of the view flow_at() another.
class BijectorFlow final : public Flow, public Stored {
 public:
  using Layers = std::vector<std::unique_ptr<Bijector>>;
  /// Throws UserError when the layers' sizes differ, where they read other conditions than these,
  /// and where one does not act on what the one before makes. Parameters start as the layers
  /// initialise them.
  BijectorFlow(Layers layers, Precision precision, std::uint64_t seed,
               FlowConditions conditions = {});

  [[nodiscard]] Index sites() const override { return sites_; }
  /// What the last layer makes of the first one's real numbers.
  [[nodiscard]] Support support() const override { return support_; }
  [[nodiscard]] Abilities abilities() const override { return {.flow = this, .stored = this}; }
  /// Where its latent variables belong, at its own condition.
  [[nodiscard]] LatentMap latent_map() const;
  [[nodiscard]] Mapped forward(const Batch& z) const override;
  [[nodiscard]] Mapped inverse(const Batch& x) const override;
  Batch forward_vjp(const Batch& x, const Batch& gx, const Column& g_log_det,
                    std::span<double> grad) const override;
  Batch inverse_vjp(const Batch& z, const Batch& gz, const Column& g_log_det,
                    std::span<double> grad) const override;
  void add_grad(const Batch& x, const Column& weight, std::span<double> grad) const override;
  [[nodiscard]] std::span<const double> parameters() const override { return parameters_; }
  [[nodiscard]] std::span<double> parameters() override { return parameters_; }
  void parameters_changed() override;
  [[nodiscard]] std::vector<ConditionRange> conditions() const override {
    return conditions_.ranges;
  }
  void set_condition(const Condition& condition) override;
  [[nodiscard]] std::unique_ptr<Flow> flow_at(const Condition& condition) const override;

  /// Whether some layer's numbers can start from data.
  [[nodiscard]] bool starts_from_data() const;
  /// parameters() with those numbers set from configurations (chains, sites), layer after layer in
  /// inference. UserError where they are not finite or of another size, or no numbers do.
  [[nodiscard]] std::vector<double> parameters_from(const Batch& x) const;

  /// The largest error of ln q among 256 draws where a layer follows an equation by steps, else 0:
  /// how far ln q of z → x is from that of x → z, and from that of x → z in twice the steps.
  [[nodiscard]] double log_q_error() const;
  /// Takes the fewest steps, from those of its training on, that keep log_q_error() below `most`,
  /// at the ends of its conditions' ranges too; those of its training where `most` is infinite.
  void refine(double most);

  /// Layers first, …, first + count − 1 as a flow of their own at the same condition, with the
  /// numbers that they have now. This flow must outlive it.
  [[nodiscard]] std::unique_ptr<BijectorFlow> part(std::size_t first, std::size_t count) const;

  /// The same layers, with the numbers that they have now, after another one, whose own are the
  /// first; at the same condition. This flow must outlive it.
  [[nodiscard]] std::unique_ptr<BijectorFlow> after(std::unique_ptr<Bijector> first) const;

  void write(archive::File& file, const std::string& group) const override;
  [[nodiscard]] static std::unique_ptr<Flow> read(const archive::File& file,
                                                  const std::string& group);
  [[nodiscard]] const Layers& layers() const { return layers_; }
  [[nodiscard]] Precision precision() const { return precision_; }
  /// The slice of parameters() that belongs to layer k.
  [[nodiscard]] std::span<const double> layer_parameters(std::size_t k) const;

 private:
  class At;
  /// What the layers read at a condition of this flow.
  [[nodiscard]] std::vector<double> inputs_at(const Condition& condition) const;
  [[nodiscard]] bool has_steps() const;

  Layers layers_;
  Precision precision_;
  Support support_ = Support::real;
  Index sites_ = 0;
  std::vector<std::size_t> offsets_;
  std::vector<double> parameters_;
  FlowConditions conditions_;
  std::vector<double> inputs_;  ///< of its own condition
};

/// The model where it is a composition of layers, else null.
template <class Role>
[[nodiscard]] auto as_layers(Role* model) {
  using Layered = std::conditional_t<std::is_const_v<Role>, const BijectorFlow, BijectorFlow>;
  // Only this type has layers to show and steps to refine.
  return dynamic_cast<Layered*>(model);
}

}  // namespace nmc
