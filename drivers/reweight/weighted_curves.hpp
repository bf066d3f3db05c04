#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/statistics/crossing.hpp"
#include "core/statistics/reweighting.hpp"
#include "drivers/report/finding.hpp"
#include "drivers/reweight/sampled_system.hpp"

namespace nmc::drivers {

/// An observable at one β, from draws at others.
struct WeightedLine {
  std::string name;
  statistics::ReweightedValue number;
  std::optional<double> exact{};
  double z = statistics::not_a_number;
};

/// The name of ln Z(β) − ln Z(β of the nearest run).
inline constexpr const char* kLnZDifference = "lnZ_difference";

/// All that is known at one β.
struct WeightedPoint {
  double beta = 0, nearest = 0;  ///< β of the nearest run
  statistics::Support support;
  std::vector<WeightedLine> lines;  ///< empty where β is out of reach; lnZ_difference last
  Findings findings;
};

/// β from and to which draws reach; infinite where they reach to all β.
struct Reach {
  double low = 0, high = 0;
};

/// "0.38 to 0.51", or "from 0.38 on".
[[nodiscard]] std::string reach_text(const Reach& reach);

/// What the exact solver may cost at each β, in CPU seconds.
inline constexpr double kSecondsPerBeta = 0.25;

/// Curves of a system along β from all its draws at once (MBAR), or from those of one run.
class WeightedCurves {
 public:
  /// The name of a column that cannot be weighted, and why.
  using WithoutCurve = std::pair<std::string, std::string>;

  explicit WeightedCurves(SampledSystem sampled);

  [[nodiscard]] const SampledSystem& sampled() const { return sampled_; }
  /// What was measured, then what is derived from it; lnZ_difference last.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// Why an observable of the runs has no curve, with the way out; empty for others.
  [[nodiscard]] std::string why_without(const std::string& name) const;
  /// All that have none, with the reasons.
  [[nodiscard]] const std::vector<WithoutCurve>& without() const { return without_; }
  /// Ascending; more than one where neighbouring runs share no draws, or too few.
  [[nodiscard]] const std::vector<Reach>& reach() const { return reach_; }
  [[nodiscard]] bool is_reached(double beta) const;
  /// The β of the runs, and so many between each two of them; of a single one so many in its reach.
  [[nodiscard]] std::vector<double> places(int between) const;

  /// With the exact values that take so many CPU seconds or less; none for 0.
  [[nodiscard]] WeightedPoint at(double beta, double exact_seconds = kSecondsPerBeta) const;
  /// A number that is derived from means without β; none where it was not measured.
  [[nodiscard]] std::optional<statistics::BlockedCurve> curve(const std::string& name) const;

 private:
  /// The part whose draws reach furthest to β.
  [[nodiscard]] const statistics::Reweighting& part(double beta) const;
  void find_columns();
  void weigh();
  void find_reach();
  void add_lines(const statistics::Reweighting& weights, WeightedPoint& point,
                 double exact_seconds) const;
  [[nodiscard]] double derived_value(const Derived& derived, const Column& means) const;
  [[nodiscard]] double rounding_of(const Derived& derived, const Column& means) const;
  void judge(WeightedPoint& point) const;
  [[nodiscard]] Finding out_of_reach(const WeightedPoint& point) const;

  SampledSystem sampled_;
  std::vector<std::string> columns_, names_;
  std::vector<WithoutCurve> without_;
  std::vector<statistics::Reweighting> parts_;
  std::vector<Reach> reach_;
};

/// Those of a sweep, of all systems that it has at two temperatures or more.
[[nodiscard]] std::vector<WeightedCurves> weighted_curves(const SweepReport& sweep);

}  // namespace nmc::drivers
