#include "physics/observables/xy_observables.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <utility>

#include "core/fields/directions.hpp"
#include "physics/observables/lattice_observables.hpp"
#include "physics/observables/spin_observables.hpp"
#include "physics/observables/vorticity.hpp"

namespace nmc {
namespace {

class XyIdentity final : public Observable {
 public:
  explicit XyIdentity(const XyModel& model) : model_(model) {}
  [[nodiscard]] std::string name() const override { return "identity"; }
  [[nodiscard]] ObservableTraits traits() const override { return {.has_temperature = true}; }
  /// Σ ∂²H/∂θ_i² = 2 Σ J cos + Σ h cos = −2 H − Σ h cos.
  [[nodiscard]] Column measure(const Batch& theta) const override {
    Batch slope;
    Column sum = 2 * model_.energy_gradient(theta, slope);
    sum += model_.beta() * sum_sites(slope.square());
    if (model_.couplings().has_field) {
      const Directions of(theta);
      for (Index i = 0; i < theta.cols(); ++i)
        sum += model_.couplings().field[static_cast<std::size_t>(i)] * of.cosine.col(i);
    }
    return sum / static_cast<double>(theta.cols());
  }

 private:
  const XyModel& model_;
};

/// The mean over k and −k.
class AngleMode final : public Observable {
 public:
  explicit AngleMode(const Periodic& lattice) : mode_(lattice) {}
  [[nodiscard]] std::string name() const override { return "s_kmin"; }
  [[nodiscard]] Column measure(const Batch& theta) const override {
    const Directions of(theta);
    return mode_(of.cosine) + mode_(of.sine);
  }

 private:
  SmallestMode mode_;
};

/// |Σ e^{iθ}|² / N².
Column squared_moment(const Batch& theta) {
  const Directions of(theta);
  const auto sites = static_cast<double>(theta.cols());
  return (sum_sites(of.cosine).square() + sum_sites(of.sine).square()) / (sites * sites);
}

void add_to(Observables& list, const char* name, FunctionObservable::Function function) {
  list.push_back(std::make_unique<FunctionObservable>(name, std::move(function)));
}

void add_function(Observables& list, const char* name, const Observable& base,
                  ObservableOfBase::Function function) {
  list.push_back(std::make_unique<ObservableOfBase>(name, base, std::move(function)));
}

void add_helicity(const std::vector<Bond>& bonds, Observables& list) {
  add_to(list, "helicity_cos", [bonds](const Batch& theta) -> Column {
    const Directions of(theta);
    Column sum = Column::Zero(theta.rows());
    for (const auto& [i, j, J] : bonds)
      sum += J * (of.cosine.col(i) * of.cosine.col(j) + of.sine.col(i) * of.sine.col(j));
    return sum / static_cast<double>(theta.cols());
  });
  add_to(list, "helicity_sin2", [bonds](const Batch& theta) -> Column {
    const Directions of(theta);
    Column sum = Column::Zero(theta.rows());
    for (const auto& [i, j, J] : bonds)
      sum += J * (of.sine.col(j) * of.cosine.col(i) - of.cosine.col(j) * of.sine.col(i));
    return sum.square() / static_cast<double>(theta.cols());
  });
}

}  // namespace

std::vector<Bond> first_axis_bonds(const Graph& graph, const Periodic& lattice) {
  std::vector<Bond> bonds;
  if (!lattice.has_modes() || lattice.is_triangular) return bonds;
  const auto axis = std::ranges::find_if(lattice.extents, [](Index extent) { return extent > 1; });
  // Directions before it have one site each: it is the one whose sites follow each other.
  const Index extent = *axis;
  for (const Bond& bond : graph.bonds) {
    const Index next = bond.i % extent + 1 < extent ? bond.i + 1 : bond.i + 1 - extent;
    // The other direction of a square of 2 x 2 has pairs of its own.
    if (bond.j == next && bond.i / extent == bond.j / extent) bonds.push_back(bond);
  }
  return bonds;
}

Observables xy_observables(const XyModel& model, const Periodic& lattice) {
  Observables list;
  add_to(list, "energy", [&model](const Batch& theta) { return model.energy(theta); });
  add_function(list, "energy2", *list.back(), [](const Column& e) -> Column { return e.square(); });
  add_to(list, "m2", squared_moment);
  const Observable& m2 = *list.back();
  add_function(list, "abs_m", m2, [](const Column& square) -> Column { return square.sqrt(); });
  add_function(list, "m4", m2, [](const Column& square) -> Column { return square.square(); });
  list.push_back(std::make_unique<XyIdentity>(model));
  if (!lattice.has_modes()) return list;
  list.push_back(std::make_unique<AngleMode>(lattice));
  if (auto bonds = first_axis_bonds(model.graph(), lattice); !bonds.empty())
    add_helicity(bonds, list);
  if (has_vortices(lattice))
    add_to(list, "vorticity",
           [extents = lattice.extents](const Batch& theta) { return vorticity(theta, extents); });
  return list;
}

std::vector<Derived> xy_derived(const XyModel& model, const Periodic& lattice) {
  std::vector<Derived> list = spin_derived(model.sites(), model.beta());
  std::ranges::move(lattice_derived(model.sites(), lattice), std::back_inserter(list));
  if (first_axis_bonds(model.graph(), lattice).empty()) return list;
  list.push_back(
      {"helicity_modulus",
       "<helicity_cos> - beta <helicity_sin2>",
       {"helicity_cos", "helicity_sin2"},
       [beta = model.beta()](std::span<const double> mean) { return mean[0] - beta * mean[1]; }});
  return list;
}

}  // namespace nmc
