#include "models/born_machines/mps_net.hpp"

#include <algorithm>
#include <utility>

#include "core/simd/layers.hpp"
#include "models/born_machines/canonical.hpp"
#include "models/tensor_networks/row_kernel.hpp"

namespace nmc {
namespace {

using Eigen::MatrixXd;
using simd::kTile;

/// A weight that is 0 or lost beside the other one counts as this much of it.
constexpr double kLeastOdds = 1e-300;

enum class Ways { from_left, both };

PackedMatrices packed(const SpinMatrices& A, Ways ways) {
  PackedMatrices packed;
  packed.left = static_cast<int>(A[0].rows());
  packed.right = static_cast<int>(A[0].cols());
  for (std::size_t s = 0; s < 2; ++s) {
    // Eigen's columns are the rows of the transposed matrix.
    packed.from_left[s] = simd::pack_weights<double>(A[s].data(), packed.right, packed.left);
    if (ways == Ways::both)
      packed.from_right[s] = simd::pack_transposed<double>(A[s].data(), packed.right, packed.left);
  }
  return packed;
}

std::vector<PackedMatrices> packed_chain(const std::vector<SpinMatrices>& chain, Ways ways) {
  std::vector<PackedMatrices> all;
  for (const SpinMatrices& A : chain) all.push_back(packed(A, ways));
  return all;
}

Index widest(const std::vector<PackedMatrices>& chain) {
  int most = 1;
  for (const PackedMatrices& A : chain) most = std::max({most, A.left, A.right});
  return most;
}

/// ∂ ln Z/∂A of every place, packed. Sums of Ψ² over what lies left and right of each bond are
/// divided by their traces as they grow.
std::vector<double> gradient_of_log_z(const std::vector<SpinMatrices>& chain) {
  std::vector<MatrixXd> right(chain.size() + 1, MatrixXd::Identity(1, 1));
  for (std::size_t place = chain.size(); place-- > 0;) {
    const SpinMatrices& A = chain[place];
    const MatrixXd& E = right[place + 1];
    right[place] = A[0] * E * A[0].transpose() + A[1] * E * A[1].transpose();
    right[place] /= right[place].trace();
  }
  std::vector<SpinMatrices> gradient = chain;
  MatrixXd left = MatrixXd::Identity(1, 1);
  for (std::size_t place = 0; place < chain.size(); ++place) {
    const SpinMatrices& A = chain[place];
    double z = 0;
    for (std::size_t s = 0; s < 2; ++s) {
      gradient[place][s] = left * A[s] * right[place + 1];
      z += gradient[place][s].cwiseProduct(A[s]).sum();
    }
    for (MatrixXd& of_spin : gradient[place]) of_spin *= 2 / z;
    left = (A[0].transpose() * left * A[0] + A[1].transpose() * left * A[1]).eval();
    left /= left.trace();
  }
  return pack(gradient);
}

}  // namespace

void MpsNet::load(std::span<const double> parameters) {
  std::vector<SpinMatrices> chain = unpack(spec_, parameters);
  own_ = packed_chain(chain, Ways::both);
  RightCanonical state = right_canonical(chain);
  log_z_grad_ = gradient_of_log_z(chain);
  canonical_ = packed_chain(state.chain, Ways::from_left);
}

void MpsNet::pass(const CausalDraw& draw, Tile& tile) const {
  tile.chains = draw.chains;
  tile.s.resize(kTile, spec_.sites);
  if (draw.by_token) tile.by_token.resize(kTile, spec_.tokens());
  tile.vector.resize(kTile, widest(canonical_));
  for (TileRows<double>& next : tile.next) next.resize(kTile, tile.vector.cols());
  tile.vector.col(0).setOnes();
  SpinTokens spins(draw);
  for (Index token = 0; token < spec_.tokens(); ++token) {
    const PackedMatrices& C = canonical_[static_cast<std::size_t>(token)];
    std::array<Lanes, 2> weight;
    for (std::size_t s = 0; s < 2; ++s) {
      double* const next = tile.next[s].data();
      simd::dense_forward(C.from_left[s].data(), nullptr, {C.left, C.right}, tile.vector.data(),
                          next);
      tensor::dot(C.right, next, next, weight[s].data());
    }
    Lanes logits;
    tensor::log_odds(weight[1].data(), weight[0].data(), kLeastOdds, logits.data());
    const Index site = spec_.site(token);
    double* const s = tile.s.col(site).data();
    spins.choose({token, site}, logits.data(),
                 {.s = s, .log_q = draw.by_token ? tile.by_token.col(token).data() : nullptr});
    tensor::choose({C.right, s, {tile.next[1].data(), tile.next[0].data()}, tile.vector.data()});
  }
  tile.log_q = spins.log_q();
}

/// The product of the matrices left of every place, each chain's with 1 as its largest entry.
std::vector<TileRows<double>> MpsNet::from_left(const Tile& tile) const {
  std::vector<TileRows<double>> left;
  left.emplace_back(TileRows<double>::Ones(kTile, 1));
  std::array<TileRows<double>, 2> next;
  for (Index place = 0; place + 1 < spec_.sites; ++place) {
    const PackedMatrices& A = own_[static_cast<std::size_t>(place)];
    for (std::size_t s = 0; s < 2; ++s) {
      next[s].resize(kTile, A.right);
      simd::dense_forward(A.from_left[s].data(), nullptr, {A.left, A.right}, left.back().data(),
                          next[s].data());
    }
    left.emplace_back(kTile, A.right);
    tensor::choose({A.right,
                    tile.s.col(spec_.site(place)).data(),
                    {next[1].data(), next[0].data()},
                    left.back().data()});
  }
  return left;
}

void MpsNet::add_grad(const Tile& tile, const Column& weight, std::span<double> grad) const {
  const std::vector<TileRows<double>> left = from_left(tile);
  Lanes twice = Lanes::Zero();
  twice.head(tile.chains) = 2 * weight;
  TileRows<double> right = TileRows<double>::Ones(kTile, 1), scaled;
  std::array<TileRows<double>, 2> next;
  std::vector<double> outer, of_bias(static_cast<std::size_t>(widest(own_)));
  double* at = grad.data() + grad.size();
  for (Index place = spec_.sites; place-- > 0;) {
    const PackedMatrices& A = own_[static_cast<std::size_t>(place)];
    const TileRows<double>& l = left[static_cast<std::size_t>(place)];
    const double* const spin = tile.s.col(spec_.site(place)).data();
    at -= static_cast<std::ptrdiff_t>(A.left) * 2 * A.right;
    for (std::size_t s = 0; s < 2; ++s) {
      next[s].resize(kTile, A.left);
      simd::dense_forward(A.from_right[s].data(), nullptr, {A.right, A.left}, right.data(),
                          next[s].data());
      Lanes psi;
      tensor::dot(A.left, l.data(), next[s].data(), psi.data());
      const auto has_spin = (Eigen::Map<const Lanes>(spin) > 0) == (s == 1);
      const Lanes share = (has_spin && twice != 0).select(twice / psi, 0);
      scaled = l.colwise() * share;
      outer.assign(static_cast<std::size_t>(A.left) * static_cast<std::size_t>(A.right), 0);
      simd::dense_weight_grad(scaled.data(), right.data(), {A.right, A.left}, outer.data(),
                              of_bias.data());
      for (int row = 0; row < A.left; ++row)
        for (int column = 0; column < A.right; ++column)
          at[(2 * row + static_cast<int>(s)) * A.right + column] +=
              outer[static_cast<std::size_t>(row * A.right + column)];
    }
    right.resize(kTile, A.left);
    tensor::choose({A.left, spin, {next[1].data(), next[0].data()}, right.data()});
  }
  const double total = weight.sum();
  for (std::size_t k = 0; k < grad.size(); ++k) grad[k] -= total * log_z_grad_[k];
}

void MpsRingNet::load(std::span<const double> parameters) {
  const std::vector<SpinMatrices> chain = as_open(spec_, unpack(spec_, parameters));
  open_ = {spec_.sites, spec_.order, bonds_of(chain), spec_.chi, MpsEnds::open};
  net_.load(pack(chain));
}

/// Every entry of a matrix stands once in each of the copies that lie on the diagonal, at the ends
/// in row and column c of a copy c.
void MpsRingNet::add_grad(const Tile& tile, const Column& weight, std::span<double> grad) const {
  std::vector<double> of_open(static_cast<std::size_t>(open_.parameter_count()));
  net_.add_grad(tile, weight, of_open);
  const std::vector<SpinMatrices> wide = unpack(open_, of_open);
  std::vector<SpinMatrices> own = unpack(spec_, grad);
  const Index copies = spec_.bonds.front();
  for (std::size_t place = 0; place < own.size(); ++place)
    for (std::size_t s = 0; s < 2; ++s) {
      MatrixXd& A = own[place][s];
      const bool is_first = place == 0, is_last = place + 1 == own.size();
      for (Index k = 0; k < copies; ++k) {
        const Index rows = is_first ? 1 : A.rows(), columns = is_last ? 1 : A.cols();
        const auto block = wide[place][s].block(is_first ? 0 : k * A.rows(),
                                                is_last ? 0 : k * A.cols(), rows, columns);
        A.block(is_first ? k : 0, is_last ? k : 0, rows, columns) += block;
      }
    }
  std::ranges::copy(pack(own), grad.begin());
}

}  // namespace nmc
