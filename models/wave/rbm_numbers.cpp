#include "models/wave/rbm_numbers.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <utility>

namespace nmc {

RbmNumbers::RbmNumbers(RbmWaveShape shape) : shape_(std::move(shape)), ties_(tie(shape_)) {
  const auto rows = static_cast<std::size_t>((shape_.sites + 1) * parts() * shape_.hidden);
  for (auto* table : {&cosh_, &sinh_, &tanh_}) table->resize(rows);
}

void RbmNumbers::set(std::span<const double> theta) {
  const Index n = shape_.sites, m = shape_.hidden;
  a_.clear();
  b_.clear();
  W_.clear();
  for (Index part = 0; part < parts(); ++part)
    for (Index k = 0; k < std::ssize(ties_.parameter); ++k) {
      const Index own = ties_.parameter[static_cast<std::size_t>(k)];
      std::vector<double>& to = k < n ? a_ : k < n + m ? b_ : W_;
      to.push_back(own < 0 ? 0 : theta[static_cast<std::size_t>(part * ties_.parameters + own)]);
    }
  has_a_ = std::ranges::any_of(a_, [](double a) { return a != 0; });
  make_tables();
}

void RbmNumbers::make_tables() {
  const Index n = shape_.sites, m = shape_.hidden;
  for (Index row = 0; row <= n; ++row)
    for (Index j = 0; j < m; ++j) {
      const auto number = [&](Index part) { return row < n ? W(part)[row * m + j] : b(part)[j]; };
      const auto to = static_cast<std::size_t>(at(row) + j);
      const auto put = [&](std::vector<double>& table, std::complex<double> z) {
        table[to] = z.real();
        if (shape_.is_complex) table[to + static_cast<std::size_t>(m)] = z.imag();
      };
      const std::complex<double> twice(2 * number(0), shape_.is_complex ? 2 * number(1) : 0);
      put(cosh_, std::cosh(twice));
      put(sinh_, std::sinh(twice));
      put(tanh_, std::tanh(twice));
    }
}

}  // namespace nmc
