#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/archive/array.hpp"
#include "core/batch.hpp"

/// The only door to HDF5. Arrays in files are row-major (the last index is contiguous).
/// Every failure is an exception: UserError names the file and what to do; a full disk is
/// Interrupted.
namespace nmc::archive {

/// An open HDF5 file (netCDF-4 files are HDF5 files). Object paths are absolute:
/// "/posterior/energy".
class File {
 public:
  /// Whether the file begins as HDF5 does, after a user block or at once.
  [[nodiscard]] static bool is_hdf5(const std::string& path);
  /// Opens for reading.
  [[nodiscard]] static File open(const std::string& path);
  /// Creates or empties; `user_block` bytes (0 or 512, 1024 …) are left free at the start. To write
  /// what others may read meanwhile use publish_file().
  [[nodiscard]] static File create(const std::string& path, Index user_block = 0);
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();
  /// Writes what is cached and reports what fails; the destructor cannot.
  void close();
  [[nodiscard]] const std::string& path() const { return path_; }

  [[nodiscard]] bool has(const std::string& object) const;
  [[nodiscard]] bool is_group(const std::string& object) const;
  [[nodiscard]] bool is_dataset(const std::string& object) const;
  /// Names of a group's members, sorted.
  [[nodiscard]] std::vector<std::string> children(const std::string& group) const;
  /// The same for every path that leads to one object, also through soft and external links: what
  /// walks through groups goes round in circles without it.
  [[nodiscard]] std::string identity(const std::string& object) const;
  /// Makes the group and its parents; keeps those that exist.
  void create_group(const std::string& group);

  [[nodiscard]] bool has_attribute(const std::string& object, const std::string& name) const;
  void set_attribute(const std::string& object, const std::string& name, const std::string& value);
  void set_attribute(const std::string& object, const std::string& name, const char* value);
  void set_attribute(const std::string& object, const std::string& name, double value);
  void set_attribute(const std::string& object, const std::string& name, std::int64_t value);
  void set_attribute(const std::string& object, const std::string& name, int value);
  [[nodiscard]] Kind attribute_kind(const std::string& object, const std::string& name) const;
  [[nodiscard]] std::vector<std::string> attributes(const std::string& object) const;
  [[nodiscard]] std::string string_attribute(const std::string& object,
                                             const std::string& name) const;
  [[nodiscard]] double double_attribute(const std::string& object, const std::string& name) const;
  [[nodiscard]] std::int64_t int_attribute(const std::string& object,
                                           const std::string& name) const;
  /// All values of an attribute of any shape.
  [[nodiscard]] std::vector<double> double_attributes(const std::string& object,
                                                      const std::string& name) const;
  [[nodiscard]] std::vector<std::string> string_attributes(const std::string& object,
                                                           const std::string& name) const;

  [[nodiscard]] Kind kind(const std::string& dataset) const;
  [[nodiscard]] Shape shape(const std::string& dataset) const;
  /// Names of the dimension scales attached to the axes; "" where an axis has none.
  [[nodiscard]] std::vector<std::string> dimension_names(const std::string& dataset) const;
  /// Their paths, which lead to the coordinates.
  [[nodiscard]] std::vector<std::string> dimension_scales(const std::string& dataset) const;
  /// Labels of the axes (DIMENSION_LABELS); "" where an axis has none.
  [[nodiscard]] std::vector<std::string> dimension_labels(const std::string& dataset) const;
  [[nodiscard]] bool is_dimension_scale(const std::string& dataset) const;

  /// Write a whole dataset; the groups above it are made. Replacing one is an error.
  void write(const std::string& dataset, const Shape& shape, std::span<const double> values);
  void write(const std::string& dataset, const Shape& shape, std::span<const float> values);
  void write(const std::string& dataset, const Shape& shape, std::span<const std::int64_t> values);
  void write(const std::string& dataset, const Shape& shape, std::span<const std::int8_t> values);
  void write(const std::string& dataset, const Shape& shape,
             const std::vector<std::string>& values);
  /// A dataset of zeros to be filled by write_part; any numbers are converted to its element.
  void create_dataset(const std::string& dataset, Element element, const Shape& shape);
  void write_part(const std::string& dataset, const Part& part, std::span<const double> values);

  /// Read a whole dataset, converting from any numeric type.
  [[nodiscard]] std::vector<double> read_doubles(const std::string& dataset) const;
  [[nodiscard]] std::vector<std::int64_t> read_ints(const std::string& dataset) const;
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& dataset) const;
  [[nodiscard]] std::vector<double> read_part(const std::string& dataset, const Part& part) const;
  /// Numeric members of a dataset of records (h5py's complex numbers have r and i), and one of
  /// them.
  [[nodiscard]] std::vector<std::string> members(const std::string& dataset) const;
  [[nodiscard]] std::vector<double> read_member(const std::string& dataset,
                                                const std::string& member) const;

  /// Dataset (chains, …sites) from and to a Batch (chains, sites): further axes are joined, first
  /// slowest. Writing gives the shape (chains, sites).
  [[nodiscard]] Batch read_batch(const std::string& dataset) const;
  void write_batch(const std::string& dataset, const Batch& x);

  /// Makes a 1-D dataset a dimension scale, and attaches it to an axis of another dataset.
  void make_dimension_scale(const std::string& dataset);
  void attach_dimension_scale(const std::string& dataset, Index axis, const std::string& scale);

 private:
  File(std::int64_t id, std::string path) : id_(id), path_(std::move(path)) {}
  std::int64_t id_ = -1;
  std::string path_;
};

}  // namespace nmc::archive
