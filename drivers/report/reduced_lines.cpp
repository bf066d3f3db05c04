#include "drivers/report/reduced_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/statistics/derived.hpp"
#include "core/statistics/significance.hpp"
#include "drivers/format.hpp"
#include "drivers/report/judge_lines.hpp"
#include "drivers/text_table.hpp"

namespace nmc::drivers {
namespace {

using statistics::Chains;
using statistics::GammaResult;
using statistics::Variates;

/// Bin means of a column, read piece by piece; (0, 0) where the bins are not its own.
Chains binned(const DrawColumn& column, const Variates& variates) {
  const Index bins = variates.bins(), length = variates.draws_per_bin;
  const bool is_of_chains = column.chains() == variates.values.front().cols();
  if (!is_of_chains || column.draws() / length != bins) return {};
  Chains sums = Chains::Zero(bins, column.chains());
  Index draw = 0;
  column.for_each_piece([&](const Chains& piece) {
    for (Index i = 0; i < piece.rows(); ++i, ++draw)
      if (draw / length < bins) sums.row(draw / length) += piece.row(i);
  });
  return sums / static_cast<double>(length);
}

/// Bin means of an observable before and after.
struct Pair {
  Chains plain, reduced;
};

/// How far one more independent draw moves the mean where it is as far out as the farthest was.
/// What was not drawn is in no variance, and the reduced one can be smaller than its share.
double unseen(const Chains& deviations, double tau_in_bins) {
  const double farthest = deviations.abs().maxCoeff() / static_cast<double>(deviations.size());
  return farthest * std::max(1.0, 2 * tau_in_bins);
}

/// What has mean 0 by its making lies farther from it once in two million times.
constexpr double kMostBarsOfNothing = 5;

/// Of an observable, or of a function of several; nothing where the variates' means are not 0.
ReducedMean compared(const std::vector<Chains>& plain, const std::vector<Chains>& reduced,
                     const statistics::FunctionOfMeans& f, const std::optional<double>& exact) {
  const statistics::Projection before = statistics::projection(plain, f);
  const GammaResult plainly = statistics::gamma_method(before.draws);
  const GammaResult after = statistics::gamma_method_of(reduced, f);
  // What was taken away has mean 0. Where its draws say otherwise, states are missing from them,
  // and the reduced mean is off by what they would have brought.
  const Chains taken = before.draws - statistics::projection(reduced, f).draws;
  const double bars = kMostBarsOfNothing * statistics::gamma_method(taken).error;
  if (!(std::abs(before.value - after.mean) <= bars) && (taken != 0).any()) return {};
  const double error = std::hypot(after.error, unseen(before.draws, plainly.tau_int));
  ReducedMean mean{after.mean, error, std::pow(plainly.error / error, 2)};
  if (exact) mean.z = statistics::z_score(mean.mean, mean.error, *exact);
  return mean;
}

bool is_whole(const ReducedMean& mean) {
  return std::isfinite(mean.mean) && std::isfinite(mean.error) && mean.error > 0;
}

}  // namespace

void add_reduced(const std::vector<DrawColumn>& columns, const System& system,
                 const Variates& variates, std::vector<ReportLine>& lines) {
  if (variates.values.empty()) return;
  std::map<std::string, Pair> pairs;
  for (const DrawColumn& column : columns) {
    const auto line = std::ranges::find(lines, column.name(), &ReportLine::name);
    if (line == lines.end() || !std::isfinite(line->summary.tau_int)) continue;
    const auto is_own = [&](const auto& identity) { return identity.first == column.name(); };
    if (std::ranges::any_of(system.identities, is_own)) continue;  // its mean is known
    Pair pair{binned(column, variates), {}};
    if (pair.plain.size() == 0) continue;
    pair.reduced = statistics::reduced(pair.plain, variates, line->summary.tau_int);
    if (pair.reduced.size() == 0) continue;
    const auto itself = [](const Column& means) { return means[0]; };
    const ReducedMean mean = compared({pair.plain}, {pair.reduced}, itself, line->exact);
    if (is_whole(mean)) line->reduced = mean;
    pairs.emplace(column.name(), std::move(pair));
  }
  for (const Derived& derived : system.derived) {
    const auto line = std::ranges::find(lines, derived.name, &ReportLine::name);
    std::vector<Chains> plain, reduced;
    for (const std::string& input : derived.inputs)
      if (const auto found = pairs.find(input); found != pairs.end()) {
        plain.push_back(found->second.plain);
        reduced.push_back(found->second.reduced);
      }
    if (line == lines.end() || plain.size() < derived.inputs.size()) continue;
    const statistics::FunctionOfMeans f = [&](const Column& means) {
      return derived.value({means.data(), static_cast<std::size_t>(means.size())});
    };
    const ReducedMean mean = compared(plain, reduced, f, line->exact);
    if (is_whole(mean)) line->reduced = mean;
  }
}

std::string reduced_text(const std::vector<ReportLine>& lines, const Findings& findings) {
  TextTable table({"reduced by control variates", "mean", "variance", "exact", "z"});
  bool has_any = false;
  for (const ReportLine& line : lines) {
    const ReducedMean* reduced = shown_reduced(line, findings);
    if (reduced == nullptr) continue;
    has_any = true;
    table.add({line.name, with_error(reduced->mean, reduced->error),
               fmt::format("/ {:.3g}", reduced->variance_ratio), exact_text(line.exact),
               number_or_dash(reduced->z, "{:+.2f}")});
  }
  return has_any ? "\n" + table.text() : "";
}

}  // namespace nmc::drivers
