#include <algorithm>
#include <cerrno>

#include "core/archive/hdf5_dataset.hpp"
#include "core/errors.hpp"

namespace nmc::archive {

using hdf5::Handle;

namespace {

struct AttributePlace {
  const File& file;
  hid_t id;
  const std::string& object;
  const std::string& name;
};

std::string describe(const AttributePlace& at) {
  return "attribute " + at.name + " of " + at.object + " in " + at.file.path();
}

void write_scalar(const AttributePlace& at, hid_t type, const void* value) {
  errno = 0;
  if (!at.file.has(at.object)) hdf5::fail_missing(at.file, at.object);
  const char* object = at.object.c_str();
  const char* name = at.name.c_str();
  if (H5Aexists_by_name(at.id, object, name, H5P_DEFAULT) > 0) {
    H5Adelete_by_name(at.id, object, name, H5P_DEFAULT);
  }
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  Handle attribute(
      H5Acreate_by_name(at.id, object, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
      H5Aclose);
  const bool is_written = attribute.is_valid() && H5Awrite(attribute, type, value) >= 0;
  if (!is_written || !attribute.close()) hdf5::fail_to_write(at.file.path(), describe(at));
}

Handle open_attribute(const AttributePlace& at) {
  if (!at.file.has(at.object)) hdf5::fail_missing(at.file, at.object);
  require(at.file.has_attribute(at.object, at.name),
          at.file.path() + " has no attribute " + at.name + " at " + at.object);
  Handle attribute(
      H5Aopen_by_name(at.id, at.object.c_str(), at.name.c_str(), H5P_DEFAULT, H5P_DEFAULT),
      H5Aclose);
  require(attribute.is_valid(), describe(at) + " cannot be read: the file is damaged");
  return attribute;
}

/// Opens an attribute that must hold one entry of one of two kinds.
Handle open_scalar(const AttributePlace& at, Kind kind, Kind other, const char* expected) {
  Handle attribute = open_attribute(at);
  const Kind found = at.file.attribute_kind(at.object, at.name);
  require(found == kind || found == other, describe(at) + " must be " + expected);
  const Handle space(H5Aget_space(attribute), H5Sclose);
  require(H5Sget_simple_extent_npoints(space) == 1, describe(at) + " must be one value");
  return attribute;
}

}  // namespace

bool File::has_attribute(const std::string& object, const std::string& name) const {
  return has(object) && H5Aexists_by_name(id_, object.c_str(), name.c_str(), H5P_DEFAULT) > 0;
}

std::vector<std::string> File::attributes(const std::string& object) const {
  if (!has(object)) hdf5::fail_missing(*this, object);
  const Handle handle(H5Oopen(id_, object.c_str(), H5P_DEFAULT), H5Oclose);
  std::vector<std::string> names;
  const auto add = [](hid_t, const char* name, const H5A_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->emplace_back(name);
    return 0;
  };
  const herr_t status = H5Aiterate2(handle, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, add, &names);
  require(status >= 0, "the attributes of " + object + " in " + path_ + " cannot be read");
  std::sort(names.begin(), names.end());
  return names;
}

Kind File::attribute_kind(const std::string& object, const std::string& name) const {
  const Handle attribute = open_attribute({*this, id_, object, name});
  const Handle type(H5Aget_type(attribute), H5Tclose);
  return hdf5::kind_of(type);
}

void File::set_attribute(const std::string& object, const std::string& name,
                         const std::string& value) {
  const char* text = value.c_str();
  write_scalar({*this, id_, object, name}, hdf5::text_type(), &text);
}

void File::set_attribute(const std::string& object, const std::string& name, const char* value) {
  set_attribute(object, name, std::string(value));
}

void File::set_attribute(const std::string& object, const std::string& name, double value) {
  write_scalar({*this, id_, object, name}, H5T_NATIVE_DOUBLE, &value);
}

void File::set_attribute(const std::string& object, const std::string& name, std::int64_t value) {
  write_scalar({*this, id_, object, name}, H5T_NATIVE_INT64, &value);
}

void File::set_attribute(const std::string& object, const std::string& name, int value) {
  set_attribute(object, name, static_cast<std::int64_t>(value));
}

std::string File::string_attribute(const std::string& object, const std::string& name) const {
  const AttributePlace at{*this, id_, object, name};
  (void)open_scalar(at, Kind::text, Kind::text, "text");
  const std::vector<std::string> texts = string_attributes(object, name);
  require(texts.size() == 1, describe(at) + " cannot be read: the file is damaged");
  return texts.front();
}

double File::double_attribute(const std::string& object, const std::string& name) const {
  const AttributePlace at{*this, id_, object, name};
  const Handle attribute = open_scalar(at, Kind::real, Kind::integer, "a number");
  double value = 0;
  require(H5Aread(attribute, H5T_NATIVE_DOUBLE, &value) >= 0, describe(at) + " cannot be read");
  return value;
}

std::int64_t File::int_attribute(const std::string& object, const std::string& name) const {
  const AttributePlace at{*this, id_, object, name};
  const Handle attribute = open_scalar(at, Kind::integer, Kind::integer, "an integer");
  std::int64_t value = 0;
  require(H5Aread(attribute, H5T_NATIVE_INT64, &value) >= 0, describe(at) + " cannot be read");
  return value;
}

std::vector<double> File::double_attributes(const std::string& object,
                                            const std::string& name) const {
  const AttributePlace at{*this, id_, object, name};
  const Handle attribute = open_attribute(at);
  const Kind kind = attribute_kind(object, name);
  require(kind == Kind::real || kind == Kind::integer, describe(at) + " must be numbers");
  const Handle space(H5Aget_space(attribute), H5Sclose);
  const hssize_t count = H5Sget_simple_extent_npoints(space);
  std::vector<double> values(static_cast<std::size_t>(count > 0 ? count : 0));
  const bool is_read = values.empty() || H5Aread(attribute, H5T_NATIVE_DOUBLE, values.data()) >= 0;
  require(is_read, describe(at) + " cannot be read");
  return values;
}

std::vector<std::string> File::string_attributes(const std::string& object,
                                                 const std::string& name) const {
  const AttributePlace at{*this, id_, object, name};
  const Handle attribute = open_attribute(at);
  require(attribute_kind(object, name) == Kind::text, describe(at) + " must be text");
  const Handle type(H5Aget_type(attribute), H5Tclose), space(H5Aget_space(attribute), H5Sclose);
  return hdf5::read_text(type, space, [&](hid_t memory, void* buffer) {
    return H5Aread(attribute, memory, buffer) >= 0;
  });
}

}  // namespace nmc::archive
