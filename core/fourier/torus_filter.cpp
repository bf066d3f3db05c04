#include "core/fourier/torus_filter.hpp"

#include <fftw3.h>

#include <algorithm>
#include <cassert>
#include <mutex>
#include <utility>

namespace nmc {

namespace {

/// Chains that are transposed together: eight doubles are one cache line.
constexpr Index tile = 8;

struct Free {
  void operator()(void* memory) const { fftw_free(memory); }
};
using Reals = std::unique_ptr<double[], Free>;
using Spectrum = std::unique_ptr<fftw_complex[], Free>;

/// FFTW's planner is the one part of it that threads may not share.
std::mutex& planner() {
  static std::mutex mutex;
  return mutex;
}

/// Length of a buffer row: whole cache lines, and not a power of two, which would put the rows of
/// a tile on the same cache sets.
Index padded(Index sites) {
  return (sites + tile - 1) / tile * tile + tile;
}

}  // namespace

struct TorusFilter::Plans {
  std::vector<Index> extents;
  Index sites = 1;
  Index modes = 1;  ///< complex numbers of the half spectrum
  fftw_plan forward = nullptr;
  fftw_plan backward = nullptr;

  explicit Plans(std::vector<Index> lattice) : extents(std::move(lattice)) {
    std::vector<int> slowest_first;
    for (const Index extent : extents) {
      slowest_first.insert(slowest_first.begin(), static_cast<int>(extent));
      sites *= extent;
    }
    modes = sites / extents[0] * half_extent();
    const Reals x = reals(1);
    const Spectrum spectrum = half_spectrum();
    const std::lock_guard<std::mutex> lock(planner());
    const int rank = static_cast<int>(extents.size());
    forward = fftw_plan_dft_r2c(rank, slowest_first.data(), x.get(), spectrum.get(), FFTW_ESTIMATE);
    backward =
        fftw_plan_dft_c2r(rank, slowest_first.data(), spectrum.get(), x.get(), FFTW_ESTIMATE);
  }
  ~Plans() {
    const std::lock_guard<std::mutex> lock(planner());
    fftw_destroy_plan(forward);
    fftw_destroy_plan(backward);
  }
  Plans(const Plans&) = delete;
  Plans& operator=(const Plans&) = delete;

  [[nodiscard]] Index half_extent() const { return extents[0] / 2 + 1; }
  [[nodiscard]] Reals reals(Index rows) const {
    return Reals(fftw_alloc_real(static_cast<std::size_t>(rows * padded(sites))));
  }
  [[nodiscard]] Spectrum half_spectrum() const {
    return Spectrum(fftw_alloc_complex(static_cast<std::size_t>(modes)));
  }
};

namespace {

/// rows(c, site) of a tile of chains, each row contiguous for the transform.
void load(const Batch& x, Index first, double* rows) {
  const Index chains = std::min(tile, x.rows() - first);
  const Index stride = padded(x.cols());
  for (Index site = 0; site < x.cols(); ++site) {
    const double* column = x.data() + site * x.rows() + first;
    for (Index c = 0; c < chains; ++c) rows[c * stride + site] = column[c];
  }
}

void store(const double* rows, Index first, Batch& y) {
  const Index chains = std::min(tile, y.rows() - first);
  const Index stride = padded(y.cols());
  for (Index site = 0; site < y.cols(); ++site) {
    double* column = y.data() + site * y.rows() + first;
    for (Index c = 0; c < chains; ++c) column[c] = rows[c * stride + site];
  }
}

}  // namespace

TorusFilter::TorusFilter(std::vector<Index> extents)
    : plans_(std::make_unique<const Plans>(std::move(extents))) {}
TorusFilter::~TorusFilter() = default;
TorusFilter::TorusFilter(TorusFilter&&) noexcept = default;
TorusFilter& TorusFilter::operator=(TorusFilter&&) noexcept = default;

Index TorusFilter::sites() const {
  return plans_->sites;
}

const std::vector<Index>& TorusFilter::extents() const {
  return plans_->extents;
}

std::vector<double> TorusFilter::pack(std::span<const double> multiplier) const {
  assert(static_cast<Index>(multiplier.size()) == plans_->sites);
  const Index lx = plans_->extents[0];
  std::vector<double> packed;
  packed.reserve(plans_->modes);
  for (Index row = 0; row < plans_->sites; row += lx)
    for (Index kx = 0; kx < plans_->half_extent(); ++kx)
      packed.push_back(multiplier[row + kx] / static_cast<double>(plans_->sites));
  return packed;
}

void TorusFilter::apply(std::span<const double> packed, const Batch& x, Batch& y) const {
  assert(x.cols() == plans_->sites);
  const Index modes = plans_->modes;
  const Index stride = padded(plans_->sites);
  const Reals rows = plans_->reals(tile);
  const Spectrum spectrum = plans_->half_spectrum();
  y.resize(x.rows(), x.cols());
  for (Index first = 0; first < x.rows(); first += tile) {
    load(x, first, rows.get());
    const Index chains = std::min(tile, x.rows() - first);
    for (Index c = 0; c < chains; ++c) {
      double* row = rows.get() + c * stride;
      fftw_execute_dft_r2c(plans_->forward, row, spectrum.get());
      for (Index k = 0; k < modes; ++k) {
        spectrum[k][0] *= packed[k];
        spectrum[k][1] *= packed[k];
      }
      fftw_execute_dft_c2r(plans_->backward, spectrum.get(), row);
    }
    store(rows.get(), first, y);
  }
}

void TorusFilter::add_cross_spectrum(const Batch& a, const Batch& b,
                                     std::span<double> total) const {
  assert(static_cast<Index>(total.size()) == plans_->sites);
  const Index stride = padded(plans_->sites);
  const Reals a_rows = plans_->reals(tile);
  const Reals b_rows = plans_->reals(tile);
  const Spectrum fa = plans_->half_spectrum();
  const Spectrum fb = plans_->half_spectrum();
  std::vector<double> half(plans_->modes, 0.0);
  for (Index chain = 0; chain < a.rows(); ++chain) {
    const Index c = chain % tile;
    if (c == 0) {
      load(a, chain, a_rows.get());
      load(b, chain, b_rows.get());
    }
    fftw_execute_dft_r2c(plans_->forward, a_rows.get() + c * stride, fa.get());
    fftw_execute_dft_r2c(plans_->forward, b_rows.get() + c * stride, fb.get());
    for (Index k = 0; k < plans_->modes; ++k) half[k] += fa[k][0] * fb[k][0] + fa[k][1] * fb[k][1];
  }
  const std::vector<double> all = unfold(half);
  for (Index k = 0; k < plans_->sites; ++k) total[k] += all[k] / static_cast<double>(plans_->sites);
}

Index TorusFilter::modes() const {
  return plans_->modes;
}

void TorusFilter::add_power(const Batch& x, Eigen::Ref<Batch> power) const {
  assert(x.cols() == plans_->sites && power.cols() == plans_->modes);
  const Index stride = padded(plans_->sites);
  const Reals rows = plans_->reals(tile);
  const Spectrum spectrum = plans_->half_spectrum();
  const auto volume = static_cast<double>(plans_->sites);
  for (Index chain = 0; chain < x.rows(); ++chain) {
    if (chain % tile == 0) load(x, chain, rows.get());
    fftw_execute_dft_r2c(plans_->forward, rows.get() + chain % tile * stride, spectrum.get());
    for (Index k = 0; k < plans_->modes; ++k)
      power(chain, k) +=
          (spectrum[k][0] * spectrum[k][0] + spectrum[k][1] * spectrum[k][1]) / volume;
  }
}

// The half that is not stored holds the complex conjugates, k -> -k.
std::vector<double> TorusFilter::unfold(std::span<const double> half) const {
  const Index lx = plans_->extents[0];
  std::vector<double> all(static_cast<std::size_t>(plans_->sites));
  for (Index k = 0; k < plans_->sites; ++k) {
    Index mirrored = 0, stride_k = 1;
    for (const Index extent : plans_->extents) {
      mirrored += (extent - k / stride_k % extent) % extent * stride_k;
      stride_k *= extent;
    }
    const Index stored = k % lx < plans_->half_extent() ? k : mirrored;
    all[k] = half[stored / lx * plans_->half_extent() + stored % lx];
  }
  return all;
}

std::vector<double> TorusFilter::two_point(std::span<const double> half) const {
  Batch delta = Batch::Zero(1, plans_->sites), g;
  delta(0, 0) = 1;
  apply(pack(unfold(half)), delta, g);
  return {g.data(), g.data() + g.size()};
}

}  // namespace nmc
