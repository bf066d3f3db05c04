#include "core/archive/large_datasets.hpp"

#include "core/archive/hdf5_handle.hpp"

namespace nmc::archive {
namespace {

// A dataset of fewer bytes is looked at with the metadata.
constexpr std::uint64_t kLargeBytes = std::uint64_t{1} << 24;

herr_t note_large(hid_t group, const char* name, const H5O_info_t* info, void* found) {
  if (info->type != H5O_TYPE_DATASET) return 0;
  const hdf5::Handle dataset(H5Dopen2(group, name, H5P_DEFAULT), H5Dclose);
  if (!dataset.is_valid()) return 0;
  const haddr_t first = H5Dget_offset(dataset);
  const std::uint64_t count = H5Dget_storage_size(dataset);
  if (first != HADDR_UNDEF && count >= kLargeBytes)
    static_cast<std::vector<ByteRange>*>(found)->push_back({first, count});
  return 0;
}

}  // namespace

std::vector<ByteRange> large_datasets(const std::string& path) {
  std::vector<ByteRange> found;
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (file < 0) return found;
  H5Ovisit(file, H5_INDEX_NAME, H5_ITER_NATIVE, note_large, &found);
  H5Fclose(file);
  return found;
}

}  // namespace nmc::archive
