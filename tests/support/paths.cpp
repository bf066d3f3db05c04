#include "tests/support/paths.hpp"

namespace nmc::tests {

std::string source_dir() {
  return NMC_SOURCE_DIR;
}

std::string test_data() {
  return source_dir() + "/tests/data";
}

std::string shared_data() {
  return source_dir() + "/../shared/data";
}

}  // namespace nmc::tests
