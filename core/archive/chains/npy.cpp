#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "core/archive/chains/bytes.hpp"
#include "core/archive/chains/formats.hpp"
#include "core/errors.hpp"

/// NumPy's format (numpy.lib.format, versions 1.0 to 3.0): "\x93NUMPY", two bytes of version, the
/// length of the header (2 or 4 bytes, little-endian), a Python dict literal
/// {'descr': '<f8', 'fortran_order': False, 'shape': (4, 1000), }, then the numbers.
namespace nmc::archive {
namespace {

struct NpyHeader {
  std::string descr;
  bool is_fortran = false;
  Shape shape;
};

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  throw UserError(path + ": NumPy file " + what);
}

/// The text after 'key': up to where `ends` says.
std::string value_of(const std::string& header, const std::string& key, const std::string& path) {
  const std::size_t at = header.find("'" + key + "'");
  const std::size_t colon = at == std::string::npos ? at : header.find(':', at);
  if (colon == std::string::npos) refuse(path, "without " + key + " in its header: damaged");
  return header.substr(std::min(header.find_first_not_of(' ', colon + 1), header.size()));
}

Shape shape_of(const std::string& text, const std::string& path) {
  const std::size_t end = text.find(')');
  if (!text.starts_with('(') || end == std::string::npos) refuse(path, "with a damaged shape");
  Shape shape;
  Index extent = 0;
  bool has_digits = false;
  for (std::size_t i = 1; i <= end; ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      if (extent > (Index{1} << 50)) refuse(path, "with an absurd shape: damaged");
      extent = 10 * extent + (c - '0');
      has_digits = true;
    } else if ((c == ',' || c == ')') && has_digits) {
      shape.push_back(extent);
      extent = 0;
      has_digits = false;
    } else if (c != ' ' && c != ')' && c != 'L') {  // Python 2 wrote (4L, 1000L)
      refuse(path, "with a damaged shape");
    }
  }
  return shape;
}

NpyHeader parse_header(const std::string& text, const std::string& path) {
  NpyHeader header;
  const std::string descr = value_of(text, "descr", path);
  if (descr.starts_with('['))
    refuse(path, "holds records (structured array); save one field of it: np.save(f, a['name'])");
  const std::size_t end = descr.size() < 2 ? std::string::npos : descr.find(descr[0], 1);
  if (end == std::string::npos) refuse(path, "with a damaged descr");
  header.descr = descr.substr(1, end - 1);
  header.is_fortran = value_of(text, "fortran_order", path).starts_with("True");
  header.shape = shape_of(value_of(text, "shape", path), path);
  return header;
}

/// IEEE half precision: sign, 5 bits of exponent, 10 of fraction.
double half_to_double(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 31, fraction = bits & 1023;
  const double sign = (bits >> 15) != 0 ? -1 : 1;
  if (exponent == 31) return fraction != 0 ? std::nan("") : sign * HUGE_VAL;
  return sign *
         (exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25));
}

/// One number of the kind (f, i, u, b) and width that descr names.
double number_at(const Bytes& bytes, std::size_t at, char kind, std::size_t width) {
  const std::uint64_t bits = bytes.unsigned_at(at, width);
  if (kind == 'f' && width == 2) return half_to_double(static_cast<std::uint16_t>(bits));
  if (kind == 'f' && width == 4) return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
  if (kind == 'f') return std::bit_cast<double>(bits);
  return kind == 'i' ? static_cast<double>(sign_extended(bits, width)) : static_cast<double>(bits);
}

/// Kind and width of the numbers; complex ones are pairs of f.
struct Number {
  char kind = 'f';
  std::size_t width = 8;
  std::size_t parts = 1;
};

Number number_of(const std::string& descr, const std::string& path) {
  const std::size_t first = descr.find_first_not_of("<>=|");
  const std::string type = first == std::string::npos ? "" : descr.substr(first);
  for (const char kind : {'f', 'i', 'u', 'b'}) {
    for (const std::size_t width : {1, 2, 4, 8}) {
      if (type != fmt::format("{}{}", kind, width)) continue;
      if (kind == 'f' && width == 1) continue;
      if (kind == 'b' && width > 1) continue;
      return {kind, width, 1};
    }
  }
  if (type == "c8") return {'f', 4, 2};
  if (type == "c16") return {'f', 8, 2};
  if (type.starts_with('O')) refuse(path, "holds Python objects; np.save(f, a.astype(float))");
  refuse(path, "holds entries of type " + descr +
                   ", not numbers of up to 8 bytes; np.save(f, a.astype(float))");
}

/// Column-major order to row-major.
std::vector<double> row_major(const std::vector<double>& values, const Shape& shape) {
  std::vector<double> sorted(values.size());
  Shape at(shape.size(), 0);
  for (double& value : sorted) {
    Index place = 0;
    for (std::size_t axis = shape.size(); axis-- > 0;) place = place * shape[axis] + at[axis];
    value = values[static_cast<std::size_t>(place)];
    for (std::size_t axis = shape.size(); axis-- > 0 && ++at[axis] == shape[axis];) at[axis] = 0;
  }
  return sorted;
}

}  // namespace

void read_npy_chains(const std::string& path, const AxesChoice& choice, ChainFile& file) {
  Bytes bytes(path, std::endian::little);
  bytes.skip(6);
  const auto version = bytes.unsigned_next(1);
  bytes.skip(1);
  if (version < 1 || version > 3) refuse(path, fmt::format("of version {}, not 1 to 3", version));
  const std::size_t length = bytes.unsigned_next(version == 1 ? 2 : 4);
  const NpyHeader header = parse_header(bytes.text_next(length), path);
  const Number number = number_of(header.descr, path);
  if (header.descr.starts_with('>')) bytes.set_order(std::endian::big);

  const std::size_t begin = bytes.position(), count = checked_entries(header.shape, path);
  if (bytes.left() != count * number.width * number.parts)
    refuse(path, fmt::format("announces {} numbers of {} bytes and holds {} bytes: cut off, or "
                             "damaged",
                             count, number.width * number.parts, bytes.left()));
  std::vector<StoredArray> arrays;
  const std::string name = std::filesystem::path(path).stem().string();
  for (std::size_t part = 0; part < number.parts; ++part) {
    const std::string label = number.parts == 1 ? name : (part == 0 ? "re " : "im ") + name;
    arrays.push_back(
        {label, header.shape, std::vector<std::string>(header.shape.size()), {}, [=, &bytes] {
           std::vector<double> values(count);
           for (std::size_t i = 0; i < count; ++i)
             values[i] = number_at(bytes, begin + (i * number.parts + part) * number.width,
                                   number.kind, number.width);
           return header.is_fortran ? row_major(values, header.shape) : values;
         }});
  }
  add_arrays({path, std::move(arrays), true}, choice, file);
}

}  // namespace nmc::archive
