#include <algorithm>
#include <cmath>

#include "models/flows/continuous/kernel_flow.hpp"

namespace nmc {
namespace {

/// Rows of `width` numbers of one series, (times, width), and what they are at each stage.
struct SeriesRows {
  std::span<const double> basis;  ///< (stages, times)
  Index times, width;
  [[nodiscard]] Index stages() const { return std::ssize(basis) / times; }
};

/// at stage s: to[s · stride + i] = Σ_n basis(s, n) series(n, i).
void sum_series(const SeriesRows& rows, const double* series, double* to, Index stride) {
  for (Index s = 0; s < rows.stages(); ++s)
    for (Index n = 0; n < rows.times; ++n) {
      const double b = rows.basis[static_cast<std::size_t>(s * rows.times + n)];
      for (Index i = 0; i < rows.width; ++i) to[s * stride + i] += b * series[n * rows.width + i];
    }
}

/// The transpose of sum_series().
void sum_series_vjp(const SeriesRows& rows, const double* from, double* series, Index stride) {
  for (Index s = 0; s < rows.stages(); ++s)
    for (Index n = 0; n < rows.times; ++n) {
      const double b = rows.basis[static_cast<std::size_t>(s * rows.times + n)];
      for (Index i = 0; i < rows.width; ++i) series[n * rows.width + i] += b * from[s * stride + i];
    }
}

std::vector<double> exponentials(std::span<const double> logs) {
  std::vector<double> result;
  for (const double a : logs) result.push_back(std::exp(a));
  return result;
}

void multiply_rows(std::vector<double>& table, const std::vector<double>& by_orbit) {
  for (std::size_t i = 0; i < table.size(); ++i) table[i] *= by_orbit[i % by_orbit.size()];
}

template <class T>
void convert(const std::vector<double>& from, std::vector<T>& to) {
  std::ranges::transform(from, to.begin(), [](double v) { return static_cast<T>(v); });
}

}  // namespace

KernelTables<double> KernelFlow::tables_of(const std::vector<double>& numbers) const {
  KernelTables<double> at(shape_, static_cast<std::size_t>(orbits_));
  const Index times = shape_.times, channels = shape_.channels, harmonics = shape_.harmonics;
  const double* from = numbers.data();
  std::copy_n(from + numbers_.log_scale, orbits_, at.log_scale.begin());
  std::copy_n(from + numbers_.frequency, channels, at.frequency.begin());
  const SeriesRows by_orbit{basis_, times, orbits_}, by_harmonic{basis_, times, harmonics};
  sum_series(by_orbit, from + numbers_.linear, at.linear.data(), orbits_);
  for (Index c = 0; c < channels; ++c) {
    const Index first = c * times * orbits_;
    sum_series(by_orbit, from + numbers_.in + first, at.in.data() + c * orbits_,
               channels * orbits_);
    sum_series(by_orbit, from + numbers_.out + first, at.out.data() + c * orbits_,
               channels * orbits_);
    sum_series(by_harmonic, from + numbers_.weight + c * times * harmonics,
               at.weight.data() + c * harmonics, channels * harmonics);
  }
  const std::vector<double> scale = exponentials(at.log_scale);
  multiply_rows(at.in, scale);
  multiply_rows(at.out, scale);
  for (std::size_t i = 0; i < at.in.size(); ++i)
    at.trace[i / size_.size()] +=
        size_[i % size_.size()] * at.in[i] * at.out[i] / static_cast<double>(sites());
  return at;
}

template <class T>
void KernelFlow::pack(const std::vector<double>& numbers, PackedKernelField<T>& field) const {
  const KernelTables<double> at = tables_of(numbers);
  convert(at.linear, field.at.linear);
  convert(at.in, field.at.in);
  convert(at.out, field.at.out);
  convert(at.weight, field.at.weight);
  convert(at.trace, field.at.trace);
  convert(at.frequency, field.at.frequency);
  convert(at.log_scale, field.at.log_scale);
  field.scale_up.resize(size_.size());
  field.scale_down.resize(size_.size());
  field.log_scale_sum = 0;
  for (std::size_t o = 0; o < size_.size(); ++o) {
    field.scale_up[o] = static_cast<T>(std::exp(at.log_scale[o]));
    field.scale_down[o] = static_cast<T>(std::exp(-at.log_scale[o]));
    field.log_scale_sum += size_[o] * at.log_scale[o];
  }
  field.linear_trace.assign(at.linear.size() / size_.size(), 0.0);
  for (std::size_t i = 0; i < at.linear.size(); ++i)
    field.linear_trace[i / size_.size()] += size_[i % size_.size()] * at.linear[i];
}

std::vector<double> KernelFlow::pull_back(const KernelTables<double>& grad,
                                          const std::vector<double>& numbers) const {
  const KernelTables<double> at = tables_of(numbers);
  const Index times = shape_.times, channels = shape_.channels, harmonics = shape_.harmonics;
  std::vector<double> in = grad.in, out = grad.out, log_scale = grad.log_scale;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const std::size_t o = i % size_.size();
    const double by_product =
        grad.trace[i / size_.size()] * size_[o] / static_cast<double>(sites());
    in[i] += by_product * at.out[i];
    out[i] += by_product * at.in[i];
    log_scale[o] += in[i] * at.in[i] + out[i] * at.out[i];
  }
  const std::vector<double> scale = exponentials(at.log_scale);
  multiply_rows(in, scale);
  multiply_rows(out, scale);
  std::vector<double> by_number(numbers.size(), 0.0);
  double* const to = by_number.data();
  std::ranges::copy(log_scale, to + numbers_.log_scale);
  std::ranges::copy(grad.frequency, to + numbers_.frequency);
  const SeriesRows by_orbit{basis_, times, orbits_}, by_harmonic{basis_, times, harmonics};
  sum_series_vjp(by_orbit, grad.linear.data(), to + numbers_.linear, orbits_);
  for (Index c = 0; c < channels; ++c) {
    const Index first = c * times * orbits_;
    sum_series_vjp(by_orbit, in.data() + c * orbits_, to + numbers_.in + first, channels * orbits_);
    sum_series_vjp(by_orbit, out.data() + c * orbits_, to + numbers_.out + first,
                   channels * orbits_);
    sum_series_vjp(by_harmonic, grad.weight.data() + c * harmonics,
                   to + numbers_.weight + c * times * harmonics, channels * harmonics);
  }
  return by_number;
}

template void KernelFlow::pack(const std::vector<double>&, PackedKernelField<float>&) const;
template void KernelFlow::pack(const std::vector<double>&, PackedKernelField<double>&) const;

}  // namespace nmc
