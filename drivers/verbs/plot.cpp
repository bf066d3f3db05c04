#include "drivers/verbs/plot.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"
#include "drivers/figures/write.hpp"
#include "drivers/job/job.hpp"
#include "drivers/page/beta_curves.hpp"
#include "drivers/page/draw_figures.hpp"
#include "drivers/page/points_between.hpp"
#include "drivers/page/sweep_curves.hpp"
#include "drivers/page/words.hpp"
#include "drivers/verbs/run_kind.hpp"

namespace nmc::drivers {
namespace {

/// A figure, and what of it was refused: "" where nothing was.
struct Plotted {
  figures::Figure figure;
  std::string note;
  bool is_refused = false;
};

std::string words_of(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

void require_name(const std::string& name, const std::vector<std::string>& known) {
  const bool is_known = std::ranges::find(known, name) != known.end();
  require(is_known, fmt::format("--observable {}: it was not measured{} (one of {})", name,
                                did_you_mean(name, known), words_of(known)));
}

void require_x(const std::string& x, const std::string& only, const std::string& kind) {
  require(
      x.empty() || x == only,
      fmt::format("--x {}: {} goes along {} alone; leave --x out, or give a sweep", x, kind, only));
}

void require_points(const std::vector<page::Curve>& curves, const std::string& observable,
                    const std::string& note) {
  const bool has_points =
      std::ranges::any_of(curves, [](const page::Curve& curve) { return !curve.points.empty(); });
  require(has_points, fmt::format("{} has no number to be drawn. {}", observable, note));
}

/// What is asked for.
struct PlotRequest {
  std::string observable, x;
  bool is_weighted = false;  ///< whether curves of all draws go through the points
};

// The curves of all draws of a system, where the sweep has any.
void add_weighted(const SweepReport& sweep, const PlotRequest& asked, const page::SweepAxis& axis,
                  page::SweepCurves& found) {
  page::add_between(page::points_between(weighted_curves(sweep), sweep, axis), asked.observable,
                    axis, found);
  const bool has_any = std::ranges::any_of(
      found.curves, [](const page::Curve& curve) { return !curve.between.empty(); });
  require(has_any, fmt::format("--reweight: no curve of {} along {} can be made of the draws: "
                               "nmc reweight {} says why; it goes along system.beta or system.T",
                               asked.observable, axis.key, sweep.directory.string()));
}

Plotted plot_sweep(const std::filesystem::path& run, const PlotRequest& asked) {
  const std::string& observable = asked.observable;
  const SweepReport sweep = read_sweep(run);
  const page::SweepAxis axis = page::sweep_axis(sweep, asked.x);
  require_name(observable, observable_names(sweep));
  page::SweepCurves found = page::sweep_curves(sweep, observable, axis);
  if (asked.is_weighted) add_weighted(sweep, asked, axis, found);
  const std::string note = found.note();
  if (!found.refused.empty() && found.curves.empty()) return {{}, note, true};
  require_points(found.curves, observable, note);
  return {page::curves_figure(found.curves, {observable, page::axis_word(axis.key), note}), note,
          !found.refused.empty()};
}

Plotted plot_betas(const page::BetaCurve& found, const std::string& observable) {
  const std::string note = found.note();
  if (!found.refused.empty() && found.curve.points.empty()) return {{}, note, true};
  require_points({found.curve}, observable, note);
  return {page::curves_figure({found.curve}, {observable, found.axis, note}), note,
          !found.refused.empty()};
}

Plotted plot_annealing(const AnnealReport& report, const std::string& observable) {
  std::vector<std::string> known = report.observables;
  known.emplace_back("lnZ");
  require_name(observable, known);
  return plot_betas(page::anneal_curve(report, observable), observable);
}

Plotted plot_run(const std::filesystem::path& path, const std::string& observable,
                 const std::string& x) {
  const RunFile run = read_run(path);
  if (run.ladder && x != "draw") {
    require_x(x, "beta", "a ladder");
    const Report report = make_report(run);
    std::vector<std::string> known = page::ladder_observables(*report.ladder);
    if (report.ladder->has_lnZ) known.emplace_back("lnZ");
    require_name(observable, known);
    return plot_betas(observable == "lnZ" ? page::ladder_lnZ_curve(report)
                                          : page::ladder_curve(report, observable),
                      observable);
  }
  require_x(x, "draw", "a run at one temperature");
  std::vector<std::string> known;
  for (const DrawColumn& column : run.posterior) known.push_back(column.name());
  require_name(observable, known);
  return {page::trace_figure(page::sample_column(*run.observable(observable)), {}), "", false};
}

Plotted plot(const std::filesystem::path& run, const PlotRequest& asked) {
  if (holds_sweep(run)) return plot_sweep(run, asked);
  const auto& [observable, x, is_weighted] = asked;
  require(!is_weighted,
          "--reweight draws curves between the points of a sweep: leave it out (nmc "
          "reweight prints those of a run)");
  if (const std::string annealing = annealing_of(run); !annealing.empty()) {
    require_x(x, "beta", "an annealing");
    return plot_annealing(anneal_report(read_anneal(annealing)), observable);
  }
  return plot_run(run, observable, x);
}

}  // namespace

int plot_verb(const Invocation& call) {
  const std::string observable = call.line.value("observable"), output = call.line.value("output");
  require(call.line.positional.size() == 1 && !observable.empty() && !output.empty(),
          "usage: nmc plot RUN --observable NAME [--x KEY] -o FIGURE.svg");
  figures::require_writable_format(output);
  const std::filesystem::path run(call.line.positional[0]);
  const std::string other = not_a_run(run, "plot");
  require(other.empty(), other);
  const Plotted plotted = plot(run, {observable, call.line.value("x"), call.line.has("reweight")});
  const bool has_figure = figures::has_marks(plotted.figure);
  if (has_figure) figures::write_figure(plotted.figure, output);
  if (has_figure)
    fmt::print("{}: {}\n", output, plotted.figure.title);
  else
    fmt::print("{} is refused everywhere: nothing was drawn\n", observable);
  if (!plotted.note.empty()) fmt::print("{}\n", plotted.note);
  return plotted.is_refused ? kRefusedExit : 0;
}

}  // namespace nmc::drivers
