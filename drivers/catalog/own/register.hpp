#pragma once

#include <concepts>
#include <memory>
#include <utility>

#include "drivers/catalog/catalog.hpp"
#include "drivers/catalog/entries/registry.hpp"
#include "drivers/catalog/entries/user_system.hpp"
#include "drivers/catalog/own/user_model.hpp"
#include "drivers/catalog/own/user_sampler.hpp"
#include "physics/observables/own_observable.hpp"

/// A user's own system, observable, sampler or network gets every verb by one line after its
/// definition (docs/own.md):
///
///   struct Quartic : nmc::RealHamiltonian { … sites(), energy(x), gradient(x) … };
///   NMC_REGISTER_SYSTEM(Quartic, "quartic")
///   int main(int argc, char** argv) { return nmc::main(argc, argv); }
///
/// A type with `static std::vector<nmc::OptionSpec> options()` has keys of its own in its section,
/// and takes them as `const nmc::Options&`. Observables, samplers and networks may take the
/// `const nmc::System&` as well, keys first; what a constructor refuses by UserError is no match.
/// The System may move: keep its target, never itself.
namespace nmc::catalog {

template <class Type>
concept HasOptions = requires {
  { Type::options() } -> std::convertible_to<std::vector<OptionSpec>>;
};

template <class Type>
[[nodiscard]] std::vector<OptionSpec> options_of_type() {
  if constexpr (HasOptions<Type>)
    return Type::options();
  else
    return {};
}

template <class Type>
std::unique_ptr<Type> make_own(const Options& options) {
  if constexpr (std::constructible_from<Type, const Options&>)
    return std::make_unique<Type>(options);
  else
    return std::make_unique<Type>();
}

template <class Type>
std::unique_ptr<Type> make_own(const Options& options, const System& system) {
  if constexpr (std::constructible_from<Type, const Options&, const System&>)
    return std::make_unique<Type>(options, system);
  else if constexpr (std::constructible_from<Type, const System&>)
    return std::make_unique<Type>(system);
  else
    return make_own<Type>(options);
}

template <class Type, class Hamiltonian>
void add_hamiltonian(const std::string& name) {
  add_system(
      user_system({name, options_of_type<Type>()}, Make<Hamiltonian>([](const Options& options) {
                    return std::unique_ptr<Hamiltonian>(make_own<Type>(options));
                  })));
}

/// By what the class derives from.
template <class Type>
bool register_system(const std::string& name) {
  if constexpr (std::derived_from<Type, RealHamiltonian>)
    add_hamiltonian<Type, RealHamiltonian>(name);
  else if constexpr (std::derived_from<Type, SpinHamiltonian>)
    add_hamiltonian<Type, SpinHamiltonian>(name);
  else if constexpr (std::derived_from<Type, LabelHamiltonian>)
    add_hamiltonian<Type, LabelHamiltonian>(name);
  else if constexpr (std::derived_from<Type, AngleHamiltonian>)
    add_hamiltonian<Type, AngleHamiltonian>(name);
  else {
    static_assert(std::derived_from<Type, SpinGraphHamiltonian>,
                  "a system derives from nmc::SpinHamiltonian, nmc::LocalFieldHamiltonian, "
                  "nmc::SpinGraphHamiltonian, nmc::LabelHamiltonian, nmc::AngleHamiltonian or "
                  "nmc::RealHamiltonian");
    add_hamiltonian<Type, SpinGraphHamiltonian>(name);
  }
  return true;
}

template <std::derived_from<OwnObservable> Type>
bool register_observable(const std::string& name) {
  ObservableEntry entry;
  entry.name = name;
  entry.summary = "an observable of this program";
  entry.make = [name](const System& system) -> std::unique_ptr<Observable> {
    return std::make_unique<NamedObservable>(name, make_own<Type>(Options(), system));
  };
  add_observable(std::move(entry));
  return true;
}

/// By what the class derives from: a Move or a Proposal is made exact by MetropolisHastings, a
/// Sampler is taken as it is.
template <class Type>
bool register_sampler(const std::string& name) {
  const UserKeys keys{name, options_of_type<Type>()};
  if constexpr (std::derived_from<Type, Move>)
    add_sampler(user_move(keys, [](const Options& options, const System& system) {
      return std::unique_ptr<Move>(make_own<Type>(options, system));
    }));
  else if constexpr (std::derived_from<Type, Proposal>)
    add_sampler(user_proposal(keys, [](const Options& options, const System& system) {
      return std::unique_ptr<Proposal>(make_own<Type>(options, system));
    }));
  else {
    static_assert(std::derived_from<Type, Sampler>,
                  "a sampler derives from nmc::Move, nmc::Proposal or nmc::Sampler");
    add_sampler(user_sampler(keys, [](const Options& options, const System& system) {
      return std::unique_ptr<Sampler>(make_own<Type>(options, system));
    }));
  }
  return true;
}

/// A SpinNetwork or a RealFlow.
template <class Type>
bool register_model(const std::string& name) {
  static_assert(std::derived_from<Type, SpinNetwork> || std::derived_from<Type, RealFlow>,
                "a network derives from nmc::SpinNetwork or nmc::RealFlow");
  add_model(
      user_model({name, options_of_type<Type>()}, [](const Options& options, const System& system) {
        auto model = make_own<Type>(options, system);
        const Support support = model->support();
        OwnWeights* const weights = &model->weights();
        return OwnModel{std::move(model), support, weights};
      }));
  return true;
}

}  // namespace nmc::catalog

#define NMC_JOINED_WORDS(first, second) first##second
#define NMC_JOINED(first, second) NMC_JOINED_WORDS(first, second)
#define NMC_REGISTER_AS(kind, Type, name)                                         \
  namespace {                                                                     \
  [[maybe_unused]] const bool NMC_JOINED(nmc_registered_##kind,                   \
                                         __COUNTER__) = ::nmc::catalog::register_ \
      ##kind<Type>(name);                                                         \
  }

/// Outside of functions, at namespace level; `name` is what a job says.
#define NMC_REGISTER_SYSTEM(Type, name) NMC_REGISTER_AS(system, Type, name)
#define NMC_REGISTER_OBSERVABLE(Type, name) NMC_REGISTER_AS(observable, Type, name)
#define NMC_REGISTER_SAMPLER(Type, name) NMC_REGISTER_AS(sampler, Type, name)
#define NMC_REGISTER_MODEL(Type, name) NMC_REGISTER_AS(model, Type, name)
