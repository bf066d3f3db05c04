#include "core/archive/hdf5_handle.hpp"

#include <cerrno>
#include <cstring>

#include "core/errors.hpp"

namespace nmc::archive::hdf5 {

void fail_to_write(const std::string& file, const std::string& what) {
  const int reason = errno;
  if (reason == ENOSPC || reason == EDQUOT || reason == EFBIG) {
    throw Interrupted("no space left while writing " + file + " (" + what + ": " +
                      std::strerror(reason) + "); free some, then run again to resume");
  }
  throw UserError("cannot write " + what + " of " + file +
                  (reason != 0 ? std::string(": ") + std::strerror(reason) : std::string()));
}

void fail_missing(const File& file, const std::string& object) {
  const std::string cut = object.substr(0, object.find_last_of('/'));
  const std::string group = cut.empty() ? "/" : cut;
  if (!file.is_group(group)) {
    throw UserError(file.path() + " has no " + object + ", nor a group " + group);
  }
  std::string names;
  for (const std::string& name : file.children(group)) names += (names.empty() ? "" : ", ") + name;
  throw UserError(file.path() + " has no " + object + "; in " + group + " there is " +
                  (names.empty() ? "nothing" : names));
}

Kind kind_of(hid_t type) {
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
    case H5T_ENUM:  // h5py's booleans
      return Kind::integer;
    case H5T_FLOAT:
      return Kind::real;
    case H5T_STRING:
      return Kind::text;
    default:
      return Kind::other;
  }
}

Handle open_dataset(const File& file, hid_t id, const std::string& dataset) {
  if (!file.has(dataset)) fail_missing(file, dataset);
  Handle handle(H5Dopen2(id, dataset.c_str(), H5P_DEFAULT), H5Dclose);
  require(handle.is_valid(), dataset + " of " + file.path() + " is not a dataset");
  return handle;
}

Handle make_space(const Shape& shape) {
  if (shape.empty()) return {H5Screate(H5S_SCALAR), H5Sclose};
  const std::vector<hsize_t> extent(shape.begin(), shape.end());
  return {H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr), H5Sclose};
}

Shape shape_of(hid_t space) {
  const int rank = H5Sget_simple_extent_ndims(space);
  std::vector<hsize_t> extent(static_cast<std::size_t>(rank > 0 ? rank : 0));
  if (!extent.empty()) H5Sget_simple_extent_dims(space, extent.data(), nullptr);
  return {extent.begin(), extent.end()};
}

std::size_t readable_entries(const File& file, hid_t id, const std::string& dataset) {
  // A stored byte unpacks to 1032 at most (deflate), and what was never written reads as filled.
  constexpr double most_per_byte = 1032;
  constexpr double most_filled = 1 << 24;
  const Handle data = open_dataset(file, id, dataset);
  const auto stored = static_cast<double>(H5Dget_storage_size(data));
  // An extent beyond 2^63 comes as a negative one.
  double count = 1;
  for (const Index extent : file.shape(dataset))
    count *= static_cast<double>(static_cast<hsize_t>(extent));
  require(count <= most_filled + most_per_byte * stored,
          dataset + " of " + file.path() + " announces " + std::to_string(count / 1e6) +
              " million entries and stores " + std::to_string(stored / 1e6) +
              " MB: the file is damaged, or was never filled; make it again, or copy it again "
              "from where it was made");
  return static_cast<std::size_t>(count);
}

void select(const File& file, const std::string& dataset, hid_t space, const Part& part) {
  const Shape extent = shape_of(space);
  bool fits = part.start.size() == extent.size() && part.count.size() == extent.size();
  for (std::size_t axis = 0; fits && axis < extent.size(); ++axis) {
    fits = part.start[axis] >= 0 && part.count[axis] >= 0 &&
           part.start[axis] + part.count[axis] <= extent[axis];
  }
  require(fits, "a part that lies outside of " + dataset + " in " + file.path() + " was asked for");
  if (extent.empty() || entries(part.count) == 0) return;
  const std::vector<hsize_t> start(part.start.begin(), part.start.end());
  const std::vector<hsize_t> count(part.count.begin(), part.count.end());
  H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
}

Handle text_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

std::string last_name(const std::string& object) {
  return object.substr(object.find_last_of('/') + 1);
}

}  // namespace nmc::archive::hdf5
