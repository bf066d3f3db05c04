#include "models/wave/rbm_chains.hpp"

#include <cmath>
#include <complex>
#include <utility>

#include "core/simd/functions.hpp"

namespace nmc {
namespace {

Batch padded_rows(const Batch& s) {
  const Index rows = (s.rows() + wave::kLanes - 1) / wave::kLanes * wave::kLanes;
  Batch padded = Batch::Ones(rows, s.cols());
  padded.topRows(s.rows()) = s;
  return padded;
}

Column padded_column(const Column& x, Index rows) {
  Column padded = Column::Zero(rows);
  padded.head(x.size()) = x;
  return padded;
}

/// `part` 0: the real one.
Batch field_part(const RbmNumbers& machine, const Batch& padded, Index part) {
  const Index m = machine.shape().hidden, n = machine.shape().sites;
  Batch theta(padded.rows(), m);
  wave::sum_fields(
      {padded.data(), machine.W(part), machine.b(part), padded.rows(), n, m, theta.data()});
  return theta;
}

HiddenFields fields_of_padded(const RbmNumbers& machine, const Batch& padded) {
  HiddenFields fields{field_part(machine, padded, 0), {}};
  if (machine.shape().is_complex) fields.im = field_part(machine, padded, 1);
  return fields;
}

void take_tanh(HiddenFields& fields) {
  if (fields.im.size() == 0) {
    const std::span<double> values(fields.re.data(), static_cast<std::size_t>(fields.re.size()));
    simd::tanh(values, values);
    return;
  }
  for (Index k = 0; k < fields.re.size(); ++k) {
    const std::complex<double> t = std::tanh(std::complex(fields.re(k), fields.im(k)));
    fields.re(k) = t.real();
    fields.im(k) = t.imag();
  }
}

/// z ← e^{−2 (x + i y)} z.
void multiply_exp(const Column& x, const Column& y, Amplitudes& z) {
  const Column size = (-2 * x).exp();
  z.re *= size;
  if (z.im.size() == 0) return;
  z.im *= size;
  const Column c = (2 * y).cos(), minus_s = -(2 * y).sin();
  const Column re = z.re * c - z.im * minus_s;
  z.im = z.re * minus_s + z.im * c;
  z.re = re;
}

}  // namespace

HiddenFields hidden_fields(const RbmNumbers& machine, const Batch& s) {
  return fields_of_padded(machine, padded_rows(s));
}

RbmChains::RbmChains(const RbmNumbers& machine, const Batch& s)
    : machine_(machine), chains_(s.rows()), s_(padded_rows(s)), ones_(Column::Ones(s_.rows())) {
  HiddenFields fields = fields_of_padded(machine, s_);
  take_tanh(fields);
  t_re_ = std::move(fields.re);
  t_im_ = std::move(fields.im);
}

wave::HiddenUnits RbmChains::units() const {
  return {t_re_.data(), t_im_.size() == 0 ? nullptr : t_im_.data(), s_.rows(),
          machine_.shape().hidden};
}

// Row `sites` is that of the biases.
wave::FlipTable RbmChains::table(Index row, const double* spin) const {
  return {machine_.cosh(row), machine_.sinh(row), machine_.tanh(row), spin};
}

Amplitudes RbmChains::product_over(const std::vector<wave::FlipTable>& flips) const {
  Amplitudes z{Column(s_.rows()), Column(machine_.shape().is_complex ? s_.rows() : 0)};
  wave::flip_ratios(units(), flips.data(), flips.size(), z.re.data(),
                    z.im.size() == 0 ? nullptr : z.im.data());
  return z;
}

void RbmChains::multiply_visible(std::span<const Index> sites, Amplitudes& z) const {
  if (!machine_.has_a()) return;
  Column x = Column::Zero(s_.rows()), y = Column::Zero(s_.rows());
  for (const Index i : sites) {
    x += machine_.a(i, 0) * s_.col(i);
    if (machine_.shape().is_complex) y += machine_.a(i, 1) * s_.col(i);
  }
  multiply_exp(x, y, z);
}

Amplitudes RbmChains::ratios(std::span<const Index> flips) const {
  std::vector<wave::FlipTable> tables;
  for (const Index i : flips) tables.push_back(table(i, s_.col(i).data()));
  Amplitudes z = product_over(tables);
  multiply_visible(flips, z);
  if (s_.rows() == chains_) return z;
  return {z.re.head(chains_), z.im.size() == 0 ? z.im : Column(z.im.head(chains_))};
}

// All spins turned over take θ to 2b − θ, and cosh(2b − θ) = cosh(θ − 2b).
Amplitudes RbmChains::inversion_ratios() const {
  Amplitudes z = product_over({table(machine_.shape().sites, ones_.data())});
  std::vector<Index> all(static_cast<std::size_t>(machine_.shape().sites));
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<Index>(i);
  multiply_visible(all, z);
  return {z.re.head(chains_), z.im.size() == 0 ? z.im : Column(z.im.head(chains_))};
}

void RbmChains::flip(std::span<const Index> flips, const Column& taken) {
  const Column mask = padded_column(taken, s_.rows());
  for (const Index i : flips) {
    wave::take_flip(units(), {table(i, s_.col(i).data()), mask.data()}, t_re_.data(),
                    t_im_.size() == 0 ? nullptr : t_im_.data());
    s_.col(i) *= 1 - 2 * mask;
  }
}

void RbmChains::invert(const Column& taken) {
  const Column mask = padded_column(taken, s_.rows());
  wave::take_flip(units(), {table(machine_.shape().sites, ones_.data()), mask.data()}, t_re_.data(),
                  t_im_.size() == 0 ? nullptr : t_im_.data());
  const Column sign = 1 - 2 * mask;
  t_re_.colwise() *= sign;
  if (t_im_.size() > 0) t_im_.colwise() *= sign;
  s_.colwise() *= sign;
}

// ∂ ln ψ/∂a = s, ∂b = t, ∂W = s t; by the imaginary part of a number i times as much.
void RbmChains::add_score(Index parameter, const Amplitudes& O, Batch& of_abs,
                          Batch& of_phase) const {
  of_abs.col(parameter) += O.re;
  const Index imaginary = machine_.ties().parameters + parameter;
  of_phase.col(imaginary) += O.re;
  if (O.im.size() == 0) return;
  of_phase.col(parameter) += O.im;
  of_abs.col(imaginary) -= O.im;
}

// Without a temporary: this is where a step of many free weights spends its time.
void RbmChains::add_real_scores(Batch& of_abs) const {
  const Index n = machine_.shape().sites, m = machine_.shape().hidden;
  const Index* own = machine_.ties().parameter.data();
  for (Index i = 0; i < n; ++i, ++own)
    if (*own >= 0) of_abs.col(*own) += s_.col(i).head(chains_);
  for (Index j = 0; j < m; ++j, ++own)
    if (*own >= 0) of_abs.col(*own) += t_re_.col(j).head(chains_);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < m; ++j)
      of_abs.col(*own++) += s_.col(i).head(chains_) * t_re_.col(j).head(chains_);
}

void RbmChains::scores(Batch& of_abs, Batch& of_phase) const {
  const Index n = machine_.shape().sites, m = machine_.shape().hidden;
  const bool is_complex = machine_.shape().is_complex;
  of_abs = Batch::Zero(chains_, machine_.parameters());
  of_phase = is_complex ? Batch(Batch::Zero(chains_, machine_.parameters())) : Batch();
  const std::vector<Index>& own = machine_.ties().parameter;
  if (!is_complex) return add_real_scores(of_abs);
  std::size_t k = 0;
  for (Index i = 0; i < n; ++i, ++k)
    if (own[k] >= 0) add_score(own[k], {spins(i), {}}, of_abs, of_phase);
  std::vector<Amplitudes> t;
  for (Index j = 0; j < m; ++j, ++k) {
    t.push_back({t_re_.col(j).head(chains_), t_im_.col(j).head(chains_)});
    if (own[k] >= 0) add_score(own[k], t.back(), of_abs, of_phase);
  }
  for (Index i = 0; i < n; ++i) {
    const Column s = spins(i);
    for (const Amplitudes& unit : t)
      add_score(own[k++], {s * unit.re, s * unit.im}, of_abs, of_phase);
  }
}

// With c = of_abs − i of_phase it is Re Σ c O of a real part, and −Im Σ c O of an imaginary one; O
// is s, t, and s t.
Eigen::VectorXd RbmChains::pulled_back(const Column& of_abs, const Column& of_phase) const {
  const Ties& ties = machine_.ties();
  const Index n = machine_.shape().sites, m = machine_.shape().hidden;
  const bool is_complex = machine_.shape().is_complex;
  const Column minus_phase =
      of_phase.size() > 0 ? Column(-of_phase) : Column(Column::Zero(chains_));
  const auto s = s_.topRows(chains_).matrix();
  Eigen::VectorXd gradient = Eigen::VectorXd::Zero(machine_.parameters());
  for (Index part = 0; part < machine_.parts(); ++part) {
    const Column& c = part == 0 ? of_abs : minus_phase;
    Batch ct = t_re_.topRows(chains_).colwise() * c;
    if (is_complex && part == 0) ct -= t_im_.topRows(chains_).colwise() * minus_phase;
    if (is_complex && part == 1) ct += t_im_.topRows(chains_).colwise() * of_abs;
    Eigen::VectorXd all(n + m + n * m);
    all.head(n) = s.transpose() * c.matrix();
    all.segment(n, m) = ct.colwise().sum();
    Eigen::Map<Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
        all.data() + n + m, n, m) = s.transpose() * ct.matrix();
    for (Index k = 0; k < all.size(); ++k) {
      const Index own = ties.parameter[static_cast<std::size_t>(k)];
      if (own >= 0) gradient(part * ties.parameters + own) += part == 0 ? all(k) : -all(k);
    }
  }
  return gradient;
}

}  // namespace nmc
