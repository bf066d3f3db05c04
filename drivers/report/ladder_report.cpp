#include "drivers/report/ladder_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "core/statistics/significance.hpp"
#include "drivers/report/column_numbers.hpp"
#include "drivers/report/exact_values.hpp"

namespace nmc::drivers {
namespace {

// What the exact solver may cost at each temperature.
constexpr double kSecondsPerRung = 0.25;

// Numbers of all energies that are held at once; longer ones are thinned.
constexpr Index kMostEnergies = Index{1} << 25;

std::optional<statistics::LadderEnergies> ladder_energies_of(const LadderFile& ladder) {
  statistics::LadderEnergies energies;
  energies.beta = Eigen::Map<const Column>(ladder.betas.data(), std::ssize(ladder.betas));
  const Index most = kMostEnergies / std::ssize(ladder.betas);
  for (const auto& columns : ladder.columns) {
    const auto energy = std::ranges::find(columns, "energy", &DrawColumn::name);
    if (energy == columns.end()) return std::nullopt;
    energies.energy.push_back(thinned(*energy, most));
    if (ladder.bin == 1) continue;
    const auto square = std::ranges::find(columns, "energy2", &DrawColumn::name);
    if (square == columns.end()) return std::nullopt;
    energies.square.push_back(thinned(*square, most));
  }
  return energies;
}

/// lnZ of one site at beta = 0; none where that is infinite.
std::optional<double> ln_volume_of_a_site(Support support) {
  if (support.kind == Support::Kind::real) return std::nullopt;
  if (support.kind == Support::Kind::angle) return std::log(2 * std::numbers::pi);
  return std::log(static_cast<double>(support.states));
}

Compared free_energy_of(const RungReport& rung) {
  const Compared& lnZ = rung.lnZ_integrated;
  return {-lnZ.value / rung.beta, lnZ.error / rung.beta, -lnZ.z};
}

void add_lnZ(const LadderFile& ladder, const System& system, LadderReport& report) {
  const auto energies = ladder_energies_of(ladder);
  if (!system.is_boltzmann || !energies) return;
  report.has_lnZ = true;
  const std::optional<double> per_site = ln_volume_of_a_site(system.target->support());
  report.is_absolute = per_site && ladder.betas.front() == 0;
  const double sites = static_cast<double>(system.target->sites());
  const std::optional<double>& first = report.rungs.front().lnZ_exact;
  const double offset = report.is_absolute ? sites * *per_site : 0;
  const auto lnZ = statistics::ladder_lnZ(*energies);
  for (std::size_t r = report.rungs.size(); r-- > 0;) {
    RungReport& rung = report.rungs[r];
    if (!report.is_absolute && rung.lnZ_exact)
      rung.lnZ_exact = first ? std::optional(*rung.lnZ_exact - *first) : std::nullopt;
    const auto i = static_cast<Index>(r);
    rung.lnZ_integrated =
        compare(offset + lnZ.integrated(i), lnZ.integrated_error(i), rung.lnZ_exact);
    rung.lnZ_mbar = compare(offset + lnZ.reweighted(i), lnZ.reweighted_error(i), rung.lnZ_exact);
    rung.lnZ_lower = compare(offset + lnZ.lower(i), lnZ.lower_error(i), std::nullopt);
    rung.lnZ_upper = compare(offset + lnZ.upper(i), lnZ.upper_error(i), std::nullopt);
    if (!report.is_absolute) continue;
    std::optional<double> entropy;
    if (rung.exact) entropy = rung.exact->entropy;
    rung.entropy = compare(offset + lnZ.entropy(i), lnZ.entropy_error(i), entropy);
    if (rung.beta > 0) rung.free_energy = free_energy_of(rung);
  }
}

}  // namespace

Compared compare(double value, double error, const std::optional<double>& exact) {
  Compared compared{value, error, statistics::not_a_number};
  if (exact) compared.z = statistics::z_score(value, error, *exact);
  return compared;
}

double beta_in_findings(const LadderReport& report, const RungReport& rung) {
  const bool is_own = &rung == &report.rungs[static_cast<std::size_t>(report.own_rung)];
  return is_own ? statistics::not_a_number : rung.beta;
}

Findings judge_ladder(const LadderReport& report, const Findings& findings) {
  if (!report.has_lnZ) return {};
  for (const RungReport& rung : report.rungs)
    if (is_refused(findings, {"energy", beta_in_findings(report, rung)}))
      return {
          {Severity::refusal, "inputs", kLadderLnZ,
           fmt::format("lnZ of the ladder is made of the energies of all temperatures, and that "
                       "at beta {:.6g} is refused",
                       rung.beta)}};
  return {};
}

LadderReport ladder_report(const LadderFile& ladder, const System& system, bool is_solved,
                           const Threads& threads) {
  LadderReport report;
  for (std::size_t r = 0; r < ladder.betas.size(); ++r) {
    const auto here = system.at_beta(ladder.betas[r]);
    ExactEffort effort = effort_for(ladder.columns[r]);
    effort.cpu_seconds = kSecondsPerRung;
    std::optional<Exact> exact;
    if (is_solved) exact = here->exact(effort).value;
    RungReport rung;
    rung.beta = ladder.betas[r];
    rung.lines = report_lines(ladder.columns[r], *here, exact, threads);
    const auto i = static_cast<Index>(r);
    if (i < ladder.acceptance.size()) rung.swap_acceptance = ladder.acceptance(i);
    rung.hot_fraction = ladder.hot_fraction(i);
    if (exact) rung.lnZ_exact = exact->lnZ;
    rung.exact = exact;
    report.rungs.push_back(std::move(rung));
  }
  report.is_binned = ladder.bin > 1;
  report.own_rung = ladder.own_rung;
  report.barrier = ladder.barrier;
  report.round_trips = ladder.round_trips;
  report.round_trip_time = ladder.round_trip_time;
  report.best_round_trip_time = ladder.best_round_trip_time;
  add_lnZ(ladder, system, report);
  return report;
}

}  // namespace nmc::drivers
