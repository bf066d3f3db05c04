#include "models/flows/conv/conv_layout.hpp"

#include <algorithm>
#include <map>
#include <memory>

namespace nmc {
namespace {

/// A number of the orbit of a wave vector, the same for all of it.
std::vector<Index> name_of_orbit(std::vector<Index> k, const std::vector<Index>& extents,
                                 bool is_isotropic) {
  std::vector<Index> opposite;
  for (std::size_t axis = 0; axis < k.size(); ++axis)
    opposite.push_back((extents[axis] - k[axis]) % extents[axis]);
  if (!is_isotropic) return std::min(k, opposite);
  for (std::size_t axis = 0; axis < k.size(); ++axis) k[axis] = std::min(k[axis], opposite[axis]);
  for (std::size_t a = 0; a < k.size(); ++a)
    for (std::size_t b = a + 1; b < k.size(); ++b)
      if (extents[a] == extents[b] && k[b] > k[a]) std::swap(k[a], k[b]);
  return k;
}

}  // namespace

BijectorFlow::Layers conv_layers(const ConvSpec& spec, Index couplings) {
  BijectorFlow::Layers layers;
  for (Index coupling = 0; coupling < couplings; ++coupling) {
    ConvSpec own = spec;
    own.kept = static_cast<int>(coupling % 2);
    layers.push_back(std::make_unique<ConvCoupling>(std::move(own)));
  }
  return layers;
}

std::vector<int> wave_orbits(const std::vector<Index>& extents, bool is_isotropic) {
  Index sites = 1;
  for (const Index extent : extents) sites *= extent;
  std::map<std::vector<Index>, int> known;
  std::vector<int> orbit;
  for (Index site = 0; site < sites; ++site) {
    std::vector<Index> k;
    Index rest = site;
    for (const Index extent : extents) {
      k.push_back(rest % extent);
      rest /= extent;
    }
    const auto name = name_of_orbit(std::move(k), extents, is_isotropic);
    orbit.push_back(known.try_emplace(name, static_cast<int>(known.size())).first->second);
  }
  return orbit;
}

}  // namespace nmc
