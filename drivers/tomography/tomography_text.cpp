#include <fmt/format.h>

#include <cmath>

#include "drivers/format.hpp"
#include "drivers/json_line.hpp"
#include "drivers/text_table.hpp"
#include "drivers/tomography/tomography_file.hpp"
#include "drivers/wrapped.hpp"

namespace nmc::drivers {
namespace {

constexpr std::size_t kWordColumn = 9;

std::string starts_table(const LearnedState& learned) {
  TextTable table({"start", "steps", "best", "nll", "held out"});
  for (std::size_t k = 0; k < learned.starts.size(); ++k) {
    const TomographyStart& start = learned.starts[k];
    table.add({fmt::format("{}{}", k + 1, static_cast<double>(k) == learned.best_start ? " *" : ""),
               fmt::format("{}", start.steps), fmt::format("{}", start.best_step),
               number_or_dash(start.nll, "{:.6f}"),
               std::isnan(learned.held_out_nll) ? "-" : number_or_dash(start.held_out, "{:.6f}")});
  }
  return table.text();
}

std::string named_line(const char* name, const std::string& text) {
  return fmt::format("{:<{}}{}\n", name, kWordColumn, wrapped(text, kWordColumn, kWordColumn));
}

std::string open_phases(const LearnedState& learned) {
  return fmt::format(
      "the phase is not determined: the states that matter fall into {:.0f} groups, and no basis "
      "mixes one with another; measure in bases that turn the qubits in which they differ",
      learned.phase_groups);
}

std::string misfit_text(const LearnedState& learned) {
  const bool lacks_phase = learned.has_phase == 0 && learned.is_turned != 0;
  return fmt::format(
      "the nll lies {:.3g} nats above the entropy of the outcomes, {:.3g} more than shots of psi "
      "itself would: {}",
      learned.nll - learned.entropy, learned.misfit,
      lacks_phase
          ? "a positive psi may not make these shots, of which some are not along Z: leave phase = "
            "false out, or take more starts and hidden units"
          : "more starts, steps or hidden units find a better psi, or the shots are of a mixed "
            "state and no psi makes them");
}

std::vector<std::string> state_refusals(const LearnedState& learned) {
  std::vector<std::string> refusals;
  if (learned.phase_groups > 1) refusals.push_back(open_phases(learned));
  if (learned.z_disagrees != 0)
    refusals.emplace_back(
        "the sum over all states is not known: annealed importance sampling from both sides "
        "disagrees by more than three errors, and so the nll is not; fewer hidden units, or more "
        "chains and sweeps, make it easier");
  return refusals;
}

/// "5.288179", or "5.288(3)" where it is estimated.
std::string nll_text(double nll, const LearnedState& learned) {
  return learned.nll_error > 0 && std::isfinite(nll) ? with_error(nll, learned.nll_error)
                                                     : number_or_dash(nll, "{:.6f}");
}

std::vector<std::string> state_warnings(const LearnedState& learned) {
  std::vector<std::string> warnings;
  if (learned.misfit > 0) warnings.push_back(misfit_text(learned));
  if (learned.has_phase == 0 && learned.is_turned == 0)
    warnings.emplace_back(
        "psi is taken to be positive: shots along Z do not determine its phase, and phase = false "
        "fits none");
  if (learned.is_conjugate_open != 0)
    warnings.emplace_back(
        "no basis has Y: the complex conjugate of psi, another state, makes the same shots");
  return warnings;
}

}  // namespace

bool is_refused(const LearnedState& learned) {
  return learned.phase_groups > 1 || learned.z_disagrees != 0;
}

std::vector<std::pair<std::string, std::string>> state_findings(const LearnedState& learned) {
  std::vector<std::pair<std::string, std::string>> findings;
  for (std::string& refusal : state_refusals(learned))
    findings.emplace_back("refused", std::move(refusal));
  for (std::string& warning : state_warnings(learned))
    findings.emplace_back("warning", std::move(warning));
  return findings;
}

std::string learned_state_text(const LearnedState& learned) {
  std::string text = fmt::format(
      "{}\n{}\n{} CPU s\n\n{}\n", wrapped(learned.summary, 0, 0), wrapped(learned.network, 0, 0),
      number_or_dash(learned.cpu_seconds, "{:.3g}"), starts_table(learned));
  text += named_line("nll", fmt::format("{} nats per shot; the entropy of the outcomes is {}",
                                        nll_text(learned.nll, learned),
                                        number_or_dash(learned.entropy, "{:.6f}")));
  if (!std::isnan(learned.held_out_nll))
    text += named_line("", nll_text(learned.held_out_nll, learned) + " of the shots held out");
  if (!learned.truth.empty()) {
    text += named_line("truth", fmt::format("{}: nll {}", learned.truth,
                                            number_or_dash(learned.truth_nll, "{:.6f}")));
    text += named_line("fidelity", number_or_dash(learned.fidelity, "{:.6f}"));
    text += named_line("KL", number_or_dash(learned.divergence, "{:.3g}") +
                                 " nats, truth to psi, mean over the bases");
  }
  for (const std::string& warning : state_warnings(learned)) text += named_line("warning", warning);
  for (const std::string& refusal : state_refusals(learned)) text += named_line("refused", refusal);
  return text;
}

std::string learned_state_json(const LearnedState& learned) {
  JsonLine head;
  head.add("name", "tomography")
      .add("summary", learned.summary)
      .add("network", learned.network)
      .add("nll", learned.nll)
      .add("held_out_nll", learned.held_out_nll)
      .add("entropy", learned.entropy)
      .add("truth", learned.truth)
      .add("truth_nll", learned.truth_nll)
      .add("fidelity", learned.fidelity)
      .add("divergence", learned.divergence)
      .add("phase_groups", learned.phase_groups)
      .add("cpu_seconds", learned.cpu_seconds)
      .add("warnings", state_warnings(learned))
      .add("nll_error", learned.nll_error)
      .add("refused", state_refusals(learned));
  std::string text = head.text() + "\n";
  for (std::size_t k = 0; k < learned.starts.size(); ++k) {
    const TomographyStart& start = learned.starts[k];
    JsonLine line;
    line.add("name", "start")
        .add("start", static_cast<std::int64_t>(k))
        .add("is_best", static_cast<double>(k) == learned.best_start ? 1 : 0)
        .add("steps", static_cast<std::int64_t>(start.steps))
        .add("best_step", static_cast<std::int64_t>(start.best_step))
        .add("nll", start.nll)
        .add("held_out_nll", start.held_out);
    text += line.text() + "\n";
  }
  return text;
}

}  // namespace nmc::drivers
