#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/random/xoshiro.hpp"
#include "core/roles/pair_labels.hpp"
#include "samplers/local/local_rule.hpp"

namespace nmc {

/// The decisions of sweeps over labels on a graph. Sites with equal couplings share a table: of
/// each arrangement of the neighbours' labels the words that label_acceptance() or
/// label_thresholds() give, so that a visit is one look-up and one comparison. Where that table
/// would be larger than a second-level cache its row is worked out at each visit.
class LabelTables {
 public:
  LabelTables(const PairLabels& target, LocalRule rule);

  /// One visit of each site of `order`, of the labels s, (sites).
  void sweep(std::span<const std::uint32_t> order, Xoshiro& random, std::uint8_t* s) const;
  /// The words that a visit of `site` compares with, (q − 1): of Metropolis one for each other
  /// label in ascending order, of the heat bath the cumulative ones.
  [[nodiscard]] std::span<const std::uint64_t> row(const std::uint8_t* s, std::size_t site,
                                                   std::vector<std::uint64_t>& scratch) const;
  /// Whether every site has a table.
  [[nodiscard]] bool is_complete() const;

 private:
  /// Sites with the same couplings, in the same order, and the same field.
  struct Kind {
    std::vector<double> J;
    double h = 0;
    std::vector<std::uint64_t> table;  ///< (arrangements, rows, q − 1); empty where it is too large
  };

  void add_site(std::vector<std::pair<double, std::uint32_t>> neighbours, double h);
  void fill_tables();
  /// Energies of the labels of a site, (q), whose neighbours have the labels `others`.
  void fill_energies(const Kind& kind, const std::uint8_t* others, std::vector<double>& E) const;
  /// q − 1 words of one row, given the energies and the present label.
  void fill_row(std::span<const double> energies, Index current, std::uint64_t* row) const;
  [[nodiscard]] std::size_t pattern(const std::uint8_t* s, std::size_t site) const;
  /// Words of one arrangement.
  [[nodiscard]] std::size_t stride() const;

  template <int kDegree>
  void sweep_alike(std::span<const std::uint32_t> order, Xoshiro& random, std::uint8_t* s) const;
  void sweep_any(std::span<const std::uint32_t> order, Xoshiro& random, std::uint8_t* s) const;

  LabelCoupling coupling_;
  double beta_;
  LocalRule rule_;
  std::vector<std::size_t> first_{0};     ///< (sites + 1), into neighbour_
  std::vector<std::uint32_t> neighbour_;  ///< in ascending order of their couplings
  std::vector<std::uint32_t> kind_;       ///< (sites), into kinds_
  std::vector<Kind> kinds_;
};

}  // namespace nmc
