#include <cstdlib>
#include <utility>
#include <vector>

#include "physics/observables/dual_observables.hpp"
#include "physics/systems/ising.hpp"

namespace nmc {

namespace {

/// Improved estimators ⟨· | x⟩: given x the spins are independent with means t_i.
class Improved {
 public:
  using ToField = std::function<Batch(const Batch&)>;
  Improved(const DualIsing& dual, ToField to_field)
      : dual_(dual), adjacency_(adjacency(dual.graph())), to_field_(std::move(to_field)) {}

  [[nodiscard]] Column energy(const Batch& x) const { return ising_energy(dual_.graph(), t(x)); }
  [[nodiscard]] Column energy2(const Batch& x) const;
  [[nodiscard]] Column m(const Batch& x) const { return sum_sites(t(x)) / sites(); }
  [[nodiscard]] Column abs_m(const Batch& x) const;
  [[nodiscard]] Column m2(const Batch& x) const;
  [[nodiscard]] Column m4(const Batch& x) const;
  [[nodiscard]] Column action(const Batch& x) const { return -dual_.log_density(to_field_(x)); }

 private:
  [[nodiscard]] Batch t(const Batch& x) const { return dual_.mean_spins(to_field_(x)); }
  [[nodiscard]] double sites() const { return static_cast<double>(dual_.sites()); }

  const DualIsing& dual_;
  Adjacency adjacency_;
  ToField to_field_;
};

/// ⟨H² | x⟩. H(t)² multiplies means also where two bonds share spins, where s² = 1 instead of t²:
/// one shared spin i adds (1 − t_i²)[f_i² − Σ_j A_ij² t_j²] with f_i = Σ_j A_ij t_j + h_i, and a
/// pair met twice adds A_ij² (1 − t_i² t_j²).
Column Improved::energy2(const Batch& x) const {
  const Batch mean = t(x);
  const std::vector<double>& field = dual_.graph().field;
  Column total = ising_energy(dual_.graph(), mean).square();
  for (Index i = 0; i < mean.cols(); ++i) {
    Column f = Column::Constant(x.rows(), field.empty() ? 0 : field[i]);
    Column squares = Column::Zero(x.rows());
    for (Index n = adjacency_.first[i]; n < adjacency_.first[i + 1]; ++n) {
      const Index j = adjacency_.neighbour[n];
      const double A = adjacency_.J[n];
      f += A * mean.col(j);
      squares += A * A * mean.col(j).square();
      if (j > i) total += A * A * (1 - (mean.col(i) * mean.col(j)).square());
    }
    total += (1 - mean.col(i).square()) * (f.square() - squares);
  }
  return total;
}

/// ⟨|Σ s| | x⟩ / N of one chain: the distribution of the number of up spins, spin by spin. Only the
/// window of probabilities above 1e-22 is kept, about ±10 standard deviations, so that N spins cost
/// N^{3/2} at most; what is dropped is below 1e-22 · 2N in all.
double mean_abs_m(const std::vector<double>& up) {
  constexpr double negligible = 1e-22;
  const auto n = static_cast<Index>(up.size());
  std::vector<double> p(up.size() + 2, 0.0), next(up.size() + 2, 0.0);
  p[1] = 1;  // p[k + 1] is the probability of k up spins; p[0] stays 0
  Index low = 1, high = 1;
  for (const double u : up) {
    p[high + 1] = 0;
    p[low - 1] = 0;
    for (Index k = low; k <= high + 1; ++k) next[k] = p[k] * (1 - u) + p[k - 1] * u;
    ++high;
    while (next[low] < negligible) ++low;
    while (next[high] < negligible) --high;
    std::swap(p, next);
  }
  double total = 0;
  for (Index k = low; k <= high; ++k)
    total += p[k] * static_cast<double>(std::abs(2 * (k - 1) - n));
  return total / static_cast<double>(n);
}

Column Improved::abs_m(const Batch& x) const {
  const Batch up = 0.5 * (1 + t(x));
  Column result(x.rows());
  std::vector<double> row(static_cast<std::size_t>(up.cols()));
  for (Index c = 0; c < up.rows(); ++c) {
    for (Index i = 0; i < up.cols(); ++i) row[i] = up(c, i);
    result(c) = mean_abs_m(row);
  }
  return result;
}

/// (mean t)² − Σt²/N² + 1/N.
Column Improved::m2(const Batch& x) const {
  const Batch mean = t(x);
  const Column variance = sum_sites(1 - mean.square());
  return (sum_sites(mean).square() + variance) / (sites() * sites());
}

/// ⟨M⁴⟩ = κ₁⁴ + 6κ₂κ₁² + 3κ₂² + 4κ₃κ₁ + κ₄; cumulants of independent spins add: t, v = 1 − t²,
/// −2tv and v(6t² − 2).
Column Improved::m4(const Batch& x) const {
  const Batch mean = t(x);
  const Batch v = 1 - mean.square();
  const Column k1 = sum_sites(mean), k2 = sum_sites(v), k3 = sum_sites(-2 * mean * v),
               k4 = sum_sites(v * (6 * mean.square() - 2));
  const Column k1_squared = k1.square();
  const double n2 = sites() * sites();
  return (k1_squared.square() + 6 * k2 * k1_squared + 3 * k2.square() + 4 * k3 * k1 + k4) /
         (n2 * n2);
}

using Member = Column (Improved::*)(const Batch&) const;

Observables improved_observables(const DualIsing& dual, const Improved::ToField& to_field) {
  Observables list;
  const auto add = [&](const char* name, Member member) {
    list.push_back(std::make_unique<FunctionObservable>(
        name, [improved = Improved(dual, to_field), member](const Batch& x) {
          return (improved.*member)(x);
        }));
  };
  add("energy", &Improved::energy);
  add("energy2", &Improved::energy2);
  add("m", &Improved::m);
  add("abs_m", &Improved::abs_m);
  add("m2", &Improved::m2);
  add("m4", &Improved::m4);
  add("action", &Improved::action);
  return list;
}

}  // namespace

Observables dual_observables(const DualIsing& dual) {
  return improved_observables(dual, [](const Batch& x) { return x; });
}

Observables dual_observables(const DualStencil& stencil) {
  return improved_observables(stencil.dual(),
                              [&stencil](const Batch& y) { return stencil.to_field(y); });
}

}  // namespace nmc
