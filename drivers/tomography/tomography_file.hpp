#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/archive/file.hpp"
#include "models/wave/tomography.hpp"

namespace nmc::drivers {

/// What is known of a state that was learned from shots; NaN is what was not asked for.
struct LearnedState {
  std::string summary;  ///< "3 qubits, 27000 shots in 27 bases"
  std::string network;  ///< "amplitude of 3 hidden units, phase of 3, 30 parameters"
  std::string truth;    ///< name of the state that is known; "" without one
  std::vector<TomographyStart> starts;
  double best_start = 0;  ///< from 0 on
  double nll = 0, held_out_nll = 0;
  double nll_error = 0;    ///< of both, where ln of the sum over all states is estimated
  double z_disagrees = 0;  ///< 1: its estimates from both sides do, beyond three errors
  double entropy = 0;      ///< of the outcomes that were learned from, below which no nll is
  double misfit = 0;     ///< nats of nll above the entropy beyond what shots scatter by; <= 0: none
  double is_turned = 0;  ///< 1: some basis turns a qubit away from Z
  double truth_nll = 0;
  double fidelity = 0, divergence = 0;
  double phase_groups = 1;  ///< count_phase_groups() of the states that matter; 1 without a phase
  double has_phase = 0;     ///< 1: ψ has one; 0: it is positive
  double is_conjugate_open = 0;  ///< 1: without Y, and ψ* is another state
  double cpu_seconds = 0;
  Eigen::VectorXcd psi{};  ///< of length 1, of at most kMostStored qubits; else (0)
};

/// Group /tomography: numbers and words as attributes, the starts as columns, and psi (2^qubits,
/// 2), real and imaginary parts, 00…0, 00…1, …, qubit 0 slowest.
void write_learned_state(archive::File& file, const LearnedState& learned);
/// UserError where the file is none.
[[nodiscard]] LearnedState read_learned_state(const std::filesystem::path& path);

[[nodiscard]] std::string learned_state_text(const LearnedState& learned);
/// One object, then one for each start.
[[nodiscard]] std::string learned_state_json(const LearnedState& learned);
/// What is refused and warned of, each after "refused" or "warning".
[[nodiscard]] std::vector<std::pair<std::string, std::string>> state_findings(
    const LearnedState& learned);
/// Whether the phases that it has are not fixed by its shots, or its nll cannot be believed.
[[nodiscard]] bool is_refused(const LearnedState& learned);

}  // namespace nmc::drivers
