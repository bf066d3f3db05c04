#include "core/archive/write_error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "core/errors.hpp"

namespace nmc::archive {
namespace {

namespace fs = std::filesystem;

constexpr std::array kFull{ENOSPC, EDQUOT, EFBIG};
// Of a file system that is mended, mounted or reached again.
constexpr std::array kAway{EIO, EROFS, ESTALE, ENOTCONN, ETIMEDOUT, EHOSTDOWN, ENODEV, ENXIO};
// What a file system with less to give cannot take a page of.
constexpr std::uintmax_t kNothingLeft = 65536;

template <std::size_t N>
bool is_one_of(const std::array<int, N>& reasons, int reason) {
  return std::ranges::find(reasons, reason) != reasons.end();
}

// HDF5 may call others after the write that failed.
bool is_full_at(const fs::path& directory) {
  std::error_code error;
  const fs::space_info space = fs::space(directory, error);
  return !error && space.capacity > 0 && space.available < kNothingLeft;  // /proc has none
}

}  // namespace

void fail_to_write(const std::string& path, int reason, const std::string& part) {
  fs::path directory = fs::path(path).parent_path();
  if (directory.empty()) directory = ".";
  std::error_code ignored;
  const std::string what = part.empty() ? path : path + " (" + part + ")";
  const std::string why = reason == 0 ? "" : std::string(": ") + std::strerror(reason);
  if (is_one_of(kFull, reason) || is_full_at(directory))
    throw Interrupted("no space left for " + what + "; free some, then run again to resume");
  if (is_one_of(kAway, reason))
    throw Interrupted("cannot write " + what + why +
                      "; what was written before is kept: run again to resume once " +
                      directory.string() + " can be written to");
  if (reason == ELOOP)
    throw UserError("cannot write " + what + ": it is a link, which is not followed; remove it");
  if (!fs::is_directory(directory, ignored))
    throw UserError("cannot write " + what + ": there is no directory " + directory.string() +
                    "; if it was removed while this ran, run again to begin anew");
  throw UserError("cannot write " + what + why + "; you need the right to write in " +
                  directory.string());
}

}  // namespace nmc::archive
