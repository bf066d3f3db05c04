#pragma once

#include <cstdint>
#include <functional>
#include <string>

/// A checksum of every block of a file, behind what HDF5 reads of it: any reader of HDF5 opens a
/// sealed file, and File::open() holds it against its checksums. Metadata and small data are looked
/// at as a whole when it is opened, large datasets before they are read first, so that a file of
/// many GB costs what is read of it. A program that changes the file takes the seal away: HDF5 cuts
/// off what lies behind its end.
namespace nmc::archive {

/// Seals a closed HDF5 file. `poll` is called between blocks, and may throw.
void seal_file(const std::string& path, const std::function<void()>& poll = {});

/// Whether a file is sealed. UserError where its seal, or anything but large datasets, is damaged.
[[nodiscard]] bool is_sealed_and_whole(const std::string& path);

/// UserError where anything of a sealed file is damaged, large datasets included.
void require_whole_file(const std::string& path);

/// Keeps the seal of a file that is_sealed_and_whole() for as long as it is open, by the number
/// HDF5 gives it.
void keep_seal(std::int64_t file, const std::string& path);
void drop_seal(std::int64_t file);

/// UserError where these bytes of an open file, of a dataset that is about to be read, are damaged;
/// nothing of a file without a seal.
void require_whole_bytes(std::int64_t file, std::uint64_t first, std::uint64_t count);

}  // namespace nmc::archive
