#include "core/roles/trainable.hpp"

#include <stdexcept>

#include "core/roles/latent.hpp"

namespace nmc {

std::unique_ptr<const LatentDensity> Trainable::latent_density(const Target& /*target*/) const {
  return nullptr;
}

void Trainable::set_condition(const Condition& /*condition*/) {
  throw std::logic_error("set_condition() of a model that has no conditions");
}

std::unique_ptr<Trainable> Trainable::at(const Condition& /*condition*/) const {
  throw std::logic_error("at() of a model that has no conditions");
}

}  // namespace nmc
