#include "core/archive/file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/archive/hdf5_foreign.hpp"
#include "core/archive/hdf5_handle.hpp"
#include "core/archive/hdf5_net.hpp"
#include "core/archive/hdf5_probe.hpp"
#include "core/archive/seal.hpp"
#include "core/errors.hpp"

namespace nmc::archive {

using hdf5::Handle;

namespace {

void prepare_library() {
  // Files are closed by their owners. HDF5 1.10 crashes at exit over a file whose last write
  // failed, and would so replace the exit code of a full disk.
  H5dont_atexit();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // errors are exceptions here, not print-outs
}

}  // namespace

bool File::is_hdf5(const std::string& path) {
  prepare_library();
  return H5Fis_hdf5(path.c_str()) > 0;
}

File File::open(const std::string& path) {
  prepare_library();
  std::error_code ignored;
  require(std::filesystem::exists(path, ignored), path + " does not exist");
  require(!std::filesystem::is_directory(path, ignored),
          path + " is a directory; an HDF5 file is needed");
  errno = 0;
  const htri_t is_hdf5 = H5Fis_hdf5(path.c_str());
  require(errno != EACCES, path + " cannot be read: " + std::strerror(EACCES));
  require(is_hdf5 > 0, path + " is not an HDF5 file, or its beginning is damaged");
  const bool is_sealed = is_sealed_and_whole(path);
  const bool is_plain = !is_sealed && hdf5::begins_as_plain_hdf5(path);
  if (is_plain) hdf5::require_survivable(path);
  const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  require(id >= 0, path +
                       " is truncated or damaged: HDF5 cannot open it. Copy it again from where " +
                       "it was made, or make it again");
  File file{id, path};
  if (is_plain) hdf5::spread_net(id, path);
  if (is_sealed) keep_seal(id, path);
  hdf5::require_own_objects(id, path);
  return file;
}

File File::create(const std::string& path, Index user_block) {
  prepare_library();
  const Handle properties(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_userblock(properties, static_cast<hsize_t>(user_block));
  errno = 0;
  const hid_t id = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, properties, H5P_DEFAULT);
  if (id < 0) hdf5::fail_to_write(path, "the first bytes");
  return {id, path};
}

File::File(File&& other) noexcept
    : id_(std::exchange(other.id_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(path_, other.path_);
  return *this;
}

File::~File() {
  if (id_ < 0) return;
  H5Fclose(id_);
  hdf5::take_net_away(id_);
  drop_seal(id_);
}

void File::close() {
  if (id_ < 0) return;
  errno = 0;
  unsigned intent = 0;
  H5Fget_intent(id_, &intent);
  const bool is_flushed = (intent & H5F_ACC_RDWR) == 0 || H5Fflush(id_, H5F_SCOPE_LOCAL) >= 0;
  const int reason = errno;
  const bool is_closed = H5Fclose(id_) >= 0;
  drop_seal(id_);
  hdf5::take_net_away(std::exchange(id_, -1));
  if (!is_flushed) errno = reason;
  if (!is_flushed || !is_closed) hdf5::fail_to_write(path_, "the end");
}

}  // namespace nmc::archive
