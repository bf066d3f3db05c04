#include "models/born_machines/tree_machine.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "core/errors.hpp"
#include "models/born_machines/tree_draw.hpp"
#include "models/born_machines/tree_messages.hpp"
#include "models/born_machines/tree_sweeper.hpp"

namespace nmc {
namespace {

TreeSpec checked_tree(TreeSpec spec) {
  check(spec);
  return spec;
}

/// (e_left ⊗ e_right) e_upᵀ + noise, e the direction that an even Ψ has on a bond: (1, 1)/√2 on
/// that of a spin, else the first one. The noise moves a vector by about half its length.
std::vector<double> near_even_tree(const TreeSpec& spec, std::uint64_t seed) {
  constexpr double kNoise = 0.5;
  Batch u(1, spec.parameter_count());
  fill_uniform({seed, 0, 0, Purpose::weights}, u);
  std::vector<double> numbers;
  const std::vector<TreeNode> nodes = halved_tree(spec.sites);
  const auto even = [&](Index node, Index k) {
    return node < spec.sites ? std::sqrt(0.5) : k == 0 ? 1.0 : 0.0;
  };
  for (Index joint = spec.sites; joint < std::ssize(nodes); ++joint) {
    const TreeNode& node = nodes[static_cast<std::size_t>(joint)];
    const double size = kNoise * std::sqrt(3.0 / static_cast<double>(spec.bond(joint)));
    for (Index l = 0; l < spec.bond(node.left); ++l)
      for (Index r = 0; r < spec.bond(node.right); ++r)
        for (Index p = 0; p < spec.bond(joint); ++p) {
          const double noise = size * (2 * u(0, std::ssize(numbers)) - 1);
          numbers.push_back((p == 0 ? even(node.left, l) * even(node.right, r) : 0) + noise);
        }
  }
  return numbers;
}

}  // namespace

TreeMachine::TreeMachine(TreeSpec spec, std::uint64_t seed)
    : TiledModel(checked_tree(std::move(spec))) {
  start(std::make_unique<TreeNet>(this->spec()), near_even_tree(this->spec(), seed));
}

TreeMachine::TreeMachine(TreeSpec spec, std::vector<double> tensors)
    : TiledModel(checked_tree(std::move(spec))) {
  start(std::make_unique<TreeNet>(this->spec()), std::move(tensors));
}

double TreeMachine::log_z() const {
  return 2 * up_canonical(state()).log_norm;
}

std::vector<Eigen::VectorXd> TreeMachine::schmidt_values() const {
  return nmc::schmidt_values(up_canonical(state()));
}

Column TreeMachine::signs(const Batch& s) const {
  require(s.cols() == sites(), "configurations of another number of spins");
  Eigen::MatrixXd up(s.rows(), sites());
  for (Index place = 0; place < sites(); ++place)
    up.col(place) = (0.5 * (1 + s.col(spec().order[static_cast<std::size_t>(place)]))).matrix();
  const Eigen::MatrixXd root = messages_up(state(), up).of_node.back();
  return (root.col(0).array() < 0).select(Column::Constant(s.rows(), -1), 1);
}

std::vector<int> TreeMachine::given_places(const Batch& s, Index chain) const {
  std::vector<int> given;
  for (const Index site : spec().order) {
    const double spin = s(chain, site);
    given.push_back(spin == 0 ? -1 : spin > 0 ? 1 : 0);
  }
  return given;
}

Column TreeMachine::log_marginal(const Batch& s) const {
  const TreeState canonical = up_canonical(state()).state;
  Column log_p(s.rows());
  for (Index chain = 0; chain < s.rows(); ++chain)
    log_p(chain) = sum_from_below(canonical, given_places(s, chain)).log_total;
  return log_p;
}

Draw TreeMachine::fill(const Batch& s, const Streams& streams) const {
  const TreeState canonical = up_canonical(state()).state;
  Draw draw{s, Column::Zero(s.rows())};
  Batch u(s.rows(), sites());
  fill_uniform(streams, u);
  for (Index chain = 0; chain < s.rows(); ++chain) {
    const TreeSums sums = sum_from_below(canonical, given_places(s, chain));
    require(
        std::isfinite(sums.log_total),
        fmt::format("what configuration {} gives has probability 0: nothing can be drawn beside "
                    "it",
                    chain));
    TreeWalk(canonical, &sums).run([&](Index place, const std::array<double, 2>& weight) {
      double& spin = draw.x(chain, spec().site(place));
      if (spin == 0) {
        const double up = weight[1] / (weight[0] + weight[1]);
        spin = u(chain, place) < up ? 1 : -1;
        draw.log_q(chain) += spin > 0 ? std::log(up) : std::log1p(-up);
      }
      return Index{spin > 0};
    });
  }
  return draw;
}

void TreeMachine::check_sweeps() const {
  require(sites() > 2,
          "a tree over two spins has no bond between joints that a sweep could learn: use mps, or "
          "train it by adam");
}

Index TreeMachine::number_count(const std::vector<Index>& bonds) const {
  const TreeSpec other{sites(), spec().order, bonds, spec().chi};
  check(other);
  return other.parameter_count();
}

std::vector<double> TreeMachine::numbers() const {
  return {parameters().begin(), parameters().end()};
}

void TreeMachine::set_numbers(const std::vector<Index>& bonds, std::vector<double> numbers) {
  own_spec().bonds = bonds;
  check(spec());
  start(std::make_unique<TreeNet>(spec()), std::move(numbers));
}

void TreeMachine::set_state(const TreeState& state) {
  set_numbers(bonds_of(state), pack(state.tensors));
}

void TreeMachine::set_independent(const Column& up) {
  set_state(independent_tree(up, spec().chi));
}

void TreeMachine::sweep(const SpinData& data, const PairOptions& options) {
  TreeSweeper sweeper(state(), data, options);
  sweeper.sweep();
  set_state(sweeper.state());
}

void TreeMachine::check_data(const SpinData& data) const {
  const TreeSweeper check(state(), data, {});
}

}  // namespace nmc
