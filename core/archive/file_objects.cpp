#include <algorithm>
#include <cerrno>

#include "core/archive/hdf5_dataset.hpp"
#include "core/errors.hpp"

namespace nmc::archive {

using hdf5::Handle;

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
