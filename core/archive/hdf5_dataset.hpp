#pragma once

#include <string>

#include "core/archive/file.hpp"
#include "core/archive/hdf5_handle.hpp"

/// For the .cpp files of this folder alone: objects of an open file, and errors that name it.
namespace nmc::archive::hdf5 {

/// UserError that names what is in the group where `object` was looked for.
[[noreturn]] void fail_missing(const File& file, const std::string& object);

[[nodiscard]] Handle open_dataset(const File& file, hid_t id, const std::string& dataset);

/// Entries of a dataset that is read as a whole. UserError where its extents are more than what is
/// stored for it can hold: a damaged length must not ask for all memory.
[[nodiscard]] std::size_t readable_entries(const File& file, hid_t id, const std::string& dataset);

/// UserError where what a sealed file stores for a dataset is damaged.
void require_whole_dataset(hid_t file, hid_t dataset);

/// Selects a block of a dataset's space; UserError where it does not lie within.
void select(const File& file, const std::string& dataset, hid_t space, const Part& part);

}  // namespace nmc::archive::hdf5
