#pragma once

#include <span>

#include "core/roles/flow.hpp"
#include "models/own/own_weights.hpp"

namespace nmc {

/// What a user writes for a network of real numbers: a bijection x = g(z) with its inverse and the
/// vector-Jacobian products of both (Flow), of parameters().
class RealFlow : public Flow {
 public:
  RealFlow(Index sites, Index parameters) : sites_(sites), weights_(parameters) {}

  [[nodiscard]] Index sites() const override { return sites_; }
  [[nodiscard]] Abilities abilities() const override {
    Abilities abilities = Flow::abilities();
    abilities.stored = &weights_;
    return abilities;
  }
  [[nodiscard]] std::span<const double> parameters() const override { return weights_.values; }
  [[nodiscard]] std::span<double> parameters() override { return weights_.values; }
  [[nodiscard]] OwnWeights& weights() { return weights_; }

 private:
  Index sites_;
  OwnWeights weights_;
};

}  // namespace nmc
