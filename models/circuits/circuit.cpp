#include "models/circuits/circuit.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>

namespace nmc {
namespace {

using Eigen::Matrix2cd;

constexpr std::complex<double> kI{0, 1};

Index bit_of(const Circuit& circuit, Index qubit) {
  return Index{1} << (circuit.qubits - 1 - qubit);
}

Matrix2cd rotation(char axis, double angle) {
  const double c = std::cos(angle / 2), s = std::sin(angle / 2);
  Matrix2cd U;
  if (axis == 'x')
    U << c, -kI * s, -kI * s, c;
  else
    U << c - kI * s, 0, 0, c + kI * s;
  return U;
}

/// ∂ e^{-i θ P/2}/∂θ = e^{-i (θ + π) P/2}/2.
Matrix2cd rotation_derivative(char axis, double angle) {
  return 0.5 * rotation(axis, angle + std::numbers::pi);
}

/// The product of the rotations; that of number `differentiated` is differentiated.
Matrix2cd unitary(const Turn& turn, std::span<const double> angles, std::ptrdiff_t differentiated) {
  Matrix2cd U = Matrix2cd::Identity();
  for (std::size_t k = 0; k < turn.axes.size(); ++k) {
    const double angle = angles[turn.first + k];
    const bool is_this = static_cast<std::ptrdiff_t>(k) == differentiated;
    U = ((is_this ? rotation_derivative(turn.axes[k], angle) : rotation(turn.axes[k], angle)) * U)
            .eval();
  }
  return U;
}

Matrix2cd unitary(const Turn& turn, std::span<const double> angles) {
  return unitary(turn, angles, -1);
}

/// Calls use(amplitudes of 0, of 1, count) of every stretch of states that differ in the bit alone.
template <class Use>
void over_pairs(Index states, Index bit, const Use& use) {
  for (Index first = 0; first < states; first += 2 * bit) use(first, first + bit, bit);
}

void act(const Matrix2cd& U, Index bit, StateVector& psi) {
  const double a_re = U(0, 0).real(), a_im = U(0, 0).imag(), b_re = U(0, 1).real(),
               b_im = U(0, 1).imag(), c_re = U(1, 0).real(), c_im = U(1, 0).imag(),
               d_re = U(1, 1).real(), d_im = U(1, 1).imag();
  double *const re = psi.re.data(), *const im = psi.im.data();
  over_pairs(psi.re.size(), bit, [&](Index zero, Index one, Index count) {
    for (Index k = 0; k < count; ++k) {
      const double x_re = re[zero + k], x_im = im[zero + k];
      const double y_re = re[one + k], y_im = im[one + k];
      re[zero + k] = a_re * x_re - a_im * x_im + b_re * y_re - b_im * y_im;
      im[zero + k] = a_re * x_im + a_im * x_re + b_re * y_im + b_im * y_re;
      re[one + k] = c_re * x_re - c_im * x_im + d_re * y_re - d_im * y_im;
      im[one + k] = c_re * x_im + c_im * x_re + d_re * y_im + d_im * y_re;
    }
  });
}

/// Its own inverse.
void act(const Circuit& circuit, const Cnot& cnot, StateVector& psi) {
  const Index control = bit_of(circuit, cnot.control), target = bit_of(circuit, cnot.target);
  for (Index state = 0; state < psi.re.size(); ++state) {
    if ((state & control) == 0 || (state & target) != 0) continue;
    std::swap(psi.re(state), psi.re(state + target));
    std::swap(psi.im(state), psi.im(state + target));
  }
}

/// M_ab = Σ conj(λ_a) ψ_b over the states that differ in the bit alone.
Matrix2cd overlaps(const StateVector& lambda, const StateVector& psi, Index bit) {
  Matrix2cd M = Matrix2cd::Zero();
  over_pairs(psi.re.size(), bit, [&](Index zero, Index one, Index count) {
    for (const auto& [a, from] : {std::pair<int, Index>{0, zero}, {1, one}})
      for (const auto& [b, to] : {std::pair<int, Index>{0, zero}, {1, one}}) {
        const auto l_re = lambda.re.segment(from, count), l_im = lambda.im.segment(from, count);
        const auto p_re = psi.re.segment(to, count), p_im = psi.im.segment(to, count);
        M(a, b) += std::complex<double>{(l_re * p_re + l_im * p_im).sum(),
                                        (l_re * p_im - l_im * p_re).sum()};
      }
  });
  return M;
}

double mean_of(std::span<const double> v, const Eigen::ArrayXd& p) {
  return (Eigen::Map<const Eigen::ArrayXd>(v.data(), std::ssize(v)) * p).sum();
}

}  // namespace

Circuit layered_circuit(Index qubits, Index depth, Entangler entangler) {
  Circuit circuit{qubits};
  const auto turn_all = [&](const std::string& axes) {
    for (Index q = 0; q < qubits; ++q) {
      circuit.gates.emplace_back(Turn{q, axes, circuit.angles});
      circuit.angles += axes.size();
    }
  };
  turn_all(depth == 0 ? "x" : "xz");
  for (Index layer = 0; layer < depth; ++layer) {
    for (Index q = 0; q + 1 < qubits; ++q) circuit.gates.emplace_back(Cnot{q, q + 1});
    if (entangler == Entangler::ring && qubits > 1) circuit.gates.emplace_back(Cnot{qubits - 1, 0});
    turn_all(layer + 1 == depth ? "zx" : "zxz");
  }
  return circuit;
}

StateVector run(const SetCircuit& set) {
  const auto& [circuit, angles] = set;
  const Index states = Index{1} << circuit.qubits;
  StateVector psi{Eigen::ArrayXd::Zero(states), Eigen::ArrayXd::Zero(states)};
  psi.re(0) = 1;
  for (const auto& gate : circuit.gates)
    if (const auto* turn = std::get_if<Turn>(&gate))
      act(unitary(*turn, angles), bit_of(circuit, turn->qubit), psi);
    else
      act(circuit, std::get<Cnot>(gate), psi);
  return psi;
}

void add_adjoint_gradient(const SetCircuit& set, const StateVector& end, std::span<const double> v,
                          std::span<double> grad) {
  const auto& [circuit, angles] = set;
  StateVector psi = end;
  const Eigen::Map<const Eigen::ArrayXd> weight(v.data(), std::ssize(v));
  StateVector lambda{weight * end.re, weight * end.im};
  for (auto gate = circuit.gates.rbegin(); gate != circuit.gates.rend(); ++gate) {
    if (const auto* cnot = std::get_if<Cnot>(&*gate)) {
      act(circuit, *cnot, psi);
      act(circuit, *cnot, lambda);
      continue;
    }
    const Turn& turn = std::get<Turn>(*gate);
    const Index bit = bit_of(circuit, turn.qubit);
    const Matrix2cd undo = unitary(turn, angles).adjoint();
    act(undo, bit, psi);
    const Matrix2cd M = overlaps(lambda, psi, bit);
    for (std::size_t k = 0; k < turn.axes.size(); ++k)
      grad[turn.first + k] +=
          2 * unitary(turn, angles, static_cast<std::ptrdiff_t>(k)).cwiseProduct(M).sum().real();
    act(undo, bit, lambda);
  }
}

void add_shift_gradient(const SetCircuit& set, std::span<const double> v, std::span<double> grad) {
  const auto& [circuit, angles] = set;
  constexpr double kQuarter = std::numbers::pi / 2;
  std::vector<double> shifted(angles.begin(), angles.end());
  for (std::size_t k = 0; k < angles.size(); ++k) {
    shifted[k] = angles[k] + kQuarter;
    const double above = mean_of(v, run({circuit, shifted}).probabilities());
    shifted[k] = angles[k] - kQuarter;
    const double below = mean_of(v, run({circuit, shifted}).probabilities());
    shifted[k] = angles[k];
    grad[k] += (above - below) / 2;
  }
}

}  // namespace nmc
