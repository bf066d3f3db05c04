#include <hdf5_hl.h>

#include <cerrno>

#include "core/archive/hdf5_dataset.hpp"

namespace nmc::archive {

using hdf5::Handle;

namespace {

// The functions of H5DS trust these attributes: what is none of theirs ends the program.
// One entry per axis of the dataset, of a type that `is_right`.
template <class IsRight>
bool has_entries(hid_t dataset, const char* attribute, const IsRight& is_right) {
  if (H5Aexists(dataset, attribute) <= 0) return false;
  const Handle handle(H5Aopen(dataset, attribute, H5P_DEFAULT), H5Aclose);
  if (!handle.is_valid()) return false;
  const Handle type(H5Aget_type(handle), H5Tclose), space(H5Aget_space(handle), H5Sclose);
  const Handle axes(H5Dget_space(dataset), H5Sclose);
  return H5Sget_simple_extent_npoints(space) == H5Sget_simple_extent_ndims(axes) && is_right(type);
}

bool is_list_of_scales(hid_t dataset) {
  return has_entries(dataset, "DIMENSION_LIST", [](hid_t type) {
    if (H5Tget_class(type) != H5T_VLEN) return false;
    const Handle element(H5Tget_super(type), H5Tclose);
    return H5Tequal(element, H5T_STD_REF_OBJ) > 0;
  });
}

bool is_list_of_labels(hid_t dataset) {
  return has_entries(dataset, "DIMENSION_LABELS",
                     [](hid_t type) { return H5Tis_variable_str(type) > 0; });
}

}  // namespace

bool File::is_dimension_scale(const std::string& dataset) const {
  // H5DSis_scale of HDF5 1.10 frees its buffer twice over a CLASS that it does not expect
  if (!has_attribute(dataset, "CLASS") || attribute_kind(dataset, "CLASS") != Kind::text) {
    return false;
  }
  const std::vector<std::string> words = string_attributes(dataset, "CLASS");
  return words.size() == 1 && words[0] == "DIMENSION_SCALE";
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

std::vector<std::string> File::dimension_scales(const std::string& dataset) const {
  const Handle data = hdf5::open_dataset(*this, id_, dataset);
  std::vector<std::string> paths(shape(dataset).size());
  if (!is_list_of_scales(data)) return paths;
  const auto first_path = [](hid_t, unsigned, hid_t scale, void* found) -> herr_t {
    const ssize_t length = H5Iget_name(scale, nullptr, 0);
    if (length <= 0) return 1;
    std::string path(static_cast<std::size_t>(length) + 1, '\0');
    H5Iget_name(scale, path.data(), path.size());
    path.pop_back();  // the terminating zero
    *static_cast<std::string*>(found) = path;
    return 1;  // stop at the first
  };
  for (std::size_t axis = 0; axis < paths.size(); ++axis) {
    const auto number = static_cast<unsigned>(axis);
    if (H5DSget_num_scales(data, number) <= 0) continue;
    H5DSiterate_scales(data, number, nullptr, first_path, &paths[axis]);
  }
  return paths;
}

std::vector<std::string> File::dimension_names(const std::string& dataset) const {
  std::vector<std::string> names = dimension_scales(dataset);
  for (std::string& name : names) name = hdf5::last_name(name);
  return names;
}

std::vector<std::string> File::dimension_labels(const std::string& dataset) const {
  const Handle data = hdf5::open_dataset(*this, id_, dataset);
  std::vector<std::string> labels(shape(dataset).size());
  if (!is_list_of_labels(data)) return labels;
  for (std::size_t axis = 0; axis < labels.size(); ++axis) {
    std::string label(256, '\0');
    const ssize_t length =
        H5DSget_label(data, static_cast<unsigned>(axis), label.data(), label.size());
    labels[axis] = label.substr(0, length > 0 ? label.find('\0') : 0);
  }
  return labels;
}

}  // namespace nmc::archive
