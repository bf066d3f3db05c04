#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/random/streams.hpp"
#include "core/spins/product_basis.hpp"

namespace nmc {

/// Outcomes of one basis, each with how often it came.
struct BasisShots {
  std::string letters;  ///< "XZY", qubit 0 first
  std::map<std::uint64_t, double> counts{};
  [[nodiscard]] double total() const;
};

/// What was measured of copies of one state of qubits, basis by basis.
class Shots {
 public:
  /// UserError as of ProductBasis.
  explicit Shots(Index sites);
  [[nodiscard]] Index sites() const { return sites_; }
  [[nodiscard]] const std::vector<BasisShots>& bases() const { return bases_; }
  /// Adds `count` times an outcome; UserError for a basis of another number of qubits, or of
  /// letters that are none.
  void add(const std::string& letters, std::uint64_t outcome, double count);
  [[nodiscard]] double total() const;
  /// Whether some basis turns a qubit away from Z, and whether one to Y.
  [[nodiscard]] bool is_turned() const;
  [[nodiscard]] bool has_y() const;

 private:
  Index sites_;
  std::vector<BasisShots> bases_;
  std::map<std::string, std::size_t> places_;  ///< of bases_
};

/// A part `share` of the shots of each basis, drawn without replacement, and the others.
struct SplitShots {
  Shots rest, part;
};
[[nodiscard]] SplitShots split(const Shots& shots, double share, std::uint64_t seed);

/// `count` independent outcomes of each basis; psi (2^sites) of any length but 0.
[[nodiscard]] Shots draw_shots(const Eigen::VectorXcd& psi, const std::vector<std::string>& bases,
                               Index count, std::uint64_t seed);

/// Into how many groups the states fall of which the shots leave the relative phases open: two are
/// in one group where they differ in nothing but qubits that some basis turns, or where a chain of
/// such pairs joins them. 1: all phases are fixed, up to what a mean of many shots can say.
[[nodiscard]] Index count_phase_groups(const std::vector<std::uint64_t>& states,
                                       const Shots& shots);

}  // namespace nmc
