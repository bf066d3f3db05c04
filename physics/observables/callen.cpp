#include "physics/observables/callen.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/simd/functions.hpp"
#include "core/spins/string_counts.hpp"
#include "physics/observables/torus_fields.hpp"

namespace nmc {
namespace {

/// Σ h_i (tanh β h_i − s_i), where h is overwritten.
double sum_of_terms(double beta, const std::int8_t* s, std::vector<double>& h,
                    std::vector<double>& mean_spin) {
  for (std::size_t i = 0; i < h.size(); ++i) mean_spin[i] = beta * h[i];
  simd::tanh(mean_spin, mean_spin);
  double sum = 0;
  for (std::size_t i = 0; i < h.size(); ++i) sum += h[i] * (mean_spin[i] - s[i]);
  return sum;
}

}  // namespace

Callen::Callen(const Ising& ising)
    : ising_(ising),
      counts_(AlignmentCounts::fits(ising.graph())),
      alignment_([&ising] { return AlignmentCounts(ising.graph()); }) {}

double Callen::largest_step() const {
  constexpr double kOwn = 2, kOfNeighbour = 4.4;
  const Graph& graph = ising_.graph();
  Column step = Column::Zero(graph.sites);
  for (std::size_t i = 0; i < graph.field.size(); ++i)
    step(static_cast<Index>(i)) = kOwn * std::abs(graph.field[i]);
  if (const LatticeBonds* lattice = graph.bonds.lattice()) {  // not to be listed for this
    const auto most = static_cast<double>(2 * std::ssize(lattice->extents));
    step += (kOwn + kOfNeighbour) * most * std::abs(lattice->J);
  } else {
    for (const Bond& bond : graph.bonds)
      for (const Index end : {bond.i, bond.j})
        step(end) += (kOwn + kOfNeighbour) * std::abs(bond.J);
  }
  for (const Plaquette& plaquette : graph.plaquettes)
    for (const Index corner : plaquette.sites)
      step(corner) += (kOwn + 3 * kOfNeighbour) * std::abs(plaquette.K);
  return step.maxCoeff() / static_cast<double>(graph.sites);
}

Column Callen::measure(const Batch& s) const {
  Column sum = Column::Zero(s.rows()), mean_spin(s.rows());
  for (Index i = 0; i < s.cols(); ++i) {
    const Column h = ising_.local_field(s, i);
    mean_spin = ising_.beta() * h;
    const std::span<double> values{mean_spin.data(), static_cast<std::size_t>(mean_spin.size())};
    simd::tanh(values, values);
    sum += h * (mean_spin - s.col(i));
  }
  return sum / static_cast<double>(s.cols());
}

// With u of z bonds satisfied s h = J (2u − z), and h tanh βh does not see the sign of h.
double Callen::term(AlignmentCounts::Class sites) const {
  const double J = std::abs(ising_.graph().bonds.first_J());
  const double sh = J * static_cast<double>(2 * sites.satisfied - sites.bonds);
  return sh * (std::tanh(ising_.beta() * sh) - 1);
}

Column Callen::measure_packed(const Spins& spins) const {
  if (spins.layout() == SpinLayout::bytes && counts_ && !ising_.graph().torus.empty())
    return of_torus(spins);
  if (spins.layout() == SpinLayout::bytes && ising_.graph().plaquettes.empty())
    return of_bytes(spins);
  if (!counts_ || spins.layout() == SpinLayout::bytes) return measure(spins.unpack());
  const auto [classes, counts] = count(spins);
  Column sum = Column::Zero(spins.rows());
  for (Index c = 0; c < counts.cols(); ++c)
    sum += term(classes[static_cast<std::size_t>(c)]) * counts.col(c);
  return sum / static_cast<double>(spins.sites());
}

Callen::Counts Callen::count(const Spins& spins) const {
  if (spins.layout() == SpinLayout::lanes) return {alignment_->classes(), (*alignment_)(spins)};
  if (spins.layout() == SpinLayout::strips)
    return {{{4, 0}, {4, 1}, {4, 2}, {4, 3}, {4, 4}}, count_aligned_strips(spins)};
  const StringLattice& lattice = *ising_.string_lattice();
  return {string_classes(lattice), count_aligned_strings(spins, lattice, false)};
}

Column Callen::of_torus(const Spins& spins) const {
  const TorusFields fields(ising_.graph().torus);
  std::vector<std::int8_t> field(static_cast<std::size_t>(spins.sites()));
  Column sum(spins.rows());
  for (Index row = 0; row < spins.rows(); ++row) {
    const std::int8_t* s = spins.row(row);
    fields.sum(s, field);
    std::array<std::array<Index, 256>, 2> counts{};  // two, so that equal values do not wait
    for (std::size_t i = 0; i < field.size(); ++i)
      ++counts[i % 2][static_cast<std::size_t>(fields.bonds() + s[i] * field[i]) / 2];
    double total = 0;
    for (Index u = 0; u <= fields.bonds(); ++u) {
      const auto place = static_cast<std::size_t>(u);
      total += term({fields.bonds(), u}) * static_cast<double>(counts[0][place] + counts[1][place]);
    }
    sum(row) = total;
  }
  return sum / static_cast<double>(spins.sites());
}

Column Callen::of_bytes(const Spins& spins) const {
  const Adjacency& rows = ising_.neighbours();
  const std::vector<double>& field = ising_.graph().field;
  const auto sites = static_cast<std::size_t>(spins.sites());
  std::vector<double> h(sites), mean_spin(sites);
  Column sum(spins.rows());
  for (Index row = 0; row < spins.rows(); ++row) {
    const std::int8_t* s = spins.row(row);
    for (std::size_t i = 0; i < sites; ++i) {
      double local = field.empty() ? 0 : field[i];
      for (Index n = rows.first[i]; n < rows.first[i + 1]; ++n)
        local += rows.J[n] * s[rows.neighbour[n]];
      h[i] = local;
    }
    sum(row) = sum_of_terms(ising_.beta(), s, h, mean_spin);
  }
  return sum / static_cast<double>(spins.sites());
}

}  // namespace nmc
