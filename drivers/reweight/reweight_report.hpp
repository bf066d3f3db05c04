#pragma once

#include <functional>
#include <string>
#include <vector>

#include "drivers/reweight/size_crossings.hpp"
#include "drivers/reweight/weighted_curves.hpp"

namespace nmc::drivers {

/// What is asked of curves.
struct CurveRequest {
  std::vector<double> betas;       ///< empty: those of the runs and three between each two
  std::vector<std::string> names;  ///< observables; empty: all that there are
  bool in_temperature = false;     ///< whether the places were given as T
  std::function<void(double done, double total)> progress{};  ///< called after every place
};

/// The curve of one system.
struct CurveTable {
  std::string title;
  std::vector<GivenOption> settings;  ///< swept keys of its runs, without the temperature
  std::vector<std::string> names;
  std::vector<WeightedPoint> points;
  std::vector<Reach> reach;
  std::vector<std::string> notes;
  std::size_t runs = 0;  ///< temperatures that were sampled
  bool in_temperature = false;
};

struct ReweightReport {
  std::vector<CurveTable> tables;
  std::vector<SizeCrossing> crossings;
};

/// UserError for an observable that a system has not.
[[nodiscard]] ReweightReport reweight_report(const std::vector<WeightedCurves>& curves,
                                             const CurveRequest& request);
[[nodiscard]] bool has_refusal(const ReweightReport& report);

/// Tables that fit into so many columns.
[[nodiscard]] std::string reweight_text(const ReweightReport& report, std::size_t columns);
/// An object per system, β and observable, one named reach per system, the crossings, a verdict.
[[nodiscard]] std::string reweight_json(const ReweightReport& report);
/// A line per system and β: swept keys, beta, draws, nearest_beta, then of each observable its
/// value, NAME_error and NAME_exact; what is not known is empty.
[[nodiscard]] std::string reweight_csv(const ReweightReport& report);

}  // namespace nmc::drivers
