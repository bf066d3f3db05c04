#include "core/archive/chains/netcdf3_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

#include "core/errors.hpp"

namespace nmc::archive {
namespace {

enum Type : std::uint64_t {
  byte = 1,
  text = 2,
  int16 = 3,
  int32 = 4,
  float32 = 5,
  float64 = 6,
  uint8 = 7,
  uint16 = 8,
  uint32 = 9,
  int64 = 10,
  uint64 = 11
};

/// Tags that begin the lists of the header.
constexpr std::uint64_t kDimensions = 10, kVariables = 11, kAttributes = 12;

std::size_t width_of(std::uint64_t type, const std::string& path) {
  constexpr std::array<std::size_t, 12> widths{0, 1, 1, 2, 4, 4, 8, 1, 2, 4, 8, 8};
  require(type >= byte && type <= uint64,
          fmt::format("{}: netCDF header is damaged: no type {}", path, type));
  return widths[type];
}

double classic_number_at(const Bytes& bytes, std::size_t at, std::uint64_t type,
                         std::size_t width) {
  const std::uint64_t bits = bytes.unsigned_at(at, width);
  if (type == float32) return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
  if (type == float64) return std::bit_cast<double>(bits);
  const bool is_signed = type == byte || type == int16 || type == int32 || type == int64;
  return is_signed ? static_cast<double>(sign_extended(bits, width)) : static_cast<double>(bits);
}

}  // namespace

ClassicFile::ClassicFile(const std::string& path) : path_(path), bytes_(path, std::endian::big) {
  bytes_.skip(3);
  version_ = bytes_.unsigned_next(1);
  records_ = count_next();
  read_dimensions();
  (void)attributes_next();
  const std::size_t variables = list_next(kVariables);
  for (std::size_t i = 0; i < variables; ++i) variables_.push_back(variable_next());
  find_record_size();
}

void ClassicFile::require_sound(bool is_sound) const {
  require(is_sound, path_ + ": netCDF header is damaged");
}

Shape ClassicFile::shape(const Variable& variable) const {
  Shape shape;
  for (const std::size_t id : variable.dimensions)
    shape.push_back(extents_[id] == 0 ? static_cast<Index>(records_) : extents_[id]);
  return shape;
}

bool ClassicFile::is_text(const Variable& variable) const {
  return variable.type == text;
}

std::size_t ClassicFile::width(const Variable& variable) const {
  return width_of(variable.type, path_);
}

std::vector<double> ClassicFile::read(const Variable& variable) const {
  const std::size_t count = checked_entries(shape(variable), path_ + ": " + variable.name);
  // Before the memory is asked for: a damaged extent may announce all of it.
  require(count <= bytes_.size() / width(variable),
          path_ + ": " + variable.name + " announces " + std::to_string(count) +
              " numbers, more than the file has bytes for: cut off, or damaged");
  std::vector<double> values(count);
  const std::size_t in_record =
      is_record(variable) ? count / std::max<std::size_t>(records_, 1) : count;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t record = i / in_record, place = i % in_record;
    const std::size_t at = variable.begin + record * record_size_ + place * width(variable);
    values[i] = classic_number_at(bytes_, at, variable.type, width(variable));
  }
  return values;
}

std::uint64_t ClassicFile::count_next() {
  return bytes_.unsigned_next(version_ == 5 ? 8 : 4);
}

/// Entries of a list that begins with `tag`, or with 0 where it is absent.
std::size_t ClassicFile::list_next(std::uint64_t tag) {
  const std::uint64_t found = bytes_.unsigned_next(4), count = count_next();
  require_sound((found == tag || (found == 0 && count == 0)) && count <= bytes_.left());
  return count;
}

std::string ClassicFile::name_next() {
  const std::uint64_t length = count_next();
  std::string name = bytes_.text_next(length);
  bytes_.skip((4 - length % 4) % 4);
  return name;
}

void ClassicFile::read_dimensions() {
  const std::size_t count = list_next(kDimensions);
  for (std::size_t i = 0; i < count; ++i) {
    names_.push_back(name_next());
    const std::uint64_t extent = count_next();
    require_sound(extent < (std::uint64_t{1} << 50));
    extents_.push_back(static_cast<Index>(extent));
  }
}

std::map<std::string, ClassicFile::Attribute> ClassicFile::attributes_next() {
  std::map<std::string, Attribute> attributes;
  const std::size_t count = list_next(kAttributes);
  for (std::size_t i = 0; i < count; ++i) {
    Attribute& attribute = attributes[name_next()];
    const std::uint64_t type = bytes_.unsigned_next(4), length = count_next();
    const std::size_t width = width_of(type, path_);
    require_sound(length <= bytes_.left() / width);
    if (type == text) attribute.words = bytes_.text_next(length);
    for (std::size_t k = 0; k < length && type != text; ++k) {
      attribute.numbers.push_back(classic_number_at(bytes_, bytes_.position(), type, width));
      bytes_.skip(width);
    }
    bytes_.skip((4 - length * width % 4) % 4);
  }
  return attributes;
}

ClassicFile::Variable ClassicFile::variable_next() {
  Variable variable;
  variable.name = name_next();
  const std::uint64_t rank = count_next();
  require_sound(rank <= 1024);  // NC_MAX_VAR_DIMS
  for (std::uint64_t i = 0; i < rank; ++i) {
    variable.dimensions.push_back(count_next());
    require_sound(variable.dimensions.back() < names_.size());
  }
  variable.attributes = attributes_next();
  variable.type = bytes_.unsigned_next(4);
  (void)width_of(variable.type, path_);
  (void)count_next();  // vsize, which overflows for large variables: shape and type say it
  variable.begin = bytes_.unsigned_next(version_ == 1 ? 4 : 8);
  require(variable.begin <= bytes_.position() + bytes_.left(),
          path_ + ": " + variable.name + " lies beyond the end of the file: cut off?");
  return variable;
}

bool ClassicFile::is_record(const Variable& variable) const {
  return !variable.dimensions.empty() && extents_[variable.dimensions[0]] == 0;
}

/// Bytes of one record of all variables: each is padded to 4, but not where there is only one.
void ClassicFile::find_record_size() {
  const bool is_streaming = records_ == (version_ == 5 ? ~std::uint64_t{0} : 0xFFFFFFFF);
  require(!is_streaming, path_ + ": netCDF file was not closed by its writer (no record count)");
  std::size_t records = 0, unpadded = 0;
  for (const Variable& variable : variables_) {
    if (!is_record(variable)) continue;
    Shape shape = this->shape(variable);
    shape[0] = 1;
    unpadded = checked_entries(shape, path_ + ": " + variable.name) * width(variable);
    record_size_ += (unpadded + 3) / 4 * 4;
    ++records;
  }
  if (records == 1) record_size_ = unpadded;
  require(record_size_ == 0 || records_ <= (bytes_.position() + bytes_.left()) / record_size_,
          path_ + ": netCDF file announces more records than it holds: cut off?");
}

}  // namespace nmc::archive
