#include "core/archive/hdf5_dataset.hpp"
#include "core/errors.hpp"

namespace nmc::archive {

using hdf5::Handle;

namespace {

void require_read(herr_t status, const File& file, const std::string& dataset) {
  require(status >= 0, dataset + " of " + file.path() + " cannot be read: the file is damaged");
}

void require_numbers(const File& file, const std::string& dataset) {
  const Kind kind = file.kind(dataset);
  require(kind == Kind::integer || kind == Kind::real,
          dataset + " of " + file.path() + " does not hold numbers");
}

template <class Number>
std::vector<Number> read_all(const File& file, hid_t id, const std::string& dataset, hid_t type) {
  const Handle data = hdf5::open_dataset(file, id, dataset);
  std::vector<Number> values(hdf5::readable_entries(file, id, dataset));
  if (values.empty()) return values;
  hdf5::require_whole_dataset(id, data);
  require_read(H5Dread(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), file, dataset);
  return values;
}

}  // namespace

Kind File::kind(const std::string& dataset) const {
  const Handle data = hdf5::open_dataset(*this, id_, dataset);
  const Handle type(H5Dget_type(data), H5Tclose);
  return hdf5::kind_of(type);
}

Shape File::shape(const std::string& dataset) const {
  const Handle data = hdf5::open_dataset(*this, id_, dataset);
  const Handle space(H5Dget_space(data), H5Sclose);
  return hdf5::shape_of(space);
}

std::vector<double> File::read_doubles(const std::string& dataset) const {
  require_numbers(*this, dataset);
  return read_all<double>(*this, id_, dataset, H5T_NATIVE_DOUBLE);
}

std::vector<std::int64_t> File::read_ints(const std::string& dataset) const {
  require(kind(dataset) == Kind::integer, dataset + " of " + path_ + " does not hold integers");
  return read_all<std::int64_t>(*this, id_, dataset, H5T_NATIVE_INT64);
}

std::vector<std::string> File::read_strings(const std::string& dataset) const {
  require(kind(dataset) == Kind::text, dataset + " of " + path_ + " does not hold text");
  const std::size_t count = hdf5::readable_entries(*this, id_, dataset);
  const Handle data = hdf5::open_dataset(*this, id_, dataset);
  const Handle type(H5Dget_type(data), H5Tclose), space(H5Dget_space(data), H5Sclose);
  std::vector<std::string> texts = hdf5::read_text(type, space, [&](hid_t memory, void* buffer) {
    return H5Dread(data, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer) >= 0;
  });
  require_read(texts.size() == count ? 0 : -1, *this, dataset);
  return texts;
}

std::vector<double> File::read_part(const std::string& dataset, const Part& part) const {
  require_numbers(*this, dataset);
  (void)hdf5::readable_entries(*this, id_, dataset);
  const Handle data = hdf5::open_dataset(*this, id_, dataset);
  const Handle space(H5Dget_space(data), H5Sclose);
  hdf5::select(*this, dataset, space, part);
  const Handle memory = hdf5::make_space(part.count);
  std::vector<double> values(static_cast<std::size_t>(entries(part.count)));
  if (values.empty()) return values;
  hdf5::require_whole_dataset(id_, data);
  require_read(H5Dread(data, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, values.data()), *this,
               dataset);
  return values;
}

std::vector<std::string> File::members(const std::string& dataset) const {
  const Handle data = hdf5::open_dataset(*this, id_, dataset);
  const Handle type(H5Dget_type(data), H5Tclose);
  std::vector<std::string> names;
  if (H5Tget_class(type) != H5T_COMPOUND) return names;
  for (int i = 0; i < H5Tget_nmembers(type); ++i) {
    const H5T_class_t kind = H5Tget_member_class(type, static_cast<unsigned>(i));
    char* const name = H5Tget_member_name(type, static_cast<unsigned>(i));
    if (name != nullptr && (kind == H5T_INTEGER || kind == H5T_FLOAT)) names.emplace_back(name);
    H5free_memory(name);
  }
  return names;
}

std::vector<double> File::read_member(const std::string& dataset, const std::string& member) const {
  const Handle record(H5Tcreate(H5T_COMPOUND, sizeof(double)), H5Tclose);
  H5Tinsert(record, member.c_str(), 0, H5T_NATIVE_DOUBLE);
  return read_all<double>(*this, id_, dataset, record);
}

Batch File::read_batch(const std::string& dataset) const {
  const Shape extent = shape(dataset);
  require(extent.size() >= 2,
          dataset + " of " + path_ + " must have the axes (chains, sites) or (chains, … sites)");
  const Index chains = extent.front();
  const Index sites = entries({extent.begin() + 1, extent.end()});
  const std::vector<double> values = read_doubles(dataset);
  return Eigen::Map<const Batch>(values.data(), sites, chains).transpose();
}

}  // namespace nmc::archive
