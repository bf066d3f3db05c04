#pragma once

#include <pybind11/pybind11.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/parallel/threads.hpp"
#include "drivers/python/arrays.hpp"
#include "drivers/training/stated_network.hpp"

namespace nmc::python {

/// A trained network of a model file, on NumPy arrays; chunks of a batch run on threads, without
/// the GIL. Each chain has the bits that `nmc` gives it.
class Network {
 public:
  /// `given`: names and values of conditions, ("beta", "0.44") for example.
  Network(const std::string& path, const std::vector<std::pair<std::string, std::string>>& given);

  [[nodiscard]] std::string name() const { return network_.file.name; }
  [[nodiscard]] Index sites() const { return network_.file.model->sites(); }
  [[nodiscard]] bool is_flow() const { return network_.flow != nullptr; }
  /// "real numbers", "spins", "angles"
  [[nodiscard]] std::string support() const;
  [[nodiscard]] pybind11::dict target() const;
  [[nodiscard]] Index parameters() const;

  /// x (n, sites) and ln q (n): draws first … first + n - 1 of a seed.
  [[nodiscard]] pybind11::tuple sample(Index n, std::uint64_t seed, std::uint32_t first) const;
  /// ln q(x), (n).
  [[nodiscard]] Array log_prob(const pybind11::object& x) const;
  /// x = g(z) and ln |det dx/dz|; UserError where the network is no flow.
  [[nodiscard]] pybind11::tuple forward(const pybind11::object& z) const;
  /// z = g^{-1}(x) and ln |det dz/dx|.
  [[nodiscard]] pybind11::tuple inverse(const pybind11::object& x) const;
  /// -ln p(x) of the target that the file states, (n).
  [[nodiscard]] Array energy(const pybind11::object& x) const;

 private:
  [[nodiscard]] const Flow& flow() const;
  [[nodiscard]] Batch configurations(const pybind11::object& x, const std::string& name) const;

  std::string path_;
  drivers::StatedNetwork network_;
  Threads threads_;
};

}  // namespace nmc::python
