#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "models/flows/conv/conv_net.hpp"

namespace nmc::contracts {

/// A convolutional coupling under test.
struct ConvCase {
  const char* name;
  std::vector<Index> extents;
  ConvNetSpec net;
  bool is_isotropic;
  int kernel = 3;
};

inline Index wrapped(Index at, Index extent) {
  return ((at % extent) + extent) % extent;
}

/// The first coupling of two directions written as it is defined: dense loops, a mask that is
/// multiplied, one configuration. Reads the parameters by the layout that the header states.
class PlainConv {
 public:
  PlainConv(const ConvCase& of, std::span<const double> parameters)
      : of_(of), lx_(of.extents[0]), ly_(of.extents[1]), next_(parameters.data()) {}

  /// Generation in place; returns ln det.
  double apply(std::vector<double>& phi) {
    std::vector<std::vector<double>> h{std::vector<double>(phi.size())};
    for (std::size_t s = 0; s < phi.size(); ++s) h[0][s] = is_kept(s) ? phi[s] : 0;
    for (const int channels : of_.net.channels) {
      h = convolved(h, channels, !of_.net.is_odd);
      for (auto& channel : h)
        for (double& v : channel) v = activation(v);
    }
    const auto t = convolved(h, 1, !of_.net.is_odd);
    if (of_.net.map == ConvMap::additive) {
      for (std::size_t s = 0; s < phi.size(); ++s) phi[s] += is_kept(s) ? 0 : t[0][s];
      return 0;
    }
    if (of_.net.is_odd)
      for (auto& channel : h)
        for (double& v : channel) v *= v;
    const auto raw = convolved(h, 1, true);
    const double scale = *next_++;
    double log_det = 0;
    for (std::size_t s = 0; s < phi.size(); ++s) {
      if (is_kept(s)) continue;
      const double log_scale = scale * std::tanh(raw[0][s]);
      phi[s] = phi[s] * std::exp(log_scale) + t[0][s];
      log_det += log_scale;
    }
    return log_det;
  }

 private:
  [[nodiscard]] bool is_kept(std::size_t site) const {
    const auto s = static_cast<Index>(site);
    return (s % lx_ + s / lx_) % 2 == 0;
  }
  [[nodiscard]] double activation(double v) const {
    switch (of_.net.activation) {
      case simd::Activation::elu:
        return v > 0 ? v : std::expm1(v);
      case simd::Activation::tanh:
        return std::tanh(v);
      case simd::Activation::softplus:
        return std::log1p(std::exp(v));
    }
    return 0;
  }
  /// W (kernel in natural order, outputs, inputs), then b.
  std::vector<std::vector<double>> convolved(const std::vector<std::vector<double>>& in,
                                             int outputs, bool has_bias) {
    const Index reach = of_.kernel / 2, inputs = std::ssize(in);
    const double* w = next_;
    next_ += static_cast<Index>(of_.kernel) * of_.kernel * outputs * inputs;
    const double* b = next_;
    if (has_bias) next_ += outputs;
    std::vector<std::vector<double>> out(static_cast<std::size_t>(outputs),
                                         std::vector<double>(in.front().size()));
    for (Index o = 0; o < outputs; ++o)
      for (Index y = 0; y < ly_; ++y)
        for (Index x = 0; x < lx_; ++x) {
          double sum = has_bias ? b[o] : 0;
          for (Index dy = -reach; dy <= reach; ++dy)
            for (Index dx = -reach; dx <= reach; ++dx)
              for (Index i = 0; i < inputs; ++i) {
                const Index tap = (dy + reach) * of_.kernel + dx + reach;
                const Index from = wrapped(y + dy, ly_) * lx_ + wrapped(x + dx, lx_);
                sum += w[(tap * outputs + o) * inputs + i] *
                       in[static_cast<std::size_t>(i)][static_cast<std::size_t>(from)];
              }
          out[static_cast<std::size_t>(o)][static_cast<std::size_t>(y * lx_ + x)] = sum;
        }
    return out;
  }

  const ConvCase& of_;
  Index lx_, ly_;
  const double* next_;
};

}  // namespace nmc::contracts
