#pragma once

#include <Eigen/Core>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/batch.hpp"

/// Circuits of qubits and the exact simulation of their states.
namespace nmc {

/// Rotations of one qubit, one after the other: e^{-i θ P/2} with P = X or Z for each letter.
struct Turn {
  Index qubit = 0;
  std::string axes{};     ///< of "xz", in the order of their action
  std::size_t first = 0;  ///< number of the first angle; the others follow
};

/// Turns the target over where the control is 1.
struct Cnot {
  Index control = 0, target = 0;
};

/// Acts on |0…0⟩. Qubit 0 is the highest bit of the number of a state.
struct Circuit {
  Index qubits = 0;
  std::vector<std::variant<Turn, Cnot>> gates{};
  std::size_t angles = 0;
};

/// Which qubits a layer of CNOTs joins.
enum class Entangler {
  chain,  ///< 0 to 1, 1 to 2, …
  ring    ///< and the last to 0
};

/// Rx Rz of every qubit, then `depth` times: CNOTs one after the other, and Rz Rx Rz of every
/// qubit, the last time Rz Rx, since a last Rz changes no probability (Liu and Wang, Phys. Rev. A
/// 98, 062324 (2018), fig. 1).
[[nodiscard]] Circuit layered_circuit(Index qubits, Index depth, Entangler entangler);

/// Amplitudes of all 2^qubits states.
struct StateVector {
  Eigen::ArrayXd re, im;
  [[nodiscard]] Eigen::ArrayXd probabilities() const { return re.square() + im.square(); }
};

/// A circuit with its angles.
struct SetCircuit {
  const Circuit& circuit;
  std::span<const double> angles;  ///< (circuit.angles)
};

/// The state at the end of the circuit.
[[nodiscard]] StateVector run(const SetCircuit& set);

/// grad += ∂/∂θ Σ_states v p, p = |ψ|², (angles), from the state at the end: the gates undone one
/// by one, on ψ and on vψ, with 2 Re ⟨vψ| ∂U |ψ⟩ at each. It costs as much as three runs.
void add_adjoint_gradient(const SetCircuit& set, const StateVector& end, std::span<const double> v,
                          std::span<double> grad);

/// The same by the rule of the parameter shift, exact for rotations by Pauli matrices (Mitarai,
/// Negoro, Kitagawa and Fujii, Phys. Rev. A 98, 032309 (2018)):
///   ∂p/∂θ_k = ½ [p(θ_k + π/2) − p(θ_k − π/2)].
/// Two runs for each angle, which a device could make too.
void add_shift_gradient(const SetCircuit& set, std::span<const double> v, std::span<double> grad);

}  // namespace nmc
