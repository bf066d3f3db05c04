#pragma once

#include <Eigen/Core>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "models/energy/rbm.hpp"
#include "tests/support/paths.hpp"

namespace nmc::test {

/// Reference values of small machines, computed by enumeration in another language; null where the
/// data do not lie beside the checkout.
inline nlohmann::json machine_zoo() {
  const std::string path = tests::shared_data() + "/zoo/rbm.json";
  if (!std::filesystem::exists(path)) return nullptr;
  std::ifstream file(path);
  return nlohmann::json::parse(file);
}

/// Row by row.
inline Eigen::MatrixXd matrix_of(const nlohmann::json& rows) {
  Eigen::MatrixXd m(std::ssize(rows), std::ssize(rows[0]));
  for (Index i = 0; i < m.rows(); ++i)
    for (Index j = 0; j < m.cols(); ++j)
      m(i, j) = rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)].get<double>();
  return m;
}
inline Eigen::VectorXd vector_of(const nlohmann::json& entries) {
  Eigen::VectorXd v(std::ssize(entries));
  for (Index i = 0; i < v.size(); ++i) v(i) = entries[static_cast<std::size_t>(i)].get<double>();
  return v;
}
/// "0110" as 0, 1, 1, 0.
inline Batch bits_of(const std::vector<std::string>& strings) {
  Batch v(std::ssize(strings), std::ssize(strings[0]));
  for (Index row = 0; row < v.rows(); ++row)
    for (Index i = 0; i < v.cols(); ++i)
      v(row, i) = strings[static_cast<std::size_t>(row)][static_cast<std::size_t>(i)] - '0';
  return v;
}

/// With these a, b and W (visible, hidden).
inline Rbm machine_of(const nlohmann::json& numbers, Units units = Units::binary) {
  const Eigen::VectorXd a = vector_of(numbers["a"]), b = vector_of(numbers["b"]);
  const Eigen::MatrixXd W = matrix_of(numbers["W"]);
  Rbm rbm({a.size(), b.size(), units});
  const std::span<double> theta = rbm.parameters();
  Eigen::Map<Eigen::VectorXd>(theta.data(), a.size()) = a;
  Eigen::Map<Eigen::VectorXd>(theta.data() + a.size(), b.size()) = b;
  Eigen::Map<Eigen::MatrixXd>(theta.data() + a.size() + b.size(), b.size(), a.size()) =
      W.transpose();
  return rbm;
}

/// A machine of random numbers, biases too.
inline Rbm random_machine(const RbmShape& shape, double width, std::uint64_t seed) {
  Rbm rbm(shape);
  Batch z(1, std::ssize(rbm.parameters()));
  fill_normal({.seed = seed, .purpose = Purpose::test}, z);
  for (Index k = 0; k < z.cols(); ++k)
    rbm.parameters()[static_cast<std::size_t>(k)] = width * z(0, k);
  return rbm;
}

}  // namespace nmc::test
