#include "models/symmetry.hpp"

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

// (a b x)_i = sign_a (b x)_{a[i]} = sign_a sign_b x_{b[a[i]]}
SymmetryOperation compose(const SymmetryOperation& a, const SymmetryOperation& b) {
  SymmetryOperation ab{a.permutation, a.sign * b.sign};
  for (Index& site : ab.permutation) site = b.permutation[static_cast<std::size_t>(site)];
  return ab;
}

}  // namespace

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
  // A finite set of bijections closed under composition is a group.
  for (const SymmetryOperation& a : group) {
    for (const SymmetryOperation& b : group) {
      require(members.contains(compose(a, b)),
              "the " + std::to_string(group.size()) +
                  " symmetry operations form no group: the product of two is missing; list every "
                  "element, the identity included");
    }
  }
}

}  // namespace nmc
