#pragma once

#include <pybind11/pybind11.h>

#include <string>
#include <vector>

#include "core/batch.hpp"

namespace nmc::python {

/// The functions of a Hamiltonian that is a Python object: energy(x), gradient(x), … on NumPy
/// arrays (batch, sites), as neuralmc.register_system() describes them. Takes the GIL in every
/// call, so that threads which do not hold it may call; the object is given back with the GIL, too.
class Functions {
 public:
  /// `name` is the system's, for messages. Needs the GIL.
  Functions(std::string name, pybind11::object made);
  ~Functions();
  Functions(const Functions&) = delete;
  Functions& operator=(const Functions&) = delete;

  [[nodiscard]] Index sites() const { return sites_; }
  [[nodiscard]] const std::vector<Index>& extents() const { return extents_; }
  [[nodiscard]] Index states() const { return states_; }
  [[nodiscard]] bool has(const char* function) const;

  /// function(x), (chains).
  [[nodiscard]] Column column(const char* function, const Batch& x) const;
  /// function(x), (chains, sites).
  [[nodiscard]] Batch batch(const char* function, const Batch& x) const;
  /// function(x), both: returns (chains), fills `second` with (chains, sites).
  Column both(const char* function, const Batch& x, Batch& second) const;
  /// function(x, site), (chains).
  [[nodiscard]] Column column_at(const char* function, const Batch& x, Index site) const;

 private:
  [[nodiscard]] Column read_column(const pybind11::object& result, const char* function,
                                   const Batch& x) const;
  [[nodiscard]] Batch read_batch(const pybind11::object& result, const char* function,
                                 const Batch& x) const;

  std::string name_;
  pybind11::object made_;
  Index sites_ = 0, states_ = 0;
  std::vector<Index> extents_;
};

}  // namespace nmc::python
