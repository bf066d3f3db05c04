#include "drivers/latent/latent_report.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/errors.hpp"
#include "core/random/streams.hpp"
#include "drivers/job/sweep_line.hpp"

namespace nmc::drivers::latent {
namespace {

// Draws of the Jacobian: each costs a vector-Jacobian product for every variable.
constexpr Index kFieldDraws = 16;

Batch normals(const Request& request, std::uint64_t step, Index sites) {
  Batch z(request.draws, sites);
  fill_normal({.seed = request.seed, .step = step, .first_chain = 0, .purpose = Purpose::evaluate},
              z);
  return z;
}

std::string title_of(const Source& source) {
  const std::string kind = source.network.mixture != nullptr ? "symmetrised flow" : "flow";
  const std::string of = source.has_target()
                             ? fmt::format("{}, {}", source.system().name, source.system().summary)
                             : fmt::format("{} variables, no target", source.flow().sites());
  return fmt::format("{} of {}", kind, of);
}

std::string gain_words(const GlobalLayer& layer, Index layers) {
  return fmt::format(
      "layer {} of {} mixes all variables {} the layers with scales: it holds the collective modes "
      "(gain {:.3g} of the uniform mode, {:.3g} of a typical one), so that {}; train with "
      "free_field = none for latent variables that are those of a renormalisation group",
      layer.place + 1, layers, layer.is_before ? "before" : "after", layer.uniform_gain,
      std::exp(layer.mean_log_gain),
      layer.is_before ? "no latent variable has a scale of its own"
                      : "the levels are those of what it is given");
}

void add_notes(const Source& source, Report& report) {
  if (report.map.levels == 1)
    report.notes.emplace_back(
        "its layers do not coarse-grain: all latent variables are of one level (neural_rg with "
        "layout mera or decimator has one for each scale)");
  for (const GlobalLayer& layer : report.map.global)
    report.notes.push_back(gain_words(layer, report.map.layers));
  if (source.flow().sites() > kMostFields)
    report.notes.push_back(fmt::format("receptive fields are left out: {} variables, at most {}",
                                       source.flow().sites(), kMostFields));
  for (const GivenOption& option : source.given)
    report.notes.push_back(fmt::format(
        "{} = {} was given: energies and exact configurations are of that system. A network that "
        "is not conditional stays the one that was trained, at what its file states",
        full_key(option), option.value));
  if (!source.has_target())
    report.notes.emplace_back(
        "the file names no target: no exact configurations to pull back, no energies");
}

/// Held-out R² far below 0 are not of a fit that explains little, but of one that fails.
void note_failed_fits(Report& report) {
  constexpr double kFarBelow = -0.1;
  double lowest = 0;
  for (const ExplainedLine& line : report.explained->lines)
    for (const statistics::Estimate& r2 : line.r2) lowest = std::fmin(lowest, r2.value);
  for (const EffectiveLine& line : report.effective->lines)
    lowest = std::fmin(lowest, line.r2.value);
  if (lowest < kFarBelow)
    report.notes.push_back(fmt::format(
        "an R2 of {:.3g}: below 0 a fit tells draws that it has not seen worse than their mean "
        "does. Latents that lie far out carry it, where the network misses the system, and no "
        "coupling of such a fit means anything: train longer, or take more --draws",
        lowest));
}

}  // namespace

Report make_report(const Source& source, const Request& request, const Threads& threads) {
  require(request.draws >= statistics::kLeastInformationDraws,
          fmt::format("--draws {}: too few for a mutual information with its error; it takes {}",
                      request.draws, statistics::kLeastInformationDraws));
  const Flow& flow = source.flow();
  Report report;
  report.title = title_of(source);
  report.model = source.model;
  report.extents = source.extents();
  if (source.network.mixture != nullptr)
    report.branches = std::ssize(source.network.mixture->group());
  report.map = source.map();
  add_notes(source, report);
  const Batch z = normals(request, 1, flow.sites());
  report.pass = level_pass(source, report.map, z, normals(request, 2, flow.sites()));
  if (flow.sites() <= kMostFields)
    report.fields = receptive_fields(flow, report.map, z.topRows(kFieldDraws), report.extents);
  if (!source.has_target()) return report;
  const PulledBack draws = request.input.empty()
                               ? pull_back_exact(source, request.draws, request.seed, threads)
                               : pull_back_file(source, request.input, request.seed);
  report.origin = draws.origin;
  report.dependence = dependence_of(draws, report.map, report.extents, threads);
  report.explained = explained_by_latents(source, report.map, draws);
  report.effective = effective_couplings(source, report.map, draws, z);
  note_failed_fits(report);
  if (request.walks) report.walks = walks(source, report.map, draws);
  if (request.traces) report.traces = hmc_traces(source, request.seed, threads);
  return report;
}

}  // namespace nmc::drivers::latent
