#pragma once

#include <functional>
#include <string>

#include "core/archive/file.hpp"

/// An HDF5 file whose first 512 bytes, which HDF5 leaves to the user, hold a line with a SHA-256 of
/// all that follows: damage is found before HDF5 reads a byte, whose library crashes on some of it.
namespace nmc::archive {

/// Publishes such a file; `title` begins the line, "nmc checkpoint", and says what the file is.
void publish_sealed(const std::string& path, const std::string& title,
                    const std::function<void(File&)>& write,
                    const std::function<void()>& before_rename = {});

/// What is wrong with a sealed file; empty if it is whole.
[[nodiscard]] std::string damage_of_sealed(const std::string& path, const std::string& title);

}  // namespace nmc::archive
