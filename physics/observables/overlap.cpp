#include "physics/observables/overlap.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace nmc {
namespace {

/// Σ_bonds q_i q_j / bonds.
class LinkOverlap final : public Observable {
 public:
  explicit LinkOverlap(const Ising& ising)
      : bonds_(static_cast<double>(ising.graph().bonds.size())), unit_([&ising] {
          Graph graph = ising.graph();
          graph.bonds.change_J([](double) { return 1.0; });
          graph.field.clear();
          graph.plaquettes.clear();
          return Unit{graph, SpinEnergy(graph)};
        }) {}

  [[nodiscard]] std::string name() const override { return "q_link"; }
  [[nodiscard]] Column measure(const Batch& q) const override {
    return -ising_energy(unit_->graph, q) / bonds_;
  }
  [[nodiscard]] Column measure_packed(const Spins& q) const override {
    return -unit_->energy(q) / bonds_;
  }
  [[nodiscard]] ObservableTraits traits() const override {
    return {.reads_packed = true, .is_of_pairs = true};
  }

 private:
  struct Unit {
    Graph graph;
    SpinEnergy energy;
  };
  double bonds_;
  Lazy<Unit> unit_;  ///< the graph with all couplings 1
};

class OverlapMode final : public Observable {
 public:
  explicit OverlapMode(const Periodic& lattice) : mode_(lattice) {}
  [[nodiscard]] std::string name() const override { return "q_kmin"; }
  [[nodiscard]] Column measure(const Batch& q) const override { return mode_(q); }
  [[nodiscard]] Column measure_packed(const Spins& q) const override { return mode_(q); }
  [[nodiscard]] ObservableTraits traits() const override {
    return {.reads_packed = true, .is_of_pairs = true};
  }

 private:
  SmallestMode mode_;
};

void add_powers(const std::string& name, std::unique_ptr<Observable> base, Observables& list) {
  const Observable& q = *base;
  list.push_back(std::move(base));
  const auto add = [&](const char* suffix, ObservableOfBase::Function function) {
    list.push_back(std::make_unique<ObservableOfBase>(name + suffix, q, std::move(function)));
  };
  add("2", [](const Column& v) -> Column { return v.square(); });
  add("4", [](const Column& v) -> Column { return v.square().square(); });
}

Derived binder(const std::string& name) {
  return {"binder_" + name,
          "(3 - <" + name + "4> / <" + name + "2>^2) / 2",
          {name + "2", name + "4"},
          [](std::span<const double> mean) { return (3 - mean[1] / (mean[0] * mean[0])) / 2; }};
}

}  // namespace

Observables overlap_observables(const Ising& ising, const Periodic& lattice) {
  const Graph& graph = ising.graph();
  const auto n = static_cast<double>(graph.sites);
  Observables list;
  auto q = std::make_unique<SpinObservable>(
      "q", [n](const Batch& product) -> Column { return sum_sites(product) / n; },
      [](const Spins& product) { return magnetisation(product); }, true);
  const Observable& of_q = *q;
  add_powers("q", std::move(q), list);
  list.push_back(std::make_unique<ObservableOfBase>(
      "abs_q", of_q, [](const Column& v) -> Column { return v.abs(); }));
  const Index pairs = graph.sites * (graph.sites - 1) / 2;
  if (!graph.bonds.empty() && std::ssize(graph.bonds) < pairs)
    add_powers("q_link", std::make_unique<LinkOverlap>(ising), list);
  if (lattice.has_modes()) list.push_back(std::make_unique<OverlapMode>(lattice));
  return list;
}

std::vector<Derived> overlap_derived(Index sites, const Periodic& lattice) {
  std::vector<Derived> list{binder("q"), binder("q_link")};
  if (!lattice.has_modes()) return list;
  const auto n = static_cast<double>(sites);
  const std::string longest = std::to_string(*std::ranges::max_element(lattice.extents));
  list.push_back({"correlation_length_q",
                  "sqrt(N <q2> / <q_kmin> - 1) / (2 sin(pi / " + longest + "))",
                  {"q2", "q_kmin"},
                  [lattice, n](std::span<const double> mean) {
                    return correlation_length(lattice, n * mean[0], mean[1]);
                  }});
  return list;
}

}  // namespace nmc
