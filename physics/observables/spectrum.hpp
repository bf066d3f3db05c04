#pragma once

#include <string>

#include "core/fourier/torus_filter.hpp"
#include "core/roles/array_observable.hpp"

namespace nmc {

/// The structure factor S(k) = |Σ_x s_x e^{−ik·x}|² / N at the wave vectors of the half spectrum
/// (core/fourier), by FFT; of the products of two replicas where it is of pairs.
class Spectrum final : public ArrayObservable {
 public:
  Spectrum(std::string name, const TorusFilter& fourier, bool of_pairs)
      : name_(std::move(name)), fourier_(fourier), of_pairs_(of_pairs) {}
  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] Index size() const override { return fourier_.modes(); }
  void add(const Batch& x, Eigen::Ref<Batch> sums) const override { fourier_.add_power(x, sums); }
  [[nodiscard]] bool is_of_pairs() const override { return of_pairs_; }

 private:
  std::string name_;
  const TorusFilter& fourier_;
  bool of_pairs_;
};

}  // namespace nmc
