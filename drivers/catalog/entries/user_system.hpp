#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "drivers/catalog/entries/entry.hpp"
#include "physics/systems/angle_hamiltonian.hpp"
#include "physics/systems/label_hamiltonian.hpp"
#include "physics/systems/real_hamiltonian.hpp"
#include "physics/systems/spin_hamiltonian.hpp"

/// Entries of a user's Hamiltonians: their keys and beta, their observables, their exact values.
namespace nmc::catalog {

template <class Hamiltonian>
using Make = std::function<std::unique_ptr<Hamiltonian>(const Options&)>;

/// Name and keys of a user's class.
struct UserKeys {
  std::string name;
  std::vector<OptionSpec> options{};
};

/// Energy and moments of the mean field are the observables.
[[nodiscard]] SystemEntry user_system(const UserKeys& keys, const Make<RealHamiltonian>& make);
/// Those of spins; exact values by enumeration where the sites are few.
[[nodiscard]] SystemEntry user_system(const UserKeys& keys, const Make<SpinHamiltonian>& make);
/// As the Ising model.
[[nodiscard]] SystemEntry user_system(const UserKeys& keys, const Make<SpinGraphHamiltonian>& make);

/// energy and the share p0, p1, … of each label; exact values by enumeration.
[[nodiscard]] SystemEntry user_system(const UserKeys& keys, const Make<LabelHamiltonian>& make);
/// energy, the means cx and cy of cosines and sines, m2 = cx² + cy².
[[nodiscard]] SystemEntry user_system(const UserKeys& keys, const Make<AngleHamiltonian>& make);

/// What they have in common: the keys with beta, and the lines of a job.
[[nodiscard]] SystemEntry user_entry(const UserKeys& keys);

/// Fills in extents and summary, "4x4, 16 sites, beta 1"; UserError where extents() do not fit.
void set_user_lattice(Index sites, const std::vector<Index>& extents, System& system);

}  // namespace nmc::catalog
