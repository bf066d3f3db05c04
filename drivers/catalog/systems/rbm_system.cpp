#include <fmt/format.h>

#include <memory>
#include <utility>

#include "core/options/paths.hpp"
#include "drivers/catalog/entries/system_entries.hpp"
#include "drivers/catalog/entries/user_system.hpp"
#include "drivers/catalog/systems/machine_system.hpp"
#include "models/energy/machine_file.hpp"
#include "models/energy/rbm_exact.hpp"
#include "physics/systems/made_family.hpp"

namespace nmc::catalog {
namespace {

/// H(v) is the free energy of a machine, of either kind of units.
class RbmOfSpins final : public SpinHamiltonian {
 public:
  explicit RbmOfSpins(std::unique_ptr<const Rbm> rbm) : rbm_(std::move(rbm)) {}
  [[nodiscard]] Index sites() const override { return rbm_->sites(); }
  [[nodiscard]] Column energy(const Batch& v) const override { return -rbm_->log_density(v); }

 private:
  std::unique_ptr<const Rbm> rbm_;
};

class RbmOfLabels final : public LabelHamiltonian {
 public:
  explicit RbmOfLabels(std::unique_ptr<const Rbm> rbm) : rbm_(std::move(rbm)) {}
  [[nodiscard]] Index sites() const override { return rbm_->sites(); }
  [[nodiscard]] Index states() const override { return 2; }
  [[nodiscard]] Column energy(const Batch& v) const override { return -rbm_->log_density(v); }

 private:
  std::unique_ptr<const Rbm> rbm_;
};

std::unique_ptr<const Rbm> read_rbm(const Options& options) {
  const std::string& file = options.text("file");
  if (!file.empty()) {
    for (const char* key : {"visible", "hidden", "units", "width", "weights_seed"})
      if (options.is_given(key))
        options.fail(key, fmt::format("{} is of a random machine, and file = {} holds one: leave "
                                      "one of them out",
                                      key, file));
    return read_machine(file);
  }
  RbmShape shape;
  shape.visible = options.integer("visible");
  shape.hidden = options.integer("hidden");
  if (options.text("units") == "spin") shape.units = Units::spin;
  return std::make_unique<Rbm>(Rbm::random(
      shape, options.real("width"), static_cast<std::uint64_t>(options.integer("weights_seed"))));
}

const UserKeys kNoKeys{"rbm"};

/// The entry of its kind of units, whose systems hold copies of the machine; `last` is where the
/// latest of them lies.
SystemEntry entry_of(const Rbm& rbm, const Rbm*& last) {
  const auto copied = [rbm, &last] {
    auto copy = std::make_unique<const Rbm>(rbm);
    last = copy.get();
    return copy;
  };
  if (rbm.units() == Units::spin)
    return user_system(kNoKeys, Make<SpinHamiltonian>([copied](const Options&) {
                         return std::make_unique<RbmOfSpins>(copied());
                       }));
  return user_system(kNoKeys, Make<LabelHamiltonian>([copied](const Options&) {
                       return std::make_unique<RbmOfLabels>(copied());
                     }));
}

std::unique_ptr<const Target> target_of(const Rbm& rbm, double beta) {
  auto copy = std::make_unique<const Rbm>(rbm);
  if (rbm.units() == Units::spin)
    return std::make_unique<HamiltonianSpins>(std::make_unique<RbmOfSpins>(std::move(copy)), beta);
  return std::make_unique<HamiltonianLabels>(std::make_unique<RbmOfLabels>(std::move(copy)), beta);
}

/// lnZ by the states of the hidden units where those of the visible ones are too many.
ExactAnswer by_hidden_units(const Rbm& rbm, const ExactEffort& effort) {
  const Side side = smaller_side(rbm.shape());
  const double seconds = enumeration_seconds(rbm.shape(), side, false);
  const Index units = side == Side::hidden ? rbm.hidden() : rbm.sites();
  if (seconds > effort.cpu_seconds * effort.threads)
    return {std::nullopt, fmt::format("a sum over the states of {} units would take {:.2g} s of "
                                      "CPU time: nmc exact --limit, or annealed importance "
                                      "sampling",
                                      units, seconds)};
  Exact exact;
  exact.method = fmt::format("sum over the 2^{} states of the {} units", units,
                             side == Side::hidden ? "hidden" : "visible");
  exact.lnZ = log_z(rbm, side, Threads(effort.threads));
  return {exact, ""};
}

}  // namespace

System machine_system(const Options& options, const Rbm& machine) {
  const Rbm* own = nullptr;
  System system = entry_of(machine, own).make(options);
  const Rbm& rbm = *own;
  system.summary =
      fmt::format("{} visible and {} hidden units {}, beta {:.10g}", rbm.sites(), rbm.hidden(),
                  rbm.units() == Units::spin ? "+-1" : "0, 1", system.beta);
  system.lattice_advice = "";
  if (system.beta == 1) system.auxiliary = &rbm;  // of another power h | v is not known
  system.exact = [&rbm, beta = system.beta,
                  visible = std::move(system.exact)](const ExactEffort& effort) -> ExactAnswer {
    ExactAnswer all = visible(effort);
    return all.value || beta != 1 ? all : by_hidden_units(rbm, effort);
  };
  return system;
}

std::unique_ptr<const TargetFamily> machine_family(Rbm machine) {
  return std::make_unique<MadeFamily>(std::vector{beta_condition()},
                                      [rbm = std::move(machine)](const Condition& at) {
                                        return target_of(rbm, at.values.front());
                                      });
}

SystemEntry rbm_entry() {
  SystemEntry entry = user_entry(kNoKeys);
  entry.name = "rbm";
  entry.summary =
      "restricted Boltzmann machine, p(v) = exp(-beta F(v)) with its free energy F, of a file or "
      "random";
  entry.options = {
      option::with_path(option::text("file", "", "a trained machine; else a random one"),
                        PathForm::file),
      option::integer("visible", "16", "[1, 1e6]", "visible units of a random machine"),
      option::integer("hidden", "8", "[1, 1e6]", "hidden units of a random machine"),
      option::choice("units", "binary", {"binary", "spin"}, "0 and 1, or -1 and 1"),
      option::real("width", "0.5", "(0, inf)", "standard deviation of its random weights"),
      option::integer("weights_seed", "1", "[0, 9007199254740992]", "key of the random weights"),
      option::real("beta", "1", "[0, inf)", "power of the density; 1 is the machine itself")};
  entry.example = "[system]\nname = rbm\nvisible = 16\nhidden = 8\n";
  entry.make = [](const Options& options) { return machine_system(options, *read_rbm(options)); };
  entry.family = [](const Options& options) { return machine_family(*read_rbm(options)); };
  return entry;
}

}  // namespace nmc::catalog
