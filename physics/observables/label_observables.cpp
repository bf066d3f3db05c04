#include "physics/observables/label_observables.hpp"

#include <cmath>
#include <numbers>
#include <utility>

namespace nmc {
namespace {

class LabelEnergy final : public Observable {
 public:
  explicit LabelEnergy(const PairLabels& target) : target_(target) {}
  [[nodiscard]] std::string name() const override { return "energy"; }
  [[nodiscard]] Column measure(const Batch& s) const override { return target_.energy(s); }
  [[nodiscard]] ObservableTraits traits() const override { return {.is_energy = true}; }

 private:
  const PairLabels& target_;
};

/// How many sites have each label, (chains, q).
Batch occupations(const Batch& s, Index states) {
  Batch count = Batch::Zero(s.rows(), states);
  for (Index site = 0; site < s.cols(); ++site)
    for (Index row = 0; row < s.rows(); ++row) ++count(row, static_cast<Index>(s(row, site)));
  return count;
}

Column square_of_order(const Batch& s, const Batch& vectors) {
  const Batch count = occupations(s, vectors.rows()) / static_cast<double>(s.cols());
  Column sum = Column::Zero(s.rows());
  for (Index c = 0; c < vectors.cols(); ++c) {
    Column m = Column::Zero(s.rows());
    for (Index a = 0; a < vectors.rows(); ++a) m += vectors(a, c) * count.col(a);
    sum += m.square();
  }
  // What is left where the vectors of all sites add up to nothing.
  constexpr double kRounding = 0x1p-46;
  return (sum < kRounding).select(0, sum);
}

class LabelMode final : public Observable {
 public:
  LabelMode(Batch vectors, const Periodic& lattice)
      : vectors_(std::move(vectors)), mode_(lattice) {}
  [[nodiscard]] std::string name() const override { return "s_kmin"; }
  [[nodiscard]] Column measure(const Batch& s) const override {
    Column sum = Column::Zero(s.rows());
    for (Index c = 0; c < vectors_.cols(); ++c)
      sum += mode_(s.unaryExpr([&](double a) { return vectors_(static_cast<Index>(a), c); }));
    return sum;
  }

 private:
  Batch vectors_;
  SmallestMode mode_;
};

}  // namespace

LabelVectors potts_vectors(Index states) {
  const auto q = static_cast<double>(states);
  Batch vectors = Batch::Constant(states, states, -std::sqrt(q / (q - 1)) / q);
  for (Index a = 0; a < states; ++a) vectors(a, a) += std::sqrt(q / (q - 1));
  return {vectors};
}

LabelVectors clock_vectors(Index states) {
  const LabelCoupling coupling = clock_coupling(states);
  Batch vectors(states, states == 2 ? 1 : 2);
  for (Index a = 0; a < states; ++a) {
    vectors(a, 0) = -coupling.v(a);
    if (states > 2)
      vectors(a, 1) =
          std::sin(2 * std::numbers::pi * static_cast<double>(a) / static_cast<double>(states));
  }
  return {vectors};
}

Observables label_observables(const PairLabels& target, const LabelVectors& vectors,
                              const Periodic& lattice) {
  auto energy = std::make_unique<LabelEnergy>(target);
  auto m2 = std::make_unique<FunctionObservable>(
      "m2", [v = vectors.vectors](const Batch& s) { return square_of_order(s, v); });
  const Observable &of_energy = *energy, &of_m2 = *m2;
  Observables list;
  const auto add_of = [&list](const char* name, const Observable& base,
                              ObservableOfBase::Function function) {
    list.push_back(std::make_unique<ObservableOfBase>(name, base, std::move(function)));
  };
  list.push_back(std::move(energy));
  add_of("energy2", of_energy, [](const Column& e) -> Column { return e.square(); });
  add_of("abs_m", of_m2, [](const Column& v) -> Column { return v.sqrt(); });
  list.push_back(std::move(m2));
  add_of("m4", of_m2, [](const Column& v) -> Column { return v.square(); });
  if (!lattice.has_modes()) return list;
  list.push_back(std::make_unique<LabelMode>(vectors.vectors, lattice));
  return list;
}

std::unique_ptr<Observable> largest_state(Index states) {
  return std::make_unique<FunctionObservable>("m_max", [states](const Batch& s) -> Column {
    const auto q = static_cast<double>(states);
    const Column largest = occupations(s, states).rowwise().maxCoeff();
    return (q * largest / static_cast<double>(s.cols()) - 1) / (q - 1);
  });
}

}  // namespace nmc
