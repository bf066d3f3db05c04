#pragma once

#include <string>

#include "core/spins/shots.hpp"

namespace nmc::drivers {

/// Shots of a text file or of an HDF5 file.
///
/// Text: one line for each outcome, its basis, its outcome, qubit 0 first, and how often it came:
/// `XZZ 011 149`; the count may be left out (1), and with it the basis (all Z): `011`. # begins a
/// comment. HDF5: the datasets `outcomes` (shots, qubits) of 0 and 1, `bases` (shots) of strings,
/// without which all are Z, and `counts` (shots), without which all are 1.
///
/// UserError, with the line or the row, for what is none of this, and for shots of another number
/// of qubits than the first.
[[nodiscard]] Shots read_shots(const std::string& path);

/// The text that read_shots() reads.
[[nodiscard]] std::string shots_text(const Shots& shots);

}  // namespace nmc::drivers
