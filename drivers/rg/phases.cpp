#include "drivers/rg/phases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>

#include "core/errors.hpp"
#include "core/optimise/classifier.hpp"
#include "drivers/sample/classical_draws.hpp"

namespace nmc::drivers::rg {
namespace {

using statistics::Estimate;

constexpr Index kPhaseChains = 256, kHidden = 16, kBatchRows = 256, kTrainSteps = 600;
constexpr double kRate = 0.01;
constexpr Index kLeastTemperatures = 5;

/// Spins of all temperatures as single bytes: the draws of one temperature next to each other, of
/// one draw the chains.
struct Kept {
  Eigen::Array<signed char, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> spins;
  Index L = 0, of_each = 0;  ///< rows of each temperature

  [[nodiscard]] Batch rows(Index temperature) const {
    return spins.middleRows(temperature * of_each, of_each).cast<double>();
  }
};

bool is_test_row(Index row) {
  return row % kPhaseChains >= kPhaseChains / 2;
}

Kept draw_all(const PhaseRequest& request, const Threads& threads, std::string& sampler) {
  Kept kept;
  const auto temperatures = std::ssize(request.systems);
  const System& first = request.systems.front();
  kept.L = first.spins->graph().torus[0];
  const Index draws = std::max<Index>(1, request.draws / temperatures / kPhaseChains);
  kept.of_each = draws * kPhaseChains;
  kept.spins.resize(kept.of_each * temperatures, kept.L * kept.L);
  for (Index t = 0; t < temperatures; ++t)
    sampler =
        each_classical_draw(request.systems[static_cast<std::size_t>(t)],
                            {kPhaseChains, draws, request.seed + static_cast<std::uint64_t>(t)},
                            threads, [&](Index draw, const Batch& s) {
                              kept.spins.middleRows(t * kept.of_each + draw * kPhaseChains,
                                                    kPhaseChains) = s.cast<signed char>();
                            });
  return kept;
}

Batch magnetisation_of(const Batch& s) {
  return (sum_sites(s) / static_cast<double>(s.cols())).abs();
}

/// Where a training configuration goes: shifted along both axes, and reflected through 0 or not.
struct SpinImage {
  Index dx = 0, dy = 0;
  double sign = 1;
};

Eigen::RowVectorXd image_of(const Kept& kept, Index row, const SpinImage& image) {
  const Index L = kept.L;
  Eigen::RowVectorXd x(L * L);
  for (Index y = 0; y < L; ++y)
    for (Index i = 0; i < L; ++i)
      x(y * L + i) = image.sign * kept.spins(row, (y + image.dy) % L * L + (i + image.dx) % L);
  return x;
}

/// Temperatures with a label; the others are not trained on.
using Labels = std::vector<std::optional<double>>;

/// Both classifiers, trained on the same rows.
struct Trained {
  Classifier network, magnetisation;

  [[nodiscard]] Column of_network(const Batch& s) const { return network.probability(s); }
  [[nodiscard]] Column of_magnetisation(const Batch& s) const {
    return magnetisation.probability(magnetisation_of(s));
  }
};

Trained train(const Kept& kept, const Labels& labels, std::uint64_t seed) {
  const Index sites = kept.L * kept.L;
  const Streams streams{seed, 0, 0, Purpose::weights};
  Trained both{{sites, kHidden, streams}, {1, 0, streams}};
  std::vector<Index> known;
  for (Index t = 0; t < std::ssize(labels); ++t)
    if (labels[static_cast<std::size_t>(t)]) known.push_back(t);
  const Index training = kept.of_each / 2;
  Batch x(kBatchRows, sites);
  Column label(kBatchRows);
  for (Index step = 0; step < kTrainSteps; ++step) {
    Batch u(kBatchRows, 5);
    fill_uniform(streams.with(Purpose::train).at_step(static_cast<std::uint64_t>(step)), u);
    for (Index row = 0; row < kBatchRows; ++row) {
      const auto pick = [&](Index column, Index count) {
        return static_cast<Index>(u(row, column) * static_cast<double>(count));
      };
      const Index t = known[static_cast<std::size_t>(pick(3, std::ssize(known)))];
      const Index one = pick(4, training), half = kPhaseChains / 2;
      x.row(row) = image_of(kept, t * kept.of_each + one / half * kPhaseChains + one % half,
                            {pick(0, kept.L), pick(1, kept.L), pick(2, 2) == 0 ? 1.0 : -1.0});
      label(row) = *labels[static_cast<std::size_t>(t)];
    }
    const double rate = kRate * (1 - static_cast<double>(step) / static_cast<double>(kTrainSteps));
    both.network.step(x, label, rate);
    both.magnetisation.step(magnetisation_of(x), label, 30 * rate);
  }
  return both;
}

/// Rows of one temperature that are asked, those of a chain not apart: means over chains.
Column mean_over_chains(const Column& rows) {
  Column means = Column::Zero(kPhaseChains / 2);
  const Index draws = rows.size() / kPhaseChains;
  for (Index row = 0; row < rows.size(); ++row)
    if (is_test_row(row))
      means(row % kPhaseChains - kPhaseChains / 2) += rows(row) / static_cast<double>(draws);
  return means;
}

Told told(const Trained& both, const Batch& s) {
  return {statistics::mean_of(mean_over_chains(both.of_network(s))),
          statistics::mean_of(mean_over_chains(both.of_magnetisation(s)))};
}

/// β where a mean passes through ½, on the straight line between two points.
double half_of(const std::vector<PhasePoint>& points, Estimate Told::*part) {
  for (std::size_t i = 1; i < points.size(); ++i) {
    const double a = (points[i - 1].ordered.*part).value - 0.5;
    const double b = (points[i].ordered.*part).value - 0.5;
    if (a < 0 && b >= 0)
      return points[i - 1].beta + a / (a - b) * (points[i].beta - points[i - 1].beta);
  }
  return statistics::not_a_number;
}

void add_points(const PhaseRequest& request, const Kept& kept, Phases& phases) {
  const Index count = std::ssize(request.betas), outer = std::max<Index>(1, count / 4);
  Labels labels(static_cast<std::size_t>(count));
  for (Index i = 0; i < outer; ++i) {
    labels[static_cast<std::size_t>(i)] = 0;
    labels[static_cast<std::size_t>(count - 1 - i)] = 1;
  }
  const Trained both = train(kept, labels, request.seed);
  for (Index t = 0; t < count; ++t) {
    const auto i = static_cast<std::size_t>(t);
    const Batch s = kept.rows(t);
    phases.points.push_back({request.betas[i], labels[i].has_value(),
                             statistics::mean_of(mean_over_chains(magnetisation_of(s).col(0))),
                             told(both, s)});
  }
  phases.network_half = half_of(phases.points, &Told::network);
  phases.magnetisation_half = half_of(phases.points, &Told::magnetisation);
}

Guess guess_at(const PhaseRequest& request, const Kept& kept, Index first_ordered) {
  const Index count = std::ssize(request.betas);
  Labels labels;
  for (Index t = 0; t < count; ++t) labels.emplace_back(t >= first_ordered ? 1.0 : 0.0);
  const Trained both = train(kept, labels, request.seed);
  Column network = Column::Zero(kPhaseChains / 2), magnetisation = network;
  for (Index t = 0; t < count; ++t) {
    const Batch s = kept.rows(t);
    const bool is_one = t >= first_ordered;
    const auto right = [&](const Column& p) -> Column {
      return mean_over_chains((is_one ? p : 1 - p).unaryExpr([](double q) {
               return q > 0.5 ? 1.0 : q == 0.5 ? 0.5 : 0.0;
             })) /
             static_cast<double>(count);
    };
    network += right(both.of_network(s));
    magnetisation += right(both.of_magnetisation(s));
  }
  const auto i = static_cast<std::size_t>(first_ordered);
  const double at = (request.betas[i - 1] + request.betas[i]) / 2;
  return {at, {statistics::mean_of(network), statistics::mean_of(magnetisation)}};
}

void check(const PhaseRequest& request) {
  const System& first = request.systems.front();
  const bool is_square = first.spins != nullptr && first.spins->graph().torus.size() == 2 &&
                         first.spins->graph().torus[0] == first.spins->graph().torus[1];
  require(is_square, fmt::format("{} ({}): phases are recognised of Ising spins on a square torus "
                                 "with equal couplings, whose translations and flip show each "
                                 "configuration to the network anew",
                                 first.name, first.summary));
  const Index temperatures = std::ssize(request.betas);
  require(temperatures >= kLeastTemperatures,
          fmt::format("{} inverse temperatures: the outermost are trained on, those between asked; "
                      "it takes {}",
                      temperatures, kLeastTemperatures));
  require(request.draws >= kPhaseChains * temperatures,
          fmt::format("--draws {}: too few for {} temperatures; it takes {}", request.draws,
                      temperatures, kPhaseChains * temperatures));
  const double bytes =
      static_cast<double>(request.draws) * static_cast<double>(first.spins->sites());
  constexpr double kMostBytes = 2e9;
  require(bytes <= kMostBytes,
          fmt::format("--draws {}: {:.1f} GB of configurations, at most 2; take {} draws",
                      request.draws, bytes / 1e9,
                      static_cast<Index>(kMostBytes / static_cast<double>(first.spins->sites()))));
}

}  // namespace

Phases recognise_phases(const PhaseRequest& request, const Threads& threads) {
  const std::clock_t start = std::clock();
  check(request);
  Phases phases;
  const Kept kept = draw_all(request, threads, phases.sampler);
  const System& first = request.systems.front();
  phases.title = fmt::format("{}, {}x{} torus", first.name, kept.L, kept.L);
  phases.chains = kPhaseChains;
  phases.draws = kept.spins.rows();
  phases.hidden = kHidden;
  add_points(request, kept, phases);
  phases.guesses.resize(request.betas.size() - 1);
  threads.for_each(std::ssize(phases.guesses), [&](Index guess) {
    phases.guesses[static_cast<std::size_t>(guess)] = guess_at(request, kept, guess + 1);
  });
  phases.cpu_seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  return phases;
}

}  // namespace nmc::drivers::rg
