#include "core/archive/file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/archive/hdf5_handle.hpp"
#include "core/archive/hdf5_probe.hpp"
#include "core/archive/sealed_file.hpp"
#include "core/errors.hpp"

namespace nmc::archive {

using hdf5::Handle;

Index entries(const Shape& shape) {
  Index product = 1;
  for (const Index extent : shape) product *= extent;
  return product;
}

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
  if (begins_as_plain_hdf5(path)) hdf5::require_survivable(path);
  const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  require(id >= 0, path +
                       " is truncated or damaged: HDF5 cannot open it. Copy it again from where " +
                       "it was made, or make it again");
  return {id, path};
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
  if (id_ >= 0) H5Fclose(id_);
}

void File::close() {
  if (id_ < 0) return;
  errno = 0;
  unsigned intent = 0;
  H5Fget_intent(id_, &intent);
  const bool is_flushed = (intent & H5F_ACC_RDWR) == 0 || H5Fflush(id_, H5F_SCOPE_LOCAL) >= 0;
  const int reason = errno;
  const bool is_closed = H5Fclose(std::exchange(id_, -1)) >= 0;
  if (!is_flushed) errno = reason;
  if (!is_flushed || !is_closed) hdf5::fail_to_write(path_, "the end");
}

bool File::has(const std::string& object) const {
  // H5Lexists asks about the last link only: walk down
  for (std::size_t end = object.find('/', 1);; end = object.find('/', end + 1)) {
    const std::string part = object.substr(0, end);
    if (part != "/" && !part.empty() && H5Lexists(id_, part.c_str(), H5P_DEFAULT) <= 0) {
      return false;
    }
    if (end == std::string::npos) break;
  }
  return object == "/" || H5Oexists_by_name(id_, object.c_str(), H5P_DEFAULT) > 0;
}

bool File::is_group(const std::string& object) const {
  if (!has(object)) return false;
  const Handle handle(H5Oopen(id_, object.c_str(), H5P_DEFAULT), H5Oclose);
  return handle.is_valid() && H5Iget_type(handle) == H5I_GROUP;
}

bool File::is_dataset(const std::string& object) const {
  if (!has(object)) return false;
  const Handle handle(H5Oopen(id_, object.c_str(), H5P_DEFAULT), H5Oclose);
  return handle.is_valid() && H5Iget_type(handle) == H5I_DATASET;
}

std::vector<std::string> File::children(const std::string& group) const {
  if (!has(group)) hdf5::fail_missing(*this, group);
  const Handle handle(H5Gopen2(id_, group.c_str(), H5P_DEFAULT), H5Gclose);
  require(handle.is_valid(), group + " of " + path_ + " is not a group");
  std::vector<std::string> names;
  const auto add = [](hid_t, const char* name, const H5L_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->emplace_back(name);
    return 0;
  };
  const herr_t status = H5Literate(handle, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, add, &names);
  require(status >= 0, group + " of " + path_ + " cannot be read: the file is damaged");
  std::sort(names.begin(), names.end());
  return names;
}

std::string File::identity(const std::string& object) const {
  if (!has(object)) hdf5::fail_missing(*this, object);
  H5O_info_t info{};
#if H5_VERSION_GE(1, 12, 0)
  const herr_t status =
      H5Oget_info_by_name3(id_, object.c_str(), &info, H5O_INFO_BASIC, H5P_DEFAULT);
  std::string address(reinterpret_cast<const char*>(&info.token), sizeof(info.token));
#else
  const herr_t status = H5Oget_info_by_name1(id_, object.c_str(), &info, H5P_DEFAULT);
  std::string address = std::to_string(info.addr);
#endif
  require(status >= 0, object + " of " + path_ + " cannot be read: the file is damaged");
  return std::to_string(info.fileno) + ":" + address;
}

void File::create_group(const std::string& group) {
  if (is_group(group)) return;
  errno = 0;
  const Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(links, 1);
  Handle handle(H5Gcreate2(id_, group.c_str(), links, H5P_DEFAULT, H5P_DEFAULT), H5Gclose);
  if (!handle.is_valid() || !handle.close()) hdf5::fail_to_write(path_, "group " + group);
}

}  // namespace nmc::archive
