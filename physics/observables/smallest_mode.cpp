#include "physics/observables/smallest_mode.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace nmc {
namespace {

Index product(const std::vector<Index>& extents) {
  Index sites = 1;
  for (const Index extent : extents) sites *= extent;
  return sites;
}

}  // namespace

bool Periodic::has_modes() const {
  return !extents.empty() && *std::ranges::max_element(extents) > 1;
}

SmallestMode::SmallestMode(const Periodic& lattice)
    : extents_(lattice.extents),
      longest_(*std::ranges::max_element(extents_)),
      sites_(product(extents_)),
      planes_([extents = extents_] { return PlaneCounts(extents); }) {
  for (Index c = 0; c < longest_; ++c) {
    const double angle =
        2 * std::numbers::pi * static_cast<double>(c) / static_cast<double>(longest_);
    cos_.push_back(std::cos(angle));
    sin_.push_back(std::sin(angle));
  }
}

// A constant added to all planes does not change the sum, as the waves add up to nothing.
Column SmallestMode::mean_square(const Batch& planes) const {
  const Index rows = planes.rows();
  // What is left of the sites where waves cancel: states with the same number to come out equal.
  const double rounding = 0x1p-46 * static_cast<double>(sites_);
  Column total = Column::Zero(rows), re(rows), im(rows);
  const double* of_plane = planes.data();
  for (const Index extent : extents_) {
    if (extent != longest_) {
      of_plane += extent * rows;
      continue;
    }
    re.setZero();
    im.setZero();
    // Four planes to an addition: it waits for the one before.
    for (Index c = 0; c + 4 <= extent; c += 4) {
      const double* p = of_plane + c * rows;
      const double* cosine = cos_.data() + c;
      const double* sine = sin_.data() + c;
      for (Index row = 0; row < rows; ++row, ++p) {
        const double p0 = p[0], p1 = p[rows], p2 = p[2 * rows], p3 = p[3 * rows];
        re(row) += (cosine[0] * p0 + cosine[1] * p1) + (cosine[2] * p2 + cosine[3] * p3);
        im(row) += (sine[0] * p0 + sine[1] * p1) + (sine[2] * p2 + sine[3] * p3);
      }
    }
    for (Index c = extent / 4 * 4; c < extent; ++c)
      for (Index row = 0; row < rows; ++row) {
        re(row) += cos_[static_cast<std::size_t>(c)] * of_plane[c * rows + row];
        im(row) += sin_[static_cast<std::size_t>(c)] * of_plane[c * rows + row];
      }
    of_plane += extent * rows;
    total += (re.abs() > rounding).select(re.square(), 0.0) +
             (im.abs() > rounding).select(im.square(), 0.0);
  }
  const auto directions = static_cast<double>(std::ranges::count(extents_, longest_));
  return total / (directions * static_cast<double>(sites_));
}

Column SmallestMode::operator()(const Batch& x) const {
  Index planes = 0, stride = 1, first = 0;
  for (const Index extent : extents_) planes += extent;
  Batch sums = Batch::Zero(x.rows(), planes);
  for (const Index extent : extents_) {
    for (Index i = 0; i < sites_; ++i) sums.col(first + i / stride % extent) += x.col(i);
    stride *= extent;
    first += extent;
  }
  return mean_square(sums);
}

Column SmallestMode::operator()(const Spins& spins) const {
  return 4 * mean_square((*planes_)(spins));  // s = 2 up - 1, and the constant drops out
}

double correlation_length(const Periodic& lattice, double s_zero, double s_kmin) {
  // No draw has excited the mode, or it is no weaker than that of k = 0: there is no length that
  // would explain it.
  if (!(s_kmin > 0) || !(s_zero > s_kmin)) return std::numeric_limits<double>::quiet_NaN();
  const auto longest = static_cast<double>(*std::ranges::max_element(lattice.extents));
  // Σ over the bonds of a site of 4 sin²(k·e/2), in units where it is k² at small k.
  const double scale = lattice.is_triangular ? 4 / std::numbers::sqrt3 : 2;
  const double k = scale * std::sin(std::numbers::pi / longest);
  return std::sqrt(s_zero / s_kmin - 1) / k;
}

}  // namespace nmc
