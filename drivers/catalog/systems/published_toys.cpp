#include <fmt/format.h>

#include <cmath>

#include "drivers/catalog/entries/system_entries.hpp"
#include "drivers/catalog/systems/finish_toy.hpp"
#include "physics/systems/funnel.hpp"
#include "physics/systems/many_well.hpp"
#include "physics/systems/scattered_mixture.hpp"

namespace nmc::catalog {
namespace {

System make_funnel(const Options& options) {
  const Index sites = options.integer("sites");
  const double scale = options.real("scale");
  System system = finish_toy("funnel", fmt::format("Neal's funnel of {} variables", sites),
                             std::make_unique<const Funnel>(sites, scale), {0, {{"x0", 0.0}}});
  // Averages of the others are those of e^v, which no chain of a usual length has the size of, and
  // so are those of control variates.
  system.default_observables = {"x0"};
  system.variates = nullptr;
  add_known(system,
            std::make_unique<FunctionObservable>(
                "v2", [](const Batch& x) -> Column { return x.col(0).square(); }),
            scale * scale);
  return system;
}

System make_forty_modes(const Options& options) {
  Scatter scatter;
  scatter.modes = options.integer("modes");
  scatter.sites = options.integer("sites");
  scatter.half_width = options.real("half_width");
  scatter.width = options.real("width");
  scatter.seed = static_cast<std::uint32_t>(options.integer("seed"));
  const Batch means = scattered_means(scatter);
  KnownMeans known;
  for (Index i = 0; i < means.cols(); ++i)
    known.means.emplace_back(fmt::format("x{}", i), means.col(i).mean());
  known.means.emplace_back("mean", means.mean());
  known.means.emplace_back("r2",
                           means.square().rowwise().sum().mean() +
                               static_cast<double>(scatter.sites) * scatter.width * scatter.width);
  return finish_toy(
      "forty_modes",
      fmt::format("{} Gaussians of {} variables, scattered", scatter.modes, scatter.sites),
      std::make_unique<const GaussianMixture>(scattered_mixture(scatter)), std::move(known));
}

System make_many_well(const Options& options) {
  const Index pairs = options.integer("pairs");
  auto toy = std::make_unique<const ManyWell>(
      pairs,
      DoubleWell{options.real("quartic"), options.real("quadratic"), options.real("linear")});
  const DoubleWell::Moments& well = toy->well_moments();
  KnownMeans known{toy->lnZ(), {}, "quadrature of one well"};
  for (Index k = 0; k < pairs; ++k) {
    known.means.emplace_back(fmt::format("x{}", 2 * k), well.mean);
    known.means.emplace_back(fmt::format("x{}", 2 * k + 1), 0.0);
  }
  known.means.emplace_back("mean", well.mean / 2);
  known.means.emplace_back("r2", static_cast<double>(pairs) * (well.mean_square + 1));
  return finish_toy("many_well", fmt::format("{} double wells, each with a Gaussian beside", pairs),
                    std::move(toy), std::move(known));
}

}  // namespace

SystemEntry funnel_entry() {
  SystemEntry entry;
  entry.name = "funnel";
  entry.summary = "Neal's funnel: x0 ~ N(0, scale^2), the others N(0, e^x0) given it; lnZ = 0";
  entry.options = {option::integer("sites", "10", "[2, 1e4]", "variables, x0 among them"),
                   option::real("scale", "3", "(0, 30]", "standard deviation of x0")};
  entry.example = "[system]\nname = funnel\nsites = 10\n";
  entry.make = make_funnel;
  return entry;
}

SystemEntry forty_modes_entry() {
  SystemEntry entry;
  entry.name = "forty_modes";
  entry.summary = "equal Gaussians scattered over a square; by default the forty of FAB; lnZ = 0";
  entry.options = {
      option::integer("modes", "40", "[1, 1e4]", "how many"),
      option::integer("sites", "2", "[1, 1000]", "variables"),
      option::real("half_width", "40", "(0, 1e6]", "means lie within +- this"),
      option::real("width", "1.3132616875182228", "(0, 1e6]", "standard deviation of each"),
      option::integer("seed", "0", "[0, 4294967295]",
                      "of the means, which are those of torch.rand")};
  entry.example = "[system]\nname = forty_modes\n";
  entry.make = make_forty_modes;
  return entry;
}

SystemEntry many_well_entry() {
  SystemEntry entry;
  entry.name = "many_well";
  entry.summary =
      "pairs of a double well and a Gaussian, ln p = sum -quartic x^4 + quadratic x^2 + linear x - "
      "y^2 / 2";
  entry.options = {option::integer("pairs", "16", "[1, 1000]", "how many; two variables each"),
                   option::real("quartic", "1", "(0, 1e6]", "of x^4"),
                   option::real("quadratic", "6", "[-1e6, 1e6]", "of x^2"),
                   option::real("linear", "0.5", "[-1e6, 1e6]", "of x")};
  entry.example = "[system]\nname = many_well\npairs = 16\n";
  entry.make = make_many_well;
  return entry;
}

}  // namespace nmc::catalog
