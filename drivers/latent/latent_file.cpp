#include <deque>

#include "core/archive/xarray_group.hpp"
#include "drivers/latent/latent_report.hpp"

namespace nmc::drivers::latent {
namespace {

using archive::Dimension;
using archive::Variable;
using statistics::Estimate;

/// A group with variables whose numbers live until it is written.
class Group {
 public:
  Group(std::string name, std::vector<Dimension> dimensions)
      : name_(std::move(name)), dimensions_(std::move(dimensions)) {}

  void add(const std::string& name, const std::vector<std::string>& over,
           std::vector<double> values) {
    kept_.push_back(std::move(values));
    variables_.push_back({name, over, std::span<const double>(kept_.back())});
  }
  /// Values with NAME_error.
  void add(const std::string& name, const std::vector<std::string>& over,
           const std::vector<Estimate>& estimates) {
    std::vector<double> values, errors;
    for (const Estimate& estimate : estimates) {
      values.push_back(estimate.value);
      errors.push_back(estimate.error);
    }
    add(name, over, std::move(values));
    add(name + "_error", over, std::move(errors));
  }
  /// Of each line one number.
  template <class Lines, class Number>
  void add_each(const std::string& name, const std::string& over, const Lines& lines,
                const Number& number) {
    std::vector<double> values;
    for (const auto& line : lines) values.push_back(static_cast<double>(number(line)));
    add(name, {over}, std::move(values));
  }
  void write(archive::File& file) const {
    archive::write_xarray_group(file, name_, dimensions_, variables_);
  }

 private:
  std::string name_;
  std::vector<Dimension> dimensions_;
  std::deque<std::vector<double>> kept_;
  std::vector<Variable> variables_;
};

// Files are row-major.
std::vector<double> rows_of(const Batch& matrix) {
  const Batch transposed = matrix.transpose();
  return {transposed.data(), transposed.data() + transposed.size()};
}

/// Estimates of every line, (lines, variables).
template <class Lines, class Part>
std::vector<Estimate> flat(const Lines& lines, const Part& part) {
  std::vector<Estimate> all;
  for (const auto& line : lines) {
    const std::vector<Estimate> own = part(line);
    all.insert(all.end(), own.begin(), own.end());
  }
  return all;
}

std::vector<std::int64_t> levels_down(const Report& report) {
  std::vector<std::int64_t> levels;
  for (Index level = report.map.levels - 1; level >= 0; --level) levels.push_back(level);
  return levels;
}

void write_latents(archive::File& file, const Report& report) {
  const Index sites = report.map.sites();
  Group group("/latents", {archive::numbered("latent", sites), archive::numbered("other", sites)});
  group.add_each("level", "latent", report.map.level, [](Index level) { return level; });
  for (std::size_t axis = 0, stride = 1; axis < report.extents.size(); ++axis) {
    std::vector<double> coordinate;
    const auto extent = static_cast<std::size_t>(report.extents[axis]);
    for (Index i = 0; i < sites; ++i)
      coordinate.push_back(static_cast<double>(static_cast<std::size_t>(i) / stride % extent));
    group.add(axis < 3 ? std::string(1, "xyz"[axis]) : "x" + std::to_string(axis), {"latent"},
              std::move(coordinate));
    stride *= extent;
  }
  if (report.dependence) {
    const auto& z = report.dependence->variables;
    using One = statistics::Normality;
    group.add_each("mean", "latent", z, [](const One& n) { return n.mean; });
    group.add_each("variance", "latent", z, [](const One& n) { return n.variance; });
    group.add_each("skewness", "latent", z, [](const One& n) { return n.skewness; });
    group.add_each("kurtosis", "latent", z, [](const One& n) { return n.kurtosis; });
    group.add_each("kolmogorov", "latent", z, [](const One& n) { return n.distance; });
    group.add("correlation", {"latent", "other"}, rows_of(report.dependence->correlation.array()));
  }
  group.write(file);
}

void write_levels(archive::File& file, const Report& report) {
  const LevelPass& pass = report.pass;
  Group group("/levels", {{"level", levels_down(report)},
                          {"variable", {}, {}, pass.names},
                          archive::numbered("site", report.map.sites())});
  group.add("at_mean", {"level", "variable"},
            flat(pass.lines, [](const LevelLine& line) { return line.at_mean; }));
  group.add("explained", {"level", "variable"},
            flat(pass.lines, [](const LevelLine& line) { return line.explained; }));
  group.add("drawn", {"variable"}, pass.drawn);
  group.add("log_q_per_site", {"level"},
            flat(pass.lines, [](const LevelLine& line) { return std::vector{line.log_q}; }));
  group.add("strip", {"level", "site"}, rows_of(pass.strip));
  if (report.explained)
    group.add("r2", {"level", "variable"},
              flat(report.explained->lines, [](const ExplainedLine& line) { return line.r2; }));
  group.write(file);
}

void write_fields(archive::File& file, const Report& report) {
  if (!report.fields) return;
  const Index sites = report.map.sites();
  const ReceptiveFields& fields = *report.fields;
  Group group("/receptive", {archive::numbered("latent", sites),
                             archive::numbered("site", sites),
                             {"level", levels_down(report)},
                             archive::numbered("draw", fields.z.rows())});
  group.add("z", {"draw", "latent"}, rows_of(fields.z));
  group.add("mean", {"latent", "site"}, rows_of(fields.mean));
  group.add("rms", {"latent", "site"}, rows_of(fields.rms));
  Batch cone(sites, sites);
  for (Index latent = 0; latent < sites; ++latent)
    for (Index site = 0; site < sites; ++site)
      cone(latent, site) = report.map.reaches(latent, site) ? 1 : 0;
  group.add("light_cone", {"latent", "site"}, rows_of(cone));
  group.add_each("radius", "level", fields.levels, [](const LevelReach& r) { return r.radius; });
  group.add_each("variance", "level", fields.levels,
                 [](const LevelReach& r) { return r.variance; });
  group.write(file);
}

void write_information(archive::File& file, const Report& report) {
  if (!report.dependence) return;
  const auto& lines = report.dependence->information;
  Group group("/information", {archive::numbered("pair", std::ssize(lines))});
  using Line = PairInformation;
  group.add_each("level", "pair", lines, [](const Line& line) { return line.level; });
  group.add_each("distance", "pair", lines, [](const Line& line) { return line.distance; });
  const auto add = [&](const std::string& name, const auto& part) {
    group.add(name, {"pair"},
              flat(lines, [&](const Line& line) { return std::vector{part(line)}; }));
  };
  add("latents", [](const Line& line) { return line.latents.neighbours; });
  add("sites", [](const Line& line) { return line.sites.neighbours; });
  add("latents_gaussian", [](const Line& line) { return line.latents.gaussian; });
  add("sites_gaussian", [](const Line& line) { return line.sites.gaussian; });
  group.add_each("latents_shuffled", "pair", lines,
                 [](const Line& line) { return line.latents.shuffled; });
  group.write(file);
}

void write_effective(archive::File& file, const Report& report) {
  if (!report.effective) return;
  const Effective& effective = *report.effective;
  std::vector<std::string> weights;
  for (const ReweightedLine& line : effective.checks) weights.push_back(line.weights);
  Group group("/effective", {{"level", levels_down(report)},
                             {"monomial", {}, {}, {kMonomialNames.begin(), kMonomialNames.end()}},
                             {"weights", {}, {}, weights},
                             {"variable", {}, {}, effective.names}});
  group.add("coupling", {"level", "monomial"}, flat(effective.lines, [](const EffectiveLine& line) {
              return std::vector<Estimate>(line.couplings.begin(), line.couplings.end());
            }));
  group.add("r2", {"level"},
            flat(effective.lines, [](const EffectiveLine& line) { return std::vector{line.r2}; }));
  group.add_each("ess_fraction", "weights", effective.checks,
                 [](const ReweightedLine& line) { return line.ess; });
  group.add("mean", {"weights", "variable"},
            flat(effective.checks, [](const ReweightedLine& line) { return line.means; }));
  group.write(file);
}

void write_walks(archive::File& file, const Report& report) {
  if (!report.walks) return;
  const Walks& walks = *report.walks;
  const auto means = [](const WalkPoint& point) { return point.means; };
  const std::vector<WalkPoint>& first = walks.alone.front().points;
  std::vector<std::string> spaces;
  for (const Arithmetic& of : walks.arithmetic) spaces.push_back(of.space);
  Group group("/walks", {archive::numbered("walk", std::ssize(walks.alone)),
                         archive::numbered("step", std::ssize(first)),
                         archive::numbered("place", std::ssize(walks.sphere)),
                         {"space", {}, {}, spaces},
                         {"variable", {}, {}, walks.names}});
  const auto at = [](const WalkPoint& point) { return point.at; };
  group.add_each("latent", "walk", walks.alone, [](const LatentWalk& walk) { return walk.latent; });
  group.add_each("z", "step", first, at);
  group.add("alone", {"walk", "step", "variable"},
            flat(walks.alone, [&](const LatentWalk& walk) { return flat(walk.points, means); }));
  group.add_each("t", "place", walks.sphere, at);
  group.add("sphere", {"place", "variable"}, flat(walks.sphere, means));
  if (!walks.line.empty()) group.add("line", {"place", "variable"}, flat(walks.line, means));
  group.add("arithmetic", {"space", "variable"},
            flat(walks.arithmetic, [](const Arithmetic& of) { return of.means; }));
  group.add("correlation", {"space", "variable"},
            flat(walks.arithmetic, [](const Arithmetic& of) { return of.correlation; }));
  group.write(file);
}

void write_traces(archive::File& file, const Report& report) {
  if (report.traces.empty()) return;
  const Index draws = std::ssize(report.traces.front().m);
  Group group("/traces", {archive::numbered("draw", draws)});
  for (const HmcTrace& trace : report.traces) group.add("m_" + trace.sampler, {"draw"}, trace.m);
  group.write(file);
}

}  // namespace

void write_report(archive::File& file, const Report& report) {
  file.set_attribute("/", "title", report.title);
  file.set_attribute("/", "model", report.model);
  file.set_attribute("/", "origin", report.origin);
  file.set_attribute("/", "branches", static_cast<std::int64_t>(report.branches));
  write_latents(file, report);
  write_levels(file, report);
  write_fields(file, report);
  write_information(file, report);
  write_effective(file, report);
  write_walks(file, report);
  write_traces(file, report);
}

}  // namespace nmc::drivers::latent
