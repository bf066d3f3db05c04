#include "core/roles/support.hpp"

namespace nmc {

std::string in_words(Support support) {
  switch (support.kind) {
    case Support::Kind::spin:
      return "spins";
    case Support::Kind::label:
      return "labels 0 to " + std::to_string(support.states - 1);
    case Support::Kind::angle:
      return "angles";
    case Support::Kind::real:
      break;
  }
  return "real numbers";
}

}  // namespace nmc
