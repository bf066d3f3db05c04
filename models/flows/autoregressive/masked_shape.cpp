#include "models/flows/autoregressive/masked_shape.hpp"

#include <algorithm>
#include <utility>

#include "core/simd/tile.hpp"

namespace nmc {
namespace {

using simd::kOutputBlock;

template <class T>
void pack_both(const MaskedShape& shape, const double* rows, MaskedWeights<T>& packed) {
  packed.forward.resize(static_cast<std::size_t>(shape.weights()));
  packed.backward.resize(static_cast<std::size_t>(shape.weights()));
  const auto starts = shape.rows();
  T* forward = packed.forward.data();
  T* backward = packed.backward.data();
  for (int t = 0; t < shape.tokens(); ++t) {
    for (int o = shape.out(t); o < shape.out(t + 1); o += kOutputBlock) {
      const int end = std::min(o + kOutputBlock, shape.out(t + 1));
      for (int i = 0; i < shape.read(t); ++i)
        for (int k = o; k < end; ++k)
          *forward++ = static_cast<T>(rows[starts[static_cast<std::size_t>(k)] + i]);
    }
    for (int i = shape.in(t); i < shape.in(t + 1); i += kOutputBlock) {
      const int end = std::min(i + kOutputBlock, shape.in(t + 1));
      for (int o = shape.first_reader(t); o < shape.outputs(); ++o)
        for (int k = i; k < end; ++k)
          *backward++ = static_cast<T>(rows[starts[static_cast<std::size_t>(o)] + k]);
    }
  }
}

}  // namespace

MaskedShape::MaskedShape(std::vector<int> in, std::vector<int> out, bool is_strict)
    : in_(std::move(in)), out_(std::move(out)), is_strict_(is_strict), forward_{0}, backward_{0} {
  for (int t = 0; t < tokens(); ++t) {
    forward_.push_back(forward_.back() + Index{group_out(t)} * read(t));
    backward_.push_back(backward_.back() + Index{group_in(t)} * (outputs() - first_reader(t)));
    for (int o = 0; o < group_out(t); ++o) {
      rows_.push_back(forward(t) + Index{o} * read(t));
      reads_.push_back(read(t));
    }
  }
}

void pack_masked(const MaskedShape& shape, const double* rows, MaskedWeights<float>& packed) {
  pack_both(shape, rows, packed);
}

void pack_masked(const MaskedShape& shape, const double* rows, MaskedWeights<double>& packed) {
  pack_both(shape, rows, packed);
}

}  // namespace nmc
