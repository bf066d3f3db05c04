#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "drivers/job/job.hpp"

namespace nmc::drivers {

/// A state of qubits that is known, which shots are drawn of or held against; bit i of an
/// amplitude's number is qubit i.
struct KnownState {
  std::string name;      ///< "w", "ground state of tfim: …"
  Eigen::VectorXcd psi;  ///< (2^qubits), of length 1
  Index qubits = 0;
};

/// What `tomography.state` says; `qubits` of the shots, or 0 where there are none yet. UserError
/// where it is of another number of qubits, and where there is no such state.
[[nodiscard]] KnownState known_state(const Job& job, Index qubits);

/// The bases of shots that are drawn, `tomography.bases`.
[[nodiscard]] std::vector<std::string> read_bases(const Options& tomography, Index qubits);

}  // namespace nmc::drivers
