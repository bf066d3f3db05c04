#pragma once

#include "core/fields/directions.hpp"
#include "core/fourier/torus_filter.hpp"
#include "core/roles/array_observable.hpp"

namespace nmc {

/// The structure factor of angles, S(k) = |Σ_x e^{iθ_x} e^{−ik·x}|² / N averaged over k and −k, at
/// the wave vectors of the half spectrum (core/fourier): that of cos θ plus that of sin θ.
class AngleSpectrum final : public ArrayObservable {
 public:
  explicit AngleSpectrum(const TorusFilter& fourier) : fourier_(fourier) {}
  [[nodiscard]] std::string name() const override { return "structure_factor"; }
  [[nodiscard]] Index size() const override { return fourier_.modes(); }
  void add(const Batch& x, Eigen::Ref<Batch> sums) const override {
    const Directions of(x);
    fourier_.add_power(of.cosine, sums);
    fourier_.add_power(of.sine, sums);
  }

 private:
  const TorusFilter& fourier_;
};

}  // namespace nmc
