#pragma once

#include <string>

#include "core/options/resolved_option.hpp"

/// Paths in the values of a job. A job and the files it names are moved together, so a relative
/// path in a job file begins at the directory of the file; on the command line, where the shell
/// completes it, at the working directory.
namespace nmc {

/// The value with the path in it, if there is one, as the program opens it: from the working
/// directory where it lies below, else from the root. An empty `base` leaves the value alone.
/// UserError where the file is in the working directory and not where the job file says.
[[nodiscard]] std::string located(const OptionSpec& spec, const std::string& value,
                                  const std::string& base);

/// The value as files hold it, with its path from the root: it means the same in every directory.
[[nodiscard]] std::string stored_value(const ResolvedOption& option);

}  // namespace nmc
