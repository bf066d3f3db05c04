#include "core/roles/trainable.hpp"

#include <stdexcept>

#include "core/roles/latent.hpp"

namespace nmc {

std::unique_ptr<const LatentDensity> Trainable::latent_density(const Target& /*target*/) const {
  return nullptr;
}

void Trainable::set_beta(double /*beta*/) {
  throw std::logic_error("set_beta() of a model that has no range of beta");
}

std::unique_ptr<Trainable> Trainable::at_beta(double /*beta*/) const {
  throw std::logic_error("at_beta() of a model that has no range of beta");
}

}  // namespace nmc
