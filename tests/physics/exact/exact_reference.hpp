#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "physics/exact/answer.hpp"
#include "tests/support/paths.hpp"

namespace nmc {

using Json = nlohmann::json;

/// Values are stored with 16 digits or more.
constexpr double rounding = 1e-12;
/// Heat is a difference of squares, or of derivatives of order N: a digit or two less.
constexpr double heat_rounding = 1e-10;

/// The reference file, or null where the folder is missing.
inline Json reference(const std::string& name) {
  std::ifstream file(tests::shared_data() + "/" + name);
  return file ? Json::parse(file) : Json();
}

inline double number(const Json& value) {
  return value.is_string() ? std::stod(value.get<std::string>()) : value.get<double>();
}

/// Relative, or absolute below 1e-6 of scale.
inline void expect_close(double got, double expected, double relative, const std::string& what) {
  EXPECT_NEAR(got, expected, relative * std::max(std::abs(expected), 1e-6)) << what;
}

/// A stored instance: bonds as [i, j, J], or the matrix J.
inline Graph instance_graph(const Json& instance) {
  Graph graph;
  graph.sites = instance["N"].get<Index>();
  if (instance.contains("bonds")) {
    for (const Json& bond : instance["bonds"])
      graph.bonds.push_back({bond[0].get<Index>(), bond[1].get<Index>(), number(bond[2])});
    return graph;
  }
  for (Index i = 0; i < graph.sites; ++i)
    for (Index j = i + 1; j < graph.sites; ++j)
      graph.bonds.push_back({i, j, number(instance["J"][i][j])});
  return graph;
}

/// Against one row of stored values, those that it has.
inline void expect_row(const Exact& exact, const Json& row, const std::string& what) {
  expect_close(exact.lnZ, number(row["lnZ"]), rounding, what + " lnZ");
  expect_close(*exact.energy, number(row["energy"]), rounding, what + " energy");
  // The stored heat is a difference of squares: beside the digits that it lost on the way, off by
  // some roundings of β²E² (from the stored density of states, 4e-11 on 8x8 at β = 3).
  const double square = number(row["beta"]) * number(row["energy"]);
  EXPECT_NEAR(*exact.heat, number(row["heat"]),
              heat_rounding * std::abs(number(row["heat"])) + 1e-15 * square * square)
      << what << " heat";
  if (row.contains("overlap_q2") && exact.overlap_q2) {
    expect_close(*exact.overlap_q2, number(row["overlap_q2"]), rounding, what + " q2");
  }
  if (row.contains("abs_m") && exact.abs_m) {
    expect_close(*exact.abs_m, number(row["abs_m"]), rounding, what + " abs_m");
    expect_close(*exact.m2, number(row["m2"]), rounding, what + " m2");
  }
  if (row.contains("m4") && exact.m4)
    expect_close(*exact.m4, number(row["m4"]), rounding, what + " m4");
}

/// Two solvers of the same system, all values that both have.
inline void expect_same(const Exact& got, const Exact& expected, const std::string& what) {
  expect_close(got.lnZ, expected.lnZ, rounding, what + " lnZ");
  EXPECT_NEAR(*got.energy, *expected.energy, rounding * (1 + std::abs(*expected.energy))) << what;
  EXPECT_NEAR(*got.heat, *expected.heat, rounding * (1 + *expected.heat)) << what;
  EXPECT_NEAR(*got.ground_state_energy, *expected.ground_state_energy,
              rounding * (1 + std::abs(*expected.ground_state_energy)))
      << what;
  EXPECT_EQ(got.ground_state_degeneracy, expected.ground_state_degeneracy) << what;
}

}  // namespace nmc
