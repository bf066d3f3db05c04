#include "drivers/latent/walks.hpp"

#include <algorithm>
#include <cmath>

#include "core/statistics/correlation.hpp"
#include "drivers/latent/collective.hpp"

namespace nmc::drivers::latent {
namespace {

using statistics::Estimate;

constexpr Index kMostWalks = 512, kSteps = 8;
constexpr std::size_t kWalkers = 4;

/// One of every so many draws, up to `most`, from the first `parts`-th part of the list on; parts
/// do not overlap, so that what is joined is of different chains.
Batch spread(const Batch& draws, Index part, Index parts, Index most) {
  const Index length = draws.rows() / parts, count = std::min(most, length);
  Batch some(count, draws.cols());
  for (Index i = 0; i < count; ++i) some.row(i) = draws.row(part * length + i * length / count);
  return some;
}

std::vector<Estimate> means_at(const Source& source, const Batch& x) {
  const Batch values = collective_of(source.system(), x).values;
  std::vector<Estimate> means;
  for (Index i = 0; i < values.cols(); ++i) means.push_back(statistics::mean_of(values.col(i)));
  return means;
}

LatentWalk walk_alone(const Source& source, const LatentMap& map, const Batch& z, Index latent) {
  LatentWalk walk{latent, map.level[static_cast<std::size_t>(latent)], {}};
  for (const double at : {-2.0, -1.0, 0.0, 1.0, 2.0}) {
    Batch moved = z;
    moved.col(latent) = at;
    walk.points.push_back({at, means_at(source, source.flow().forward(moved).y)});
  }
  return walk;
}

/// The point of the great circle through a and b, row by row.
Batch on_sphere(const Batch& a, const Batch& b, double t) {
  Batch point(a.rows(), a.cols());
  for (Index row = 0; row < a.rows(); ++row) {
    const auto u = a.row(row).matrix(), v = b.row(row).matrix();
    const double angle = std::acos(std::clamp(u.dot(v) / (u.norm() * v.norm()), -1.0, 1.0));
    const double height = std::sin(angle);
    // Of one direction every great circle is the straight line.
    constexpr double kParallel = 1e-8;
    const double of_a = height > kParallel ? std::sin((1 - t) * angle) / height : 1 - t;
    const double of_b = height > kParallel ? std::sin(t * angle) / height : t;
    point.row(row) = (of_a * u + of_b * v).array();
  }
  return point;
}

/// a - b + c over √3, which is as wide as one of them.
template <class Numbers>
Numbers sum_of(const Numbers& a, const Numbers& b, const Numbers& c) {
  return (a - b + c) / std::sqrt(3.0);
}

Arithmetic arithmetic_of(const Source& source, const std::string& space, const Batch& x,
                         const Batch& sums) {
  Arithmetic result{space, means_at(source, x), {}};
  const Batch values = collective_of(source.system(), x).values;
  for (Index i = 0; i < values.cols(); ++i)
    result.correlation.push_back(statistics::correlation_of(values.col(i), sums.col(i)));
  return result;
}

std::vector<Arithmetic> arithmetic(const Source& source, const PulledBack& exact, bool is_real) {
  const auto three = [&](const Batch& of) {
    return sum_of<Batch>(spread(of, 0, 3, kMostWalks), spread(of, 1, 3, kMostWalks),
                         spread(of, 2, 3, kMostWalks));
  };
  const Batch sums = three(collective_of(source.system(), exact.x).values);
  std::vector<Arithmetic> both{
      arithmetic_of(source, "latent", source.flow().forward(three(exact.z)).y, sums)};
  if (is_real) both.push_back(arithmetic_of(source, "physical", three(exact.x), sums));
  return both;
}

}  // namespace

std::vector<Index> leading_latents(const LatentMap& map, std::size_t most) {
  std::vector<Index> leading;
  for (Index level = map.levels - 1; level >= 0; --level)
    for (const Index latent : map.of_level(level))
      if (leading.size() < most) leading.push_back(latent);
  return leading;
}

Walks walks(const Source& source, const LatentMap& map, const PulledBack& exact) {
  const bool is_real = source.system().target->support() == Support::real;
  Walks result;
  result.names = collective_of(source.system(), exact.x.topRows(1)).names;
  const Batch a = spread(exact.z, 0, 2, kMostWalks), b = spread(exact.z, 1, 2, kMostWalks);
  const Batch x_a = spread(exact.x, 0, 2, kMostWalks), x_b = spread(exact.x, 1, 2, kMostWalks);
  result.pairs = a.rows();
  for (const Index latent : leading_latents(map, kWalkers))
    result.alone.push_back(walk_alone(source, map, a, latent));
  for (Index step = 0; step <= kSteps; ++step) {
    const double t = static_cast<double>(step) / kSteps;
    result.sphere.push_back({t, means_at(source, source.flow().forward(on_sphere(a, b, t)).y)});
    if (is_real) result.line.push_back({t, means_at(source, (1 - t) * x_a + t * x_b)});
  }
  result.arithmetic = arithmetic(source, exact, is_real);
  return result;
}

}  // namespace nmc::drivers::latent
