#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/archive/file.hpp"
#include "core/interfaces.hpp"
#include "core/roles/stored.hpp"
#include "models/energy/units.hpp"

namespace nmc {

/// How large a machine is and what its units are.
struct RbmShape {
  Index visible = 0;  ///< >= 1
  Index hidden = 0;   ///< >= 1
  Units units = Units::binary;
  bool operator==(const RbmShape&) const = default;
};

/// A restricted Boltzmann machine (Smolensky 1986; Hinton, Neural Comput. 14, 1771 (2002)):
///   E(v, h) = −a·v − b·h − vᵀWh,  p(v, h) ∝ e^{−E},
/// of units 0, 1 or ±1. As a target it is the density of v with h summed out,
///   ln p̃(v) = a·v + Σ_j ln(1 + e^{x_j})  or  a·v + Σ_j ln 2 cosh x_j,  x = b + Wᵀv,
/// minus the free energy. Block 0 is v, block 1 is h. Its numbers are a (visible), b (hidden) and
/// W, row by row (visible, hidden).
class Rbm final : public EnergyModel, public Blocks, public Stored {
 public:
  /// All numbers 0. UserError for no visible or no hidden unit.
  explicit Rbm(const RbmShape& shape);
  /// W normal with standard deviation `width`, a and b 0; by Purpose::weights.
  static Rbm random(const RbmShape& shape, double width, std::uint64_t seed);

  [[nodiscard]] const RbmShape& shape() const { return shape_; }
  [[nodiscard]] Index hidden() const { return shape_.hidden; }
  [[nodiscard]] Units units() const { return shape_.units; }
  [[nodiscard]] Index sites() const override { return shape_.visible; }
  [[nodiscard]] Support support() const override { return support_of(shape_.units); }
  [[nodiscard]] std::span<const double> parameters() const override { return theta_; }
  [[nodiscard]] std::span<double> parameters() override { return theta_; }
  [[nodiscard]] Eigen::Map<const Eigen::VectorXd> a() const;
  [[nodiscard]] Eigen::Map<const Eigen::VectorXd> b() const;
  /// (hidden, visible): W transposed.
  [[nodiscard]] Eigen::Map<const Eigen::MatrixXd> W() const;

  [[nodiscard]] Column log_density(const Batch& v) const override;
  void add_grad(const Batch& v, const Column& weight, std::span<double> grad) const override;

  [[nodiscard]] const std::vector<Blocks::Shape>& shapes() const override { return blocks_; }
  [[nodiscard]] Batch draw(Index block, std::span<const Batch> all,
                           const Batch& numbers) const override;
  [[nodiscard]] Column log_joint(std::span<const Batch> all) const override;

  /// ⟨h_j | v⟩, (chains, hidden).
  [[nodiscard]] Batch hidden_means(const Batch& v) const;
  /// ⟨v_i | h⟩, (chains, visible).
  [[nodiscard]] Batch visible_means(const Batch& h) const;
  /// x = b + Wᵀv of every hidden unit, (chains, hidden). Its rounding does not depend on the batch.
  [[nodiscard]] Batch hidden_fields(const Batch& v) const;
  /// a + Wh, (chains, visible).
  [[nodiscard]] Batch visible_fields(const Batch& h) const;

  void write(archive::File& file, const std::string& group) const override;
  static std::unique_ptr<Rbm> read(const archive::File& file, const std::string& group);

 private:
  [[nodiscard]] Batch means_of_fields(Batch fields) const;
  RbmShape shape_;
  std::vector<double> theta_;
  std::vector<Blocks::Shape> blocks_;
};

/// The same machine in units 0 and 1, x = 2u − 1: it has the density of this one up to e^constant.
struct BinaryForm {
  Eigen::VectorXd a, b;
  Eigen::MatrixXd W;    ///< (visible, hidden)
  double constant = 0;  ///< ln p̃ of this machine − ln p̃ of the binary one
};
[[nodiscard]] BinaryForm binary_form(const Rbm& rbm);

/// UserError, with row and value, for what is no configuration of these units: `name` says what
/// the rows are of.
void check_units(const Batch& v, Units units, const std::string& name);

}  // namespace nmc
