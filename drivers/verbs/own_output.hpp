#pragma once

#include <string>
#include <vector>

namespace nmc::drivers {

/// UserError where what a verb would write is one of the files that it reads, by any name: nothing
/// that was given is replaced.
void require_own_output(const std::string& output, const std::vector<std::string>& inputs);

}  // namespace nmc::drivers
