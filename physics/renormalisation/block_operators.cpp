#include "physics/renormalisation/block_operators.hpp"

namespace nmc {
namespace {

using Shape = std::vector<BlockOperator::Offset>;

Index moved(Index site, const BlockOperator::Offset& offset, Index L) {
  const Index x = ((site % L + offset.first) % L + L) % L;
  const Index y = ((site / L + offset.second) % L + L) % L;
  return x + L * y;
}

}  // namespace

const std::vector<BlockOperator>& even_operators() {
  static const std::vector<BlockOperator> all{
      {"1", {{{0, 0}, {1, 0}}, {{0, 0}, {0, 1}}}},
      {"sqrt2", {{{0, 0}, {1, 1}}, {{0, 0}, {1, -1}}}},
      {"2", {{{0, 0}, {2, 0}}, {{0, 0}, {0, 2}}}},
      {"sqrt5", {{{0, 0}, {2, 1}}, {{0, 0}, {2, -1}}, {{0, 0}, {1, 2}}, {{0, 0}, {1, -2}}}},
      {"2 sqrt2", {{{0, 0}, {2, 2}}, {{0, 0}, {2, -2}}}},
      {"square", {{{0, 0}, {1, 0}, {0, 1}, {1, 1}}}},
      {"diamond", {{{0, 0}, {1, 1}, {1, -1}, {2, 0}}}}};
  return all;
}

const std::vector<BlockOperator>& odd_operators() {
  static const std::vector<BlockOperator> all{
      {"s", {{{0, 0}}}},
      {"corner",
       {{{0, 0}, {1, 0}, {0, 1}},
        {{0, 0}, {-1, 0}, {0, 1}},
        {{0, 0}, {1, 0}, {0, -1}},
        {{0, 0}, {-1, 0}, {0, -1}}}},
      {"row", {{{0, 0}, {1, 0}, {2, 0}}, {{0, 0}, {0, 1}, {0, 2}}}}};
  return all;
}

Batch operator_sums(std::span<const BlockOperator> operators, const Batch& s, Index L) {
  Batch sums = Batch::Zero(s.rows(), std::ssize(operators));
  Column product(s.rows());
  for (Index o = 0; o < sums.cols(); ++o)
    for (const Shape& shape : operators[static_cast<std::size_t>(o)].shapes)
      for (Index site = 0; site < s.cols(); ++site) {
        product = s.col(site);
        for (std::size_t k = 1; k < shape.size(); ++k) product *= s.col(moved(site, shape[k], L));
        sums.col(o) += product;
      }
  return sums;
}

Batch local_fields(std::span<const BlockOperator> operators, const Batch& s, Index L, Index site) {
  Batch fields = Batch::Zero(s.rows(), std::ssize(operators));
  Column product(s.rows());
  for (Index o = 0; o < fields.cols(); ++o)
    for (const Shape& shape : operators[static_cast<std::size_t>(o)].shapes)
      for (std::size_t own = 0; own < shape.size(); ++own) {
        product.setOnes();
        for (std::size_t k = 0; k < shape.size(); ++k) {
          if (k == own) continue;
          product *= s.col(moved(
              site, {shape[k].first - shape[own].first, shape[k].second - shape[own].second}, L));
        }
        fields.col(o) += product;
      }
  return fields;
}

}  // namespace nmc
