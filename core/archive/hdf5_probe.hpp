#pragma once

#include <string>

namespace nmc::archive::hdf5 {

/// UserError where the library fails on a file. HDF5 checks next to nothing of what it reads, and
/// one flipped bit can end the program inside it: so a child process reads all objects, attributes
/// and data up to 64 MB each first, and only its end is looked at; CPU time that no whole file
/// takes is an end too. Files with a checksum of their own (sealed_file.hpp) need no probe.
void require_survivable(const std::string& path);

/// Whether a file begins with HDF5's own first bytes, and so without a checksum in front of them.
[[nodiscard]] bool begins_as_plain_hdf5(const std::string& path);

}  // namespace nmc::archive::hdf5
