#pragma once

#include <array>
#include <functional>
#include <memory>

#include "core/interfaces.hpp"

namespace nmc::test {

/// A target and a proposal on five states, numbered by x = 0 … 4 on one site. The proposals that
/// "sample" returns are set by the test.
inline constexpr Index states = 5;
inline constexpr std::array<double, states> table_p{0.5, 0.2, 0.05, 0.15, 0.1};
inline constexpr std::array<double, states> table_q{0.1, 0.3, 0.25, 0.15, 0.2};

class TableTarget final : public Target {
 public:
  [[nodiscard]] Index sites() const override { return 1; }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] Column log_density(const Batch& x) const override;
};

class ScriptedModel final : public Model {
 public:
  void propose(const Column& next) { next_ = next; }
  [[nodiscard]] Index sites() const override { return 1; }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] Draw sample(const Streams& streams, Index chains) const override;
  [[nodiscard]] Column log_prob(const Batch& x) const override;
  void add_grad(const Batch&, const Column&, std::span<double>) const override {}
  [[nodiscard]] std::span<const double> parameters() const override { return {}; }
  [[nodiscard]] std::span<double> parameters() override { return {}; }

 private:
  Column next_;
};

/// Walks every history i → j → k of proposals and takes α(s, k) of the last one, s the state it was
/// made from. Returns the largest of: |πP − π| with P(s, k) = q(k) α(s, k) off the diagonal; the
/// spread of α(s, k) over histories, which a stale cache shows; and the violation of "accepted
/// where u < α", 0 or 1.
double enumeration_defect(
    const std::function<std::unique_ptr<Sampler>(const Target&, const Model&)>& make);

}  // namespace nmc::test
