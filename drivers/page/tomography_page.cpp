#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>

#include "drivers/format.hpp"
#include "drivers/page/document.hpp"
#include "drivers/page/pages.hpp"

namespace nmc::drivers::page {
namespace {

/// States that a table and a figure show, the most probable ones.
constexpr std::size_t kShownStates = 16, kDrawnStates = 64;

Table numbers_table(const LearnedState& learned) {
  Table table{"", {"", ""}, {}};
  const auto add = [&](const char* name, double value, const char* form) {
    if (!std::isnan(value)) table.rows.push_back({name, number_or_dash(value, form)});
  };
  add("nll of the shots learned, nats per shot", learned.nll, "{:.6f}");
  add("nll of the shots held out", learned.held_out_nll, "{:.6f}");
  add("entropy of the outcomes, below which no nll is", learned.entropy, "{:.6f}");
  if (!learned.truth.empty()) {
    add(("nll of the truth, " + learned.truth).c_str(), learned.truth_nll, "{:.6f}");
    add("fidelity", learned.fidelity, "{:.6f}");
    add("KL, truth to psi, mean over the bases, nats", learned.divergence, "{:.3g}");
  }
  add("CPU seconds", learned.cpu_seconds, "{:.3g}");
  return table;
}

Section starts_section(const LearnedState& learned) {
  Section section("starts", "Starts");
  Table table{"Each from random numbers; the best one is kept.",
              {"start", "steps", "best step", "nll", "nll held out"},
              {}};
  figures::Figure figure{"nll of each start", "", {"start"}, {"nll"}, {}};
  figures::Series nll{"learned", figures::Mark::points, {}, {}, {}, 0};
  figures::Series held_out{"held out", figures::Mark::points, {}, {}, {}, 1};
  for (std::size_t k = 0; k < learned.starts.size(); ++k) {
    const TomographyStart& start = learned.starts[k];
    const bool is_best = static_cast<double>(k) == learned.best_start;
    table.rows.push_back({fmt::format("{}{}", k + 1, is_best ? ", the best" : ""),
                          fmt::format("{}", start.steps), fmt::format("{}", start.best_step),
                          number_or_dash(start.nll, "{:.6f}"),
                          number_or_dash(start.held_out, "{:.6f}")});
    for (auto* series : {&nll, &held_out}) series->x.push_back(static_cast<double>(k + 1));
    nll.y.push_back(start.nll);
    held_out.y.push_back(start.held_out);
  }
  section.table(table);
  figure.description = fmt::format("nll of {} starts.", learned.starts.size());
  figure.series = {std::move(nll), std::move(held_out)};
  if (learned.starts.size() > 1) section.figure(figure);
  return section;
}

/// Qubit 0 first.
std::string bits_of(Index place, Index states) {
  std::string bits;
  for (Index bit = 1; bit < states; bit *= 2) bits += (place & bit) != 0 ? '1' : '0';
  return bits;
}

Section state_section(const LearnedState& learned) {
  Section section("state", "State");
  const Eigen::VectorXcd& psi = learned.psi;
  if (psi.size() == 0) return section;
  std::vector<Index> order(static_cast<std::size_t>(psi.size()));
  std::iota(order.begin(), order.end(), Index{0});
  std::ranges::stable_sort(order,
                           [&](Index a, Index b) { return std::norm(psi(a)) > std::norm(psi(b)); });
  Table table{"The most probable states along Z, qubit 0 first; phases beside the first one's.",
              {"state", "probability", "phase / pi"},
              {}};
  const double first = std::arg(psi(order.front()));
  for (std::size_t k = 0; k < std::min(kShownStates, order.size()); ++k) {
    const std::complex<double> turned = psi(order[k]) * std::polar(1.0, -first);
    table.rows.push_back({bits_of(order[k], psi.size()), fmt::format("{:.6f}", std::norm(turned)),
                          fmt::format("{:.4f}", std::arg(turned) / std::numbers::pi)});
  }
  section.table(table);
  figures::Figure figure{
      "Probabilities along Z", "", {"state, the most probable first"}, {"|psi|^2"}, {}};
  figures::Series bars{"", figures::Mark::bars, {0.5}, {}, {}, 0, "probability"};
  for (std::size_t k = 0; k < std::min(kDrawnStates, order.size()); ++k) {
    bars.x.push_back(static_cast<double>(k) + 1.5);
    bars.y.push_back(std::norm(psi(order[k])));
  }
  figure.description = fmt::format("The first {} of {} probabilities.", bars.y.size(), psi.size());
  figure.series.push_back(std::move(bars));
  section.figure(figure);
  return section;
}

}  // namespace

std::string tomography_page(const LearnedState& learned) {
  Document page(learned.summary, learned.network);
  Section verdict("verdict", "Verdict");
  verdict.sentences(state_findings(learned));
  page.add(verdict);
  Section numbers("numbers", "Numbers");
  numbers.table(numbers_table(learned));
  page.add(numbers);
  page.add(starts_section(learned));
  page.add(state_section(learned));
  Section text("report", "Report");
  text.folded("the report as text", learned_state_text(learned));
  page.add(text);
  return page.html();
}

}  // namespace nmc::drivers::page
