#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/archive/file.hpp"
#include "drivers/job/sweep_line.hpp"

namespace nmc::drivers {

/// The numbers of the tasks of a sweep as variables that xarray reads: over a grid with a dimension
/// per line of the sweep where the tasks are one product, else over the one dimension `task`.
class SweepColumns {
 public:
  /// `grid`: the lines of the product, the last one the fastest; empty where there is none.
  SweepColumns(std::vector<SweepLine> grid, std::size_t tasks);

  /// What a task does not set is NaN, "" or, of whole numbers, masked by _FillValue.
  void set(const std::string& name, std::size_t task, double value);
  void set(const std::string& name, std::size_t task, Index value);
  void set(const std::string& name, std::size_t task, const std::string& word);
  /// A truth value, false where it is not set.
  void set(const std::string& name, std::size_t task, bool value);

  /// A column of words becomes one of numbers, whole ones where all are, if all of them are.
  void read_numbers(const std::string& name);

  /// Attributes of a variable that is there or will be.
  void describe(const std::string& name, const std::string& long_name,
                const std::string& units = "1");

  /// As the root group of the file.
  void write(archive::File& file) const;

 private:
  struct Description {
    std::string long_name, units;
  };

  void write_variables(archive::File& file, const std::vector<std::string>& axes) const;
  void write_coordinates(archive::File& file) const;
  [[nodiscard]] bool is_on_an_axis(const std::string& name) const;

  std::vector<SweepLine> grid_;
  std::size_t tasks_;
  std::map<std::string, std::vector<double>> reals_;
  std::map<std::string, std::vector<std::int64_t>> integers_;
  std::map<std::string, std::vector<std::int8_t>> flags_;
  std::map<std::string, std::vector<std::string>> words_;
  std::map<std::string, Description> descriptions_;
};

}  // namespace nmc::drivers
