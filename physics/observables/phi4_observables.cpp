#include "physics/observables/phi4_observables.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nmc {
namespace {

/// Σ of the sites with coordinate c along a direction, (extent) columns.
std::vector<Column> plane_sums(const Batch& phi, Index stride, Index extent) {
  std::vector<Column> sums(static_cast<std::size_t>(extent), Column::Zero(phi.rows()));
  for (Index i = 0; i < phi.cols(); ++i)
    sums[static_cast<std::size_t>(i / stride % extent)] += phi.col(i);
  return sums;
}

/// |Σ_x φ e^{ik·x}|² / V at the smallest wave vector 2π/L, the mean over the longest directions.
Column smallest_mode(const Batch& phi, const std::vector<Index>& extents) {
  const Index longest = *std::ranges::max_element(extents);
  Column total = Column::Zero(phi.rows());
  Index stride = 1;
  double directions = 0;
  for (const Index extent : extents) {
    if (extent == longest) {
      Column re = Column::Zero(phi.rows()), im = re;
      const std::vector<Column> sums = plane_sums(phi, stride, extent);
      for (std::size_t c = 0; c < sums.size(); ++c) {
        const double angle =
            2 * std::numbers::pi * static_cast<double>(c) / static_cast<double>(extent);
        re += std::cos(angle) * sums[c];
        im += std::sin(angle) * sums[c];
      }
      total += re.square() + im.square();
      ++directions;
    }
    stride *= extent;
  }
  return total / (directions * static_cast<double>(phi.cols()));
}

}  // namespace

Observables phi4_observables(const Phi4& phi4) {
  const auto volume = static_cast<double>(phi4.sites());
  const auto m = [volume](const Batch& phi) -> Column { return sum_sites(phi) / volume; };
  const auto action = [&phi4, volume](const Batch& phi) -> Column {
    return -phi4.log_density(phi) / volume;
  };
  const auto fourth = [volume](const Batch& phi) -> Column {
    Column sum = Column::Zero(phi.rows());
    for (Index i = 0; i < phi.cols(); ++i) sum += phi.col(i).square().square();
    return sum / volume;
  };
  Observables list;
  const auto add = [&list](const char* name, FunctionObservable::Function function) {
    list.push_back(std::make_unique<FunctionObservable>(name, std::move(function)));
  };
  add("action", action);
  add("m", m);
  add("abs_m", [m](const Batch& phi) -> Column { return m(phi).abs(); });
  add("m2", [m](const Batch& phi) -> Column { return m(phi).square(); });
  add("m4", [m](const Batch& phi) -> Column { return m(phi).square().square(); });
  add("phi2",
      [volume](const Batch& phi) -> Column { return sum_sites(phi.square().eval()) / volume; });
  add("phi4", fourth);
  add("identity", [action, fourth, &phi4](const Batch& phi) -> Column {
    return action(phi) - 0.5 + phi4.lambda() * fourth(phi);
  });
  if (!phi4.torus().empty() && *std::ranges::max_element(phi4.torus()) > 1)
    add("G_kmin", [&phi4](const Batch& phi) { return smallest_mode(phi, phi4.torus()); });
  return list;
}

std::vector<Derived> phi4_derived(const Phi4& phi4) {
  const auto volume = static_cast<double>(phi4.sites());
  std::vector<Derived> list{
      {"chi",
       "V <m2>",
       {"m2"},
       [volume](std::span<const double> mean) { return volume * mean[0]; }},
      {"binder", "1 - <m4> / (3 <m2>^2)", {"m2", "m4"}, [](std::span<const double> mean) {
         return 1 - mean[1] / (3 * mean[0] * mean[0]);
       }}};
  if (phi4.torus().empty()) return list;
  const auto longest = static_cast<double>(*std::ranges::max_element(phi4.torus()));
  if (longest < 2) return list;
  const double k = 2 * std::sin(std::numbers::pi / longest);
  list.push_back({"xi",
                  "sqrt(chi / G_kmin - 1) / (2 sin(pi / L))",
                  {"m2", "G_kmin"},
                  [volume, k](std::span<const double> mean) {
                    return std::sqrt(std::max(0.0, volume * mean[0] / mean[1] - 1)) / k;
                  }});
  return list;
}

}  // namespace nmc
