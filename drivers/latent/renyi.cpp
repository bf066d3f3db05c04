#include "drivers/latent/renyi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>

#include "core/errors.hpp"
#include "drivers/format.hpp"
#include "drivers/json_line.hpp"
#include "drivers/text_table.hpp"
#include "drivers/training/stated_network.hpp"
#include "models/wave/wave_file.hpp"
#include "models/wave/whole_state.hpp"

namespace nmc::drivers::latent {
namespace {

/// Regions of a ladder; every further one costs as many chains.
constexpr Index kMostRegions = 10;
/// R-hat above which chains disagree, as of every report.
constexpr double kLargestRhat = 1.1;

/// Up to a half; the other half of a pure state has the same entropy.
std::vector<Index> ladder_cuts(Index sites) {
  const Index half = sites / 2, regions = std::min(half, kMostRegions);
  std::vector<Index> cuts;
  for (Index k = 1; k <= regions; ++k) cuts.push_back((k * half + regions - 1) / regions);
  return cuts;
}

bool is_doubtful(const SwapEntropy& found) {
  return !std::isfinite(found.entropy.value) || !(found.rhat <= kLargestRhat);
}

std::string z_text(const RegionEntropy& region) {
  if (!region.of_psi || is_doubtful(region.by_swap)) return "-";
  return fmt::format(
      "{:+.1f}", (region.by_swap.entropy.value - *region.of_psi) / region.by_swap.entropy.error);
}

}  // namespace

RenyiReport renyi_of(const std::string& model, const Request& request, const Threads& threads) {
  const WaveFile file = read_wave(model);
  const WaveFunction& psi = *file.psi;
  const System system = stated_system(file.target);
  require(!system.keeps_magnetisation,
          fmt::format("{}: {} keeps the magnetisation, and psi is that of one magnetisation alone, "
                      "whose copies cannot exchange their parts: entropies are for systems that "
                      "change it",
                      model, system.name));
  require(psi.sites() >= 2, model + ": one spin has no two parts");
  RenyiReport report{"", {ladder_cuts(psi.sites())}, {}};
  report.options.draws = std::max<Index>(4, request.draws / report.options.chains);
  report.options.seed = request.seed;
  report.summary = system.hamiltonian == nullptr
                       ? fmt::format("{}: {} spins", model, psi.sites())
                       : fmt::format("{}, {}", system.name, system.summary);
  const bool has_states = psi.sites() <= whole_state_limit;
  const Eigen::VectorXcd own = has_states ? whole_state(psi, threads) : Eigen::VectorXcd();
  Eigen::VectorXcd ground;
  if (has_states && system.hamiltonian != nullptr) {
    try {
      ground = system.ground_vector().cast<std::complex<double>>();
    } catch (const UserError&) {  // a degenerate one, which has no entropy of its own
    }
  }
  for (const SwapEntropy& found : renyi2_by_swap(psi, report.options, threads)) {
    RegionEntropy& region = report.regions.emplace_back(RegionEntropy{found});
    if (has_states) region.of_psi = renyi2(own, found.cut);
    if (ground.size() > 0) region.of_ground = renyi2(ground, found.cut);
  }
  return report;
}

bool is_refused(const RenyiReport& report) {
  return std::ranges::any_of(
      report.regions, [](const RegionEntropy& region) { return is_doubtful(region.by_swap); });
}

std::string renyi_text(const RenyiReport& report) {
  TextTable table({"first spins", "S2 by swap", "of psi", "z", "of the ground state", "R-hat"});
  for (const RegionEntropy& region : report.regions) {
    const SwapEntropy& found = region.by_swap;
    table.add(
        {fmt::format("{}", found.cut),
         is_doubtful(found) ? "refused" : with_error(found.entropy.value, found.entropy.error),
         exact_text(region.of_psi), z_text(region), exact_text(region.of_ground),
         number_or_dash(found.rhat, "{:.3f}")});
  }
  std::string text = fmt::format(
      "{}\nRényi-2 entropies of the first spins, nats: {} chains of {} draws of two copies\nfor "
      "each region, all regions together\n\n{}",
      report.summary, report.options.chains, report.options.draws, table.text());
  if (is_refused(report))
    text +=
        "refused: chains disagree (R-hat above 1.1), or regions do not overlap, or the sign\n"
        "of psi is lost: more draws, or the values of psi by all its states\n";
  return text;
}

std::string renyi_json(const RenyiReport& report) {
  std::string text;
  for (const RegionEntropy& region : report.regions) {
    const SwapEntropy& found = region.by_swap;
    const bool hides = is_doubtful(found);
    const double none = std::nan("");
    JsonLine line;
    line.add("name", "renyi2")
        .add("sites", static_cast<std::int64_t>(found.cut))
        .add("mean", hides ? none : found.entropy.value)
        .add("error", hides ? none : found.entropy.error)
        .add("of_psi", region.of_psi.value_or(none))
        .add("exact", region.of_ground.value_or(none))
        .add("sign", found.sign.value)
        .add("sign_error", found.sign.error)
        .add("rhat", found.rhat)
        .add("refused",
             hides ? std::vector<std::string>{"chains disagree"} : std::vector<std::string>{});
    text += line.text() + "\n";
  }
  return text;
}

}  // namespace nmc::drivers::latent
