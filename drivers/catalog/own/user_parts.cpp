#include "drivers/catalog/own/user_parts.hpp"

namespace nmc::catalog {

System start_user(const std::string& name, const Options& options) {
  System system;
  system.name = name;
  system.beta = options.real("beta");
  system.is_boltzmann = true;
  return system;
}

}  // namespace nmc::catalog
