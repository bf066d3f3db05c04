#include "core/spins/replica_products.hpp"

#include <cassert>
#include <cstring>

namespace nmc {
namespace {

using Word = std::uint64_t;

/// Lane l of a site gets the product of lanes l and l + stride. What lies beyond the last word
/// counts as down; only rows that mean nothing see it.
void multiply_lanes(const Spins& spins, Index stride, Spins& products) {
  const Index groups = spins.groups(), skip = stride / Spins::kWordBits,
              shift = stride % Spins::kWordBits;
  for (Index site = 0; site < spins.sites(); ++site) {
    const Word* read = spins.words() + site * groups;
    Word* write = products.words() + site * groups;
    const auto word = [&](Index g) { return g < groups ? read[g] : Word{0}; };
    for (Index g = 0; g < groups; ++g) {
      Word partner = word(g + skip) >> shift;
      if (shift > 0) partner |= word(g + skip + 1) << (Spins::kWordBits - shift);
      write[g] = ~(read[g] ^ partner);
    }
  }
}

/// The product of bytes ±1: 0x01 where they are equal, else 0xFF.
void multiply_bytes(const std::int8_t* a, const std::int8_t* b, Index count, std::int8_t* out) {
  constexpr Index kStep = sizeof(Word);
  constexpr Word kOnes = 0x0101010101010101U;
  Index i = 0;
  for (; i + kStep <= count; i += kStep) {
    Word x = 0, y = 0;
    std::memcpy(&x, a + i, kStep);
    std::memcpy(&y, b + i, kStep);
    x = (x ^ y) | kOnes;
    std::memcpy(out + i, &x, kStep);
  }
  for (; i < count; ++i) out[i] = static_cast<std::int8_t>(a[i] * b[i]);
}

}  // namespace

Spins replica_products(const Spins& spins, Index stride) {
  assert(stride > 0 && spins.rows() % (2 * stride) == 0);
  Spins products(spins.layout(), spins.shape(), spins.geometry());
  if (spins.layout() == SpinLayout::lanes) {
    multiply_lanes(spins, stride, products);
    return products;
  }
  const Index words = spins.words_per_row();
  for (Index row = 0; row < spins.rows(); ++row) {
    if (!is_first_of_pair(row, stride)) continue;
    if (spins.layout() == SpinLayout::bytes) {
      multiply_bytes(spins.row(row), spins.row(row + stride), spins.sites(), products.row(row));
      continue;
    }
    const Word* a = spins.words() + row * words;
    const Word* b = a + stride * words;
    Word* out = products.words() + row * words;
    for (Index i = 0; i < words; ++i) out[i] &= ~(a[i] ^ b[i]);  // all up where sites are
  }
  return products;
}

Batch replica_products(const Batch& x, Index stride) {
  assert(stride > 0 && x.rows() % (2 * stride) == 0);
  Batch products = x;
  const Index rows = x.rows() - stride;
  for (Index site = 0; site < x.cols(); ++site)
    products.col(site).head(rows) *= x.col(site).tail(rows);
  return products;
}

}  // namespace nmc
