#include "models/born_machines/born_machine.hpp"

#include <cmath>
#include <utility>

#include "core/errors.hpp"
#include "models/born_machines/marginals.hpp"
#include "models/born_machines/mps_sweeper.hpp"
#include "models/born_machines/tree_state.hpp"

namespace nmc {
namespace {

MpsSpec checked_mps(MpsSpec spec) {
  check(spec);
  return spec;
}

/// (1 + noise)/√2 for both spins; the noise moves a vector by about half its length.
std::vector<double> near_even(const MpsSpec& spec, std::uint64_t seed) {
  constexpr double kNoise = 0.5;
  Batch u(1, spec.parameter_count());
  fill_uniform({seed, 0, 0, Purpose::weights}, u);
  std::vector<double> numbers;
  for (Index place = 0; place < spec.sites; ++place) {
    const Index left = spec.left(place), right = spec.right(place);
    const double size = kNoise * std::sqrt(3.0 / static_cast<double>(right));
    for (Index row = 0; row < left; ++row)
      for (Index column = 0; column < 2 * right; ++column) {
        const double noise = size * (2 * u(0, std::ssize(numbers)) - 1);
        numbers.push_back(std::sqrt(0.5) * ((row == column % right ? 1 : 0) + noise));
      }
  }
  return numbers;
}

}  // namespace

BornMachine::BornMachine(MpsSpec spec, std::uint64_t seed)
    : TiledModel(checked_mps(std::move(spec))) {
  begin(near_even(this->spec(), seed));
}

BornMachine::BornMachine(MpsSpec spec, std::vector<double> tensors)
    : TiledModel(checked_mps(std::move(spec))) {
  begin(std::move(tensors));
}

void BornMachine::begin(std::vector<double> tensors) {
  if (spec().ends == MpsEnds::open)
    start(std::make_unique<MpsNet>(spec()), std::move(tensors));
  else
    start(std::make_unique<MpsRingNet>(spec()), std::move(tensors));
}

void BornMachine::set_chain(const std::vector<SpinMatrices>& chain) {
  own_spec().bonds = bonds_of(chain);
  check(spec());
  begin(pack(chain));
}

RightCanonical BornMachine::canonical_form() const {
  require(spec().ends == MpsEnds::open,
          "a ring of matrices has no canonical form, no Schmidt values and no two-site sweeps, for "
          "no bond cuts it in two: set boundary = open");
  return right_canonical(chain());
}

double BornMachine::log_z() const {
  return 2 * right_canonical(as_open(spec(), chain())).log_norm;
}

// The product of the matrices, a row for each chain with 1 as its largest entry.
Column BornMachine::signs(const Batch& s) const {
  require(s.cols() == sites(), "configurations of another number of spins");
  const std::vector<SpinMatrices> open = as_open(spec(), chain());
  Eigen::MatrixXd product = Eigen::MatrixXd::Ones(s.rows(), 1);
  for (Index place = 0; place < sites(); ++place) {
    const SpinMatrices& A = open[static_cast<std::size_t>(place)];
    const Column up = 0.5 * (1 + s.col(spec().site(place)));
    product = (up.matrix().asDiagonal() * (product * A[1]) +
               (1 - up).matrix().asDiagonal() * (product * A[0]))
                  .eval();
    scale_rows(product);
  }
  return (product.col(0).array() < 0).select(Column::Constant(s.rows(), -1), 1);
}

std::vector<Eigen::VectorXd> BornMachine::schmidt_values() const {
  return nmc::schmidt_values(canonical_form());
}

Column BornMachine::log_marginal(const Batch& s) const {
  return Marginals(spec(), right_canonical(as_open(spec(), chain()))).log_marginal(s);
}

Draw BornMachine::fill(const Batch& s, const Streams& streams) const {
  return Marginals(spec(), right_canonical(as_open(spec(), chain()))).fill(s, streams);
}

void BornMachine::check_sweeps() const {
  require(spec().ends == MpsEnds::open,
          "two-site sweeps need the canonical form of an open chain, which a ring has not: set "
          "boundary = open, or train it by adam");
}

Index BornMachine::number_count(const std::vector<Index>& bonds) const {
  MpsSpec other = spec();
  other.bonds = bonds;
  check(other);
  return other.parameter_count();
}

std::vector<double> BornMachine::numbers() const {
  return {parameters().begin(), parameters().end()};
}

void BornMachine::set_numbers(const std::vector<Index>& bonds, std::vector<double> numbers) {
  own_spec().bonds = bonds;
  check(spec());
  begin(std::move(numbers));
}

void BornMachine::set_independent(const Column& up) {
  std::vector<SpinMatrices> chain;
  for (const double share : up)
    chain.push_back({Eigen::MatrixXd::Constant(1, 1, std::sqrt(1 - share)),
                     Eigen::MatrixXd::Constant(1, 1, std::sqrt(share))});
  set_chain(chain);
}

void BornMachine::sweep(const SpinData& data, const PairOptions& options) {
  MpsSweeper sweeper(chain(), data, options);
  sweeper.sweep();
  set_chain(sweeper.chain());
}

void BornMachine::check_data(const SpinData& data) const {
  const MpsSweeper check(chain(), data, {});
}

}  // namespace nmc
