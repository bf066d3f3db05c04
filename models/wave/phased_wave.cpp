#include "models/wave/phased_wave.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"

namespace nmc {
namespace {

Amplitudes with_phase(const Column& size, const Column& phase) {
  return {size * phase.cos(), size * phase.sin()};
}

class PhasedChains final : public WaveChains {
 public:
  PhasedChains(std::unique_ptr<WaveChains> amplitude, std::unique_ptr<WaveChains> phase)
      : amplitude_(std::move(amplitude)), phase_(std::move(phase)) {}
  [[nodiscard]] Batch configurations() const override { return amplitude_->configurations(); }
  [[nodiscard]] Column spins(Index site) const override { return amplitude_->spins(site); }
  [[nodiscard]] Amplitudes ratios(std::span<const Index> flips) const override {
    return with_phase(amplitude_->ratios(flips).re, phase_->ratios(flips).re.log());
  }
  [[nodiscard]] Amplitudes inversion_ratios() const override {
    return with_phase(amplitude_->inversion_ratios().re, phase_->inversion_ratios().re.log());
  }
  void flip(std::span<const Index> flips, const Column& taken) override {
    amplitude_->flip(flips, taken);
    phase_->flip(flips, taken);
  }
  void invert(const Column& taken) override {
    amplitude_->invert(taken);
    phase_->invert(taken);
  }
  void scores(Batch& of_abs, Batch& of_phase) const override {
    Batch of_a, of_b, none;
    amplitude_->scores(of_a, none);
    phase_->scores(of_b, none);
    of_abs = Batch::Zero(of_a.rows(), of_a.cols() + of_b.cols());
    of_phase = Batch::Zero(of_a.rows(), of_a.cols() + of_b.cols());
    of_abs.leftCols(of_a.cols()) = of_a;
    of_phase.rightCols(of_b.cols()) = of_b;
  }
  [[nodiscard]] Eigen::VectorXd pulled_back(const Column& of_abs,
                                            const Column& of_phase) const override {
    const Column phase = of_phase.size() > 0 ? of_phase : Column(Column::Zero(of_abs.size()));
    const Eigen::VectorXd a = amplitude_->pulled_back(of_abs, {}),
                          b = phase_->pulled_back(phase, {});
    Eigen::VectorXd both(a.size() + b.size());
    both << a, b;
    return both;
  }

 private:
  std::unique_ptr<WaveChains> amplitude_, phase_;
};

}  // namespace

PhasedWave::PhasedWave(std::unique_ptr<WaveFunction> amplitude, std::unique_ptr<WaveFunction> phase)
    : amplitude_(std::move(amplitude)), phase_(std::move(phase)) {
  require(amplitude_->is_positive() && phase_->is_positive(),
          "an amplitude and a phase are made of two positive wave functions: take real ones");
  require(amplitude_->sites() == phase_->sites(),
          "an amplitude and a phase of different numbers of spins");
  for (const WaveFunction* part : {amplitude_.get(), phase_.get()})
    theta_.insert(theta_.end(), part->parameters().begin(), part->parameters().end());
}

void PhasedWave::parameters_changed() {
  auto from = theta_.cbegin();
  for (WaveFunction* part : {amplitude_.get(), phase_.get()}) {
    const std::span<double> own = part->parameters();
    std::copy_n(from, own.size(), own.begin());
    from += std::ssize(own);
    part->parameters_changed();
  }
}

const Stored* PhasedWave::stored() const {
  const bool has_files = amplitude_->stored() != nullptr && phase_->stored() != nullptr;
  return has_files ? this : nullptr;
}

LogPsi PhasedWave::log_psi(const Batch& s) const {
  return {amplitude_->log_psi(s).log_abs, phase_->log_psi(s).log_abs};
}

std::unique_ptr<WaveChains> PhasedWave::chains(const Batch& s) const {
  return std::make_unique<PhasedChains>(amplitude_->chains(s), phase_->chains(s));
}

void PhasedWave::write(archive::File& file, const std::string& group) const {
  file.set_attribute(group, "type", "phased_wave");
  file.create_group(group + "/amplitude");
  amplitude_->stored()->write(file, group + "/amplitude");
  file.create_group(group + "/phase");
  phase_->stored()->write(file, group + "/phase");
  write_weights_digest(file, group, theta_);
}

std::unique_ptr<PhasedWave> PhasedWave::read(const archive::File& file, const std::string& group,
                                             const PartReader& part) {
  refuse_others(file, group, {{"type", "name", "weights_sha256"}, {"amplitude", "phase"}});
  for (const std::string& name : {group + "/amplitude", group + "/phase"})
    require(
        !file.has_attribute(name, "type") || file.string_attribute(name, "type") != "phased_wave",
        fmt::format("{}: {} has a phase of its own, and should be positive", file.path(), name));
  auto wave =
      std::make_unique<PhasedWave>(part(file, group + "/amplitude"), part(file, group + "/phase"));
  check_weights_digest(file, group, wave->theta_);
  return wave;
}

}  // namespace nmc
