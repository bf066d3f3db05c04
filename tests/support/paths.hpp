#pragma once

#include <string>

namespace nmc::tests {

/// The root of the checkout.
[[nodiscard]] std::string source_dir();
/// Small reference data of the project's own, tests/data.
[[nodiscard]] std::string test_data();
/// Reference data beside the checkout, which need not be there.
[[nodiscard]] std::string shared_data();

}  // namespace nmc::tests
