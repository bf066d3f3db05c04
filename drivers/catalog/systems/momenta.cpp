#include "drivers/catalog/systems/momenta.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "physics/systems/phase_space.hpp"

namespace nmc::catalog {
namespace {

/// An observable of the positions, in a phase space.
class OfPositions final : public Observable {
 public:
  OfPositions(std::unique_ptr<Observable> of, Index positions)
      : of_(std::move(of)), positions_(positions) {}
  [[nodiscard]] std::string name() const override { return of_->name(); }
  [[nodiscard]] Column measure(const Batch& x) const override {
    return of_->measure(x.leftCols(positions_));
  }
  [[nodiscard]] ObservableTraits traits() const override { return of_->traits(); }

 private:
  std::unique_ptr<Observable> of_;
  Index positions_;
};

ExactAnswer exact_with_momenta(ExactAnswer answer, double log_momenta) {
  if (!answer.value) return answer;
  answer.value->method += ", momenta in closed form";
  answer.value->lnZ += log_momenta;
  // lnZ + β⟨H⟩ of the positions: what the momenta have of their own is not in `energy`.
  if (answer.value->entropy) *answer.value->entropy += log_momenta;
  return answer;
}

/// What is known of the positions stays; what walks on them or cancels their noise does not.
System phase_space_of(System system, double mass) {
  const Index positions = system.target->sites();
  System with;
  with.name = std::move(system.name);
  with.summary = fmt::format("{}, momenta of mass {}", system.summary, mass);
  with.extents = {2 * positions};
  with.lattice_advice = "positions and momenta together have none";
  with.beta = system.beta;
  with.mass = mass;
  for (auto& observable : system.observables)
    with.observables.push_back(std::make_unique<OfPositions>(std::move(observable), positions));
  with.observables.push_back(
      std::make_unique<FunctionObservable>("kinetic", [positions, mass](const Batch& x) -> Column {
        return sum_sites(x.rightCols(positions).square()) / (2 * mass);
      }));
  with.derived = std::move(system.derived);
  with.default_observables = std::move(system.default_observables);
  with.default_observables.push_back("kinetic");
  with.identities = std::move(system.identities);
  with.identities.emplace_back("kinetic", static_cast<double>(positions) / 2);
  with.parameters = std::move(system.parameters);
  auto target = std::make_unique<PhaseSpace>(std::move(system.target), mass);
  with.exact = [exact = std::move(system.exact),
                log_momenta = target->log_momenta()](const ExactEffort& effort) {
    return exact_with_momenta(exact(effort), log_momenta);
  };
  with.target = std::move(target);
  return with;
}

}  // namespace

SystemEntry with_momenta(SystemEntry entry) {
  entry.options.push_back(
      option::real("mass", "0", "[0, inf)",
                   "above 0: a momentum of this mass beside every number, for symplectic"));
  entry.make = [make = std::move(entry.make)](const Options& options) {
    System system = make(options);
    const double mass = options.real("mass");
    return mass > 0 ? phase_space_of(std::move(system), mass) : std::move(system);
  };
  if (!entry.family) return entry;
  entry.family = [family = std::move(entry.family)](
                     const Options& options) -> std::unique_ptr<const TargetFamily> {
    const double mass = options.real("mass");
    if (mass == 0) return family(options);
    return std::make_unique<PhaseSpaceFamily>(family(options), mass);
  };
  return entry;
}

}  // namespace nmc::catalog
