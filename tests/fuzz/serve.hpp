#pragma once

#include <functional>
#include <string>
#include <vector>

namespace nmc::fuzz {

/// Does a command, the words of a line, and returns its exit code.
using Command = std::function<int(std::vector<std::string>)>;

/// Carries out many commands in children of one process, which costs a fork instead of a start.
/// Each line of the standard input is a command, its words separated by tabs; what it prints goes
/// to the files .stdout and .stderr here. Answers with a line "exit CODE", "signal NUMBER" or
/// "time", and after it the CPU time in milliseconds. Returns the exit code of the server.
[[nodiscard]] int serve(const Command& command);

}  // namespace nmc::fuzz
