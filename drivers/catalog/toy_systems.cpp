#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "core/archive/file.hpp"
#include "drivers/catalog/system_entries.hpp"
#include "physics/observables/real_variates.hpp"
#include "physics/systems/toy.hpp"

namespace nmc::catalog {
namespace {

template <class Toy>
System finish_toy(const std::string& name, std::string summary, std::unique_ptr<Toy> toy) {
  System system;
  system.name = name;
  system.summary = std::move(summary);
  system.extents = {toy->sites()};
  system.observables = field_observables(*toy);
  for (const auto& observable : system.observables)
    system.default_observables.push_back(observable->name());
  system.exact = [lnZ = toy->lnZ()](const ExactEffort&) {
    Exact exact;
    exact.method = "closed form";
    exact.lnZ = lnZ;
    return ExactAnswer{exact, ""};
  };
  system.variates = std::make_unique<RealVariates>(*toy);
  system.target = std::move(toy);
  return system;
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
  return finish_toy("gaussian", fmt::format("Gaussian of {} variables", sites),
                    std::make_unique<Gaussian>(centre, covariance));
}

System make_ring(const Options& options) {
  const double radius = options.real("radius");
  const double width = options.real("width");
  return finish_toy("ring", fmt::format("ring of radius {} and width {}", radius, width),
                    std::make_unique<Ring>(radius, width));
}

System make_mixture(const Options& options) {
  const Index count = options.integer("components");
  return finish_toy("mixture", fmt::format("{} Gaussians on a circle", count),
                    std::make_unique<GaussianMixture>(GaussianMixture::polygon(
                        count, options.real("radius"), options.real("width"))));
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
