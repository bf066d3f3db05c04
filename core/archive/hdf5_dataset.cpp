#include "core/archive/hdf5_dataset.hpp"

#include <array>

#include "core/archive/seal.hpp"
#include "core/errors.hpp"

namespace nmc::archive::hdf5 {
namespace {

/// UserError where a dataset is packed by what the library here cannot unpack.
void require_known_filters(const File& file, hid_t data, const std::string& dataset) {
  const Handle properties(H5Dget_create_plist(data), H5Pclose);
  const int filters = properties.is_valid() ? H5Pget_nfilters(properties) : 0;
  for (int i = 0; i < filters; ++i) {
    unsigned int flags = 0, config = 0;
    std::size_t no_numbers = 0;
    std::array<char, 64> name{};
    const H5Z_filter_t filter =
        H5Pget_filter2(properties, static_cast<unsigned int>(i), &flags, &no_numbers, nullptr,
                       name.size(), name.data(), &config);
    require(filter < 0 || H5Zfilter_avail(filter) > 0,
            dataset + " of " + file.path() + " is packed by the filter " +
                (name[0] == 0 ? "number " + std::to_string(filter) : std::string(name.data())) +
                ", which the HDF5 library here does not have: unpack it where it was written "
                "(h5repack -f NONE OLD.h5 NEW.h5), or write it by gzip");
  }
}

}  // namespace

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

Handle open_dataset(const File& file, hid_t id, const std::string& dataset) {
  if (!file.has(dataset)) fail_missing(file, dataset);
  Handle handle(H5Dopen2(id, dataset.c_str(), H5P_DEFAULT), H5Dclose);
  require(handle.is_valid(), dataset + " of " + file.path() + " is not a dataset");
  return handle;
}

std::size_t readable_entries(const File& file, hid_t id, const std::string& dataset) {
  // A stored byte unpacks to 1032 at most (deflate), and what was never written reads as filled.
  constexpr double most_per_byte = 1032;
  constexpr double most_filled = 1 << 24;
  const Handle data = open_dataset(file, id, dataset);
  require_known_filters(file, data, dataset);
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

void require_whole_dataset(hid_t file, hid_t dataset) {
  const haddr_t first = H5Dget_offset(dataset);
  if (first != HADDR_UNDEF) require_whole_bytes(file, first, H5Dget_storage_size(dataset));
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

}  // namespace nmc::archive::hdf5
