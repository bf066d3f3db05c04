#include "physics/observables/torus_fields.hpp"

#include <algorithm>

namespace nmc {

TorusFields::TorusFields(const std::vector<Index>& extents)
    : extents_(extents), bonds_(2 * (std::ssize(extents) - std::ranges::count(extents, 1))) {}

void TorusFields::sum(const std::int8_t* s, std::vector<std::int8_t>& field) const {
  std::ranges::fill(field, std::int8_t{0});
  const Index sites = std::ssize(field);
  std::int8_t* out = field.data();
  // out[i] and s[i + step] for i in [first, first + count).
  const auto add = [&](Index first, Index count, Index step) {
    for (Index i = first; i < first + count; ++i)
      out[i] = static_cast<std::int8_t>(out[i] + s[i + step]);
  };
  Index stride = 1;
  for (const Index extent : extents_) {
    const Index block = stride * extent;
    for (Index first = 0; first < sites && extent > 1; first += block) {
      add(first, block - stride, stride);
      add(first + block - stride, stride, stride - block);
      add(first + stride, block - stride, -stride);
      add(first, stride, block - stride);
    }
    stride = block;
  }
}

}  // namespace nmc
