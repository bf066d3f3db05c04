#pragma once

#include <string>

#include "physics/quantum/pauli_sum.hpp"

namespace nmc::catalog {

/// Reads an operator from a text file: one product of Pauli matrices a line, its coefficient and
/// then letters with sites from 0 on, "-0.5 X0 X1 Z4"; a coefficient alone is a constant, and #
/// begins a comment. `sites` 0: one more than the largest site. UserError, with file and line, for
/// what is none of this.
[[nodiscard]] PauliSum read_pauli_terms(const std::string& path, Index sites);

}  // namespace nmc::catalog
