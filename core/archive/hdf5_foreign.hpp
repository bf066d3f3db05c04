#pragma once

#include <hdf5.h>

#include <string>

/// Objects of an HDF5 file that lie in another one: a file from elsewhere would have nmc open, read
/// and show what its user may read and its author not.
namespace nmc::archive::hdf5 {

/// Whether a dataset takes its numbers from raw files or, a virtual one, from other HDF5 files.
[[nodiscard]] bool is_foreign_dataset(hid_t dataset);

/// UserError, with the object and the way out, where a link of an open file leads to another one or
/// a dataset is foreign. Reads no numbers and opens no other file.
void require_own_objects(hid_t file, const std::string& path);

}  // namespace nmc::archive::hdf5
