#include "drivers/report/judge_sector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/options/job_file.hpp"
#include "drivers/job/resolve_named.hpp"
#include "drivers/wave/wave_models.hpp"

namespace nmc::drivers {
namespace {

/// Error bars of the mean of m from 0, where the symmetric state has it.
constexpr double kFarFromZero = 8;
/// Part of the draws of a chain on one side that leaves it there.
constexpr double kOneSide = 0.9;

/// Draws of each chain with m > 0, m = 0 counted half.
Column shares_above(const statistics::Chains& m) {
  const auto draws = static_cast<double>(m.rows());
  return ((m > 0).cast<double>() + 0.5 * (m == 0).cast<double>()).colwise().sum().transpose() /
         draws;
}

/// The key of the wave function that makes it the same with all spins turned over.
std::string cure(const RunFile& run) {
  const auto given = parse_job_text(run.provenance.resolved_job, "resolved.ini");
  const GivenOption* name = find_given(given, "model", "name");
  if (name == nullptr) return "model.even = true";
  const auto& options = catalog::find_wave(name->value, "").options;
  const bool has_even = std::ranges::find(options, "even", &OptionSpec::name) != options.end();
  return has_even ? "model.even = true"
                  : "model.symmetry = z2, if psi needs no signs, or more ground_state.steps";
}

}  // namespace

Findings judge_sector(const RunFile& run, const System& system) {
  const DrawColumn* column = run.observable("m");
  const bool is_even = std::ranges::any_of(
      system.identities, [](const auto& identity) { return identity.first == "m"; });
  if (system.hamiltonian == nullptr || !is_even || column == nullptr) return {};
  const statistics::Chains m = column->all();
  const statistics::ChainSummary summary = statistics::summarise(m);
  const Column above = shares_above(m);
  const bool all_above = (above > kOneSide).all(), all_below = (above < 1 - kOneSide).all();
  // Chains that never move have no error, and are as far as can be.
  const bool is_near = std::abs(summary.mean) <= kFarFromZero * summary.error;
  if (!(all_above || all_below) || is_near) return {};
  return {{Severity::warning, "sector", kEveryObservable,
           fmt::format("all {} chains have {} magnetisation (<m> = {:.3g}, {:.0f} % of the draws "
                       "or more), and H has no preference: the wave function has one of the two "
                       "sectors of its ground state alone; set {}",
                       m.cols(), all_above ? "positive" : "negative", summary.mean,
                       100 * (all_above ? above.minCoeff() : 1 - above.maxCoeff()), cure(run)),
           std::abs(summary.mean) / summary.error, kFarFromZero}};
}

}  // namespace nmc::drivers
