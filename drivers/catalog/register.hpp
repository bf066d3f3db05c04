#pragma once

#include <concepts>
#include <memory>
#include <utility>

#include "drivers/catalog/catalog.hpp"
#include "physics/systems/real_hamiltonian.hpp"

/// A user's own system gets every verb, sampler and model by one line after its definition:
///
///   struct Quartic : nmc::RealHamiltonian { … sites(), energy(x), gradient(x) … };
///   NMC_REGISTER_SYSTEM(Quartic, "quartic")
///   int main(int argc, char** argv) { return nmc::main(argc, argv); }
///
/// A type with `static std::vector<nmc::OptionSpec> options()` and a constructor from
/// `const nmc::Options&` gets keys of its own in [system]; others are made by their default
/// constructor.
namespace nmc::catalog {

template <class Type>
concept HasOptions = requires {
  { Type::options() } -> std::convertible_to<std::vector<OptionSpec>>;
}
&&std::constructible_from<Type, const Options&>;

template <std::derived_from<RealHamiltonian> Type>
std::unique_ptr<RealHamiltonian> make_hamiltonian(const Options& options) {
  if constexpr (HasOptions<Type>)
    return std::make_unique<Type>(options);
  else
    return std::make_unique<Type>();
}

using MakeHamiltonian = std::function<std::unique_ptr<RealHamiltonian>(const Options&)>;

/// Entry of a user's Hamiltonian: its keys and beta; energy and moments of the mean field are its
/// observables.
[[nodiscard]] SystemEntry user_system(const std::string& name, std::vector<OptionSpec> options,
                                      const MakeHamiltonian& make);

template <std::derived_from<RealHamiltonian> Type>
bool register_system(const std::string& name) {
  std::vector<OptionSpec> options;
  if constexpr (HasOptions<Type>) options = Type::options();
  add_system(user_system(name, std::move(options), make_hamiltonian<Type>));
  return true;
}

}  // namespace nmc::catalog

#define NMC_REGISTER_SYSTEM(Type, name)                                                            \
  namespace {                                                                                      \
  [[maybe_unused]] const bool nmc_registered_##Type = ::nmc::catalog::register_system<Type>(name); \
  }
