#include "drivers/result/merged_draws.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/archive/publish.hpp"
#include "core/archive/xarray_group.hpp"
#include "core/chain_rows.hpp"
#include "core/errors.hpp"
#include "drivers/plan/plan_rows.hpp"
#include "drivers/plan/sampled_columns.hpp"

namespace nmc::drivers {
namespace {

using archive::File;

// Written between two waits for the disk, so that the last one is short.
constexpr double kSyncedBytes = 128e6;

bool is_statistic(const Sampled& sampled, std::size_t column) {
  return static_cast<Index>(column) >= sampled.observables || sampled.names[column] == "log_weight";
}

// Of the system's own temperature, as xarray reads them: a draw of several steps diverged if any of
// them did.
Batch truths(const Batch& values) {
  return (values > 0).cast<double>();
}

// (draws, rows) with the rung fastest among the rows, to [chain][draw][beta].
std::vector<double> chain_draw_beta(const Batch& values, Index rungs) {
  std::vector<double> ordered;
  ordered.reserve(static_cast<std::size_t>(values.size()));
  const ChainRows rows = ChainRows::among(values.cols(), rungs);
  for (Index chain = 0; chain < rows.chains(); ++chain)
    for (Index draw = 0; draw < values.rows(); ++draw)
      for (Index rung = 0; rung < rungs; ++rung)
        ordered.push_back(values(draw, rows.row(chain, rung)));
  return ordered;
}

class DrawMerge {
 public:
  DrawMerge(File& file, const Sampled& sampled, const Plan& plan)
      : file_(file), sampled_(sampled), plan_(plan), rows_(rows_of(plan)) {}

  void create() {
    const Index chains = columns();
    create_group("/posterior", "chain", chains);
    if (has_pairs()) create_group("/pairs", "pair", chains / 2);
    create_group("/sample_stats", "chain", chains);
    for (std::size_t i = 0; i < sampled_.names.size(); ++i) {
      const std::string variable = variable_of(sampled_, plan_, i);
      const std::string row = is_of_pairs(plan_, i) ? "pair" : "chain";
      const bool is_bool = is_truth(i);
      archive::create_variable(file_, variable, {row, "draw"},
                               is_bool ? archive::Element::int8 : archive::Element::float64);
      if (is_bool) file_.set_attribute(variable, "dtype", "bool");
    }
    if (sampled_.ladder) create_ladder();
    if (plan_.simulation.keep_every > 0) create_configurations();
  }

  void add(const DrawParts& parts, const DrawParts::Run& run, const std::function<void()>& poll) {
    for (std::size_t i = 0; i < sampled_.names.size(); ++i) {
      poll();
      add_column(i, run.draws, parts.read(run, sampled_.names[i]));
    }
    if (plan_.simulation.keep_every == 0) return;
    for (const File& part : run.files) {
      poll();
      add_configurations(part);
    }
  }

 private:
  [[nodiscard]] bool is_truth(std::size_t column) const {
    return is_statistic(sampled_, column) && sampled_.names[column] == "diverging";
  }

  /// Chains of a column: of a ladder those at the system's beta, else every row.
  [[nodiscard]] Index columns() const { return sampled_.ladder ? rows_.chains() : rows_.rows(); }

  [[nodiscard]] bool has_pairs() const {
    for (std::size_t i = 0; i < sampled_.names.size(); ++i)
      if (!is_statistic(sampled_, i) && is_of_pairs(plan_, i)) return true;
    return false;
  }

  [[nodiscard]] bool is_on_ladder(std::size_t column) const {
    return sampled_.ladder && static_cast<Index>(column) < sampled_.observables &&
           !plan_.observables[column]->traits().has_temperature;
  }

  void create_group(const std::string& group, const std::string& row, Index rows) {
    archive::write_xarray_group(file_, group, {archive::numbered(row, rows)}, {});
    archive::create_numbered(file_, group + "/draw", plan_.simulation.draws);
  }

  void create_ladder() {
    create_group("/ladder", "chain", plan_.simulation.chains);
    archive::write_xarray_group(file_, "/ladder", {{"beta", {}, sampled_.ladder->betas}}, {});
    bool has_pair_axis = false;
    for (std::size_t i = 0; i < sampled_.names.size(); ++i) {
      if (!is_on_ladder(i)) continue;
      if (is_of_pairs(plan_, i) && !has_pair_axis) {
        archive::create_numbered(file_, "/ladder/pair", rows_.pairs());
        has_pair_axis = true;
      }
      archive::create_variable(file_, "/ladder/" + sampled_.names[i],
                               {is_of_pairs(plan_, i) ? "pair" : "chain", "draw", "beta"},
                               archive::Element::float64);
    }
  }

  void create_configurations() {
    const SimulationOptions& options = plan_.simulation;
    const Index kept = (options.draws + options.keep_every - 1) / options.keep_every;
    archive::write_xarray_group(
        file_, "/configurations",
        {archive::numbered("chain", options.chains), archive::numbered("site", sites())}, {});
    archive::create_numbered(file_, "/configurations/draw", kept, options.keep_every);
    archive::create_variable(file_, "/configurations/x", {"chain", "draw", "site"},
                             archive::Element::float64);
  }

  void add_column(std::size_t column, Range draws, Batch values) {
    if (is_of_pairs(plan_, column)) values = pair_columns(values, rows_.rungs());
    if (is_on_ladder(column)) {
      const ChainRows rows = ChainRows::among(values.cols(), rows_.rungs());
      write("/ladder/" + sampled_.names[column],
            {{0, draws.first, 0}, {rows.chains(), draws.count, rows.rungs()}},
            chain_draw_beta(values, rows.rungs()));
    }
    if (sampled_.ladder) values = rung_columns(values, plan_.own_rung, rows_.rungs());
    if (is_truth(column)) values = truths(values);
    write(variable_of(sampled_, plan_, column), {{0, draws.first}, {values.cols(), draws.count}},
          {values.data(), static_cast<std::size_t>(values.size())});
  }

  void add_configurations(const File& part) {
    if (!part.has("/x")) return;
    const SimulationOptions& options = plan_.simulation;
    const archive::Shape shape = part.shape("/x");
    require(shape.size() == 2 && shape[0] == rows_.rows() && shape[1] % sites() == 0,
            fmt::format("{} is damaged: /x does not hold whole configurations of all chains; run "
                        "again with --restart, which measures anew",
                        part.path()));
    const Index count = shape[1] / sites();
    // Of whole ladders, the configurations at the system's beta; one chain at a time.
    for (Index chain = 0; chain < options.chains; ++chain)
      write("/configurations/x", {{chain, kept_, 0}, {1, count, sites()}},
            part.read_part("/x", {{rows_.row(chain, plan_.own_rung), 0}, {1, shape[1]}}));
    kept_ += count;
  }

  void write(const std::string& dataset, const archive::Part& part,
             std::span<const double> values) {
    file_.write_part(dataset, part, values);
    unsynced_ += static_cast<double>(values.size_bytes());
    if (unsynced_ < kSyncedBytes) return;
    // The file of a report has no name, and is not to last.
    if (std::filesystem::exists(file_.path())) archive::sync_file(file_.path());
    unsynced_ = 0;
  }

  [[nodiscard]] Index sites() const { return plan_.system.target->sites(); }

  File& file_;
  const Sampled& sampled_;
  const Plan& plan_;
  ChainRows rows_;
  Index kept_ = 0;
  double unsynced_ = 0;
};

}  // namespace

std::string variable_of(const Sampled& sampled, const Plan& plan, std::size_t column) {
  const std::string group = is_statistic(sampled, column) ? "/sample_stats/"
                            : is_of_pairs(plan, column)   ? "/pairs/"
                                                          : "/posterior/";
  return group + sampled.names[column];
}

void merge_draws(File& file, const MergedFrom& from, const Sampled& sampled, const Plan& plan) {
  const DrawParts& parts = from.parts;
  require(parts.rows() == plan.simulation.chains * rows_per_chain(plan) &&
              parts.draws() == plan.simulation.draws && parts.names() == sampled.names,
          "the parts of the run are not those of the job: run again with --restart, which measures "
          "anew");
  DrawMerge merge(file, sampled, plan);
  merge.create();
  parts.for_each([&](const DrawParts::Run& run) { merge.add(parts, run, from.poll); });
}

}  // namespace nmc::drivers
