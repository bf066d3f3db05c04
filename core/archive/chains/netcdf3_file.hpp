#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/archive/chains/bytes.hpp"

namespace nmc::archive {

/// A file of netCDF's classic formats CDF-1, CDF-2 (64-bit offsets) and CDF-5 (64-bit counts), as
/// specified in the NetCDF User's Guide, "File format specifications": all big-endian, a header
/// with lists of dimensions, attributes and variables, then the numbers. Variables over the
/// unlimited dimension are cut into records that lie interleaved.
class ClassicFile {
 public:
  struct Attribute {
    std::string words;
    std::vector<double> numbers;
  };
  struct Variable {
    std::string name;
    std::vector<std::size_t> dimensions;
    std::map<std::string, Attribute> attributes;
    std::uint64_t type = 0;
    std::uint64_t begin = 0;
  };

  explicit ClassicFile(const std::string& path);

  [[nodiscard]] const std::vector<Variable>& variables() const { return variables_; }
  [[nodiscard]] const std::string& dimension(std::size_t id) const { return names_[id]; }
  [[nodiscard]] Shape shape(const Variable& variable) const;
  [[nodiscard]] bool is_text(const Variable& variable) const;
  [[nodiscard]] std::vector<double> read(const Variable& variable) const;
  /// Bytes of one number.
  [[nodiscard]] std::size_t width(const Variable& variable) const;

 private:
  std::uint64_t count_next();
  std::size_t list_next(std::uint64_t tag);
  std::string name_next();
  void read_dimensions();
  std::map<std::string, Attribute> attributes_next();
  Variable variable_next();
  void find_record_size();
  [[nodiscard]] bool is_record(const Variable& variable) const;
  void require_sound(bool is_sound) const;

  std::string path_;
  Bytes bytes_;
  std::uint64_t version_ = 1;
  std::uint64_t records_ = 0;
  std::size_t record_size_ = 0;
  std::vector<std::string> names_;  ///< of the dimensions
  std::vector<Index> extents_;      ///< 0: the unlimited one
  std::vector<Variable> variables_;
};

}  // namespace nmc::archive
