#pragma once

#include <pybind11/pybind11.h>

#include <string>

namespace nmc::python {

/// What neuralmc.register_system() says of a Hamiltonian.
struct OwnSystem {
  std::string name;
  std::string kind;       ///< "reals", "spins", "angles" or "labels"
  pybind11::object make;  ///< make(**keys) gives the object whose functions are called; must live
  pybind11::list keys;    ///< (name, "int" | "float" | "str" | "bool", default or None)
};

/// Enters it into the catalogue by the door that every user's system takes. In place of what has
/// its name by an earlier call. UserError for a kind that there is not, and for a name of nmc's
/// own.
void add_system(const OwnSystem& system);

}  // namespace nmc::python
