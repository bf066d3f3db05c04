#include "models/wave/rbm_wave.hpp"

#include <cmath>
#include <complex>
#include <numbers>

#include "core/errors.hpp"
#include "core/random/streams.hpp"
#include "core/simd/functions.hpp"
#include "models/wave/rbm_chains.hpp"

namespace nmc {
namespace {

/// ln 2 cosh z, without overflow.
std::complex<double> log_2cosh(std::complex<double> z) {
  if (z.real() < 0) z = -z;
  return z + std::log(1.0 + std::exp(-2.0 * z));
}

}  // namespace

RbmWave::RbmWave(const RbmWaveShape& shape)
    : numbers_(shape), theta_(static_cast<std::size_t>(numbers_.parameters())) {
  parameters_changed();
}

std::unique_ptr<RbmWave> RbmWave::random(const RbmWaveShape& shape, double width,
                                         std::uint64_t seed) {
  auto wave = std::make_unique<RbmWave>(shape);
  const Ties& ties = wave->numbers_.ties();
  const Index weights = ties.parameters - ties.first_W;
  Batch z(wave->numbers_.parts(), weights);
  fill_normal({.seed = seed, .purpose = Purpose::weights}, z);
  for (Index part = 0; part < z.rows(); ++part)
    for (Index k = 0; k < weights; ++k)
      wave->theta_[static_cast<std::size_t>(part * ties.parameters + ties.first_W + k)] =
          width * z(part, k);
  wave->parameters_changed();
  return wave;
}

LogPsi RbmWave::log_psi(const Batch& s) const {
  require(s.cols() == sites(), "configurations of another number of spins");
  const HiddenFields fields = hidden_fields(numbers_, s);
  const bool is_complex = shape().is_complex;
  LogPsi psi{Column::Zero(s.rows()), Column::Zero(s.rows())};
  for (Index i = 0; i < s.cols(); ++i) {
    psi.log_abs += numbers_.a(i, 0) * s.col(i);
    if (is_complex) psi.phase += numbers_.a(i, 1) * s.col(i);
  }
  for (Index j = 0; j < shape().hidden; ++j) {
    if (!is_complex) {
      Column theta = fields.re.col(j).head(s.rows());
      const std::span<double> values(theta.data(), static_cast<std::size_t>(theta.size()));
      simd::log_cosh(values, values);
      psi.log_abs += theta + std::numbers::ln2;
      continue;
    }
    for (Index c = 0; c < s.rows(); ++c) {
      const std::complex<double> z = log_2cosh({fields.re(c, j), fields.im(c, j)});
      psi.log_abs(c) += z.real();
      psi.phase(c) += z.imag();
    }
  }
  return psi;
}

std::unique_ptr<WaveChains> RbmWave::chains(const Batch& s) const {
  require(s.cols() == sites(), "configurations of another number of spins");
  return std::make_unique<RbmChains>(numbers_, s);
}

}  // namespace nmc
