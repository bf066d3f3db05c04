#include "models/flows/continuous/lattice_modes.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/simd/layers.hpp"
#include "models/flows/conv/conv_layout.hpp"

namespace nmc {
namespace {

/// Waves of one block: cosines or sines of some m, at the sites first, first + 1, ….
struct WaveBlock {
  bool is_cosine = true;
  int first_m = 0, step_m = 1;
  int first_site = 0, size = 0;
};

std::vector<WaveBlock> wave_blocks(int L) {
  if (L % 2 == 1) return {{true, 0, 1, 0, L / 2 + 1}, {false, 1, 1, 1, L / 2}};
  const int quarter = L / 4, above = (L + 3) / 4;
  return {{true, 0, 2, 0, quarter + 1},
          {true, 1, 2, 0, above},
          {false, 1, 2, 1, quarter},
          {false, 2, 2, 1, above - 1}};
}

double wave(const WaveBlock& block, int L, int m, int site) {
  const double phase = 2 * std::numbers::pi * ((m * site) % L) / L;
  const double norm = std::sqrt((m == 0 || 2 * m == L ? 1.0 : 2.0) / L);
  return norm * (block.is_cosine ? std::cos(phase) : std::sin(phase));
}

template <class T>
LineModes<T> line_modes(int L) {
  LineModes<T> line;
  line.length = L;
  for (const WaveBlock& block : wave_blocks(L)) {
    std::vector<double> matrix;
    for (int row = 0; row < block.size; ++row) {
      const int m = block.first_m + row * block.step_m;
      line.m.push_back(m);
      for (int column = 0; column < block.size; ++column)
        matrix.push_back(wave(block, L, m, block.first_site + column));
    }
    line.blocks.push_back({block.size, simd::pack_weights<T>(matrix.data(), block.size, block.size),
                           simd::pack_transposed<T>(matrix.data(), block.size, block.size)});
  }
  return line;
}

template <class T>
LatticeModes<T> lattice_modes(const std::vector<Index>& extents) {
  LatticeModes<T> modes;
  modes.sites = 1;
  for (const Index extent : extents) {
    modes.lines.push_back(line_modes<T>(static_cast<int>(extent)));
    modes.sites *= static_cast<int>(extent);
  }
  return modes;
}

}  // namespace

LatticeModes<float> single_modes(const std::vector<Index>& extents) {
  return lattice_modes<float>(extents);
}

LatticeModes<double> double_modes(const std::vector<Index>& extents) {
  return lattice_modes<double>(extents);
}

std::vector<int> mode_orbits(const std::vector<Index>& extents) {
  const std::vector<int> of_wave = wave_orbits(extents, true);
  const LatticeModes<double> modes = double_modes(extents);
  std::vector<int> orbit;
  for (int mode = 0; mode < modes.sites; ++mode) {
    int rest = mode, wave = 0, stride = 1;
    for (const auto& line : modes.lines) {
      wave += line.m[static_cast<std::size_t>(rest % line.length)] * stride;
      rest /= line.length;
      stride *= line.length;
    }
    orbit.push_back(of_wave[static_cast<std::size_t>(wave)]);
  }
  return orbit;
}

std::vector<double> orbit_momenta(const std::vector<Index>& extents) {
  const std::vector<int> of_wave = wave_orbits(extents, true);
  std::vector<double> momenta(
      static_cast<std::size_t>(*std::max_element(of_wave.begin(), of_wave.end())) + 1);
  for (std::size_t wave = 0; wave < of_wave.size(); ++wave) {
    auto rest = static_cast<Index>(wave);
    double square = 0;
    for (const Index extent : extents) {
      const double half =
          std::numbers::pi * static_cast<double>(rest % extent) / static_cast<double>(extent);
      square += 4 * std::sin(half) * std::sin(half);
      rest /= extent;
    }
    momenta[static_cast<std::size_t>(of_wave[wave])] = square;
  }
  return momenta;
}

}  // namespace nmc
