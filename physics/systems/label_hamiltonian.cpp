#include "physics/systems/label_hamiltonian.hpp"

#include <string>
#include <utility>

namespace nmc {

HamiltonianLabels::HamiltonianLabels(std::unique_ptr<const LabelHamiltonian> hamiltonian,
                                     double beta)
    : hamiltonian_(std::move(hamiltonian)), beta_(beta) {
  require(hamiltonian_->states() >= 2,
          "states() says " + std::to_string(hamiltonian_->states()) + "; a label has two or more");
}

}  // namespace nmc
