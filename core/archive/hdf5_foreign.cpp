#include "core/archive/hdf5_foreign.hpp"

#include <array>
#include <cstddef>
#include <set>
#include <utility>
#include <vector>

#include "core/archive/hdf5_handle.hpp"
#include "core/errors.hpp"

namespace nmc::archive::hdf5 {
namespace {

/// The links of a group: those to its own objects, and one that leads elsewhere.
struct Links {
  std::vector<std::string> own;
  std::string foreign;
};

herr_t collect_link(hid_t /*group*/, const char* name, const H5L_info_t* info, void* links) {
  auto& found = *static_cast<Links*>(links);
  if (info->type == H5L_TYPE_HARD) found.own.emplace_back(name);
  // A soft one leads to what hard ones lead to, or through one of these.
  if (info->type != H5L_TYPE_HARD && info->type != H5L_TYPE_SOFT) found.foreign = name;
  return 0;
}

std::string identity_of(hid_t object) {
  H5O_info_t info{};
#if H5_VERSION_GE(1, 12, 0)
  H5Oget_info3(object, &info, H5O_INFO_BASIC);
  return {reinterpret_cast<const char*>(&info.token), sizeof(info.token)};
#else
  H5Oget_info1(object, &info);
  return std::to_string(info.addr);
#endif
}

/// Goes down from group to group with a stack of its own: the library's would end in a deep one.
class ObjectWalk {
 public:
  ObjectWalk(hid_t file, const std::string& path) : file_(file), path_(path) {}

  void run() {
    enter(Handle(H5Gopen2(file_, "/", H5P_DEFAULT), H5Gclose), "");
    while (!levels_.empty()) {
      Level& level = levels_.back();
      if (level.next == level.links.size()) {
        levels_.pop_back();
        continue;
      }
      const std::string name = level.links[level.next++];
      Handle object(H5Oopen(level.group, name.c_str(), H5P_DEFAULT), H5Oclose);
      visit(std::move(object), name);
    }
  }

 private:
  struct Level {
    Handle group;
    std::string name;
    std::vector<std::string> links;
    std::size_t next = 0;
  };

  void visit(Handle object, const std::string& name) {
    if (!object.is_valid()) return;  // damage, of which its reader tells
    const H5I_type_t type = H5Iget_type(object);
    if (type == H5I_DATASET && is_foreign_dataset(object))
      refuse_object(name,
                    "takes its numbers from other files; copy them into one file (h5repack -l "
                    "CONTI OLD.h5 NEW.h5)");
    if (type == H5I_GROUP) enter(std::move(object), name);
  }

  void enter(Handle group, const std::string& name) {
    if (!group.is_valid() || !seen_.insert(identity_of(group)).second) return;
    Links links;
    H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, collect_link, &links);
    levels_.push_back({std::move(group), name, std::move(links.own)});
    if (!links.foreign.empty())
      refuse_object(links.foreign,
                    "is a link to another file; give that file itself, or copy its objects into "
                    "one file (h5py: copy with expand_external=True)");
  }

  [[noreturn]] void refuse_object(const std::string& name, const std::string& why) const {
    std::string object;
    for (const Level& level : levels_) object += level.name + "/";
    throw UserError(path_ + " is damaged or foreign: " + object + name + " " + why);
  }

  hid_t file_;
  const std::string& path_;
  std::vector<Level> levels_;  ///< from the root to where the walk is
  std::set<std::string> seen_;
};

}  // namespace

bool is_foreign_dataset(hid_t dataset) {
  const Handle properties(H5Dget_create_plist(dataset), H5Pclose);
  if (!properties.is_valid()) return false;
  if (H5Pget_layout(properties) != H5D_VIRTUAL) return H5Pget_external_count(properties) > 0;
  std::size_t count = 0;
  H5Pget_virtual_count(properties, &count);
  for (std::size_t i = 0; i < count; ++i) {
    std::array<char, 2> name{};  // "." is the file itself
    const ssize_t length = H5Pget_virtual_filename(properties, i, name.data(), name.size());
    if (length != 1 || name[0] != '.') return true;
  }
  return false;
}

void require_own_objects(hid_t file, const std::string& path) {
  ObjectWalk(file, path).run();
}

}  // namespace nmc::archive::hdf5
