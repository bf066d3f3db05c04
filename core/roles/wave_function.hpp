#pragma once

#include <memory>
#include <span>

#include "core/roles/parametric.hpp"
#include "core/roles/target.hpp"

namespace nmc {

class Model;
class Stored;

/// ln ψ = log_abs + i phase, (chains) each; the phase is that of ψ up to multiples of 2π.
struct LogPsi {
  Column log_abs, phase;
};

/// Complex numbers, (chains) each; `im` is (0) where all of them are real.
struct Amplitudes {
  Column re, im;
  /// |z|².
  [[nodiscard]] Column squares() const {
    return im.size() == 0 ? Column(re.square()) : Column(re.square() + im.square());
  }
};

/// Configurations of some chains with what a wave function remembers of each, so that a spin turned
/// over costs less than ψ anew.
class WaveChains {
 public:
  virtual ~WaveChains() = default;
  /// (chains, sites).
  [[nodiscard]] virtual Batch configurations() const = 0;
  /// Spins of one site, (chains).
  [[nodiscard]] virtual Column spins(Index site) const = 0;
  /// ψ(s')/ψ(s), s' being s with these spins, all different, turned over.
  [[nodiscard]] virtual Amplitudes ratios(std::span<const Index> flips) const = 0;
  /// The same with all spins turned over.
  [[nodiscard]] virtual Amplitudes inversion_ratios() const = 0;
  /// Turns them over where `taken` is 1 and not 0, (chains).
  virtual void flip(std::span<const Index> flips, const Column& taken) = 0;
  virtual void invert(const Column& taken) = 0;
  /// ∂ ln ψ/∂θ, (chains, parameters) each; of_phase is resized to (0, 0) where ψ is real.
  virtual void scores(Batch& of_abs, Batch& of_phase) const = 0;
  /// Σ_c of_abs(c) ∂ ln|ψ|/∂θ + of_phase(c) ∂ phase/∂θ, (parameters), of weights (chains) each;
  /// of_phase may be (0). The same as by scores(), which a wave function may spare itself.
  [[nodiscard]] virtual Eigen::VectorXd pulled_back(const Column& of_abs,
                                                    const Column& of_phase) const;
};

/// A wave function of spins ±1 with real parameters θ; complex ones are two of them each.
class WaveFunction : public Parametric {
 public:
  [[nodiscard]] virtual Index sites() const = 0;
  /// Whether it is real and positive everywhere: phase 0.
  [[nodiscard]] virtual bool is_positive() const = 0;
  /// Whether it is real: its phases are 0 and π, which parameters do not turn.
  [[nodiscard]] virtual bool is_real() const { return is_positive(); }
  /// Whether ψ(−s) = ψ(s) by construction.
  [[nodiscard]] virtual bool is_even() const = 0;
  [[nodiscard]] virtual LogPsi log_psi(const Batch& s) const = 0;
  /// What writes it to a file; null where it has no place in one.
  [[nodiscard]] virtual const Stored* stored() const { return nullptr; }
  /// |ψ|² itself where it is a density that is drawn exactly; null where chains are needed.
  [[nodiscard]] virtual const Model* draws() const { return nullptr; }
  /// Reads the parameters of now; the wave function must outlive it.
  [[nodiscard]] virtual std::unique_ptr<WaveChains> chains(const Batch& s) const = 0;
};

/// |ψ|², which every sampler of spins samples.
class BornDensity final : public Target {
 public:
  explicit BornDensity(const WaveFunction& psi) : psi_(psi) {}
  [[nodiscard]] Index sites() const override { return psi_.sites(); }
  [[nodiscard]] Support support() const override { return Support::spin; }
  [[nodiscard]] Column log_density(const Batch& s) const override {
    return 2 * psi_.log_psi(s).log_abs;
  }

 private:
  const WaveFunction& psi_;
};

}  // namespace nmc
