#include "models/wave/autoregressive_wave.hpp"

#include <numbers>
#include <utility>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"

namespace nmc {
namespace {

/// Of Ψ; 1 everywhere without one.
Column signs_of(const BornState* born, const Batch& s) {
  return born == nullptr ? Column::Ones(s.rows()) : born->signs(s);
}

/// Ratios cost ln q anew: of a network whose tokens depend on all before there is nothing to keep.
class AutoregressiveChains final : public WaveChains {
 public:
  AutoregressiveChains(const Autoregressive& network, const BornState* born, const Batch& s)
      : network_(network), born_(born), s_(s) {
    renew();
  }
  [[nodiscard]] Batch configurations() const override { return s_; }
  [[nodiscard]] Column spins(Index site) const override { return s_.col(site); }
  [[nodiscard]] Amplitudes ratios(std::span<const Index> flips) const override {
    Batch flipped = s_;
    for (const Index site : flips) flipped.col(site) = -flipped.col(site);
    return ratios_to(flipped);
  }
  [[nodiscard]] Amplitudes inversion_ratios() const override { return ratios_to(-s_); }
  void flip(std::span<const Index> flips, const Column& taken) override {
    for (const Index site : flips) s_.col(site) *= 1 - 2 * taken;
    renew();
  }
  void invert(const Column& taken) override {
    s_.colwise() *= Column(1 - 2 * taken);
    renew();
  }
  void scores(Batch& of_abs, Batch& of_phase) const override {
    of_abs = 0.5 * network_.scores(s_);
    of_phase.resize(0, 0);
  }
  [[nodiscard]] Eigen::VectorXd pulled_back(const Column& of_abs,
                                            const Column& /*of_phase*/) const override {
    Eigen::VectorXd gradient = Eigen::VectorXd::Zero(std::ssize(network_.parameters()));
    network_.add_grad(s_, 0.5 * of_abs,
                      {gradient.data(), static_cast<std::size_t>(gradient.size())});
    return gradient;
  }

 private:
  void renew() {
    log_q_ = network_.log_prob(s_);
    signs_ = signs_of(born_, s_);
  }
  [[nodiscard]] Amplitudes ratios_to(const Batch& s) const {
    const Column ratio = (0.5 * (network_.log_prob(s) - log_q_)).exp();
    return {ratio * signs_ * signs_of(born_, s), Column()};
  }
  const Autoregressive& network_;
  const BornState* born_;
  Batch s_;
  Column log_q_, signs_;
};

const Autoregressive& tokens_of(const Trainable& network) {
  const Autoregressive* const tokens = network.abilities().tokens;
  require(tokens != nullptr,
          "the square root of a network is a wave function where its spins are drawn one after the "
          "other: take made, rnn or another of them");
  require(network.conditions().empty(),
          "a wave function is of one condition: leave conditional out");
  return *tokens;
}

}  // namespace

AutoregressiveWave::AutoregressiveWave(std::unique_ptr<Trainable> network)
    : network_(std::move(network)), tokens_(tokens_of(*network_)), born_(born_state(*network_)) {}

const Stored* AutoregressiveWave::stored() const {
  return network_->abilities().stored == nullptr ? nullptr : this;
}

LogPsi AutoregressiveWave::log_psi(const Batch& s) const {
  require(s.cols() == sites(), "configurations of another number of spins");
  return {0.5 * tokens_.log_prob(s), 0.5 * std::numbers::pi * (1 - signs_of(born_, s))};
}

std::unique_ptr<WaveChains> AutoregressiveWave::chains(const Batch& s) const {
  require(s.cols() == sites(), "configurations of another number of spins");
  return std::make_unique<AutoregressiveChains>(tokens_, born_, s);
}

void AutoregressiveWave::write(archive::File& file, const std::string& group) const {
  network_->abilities().stored->write(file, group);
}

}  // namespace nmc
