#include "tests/contracts/angle_quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "core/fields/directions.hpp"
#include "samplers/local/angle_sweeps.hpp"
#include "tests/contracts/gauss_legendre.hpp"

namespace nmc::test {
namespace {

using angle_detail::AngleChains;

constexpr double kPi = std::numbers::pi;
constexpr int kOrder = 20, kModes = 6, kSurroundings = 4;
const GaussLegendre<kOrder> legendre;

AngleChains chains_of(const XyModel& model, Batch& theta, Directions& directions) {
  return {&model.couplings(),       theta.rows(),          model.beta(), theta.data(),
          directions.cosine.data(), directions.sine.data()};
}

/// Draws of one site; the others have none and stay.
struct ToldDraws {
  Index site;
  const Column &u, &v;
  Column delta, is_taken;
  Column taken_there;  ///< is_taken of the site

  void draw(Index k, const Column& kappa) {
    delta = is_taken = Column::Zero(u.size());
    if (k != site) return;
    angle_detail::draw_von_mises(
        {u.size(), kappa.data(), u.data(), v.data(), delta.data(), is_taken.data()});
    taken_there = is_taken;
  }
};

/// Angles of the other sites, (kSurroundings, sites).
Batch surroundings(Index sites) {
  return uniform_angles({31, 0, 0, Purpose::test}, kSurroundings, sites);
}

/// Rows alike but for one site.
Batch with_site(const Batch& row, Index site, const Column& angles) {
  Batch theta = row.replicate(angles.size(), 1);
  theta.col(site) = angles;
  return theta;
}

/// Modes |m| <= kModes of one angle under a weight.
using Moments = Eigen::ArrayXcd;

Moments moments(const Column& weight, const Column& angle) {
  Moments sums(2 * kModes + 1);
  for (int m = -kModes; m <= kModes; ++m)
    sums(m + kModes) = {(weight * (m * angle).cos()).sum(), (weight * (m * angle).sin()).sum()};
  return sums;
}

/// π of one site given the others, normalised, on the points of the trapezoidal rule.
struct Conditional {
  Column angle, weight;
  double log_z;  ///< of the weights e^{ln π}

  Conditional(const XyModel& model, const Batch& row, Index site) {
    constexpr Index points = 256;  // e^{κ cos θ} with κ < 10 has no more modes than 60
    angle = Column::LinSpaced(points + 1, -kPi, kPi).tail(points);
    const Column log_p = model.log_density(with_site(row, site, angle));
    log_z = std::log(log_p.exp().mean() * 2 * kPi);
    weight = (log_p - log_z).exp() * 2 * kPi / static_cast<double>(points);
  }
};

/// Where the density of this site is largest, from its first mode.
double centre(const Conditional& of) {
  return std::arg(moments(of.weight, of.angle)(kModes + 1));
}

struct Nodes {
  std::vector<double> x, w;
};

/// Panels no longer than 0.5 between neighbouring points.
Nodes panels_between(std::vector<double> points) {
  std::ranges::sort(points);
  Nodes nodes;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const double length = points[i + 1] - points[i];
    const int count = std::max(1, static_cast<int>(std::ceil(length / 0.5)));
    const double half = length / count / 2;
    for (int k = 0; k < count; ++k)
      for (std::size_t node = 0; node < kOrder; ++node) {
        nodes.x.push_back(points[i] + half * (2 * k + 1 + legendre.x[node]));
        nodes.w.push_back(half * legendre.w[node]);
      }
  }
  return nodes;
}

/// Where proposals of θ end and min(1, π'/π) has kinks, in units of θ' on the line.
std::vector<double> proposal_points(double theta, double width, double centre) {
  std::vector<double> points{theta - width, theta, theta + width};
  for (int turn = -3; turn <= 3; ++turn) {
    const double mirror = 2 * centre - theta + 2 * kPi * turn;
    if (std::abs(mirror - theta) < width) points.push_back(mirror);
  }
  return points;
}

/// Where a kink enters or leaves the range of the proposals, within one turn.
std::vector<double> angle_points(double width, double centre) {
  std::vector<double> points{centre, centre + kPi, centre + 2 * kPi};
  for (const double by : {width / 2, -width / 2, width / 2 + kPi, -width / 2 + kPi}) {
    const double turns = std::floor(by / (2 * kPi));
    points.push_back(centre + by - 2 * kPi * turns);
  }
  return points;
}

double site_defect(const XyModel& model, double width, const SiteKernel& kernel, const Batch& row,
                   Index site) {
  const Conditional density(model, row, site);
  const double middle = centre(density);
  const Nodes outer = panels_between(angle_points(width, middle));
  Moments total = Moments::Zero(2 * kModes + 1);
  for (std::size_t i = 0; i < outer.x.size(); ++i) {
    const Nodes inner = panels_between(proposal_points(outer.x[i], width, middle));
    const auto count = static_cast<Index>(inner.x.size());
    const Eigen::Map<const Column> end(inner.x.data(), count), w(inner.w.data(), count);
    const Column u = (end - outer.x[i]) / (2 * width) + 0.5;
    Batch here = with_site(row, site, Column::Constant(1, outer.x[i]));
    wrap_angles(here);
    const ToldMove moved = kernel(here.replicate(count, 1), site, u, Column::Zero(count));
    const double p = std::exp(model.log_density(here)(0) - density.log_z) * outer.w[i];
    const Column flow = p * w / (2 * width) * moved.probability;
    total += moments(flow, moved.theta.col(site)) -
             moments(flow, Column::Constant(count, here(0, site)));
  }
  return total.abs().maxCoeff();
}

}  // namespace

SiteKernel metropolis_kernel(const XyModel& model, double width) {
  return [&model, width](const Batch& from, Index site, const Column& u, const Column& v) {
    Batch theta = from;
    Directions directions(theta);
    const Column middle = Column::Constant(u.size(), 0.5), zero = Column::Zero(u.size());
    const auto numbers = [&](Index s) -> angle_detail::AngleNumbers {
      return s == site ? angle_detail::AngleNumbers{u.data(), v.data()}
                       : angle_detail::AngleNumbers{middle.data(), zero.data()};
    };
    const Column sum =
        angle_detail::sweep_metropolis(chains_of(model, theta, directions), width, numbers);
    return ToldMove{theta, sum - static_cast<double>(model.sites() - 1)};
  };
}

SiteKernel heat_bath_kernel(const XyModel& model) {
  return [&model](const Batch& from, Index site, const Column& u, const Column& v) {
    Batch theta = from;
    Directions directions(theta);
    ToldDraws draws{site, u, v, {}, {}, {}};
    angle_detail::sweep_heat_bath(chains_of(model, theta, directions), 0, draws);
    return ToldMove{theta, draws.taken_there};
  };
}

SiteKernel reflection_kernel(const XyModel& model) {
  return [&model](const Batch& from, Index site, const Column& u, const Column&) {
    Batch theta = from;
    Directions directions(theta);
    angle_detail::reflect(chains_of(model, theta, directions), site);
    return ToldMove{theta, Column::Ones(u.size())};
  };
}

double metropolis_defect(const XyModel& model, double width, const SiteKernel& kernel) {
  double worst = 0;
  const Batch rows = surroundings(model.sites());
  for (Index row = 0; row < rows.rows(); ++row)
    for (Index site = 0; site < model.sites(); ++site)
      worst = std::max(worst, site_defect(model, width, kernel, rows.row(row), site));
  return worst;
}

double decision_defect(const SiteKernel& kernel, Index sites) {
  constexpr Index rows = 400;
  const Batch theta = uniform_angles({33, 0, 0, Purpose::test}, rows, sites);
  const Column u = uniform_column({34, 0, 0, Purpose::test}, rows);
  for (Index site = 0; site < sites; ++site) {
    const ToldMove moved = kernel(theta, site, u, Column::Zero(rows));
    const Column p = moved.probability;
    const Column below = p.unaryExpr([](double v) { return std::nextafter(v, 0.0); });
    const auto differs = [&](const Column& v, const Batch& from) {
      return ((kernel(theta, site, u, v).theta.col(site) - from.col(site)).abs() > 0).any();
    };
    // The probability is a sum over the sites less those of the others: 1e-15 of it is rounding.
    if (differs(below * (1 - 1e-14), moved.theta) || differs((p * (1 + 1e-14)).min(1.0), theta))
      return 1;
  }
  return 0;
}

double heat_bath_defect(const XyModel& model, const SiteKernel& kernel) {
  constexpr Index points = 512;
  const Column u = (Column::LinSpaced(points, 0, points - 1) + 0.5) / points;
  const Batch rows = surroundings(model.sites());
  double worst = 0;
  for (Index row = 0; row < rows.rows(); ++row) {
    for (Index site = 0; site < model.sites(); ++site) {
      const Batch from = rows.row(row).replicate(points, 1);
      Column low = Column::Zero(points), high = Column::Ones(points);
      for (int step = 0; step < 54; ++step) {
        const Column v = 0.5 * (low + high);
        const ToldMove moved = kernel(from, site, u, v);
        const auto taken = (moved.probability > 0).eval();
        low = taken.select(v, low);
        high = taken.select(high, v);
        worst = std::max(worst, taken.select(0.0, (moved.theta - from).col(site).abs()).maxCoeff());
      }
      const Column end = kernel(from, site, u, Column::Constant(points, 1e-300)).theta.col(site);
      const Conditional density(model, rows.row(row), site);
      const Moments drawn = moments(low / low.sum(), end);
      worst = std::max(worst, (drawn - moments(density.weight, density.angle)).abs().maxCoeff());
    }
  }
  return worst;
}

double reflection_defect(const XyModel& model, const SiteKernel& kernel) {
  const Batch rows = surroundings(model.sites());
  double worst = 0;
  for (Index row = 0; row < rows.rows(); ++row) {
    for (Index site = 0; site < model.sites(); ++site) {
      const Conditional density(model, rows.row(row), site);
      const Batch from = with_site(rows.row(row), site, density.angle);
      const ToldMove moved = kernel(from, site, density.angle, density.angle);
      const Moments change =
          moments(density.weight, moved.theta.col(site)) - moments(density.weight, density.angle);
      const Column energy = model.log_density(moved.theta) - model.log_density(from);
      worst = std::max({worst, change.abs().maxCoeff(), energy.abs().maxCoeff()});
    }
  }
  return worst;
}

}  // namespace nmc::test
