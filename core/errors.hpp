#pragma once

#include <stdexcept>
#include <string>

namespace nmc {

/// The user's mistake: exit code 2. The message says what is wrong, with the value and the way out.
class UserError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A number that must not be averaged in: exit code 3. The message names the chain and the step.
class NumericalError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Stopped by a signal, the wall-time limit or a full disk after a checkpoint: exit code 75.
class Interrupted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws UserError(message) unless `condition` holds.
inline void require(bool condition, const std::string& message) {
  if (!condition) throw UserError(message);
}

}  // namespace nmc
