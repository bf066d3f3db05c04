#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "core/fields/coupled_angles.hpp"

namespace nmc {

/// The angles of one chain with their directions, (sites) each.
struct AngleRow {
  double *theta, *cosine, *sine;
};

/// One cluster of an XY model at a time (Wolff, Phys. Rev. Lett. 62, 361 (1989)). Along a direction
/// r the unit vectors are Ising spins of size s_i = cos(θ_i − r): a reflection, θ → π + 2r − θ,
/// turns s_i alone, and neighbours join with probability 1 − e^{−2 β J s_i s_j}, whatever the sign
/// of J. A field is the coupling to a ghost vector at θ = 0; a cluster that holds it does not
/// turn.
template <class Random>
class AngleClusterWalk {
 public:
  AngleClusterWalk(const AngleCouplings& couplings, double beta)
      : couplings_(couplings),
        two_beta_(2 * beta),
        cluster_of_(static_cast<std::size_t>(couplings.sites), 0),
        members_(static_cast<std::size_t>(couplings.sites)) {}

  /// Turns the cluster of site `seed` about the direction r; angles leave (−π, π]. Returns its
  /// size, 0 where it held the ghost and stays.
  Index turn_one(const AngleRow& row, double r, Index seed, Random& random) {
    ++cluster_;
    size_ = 0;
    r_ = {r, std::cos(r), std::sin(r)};
    join(seed);
    for (Index head = 0; head < size_; ++head) {
      const Index site = members_[place(head)];
      const double pull = two_beta_ * along(row, site);
      const double ghost = pull * couplings_.field[place(site)] * r_.cosine;
      if (couplings_.has_field && is_open(ghost, random)) return 0;
      join_neighbours(row, site, pull, random);
    }
    for (Index k = 0; k < size_; ++k) reflect(row, members_[place(k)]);
    return size_;
  }

 private:
  struct Direction {
    double angle, cosine, sine;
  };

  static std::size_t place(Index i) { return static_cast<std::size_t>(i); }
  [[nodiscard]] bool is_in(Index site) const { return cluster_of_[place(site)] == cluster_; }
  [[nodiscard]] double along(const AngleRow& row, Index site) const {
    return row.cosine[site] * r_.cosine + row.sine[site] * r_.sine;
  }
  static bool is_open(double exponent, Random& random) {
    random.reserve(1);
    return random.is_open_exponent(exponent);
  }

  void join(Index site) {
    cluster_of_[place(site)] = cluster_;
    members_[place(size_++)] = site;
  }

  void join_neighbours(const AngleRow& row, Index site, double pull, Random& random) {
    const Index end = couplings_.near.first[place(site + 1)];
    for (Index n = couplings_.near.first[place(site)]; n < end; ++n) {
      const Index other = couplings_.near.neighbour[place(n)];
      if (is_in(other)) continue;
      if (is_open(pull * couplings_.near.J[place(n)] * along(row, other), random)) join(other);
    }
  }

  void reflect(const AngleRow& row, Index site) const {
    const double twice = 2 * along(row, site);
    row.theta[site] = std::numbers::pi + 2 * r_.angle - row.theta[site];
    row.cosine[site] -= twice * r_.cosine;
    row.sine[site] -= twice * r_.sine;
  }

  const AngleCouplings& couplings_;
  double two_beta_;
  Direction r_{};
  std::uint64_t cluster_ = 0;              ///< its number
  std::vector<std::uint64_t> cluster_of_;  ///< the last one that a site was in
  std::vector<Index> members_;
  Index size_ = 0;
};

}  // namespace nmc
