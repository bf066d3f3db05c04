#include "models/symmetry/symmetry.hpp"

#include <numeric>
#include <set>
#include <string>

#include "core/errors.hpp"

namespace nmc {
namespace {

void check_operation(const SymmetryOperation& g, Index sites) {
  require(static_cast<Index>(g.permutation.size()) == sites,
          "a symmetry operation permutes " + std::to_string(g.permutation.size()) +
              " sites, the model has " + std::to_string(sites));
  require(g.sign == 1 || g.sign == -1,
          "the sign of a symmetry operation is " + std::to_string(g.sign) + "; it must be 1 or -1");
  const std::set<Index> images(g.permutation.begin(), g.permutation.end());
  require(static_cast<Index>(images.size()) == sites && *images.begin() == 0 &&
              *images.rbegin() == sites - 1,
          "a symmetry operation is no permutation: its images must be 0 ... sites-1, each once");
}

/// All products of the generators, the identity among them.
std::set<SymmetryOperation> generated_by(const std::vector<SymmetryOperation>& generators,
                                         Index sites) {
  std::set<SymmetryOperation> all{identity_operation(sites)};
  std::vector<SymmetryOperation> newest(all.begin(), all.end());
  while (!newest.empty()) {
    const SymmetryOperation last = std::move(newest.back());
    newest.pop_back();
    for (const SymmetryOperation& g : generators) {
      const auto [place, is_new] = all.insert(compose(last, g));
      if (is_new) newest.push_back(*place);
    }
  }
  return all;
}

}  // namespace

// (a b x)_i = sign_a (b x)_{a[i]} = sign_a sign_b x_{b[a[i]]}
SymmetryOperation compose(const SymmetryOperation& a, const SymmetryOperation& b) {
  SymmetryOperation ab{a.permutation, a.sign * b.sign};
  for (Index& site : ab.permutation) site = b.permutation[static_cast<std::size_t>(site)];
  return ab;
}

SymmetryOperation identity_operation(Index sites) {
  SymmetryOperation g{std::vector<Index>(static_cast<std::size_t>(sites)), 1};
  std::iota(g.permutation.begin(), g.permutation.end(), Index{0});
  return g;
}

std::vector<SymmetryOperation> z2_group(Index sites) {
  SymmetryOperation flip = identity_operation(sites);
  flip.sign = -1;
  return {identity_operation(sites), flip};
}

Batch apply(const SymmetryOperation& g, const Batch& x) {
  Batch y(x.rows(), x.cols());
  for (Index i = 0; i < x.cols(); ++i) {
    y.col(i) = g.sign * x.col(g.permutation[static_cast<std::size_t>(i)]);
  }
  return y;
}

Column uniform_flips(const Streams& streams, Index chains) {
  // The purpose of the draw goes into the top of the step.
  constexpr int kPurposeShift = 48;
  const auto purpose = static_cast<std::uint64_t>(streams.purpose) << kPurposeShift;
  return uniform_column(streams.with(Purpose::flip).at_step(streams.step | purpose), chains);
}

std::vector<Index> random_elements(Index order, const Streams& streams, Index chains) {
  const Column u = uniform_flips(streams, chains);
  std::vector<Index> element(static_cast<std::size_t>(chains));
  for (Index c = 0; c < chains; ++c)
    element[static_cast<std::size_t>(c)] = static_cast<Index>(u(c) * static_cast<double>(order));
  return element;
}

Batch move(std::span<const SymmetryOperation> group, const std::vector<Index>& element,
           const Batch& x) {
  Batch y(x.rows(), x.cols());
  for (Index c = 0; c < x.rows(); ++c) {
    const SymmetryOperation& g =
        group[static_cast<std::size_t>(element[static_cast<std::size_t>(c)])];
    for (Index i = 0; i < x.cols(); ++i)
      y(c, i) = g.sign * x(c, g.permutation[static_cast<std::size_t>(i)]);
  }
  return y;
}

Batch pull_back(const SymmetryOperation& g, const Batch& grad) {
  Batch by_x(grad.rows(), grad.cols());
  for (Index i = 0; i < grad.cols(); ++i) {
    by_x.col(g.permutation[static_cast<std::size_t>(i)]) = g.sign * grad.col(i);
  }
  return by_x;
}

void check_group(std::span<const SymmetryOperation> group, Index sites) {
  require(!group.empty(), "a symmetrised model needs at least the identity as operation");
  for (const SymmetryOperation& g : group) check_operation(g, sites);
  const std::set<SymmetryOperation> members(group.begin(), group.end());
  require(members.size() == group.size(), "a symmetry operation is listed twice");
  // A finite set of bijections closed under composition is a group; closed under that with
  // elements that generate it is enough, and there are log2 of them.
  bool is_closed = members.contains(identity_operation(sites));
  std::vector<SymmetryOperation> generators;
  std::set<SymmetryOperation> reached = generated_by({}, sites);
  for (const SymmetryOperation& a : group) {
    if (!is_closed) break;
    if (reached.contains(a)) continue;
    for (const SymmetryOperation& b : group) is_closed &= members.contains(compose(b, a));
    if (!is_closed) break;
    generators.push_back(a);
    reached = generated_by(generators, sites);
  }
  require(is_closed,
          "the " + std::to_string(group.size()) +
              " symmetry operations form no group: the product of two is missing; list every "
              "element, the identity included");
}

}  // namespace nmc
