#include "drivers/verbs/own_output.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "core/errors.hpp"

namespace nmc::drivers {

void require_own_output(const std::string& output, const std::vector<std::string>& inputs) {
  for (const std::string& input : inputs) {
    std::error_code none;  // of a file that is not there
    const bool is_input = std::filesystem::equivalent(output, input, none) && !none;
    require(!is_input, fmt::format("--output {} is {}, which is read: it would be replaced; give "
                                   "another name",
                                   output, output == input ? "a file" : input));
  }
}

}  // namespace nmc::drivers
