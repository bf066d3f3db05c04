#pragma once

#include <memory>
#include <vector>

#include "core/roles/enumerated.hpp"
#include "core/roles/stored.hpp"
#include "models/autoregressive/tiled_model.hpp"
#include "models/circuits/circuit_net.hpp"

namespace nmc {

/// A Born machine on a circuit of qubits (Liu and Wang, Phys. Rev. A 98, 062324 (2018)): q(s) is
/// the probability of the outcomes s along Z. Simulated, it knows all of them, draws exactly and
/// may propose; a device would draw the same and know no q. All in double precision.
class CircuitModel final : public TiledModel<CircuitSpec, CircuitNet>,
                           public Stored,
                           public Enumerated {
 public:
  /// Angles uniform in ±π/2 by `seed`. UserError where the spec is none.
  CircuitModel(CircuitSpec spec, std::uint64_t seed);
  CircuitModel(CircuitSpec spec, std::vector<double> angles);
  [[nodiscard]] Abilities abilities() const override {
    return {.tokens = this, .stored = this, .states = this};
  }

  [[nodiscard]] std::span<const double> probabilities() const override {
    return net().probabilities();
  }
  void pull_back(std::span<const double> v, std::span<double> grad) const override {
    net().pull_back(v, grad);
  }
  [[nodiscard]] Index number_of(const Batch& x, Index row) const override;

  void write(archive::File& file, const std::string& group) const override;
  [[nodiscard]] static std::unique_ptr<Autoregressive> read(const archive::File& file,
                                                            const std::string& group);

 private:
  [[nodiscard]] const CircuitNet& net() const { return *net_; }
  void begin(std::vector<double> angles);
  const CircuitNet* net_ = nullptr;
};

}  // namespace nmc
