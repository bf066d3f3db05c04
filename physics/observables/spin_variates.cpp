#include "physics/observables/spin_variates.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/simd/functions.hpp"
#include "core/spins/string_counts.hpp"
#include "physics/observables/torus_fields.hpp"

namespace nmc {
namespace {

std::vector<std::string> names_for(bool is_split) {
  std::vector<std::string> names{"H", "H2", "H3"};
  if (is_split) names = {"H", "M2", "H2", "abs_M", "M4", "M2H", "H3", "abs_M_H", "abs_M3", "M"};
  return names;
}

/// 1 / (1 + e^{2 β sh}), the heat bath's probability of a flip.
double flip_probability(double beta, double sh) {
  return 1 / (1 + std::exp(2 * beta * sh));
}

}  // namespace

SpinVariates::SpinVariates(const Ising& ising)
    : ising_(ising),
      names_(names_for(ising.sites() <= kMostSplit)),
      counts_(AlignmentCounts::fits(ising.graph())),
      is_split_(ising.sites() <= kMostSplit),
      alignment_([&ising] { return AlignmentCounts(ising.graph()); }) {}

std::vector<SpinVariates::Flip> SpinVariates::flips_of(const std::vector<Class>& classes,
                                                       double h) const {
  const double J = std::abs(ising_.graph().bonds.first_J());
  std::vector<Flip> flips;
  for (const Class& sites : classes) {
    const double sh = J * static_cast<double>(2 * sites.satisfied - sites.bonds) + h;
    flips.push_back({sh, flip_probability(ising_.beta(), sh)});
  }
  return flips;
}

// Of a sum over flips of one sign, M becomes M' and H grows by the ΔH of the site:
// Σ p [F(M') (H + ΔH)^n − F(M) H^n].
void SpinVariates::combine(const Sums& up, const Sums& down, double energy, Row& values) const {
  const double H = energy;
  const double pd = up.pd + down.pd, pd2 = up.pd2 + down.pd2, pd3 = up.pd3 + down.pd3;
  const double of_H2 = 2 * H * pd + pd2, of_H3 = 3 * H * (H * pd + pd2) + pd3;
  if (!is_split_) {
    values << pd, of_H2, of_H3;
    return;
  }
  const double M = up.sites - down.sites;
  const double below = M - 2, above = M + 2;  // after a flip of a site that is up, or down
  const auto of = [&](const auto& F) {
    const double here = F(M);
    return up.p * (F(below) - here) + down.p * (F(above) - here);
  };
  const auto times_H = [&](const auto& F) {
    return of(F) * H + up.pd * F(below) + down.pd * F(above);
  };
  const auto square = [](double m) { return m * m; };
  const auto fourth = [](double m) { return m * m * m * m; };
  const auto size = [](double m) { return std::abs(m); };
  const auto cube = [](double m) { return std::abs(m) * m * m; };
  const auto own = [](double m) { return m; };
  values << pd, of(square), of_H2, of(size), of(fourth), times_H(square), of_H3, times_H(size),
      of(cube), of(own);
}

Batch SpinVariates::measure(const Batch& s) const {
  const auto chains = static_cast<std::size_t>(s.rows());
  std::vector<Sums> up(chains), down(chains);
  Column flip(s.rows()), sh(s.rows());
  for (Index i = 0; i < s.cols(); ++i) {
    sh = ising_.local_field(s, i) * s.col(i);
    flip = -2 * ising_.beta() * sh;
    const std::span<double> values{flip.data(), chains};
    simd::sigmoid(values, values);
    for (std::size_t c = 0; c < chains; ++c) {
      const auto row = static_cast<Index>(c);
      (s(row, i) > 0 ? up : down)[c].add(1, sh(row), flip(row));
    }
  }
  const Column energy = ising_.energy(s);
  Batch all(s.rows(), std::ssize(names_));
  Row values(all.cols());
  for (std::size_t c = 0; c < chains; ++c) {
    combine(up[c], down[c], energy(static_cast<Index>(c)), values);
    all.row(static_cast<Index>(c)) = values;
  }
  return all;
}

Batch SpinVariates::of_counts(const std::vector<Class>& classes, const Batch& up,
                              const Batch& down) const {
  const std::vector<double>& field = ising_.graph().field;
  const double h = field.empty() ? 0 : field.front();  // where it is not 0, all have it
  const std::vector<Flip> flips_up = flips_of(classes, h), flips_down = flips_of(classes, -h);
  Batch all(up.rows(), std::ssize(names_));
  Row values(all.cols());
  for (Index row = 0; row < up.rows(); ++row) {
    Sums of_up, of_down;
    for (Index c = 0; c < up.cols(); ++c) {
      const auto place = static_cast<std::size_t>(c);
      of_up.add(up(row, c), flips_up[place].sh, flips_up[place].p);
      of_down.add(down(row, c), flips_down[place].sh, flips_down[place].p);
    }
    // A bond has two ends, a field one.
    const double M = of_up.sites - of_down.sites;
    combine(of_up, of_down, -0.5 * (of_up.sh + of_down.sh + h * M), values);
    all.row(row) = values;
  }
  return all;
}

Batch SpinVariates::measure_packed(const Spins& spins) const {
  if (spins.layout() == SpinLayout::strings) return of_strings(spins);
  const bool is_torus = !ising_.graph().torus.empty();
  if (!counts_ || (spins.layout() == SpinLayout::bytes && !is_torus))
    return measure(spins.unpack());
  if (spins.layout() == SpinLayout::bytes) return of_torus(spins);
  if (spins.layout() == SpinLayout::strips) {
    if (is_split_) return measure(spins.unpack());
    const std::vector<Class> classes{{4, 0}, {4, 1}, {4, 2}, {4, 3}, {4, 4}};
    const Batch counts = count_aligned_strips(spins);
    return of_counts(classes, counts, Batch::Zero(counts.rows(), counts.cols()));
  }
  const Batch all = (*alignment_)(spins);
  const Batch up = is_split_ ? alignment_->of_up(spins) : all;
  return of_counts(alignment_->classes(), up, all - up);
}

Batch SpinVariates::of_strings(const Spins& spins) const {
  const StringLattice& lattice = *ising_.string_lattice();
  const Batch all = count_aligned_strings(spins, lattice, false);
  const bool is_apart = is_split_ || lattice.h() != 0;
  const Batch up = is_apart ? count_aligned_strings(spins, lattice, true) : all;
  return of_counts(string_classes(lattice), up, all - up);
}

Batch SpinVariates::of_torus(const Spins& spins) const {
  const TorusFields fields(ising_.graph().torus);
  std::vector<Class> classes;
  for (Index u = 0; u <= fields.bonds(); ++u) classes.push_back({fields.bonds(), u});
  Batch up = Batch::Zero(spins.rows(), std::ssize(classes)), down = up;
  std::vector<std::int8_t> field(static_cast<std::size_t>(spins.sites()));
  for (Index row = 0; row < spins.rows(); ++row) {
    const std::int8_t* s = spins.row(row);
    fields.sum(s, field);
    std::array<std::array<std::int32_t, 256>, 2> counts{};  // of sites that are down, and up
    for (std::size_t i = 0; i < field.size(); ++i)
      ++counts[s[i] > 0 ? 1 : 0][static_cast<std::size_t>(fields.bonds() + s[i] * field[i]) / 2];
    for (std::size_t u = 0; u < classes.size(); ++u) {
      down(row, static_cast<Index>(u)) = counts[0][u];
      up(row, static_cast<Index>(u)) = counts[1][u];
    }
  }
  return of_counts(classes, up, down);
}

}  // namespace nmc
