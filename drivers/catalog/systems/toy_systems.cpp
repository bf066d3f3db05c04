#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "core/archive/file.hpp"
#include "drivers/catalog/entries/system_entries.hpp"
#include "drivers/catalog/systems/finish_toy.hpp"
#include "physics/systems/rings.hpp"
#include "physics/systems/toy.hpp"

namespace nmc::catalog {
namespace {

/// All first moments are 0.
KnownMeans centred(double lnZ, double mean_square) {
  return {lnZ, {{"x0", 0.0}, {"x1", 0.0}, {"mean", 0.0}, {"r2", mean_square}}};
}

/// The distance from the origin beside the other observables.
void add_radius(System& system, double mean) {
  add_known(system,
            std::make_unique<FunctionObservable>(
                "r", [](const Batch& x) -> Column { return sum_sites(x.square()).sqrt(); }),
            mean);
}

std::vector<double> covariance_entries(const Options& options) {
  const std::string& file = options.text("covariance_file");
  if (file.empty()) return options.reals("covariance");
  if (options.origin("covariance") != "default")
    options.fail("covariance", "covariance and covariance_file are both given; leave one out");
  const auto colon = file.rfind(':');
  if (colon == std::string::npos)
    options.fail("covariance_file", "write FILE.h5:DATASET, not " + file);
  return archive::File::open(file.substr(0, colon))
      .read_doubles(fmt::format("/{}", file.substr(colon + 1)));
}

System make_gaussian(const Options& options) {
  const std::vector<double> entries = covariance_entries(options);
  const auto sites = static_cast<Index>(std::llround(std::sqrt(entries.size())));
  if (sites == 0 || static_cast<std::size_t>(sites * sites) != entries.size())
    options.fail("covariance", fmt::format("covariance has {} entries: that is no square matrix",
                                           entries.size()));
  const Eigen::MatrixXd covariance =
      Eigen::Map<const Eigen::MatrixXd>(entries.data(), sites, sites);
  std::vector<double> mean = options.reals("mean");
  mean.resize(mean.empty() ? static_cast<std::size_t>(sites) : mean.size(), 0.0);
  if (static_cast<Index>(mean.size()) != sites)
    options.fail("mean", fmt::format("mean has {} entries for {} sites", mean.size(), sites));
  const Eigen::VectorXd centre = Eigen::Map<const Eigen::VectorXd>(mean.data(), sites);
  auto toy = std::make_unique<const Gaussian>(centre, covariance);
  KnownMeans known{toy->lnZ()};
  for (Index i = 0; i < sites; ++i) known.means.emplace_back(fmt::format("x{}", i), centre(i));
  known.means.emplace_back("mean", centre.mean());
  known.means.emplace_back("r2", centre.squaredNorm() + covariance.trace());
  return finish_toy("gaussian", fmt::format("Gaussian of {} variables", sites), std::move(toy),
                    std::move(known));
}

System make_ring(const Options& options) {
  const double radius = options.real("radius");
  const double width = options.real("width");
  auto toy = std::make_unique<const Ring>(radius, width);
  const KnownMeans known = centred(toy->lnZ(), toy->mean_square_radius());
  const double mean_radius = toy->mean_radius();
  System system = finish_toy("ring", fmt::format("ring of radius {} and width {}", radius, width),
                             std::move(toy), known);
  add_radius(system, mean_radius);
  return system;
}

System make_rings(const Options& options) {
  const Index count = options.integer("count");
  const double width = options.real("width");
  auto toy = std::make_unique<const Rings>(count, width);
  const Rings::Moments moments = toy->moments();
  System system = finish_toy("rings", fmt::format("{} rings of width {}", count, width),
                             std::move(toy), centred(moments.lnZ, moments.mean_square_radius));
  add_radius(system, moments.mean_radius);
  return system;
}

System make_mixture(const Options& options) {
  const Index count = options.integer("components");
  const double radius = options.real("radius"), width = options.real("width");
  KnownMeans known = centred(0, radius * radius + 2 * width * width);
  if (count == 1) {  // it lies at (radius, 0)
    known.means[0].second = radius;
    known.means[2].second = radius / 2;
  }
  return finish_toy(
      "mixture", fmt::format("{} Gaussians on a circle", count),
      std::make_unique<const GaussianMixture>(GaussianMixture::polygon(count, radius, width)),
      std::move(known));
}

}  // namespace

SystemEntry gaussian_entry() {
  SystemEntry entry;
  entry.name = "gaussian";
  entry.summary = "Gaussian with a given covariance";
  entry.options = {
      option::reals("covariance", "1, 0.9, 0.9, 1", "", "matrix, row by row"),
      option::with_path(
          option::text("covariance_file", "", "the matrix from a file, FILE.h5:DATASET"),
          PathForm::dataset),
      option::reals("mean", "", "", "mean, 0 by default"),
  };
  entry.example = "[system]\nname = gaussian\ncovariance = 1, 0.9, 0.9, 1\n";
  entry.make = make_gaussian;
  return entry;
}

SystemEntry ring_entry() {
  SystemEntry entry;
  entry.name = "ring";
  entry.summary = "a ring in the plane, ln p = -(|x| - radius)^2 / (2 width^2)";
  entry.options = {option::real("radius", "2", "(0, inf)", "radius"),
                   option::real("width", "0.3", "(0, inf)", "standard deviation across it")};
  entry.example = "[system]\nname = ring\nradius = 2\nwidth = 0.3\n";
  entry.make = make_ring;
  return entry;
}

SystemEntry rings_entry() {
  SystemEntry entry;
  entry.name = "rings";
  entry.summary = "rings of radius 1, 2, ... in the plane, ln p = -min_i ((|x| - i) / width)^2";
  entry.options = {option::integer("count", "5", "[1, 1000]", "how many"),
                   option::real("width", "0.2", "(0, inf)", "of each")};
  entry.example = "[system]\nname = rings\ncount = 5\nwidth = 0.2\n";
  entry.make = make_rings;
  return entry;
}

SystemEntry mixture_entry() {
  SystemEntry entry;
  entry.name = "mixture";
  entry.summary = "equal Gaussians at the corners of a regular polygon";
  entry.options = {option::integer("components", "6", "[1, 1000]", "how many"),
                   option::real("radius", "2", "(0, inf)", "radius of the circle"),
                   option::real("width", "0.3", "(0, inf)", "standard deviation of each")};
  entry.example = "[system]\nname = mixture\ncomponents = 6\n";
  entry.make = make_mixture;
  return entry;
}

}  // namespace nmc::catalog
