#pragma once

#include <string>

namespace nmc::archive {

/// Appends a line to a text file, which is made where there is none: the whole line or, where the
/// disk is full, nothing. A link is not followed. Fails as fail_to_write() says.
void append_line(const std::string& path, const std::string& line);

}  // namespace nmc::archive
