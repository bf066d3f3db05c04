#pragma once

#include <string>

#include "core/errors.hpp"

namespace nmc {

/// What an action says where it throws a UserError.
template <class Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const UserError& error) {
    return error.what();
  }
  return "(no error)";
}

}  // namespace nmc
