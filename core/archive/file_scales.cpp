#include <hdf5_hl.h>

#include <cerrno>

#include "core/archive/hdf5_handle.hpp"

namespace nmc::archive {

using hdf5::Handle;

bool File::is_dimension_scale(const std::string& dataset) const {
  const Handle data = hdf5::open_dataset(*this, id_, dataset);
  return H5DSis_scale(data) > 0;
}

void File::make_dimension_scale(const std::string& dataset) {
  errno = 0;
  Handle data = hdf5::open_dataset(*this, id_, dataset);
  const herr_t status = H5DSset_scale(data, hdf5::last_name(dataset).c_str());
  if (status < 0 || !data.close()) hdf5::fail_to_write(path_, "dimension scale " + dataset);
}

void File::attach_dimension_scale(const std::string& dataset, Index axis,
                                  const std::string& scale) {
  errno = 0;
  Handle data = hdf5::open_dataset(*this, id_, dataset);
  Handle scale_data = hdf5::open_dataset(*this, id_, scale);
  const herr_t status = H5DSattach_scale(data, scale_data, static_cast<unsigned>(axis));
  if (status < 0 || !data.close() || !scale_data.close()) {
    hdf5::fail_to_write(path_, "dimension " + scale + " of " + dataset);
  }
}

std::vector<std::string> File::dimension_names(const std::string& dataset) const {
  const Handle data = hdf5::open_dataset(*this, id_, dataset);
  std::vector<std::string> names(shape(dataset).size());
  const auto first_name = [](hid_t, unsigned, hid_t scale, void* name) -> herr_t {
    const ssize_t length = H5Iget_name(scale, nullptr, 0);
    if (length <= 0) return 1;
    std::string path(static_cast<std::size_t>(length) + 1, '\0');
    H5Iget_name(scale, path.data(), path.size());
    path.pop_back();  // the terminating zero
    *static_cast<std::string*>(name) = hdf5::last_name(path);
    return 1;  // stop at the first
  };
  for (std::size_t axis = 0; axis < names.size(); ++axis) {
    const auto number = static_cast<unsigned>(axis);
    if (H5DSget_num_scales(data, number) <= 0) continue;
    H5DSiterate_scales(data, number, nullptr, first_name, &names[axis]);
  }
  return names;
}

}  // namespace nmc::archive
