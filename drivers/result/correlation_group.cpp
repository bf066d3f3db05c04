#include "drivers/result/correlation_group.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <string_view>

#include "core/archive/xarray_group.hpp"

namespace nmc::drivers {
namespace {

using archive::Dimension;
using archive::Variable;

/// Of every site or wave vector, over chains.
struct MeanWithError {
  std::vector<double> mean, error;
};

/// Mean over the rows and its error, NaN for one row: the jackknife over chains, which for a mean
/// is the standard error.
class RowStatistics {
 public:
  explicit RowStatistics(Index size)
      : sum_(static_cast<std::size_t>(size), 0), square_(sum_), first_(sum_) {}

  void add(const std::vector<double>& row) {
    if (rows_ == 0) first_ = row;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const double shifted = row[i] - first_[i];  // so that equal rows have no error
      sum_[i] += shifted;
      square_[i] += shifted * shifted;
    }
    ++rows_;
  }

  [[nodiscard]] MeanWithError result() const {
    const auto n = static_cast<double>(rows_);
    MeanWithError result{first_, first_};
    for (std::size_t i = 0; i < first_.size(); ++i) {
      const double mean = sum_[i] / n;
      result.mean[i] = first_[i] + mean;
      result.error[i] = std::sqrt(std::fmax(0, square_[i] / n - mean * mean) / (n - 1));
    }
    if (rows_ == 1) result.error.assign(first_.size(), std::nan(""));
    return result;
  }

 private:
  std::vector<double> sum_, square_, first_;
  Index rows_ = 0;
};

// x, y, z, x4, x5, …
std::string axis(std::size_t direction) {
  constexpr std::string_view kLetters = "xyz";
  if (direction < kLetters.size()) return std::string(1, kLetters[direction]);
  return fmt::format("x{}", direction + 1);
}

/// Two-point functions over their distances and spectra over wave vectors, slowest axis first.
struct Axes {
  std::vector<Dimension> dimensions;
  std::vector<std::string> sites, waves;
};

Axes axes_of(const std::vector<Index>& extents) {
  Axes axes;
  for (std::size_t d = extents.size(); d-- > 0;) {
    axes.sites.push_back(axis(d));
    axes.waves.push_back(fmt::format("k_{}", axis(d)));
    axes.dimensions.push_back(archive::numbered(axes.sites.back(), extents[d]));
    Dimension wave{axes.waves.back(), {}, {}};
    for (Index n = 0; n < extents[d]; ++n)
      wave.reals.push_back(2 * std::numbers::pi * static_cast<double>(n) /
                           static_cast<double>(extents[d]));
    axes.dimensions.push_back(std::move(wave));
  }
  return axes;
}

}  // namespace

void write_correlations(archive::File& file, const Sampled& sampled, const Plan& plan) {
  const TorusFilter& fourier = *plan.fourier;
  const Axes axes = axes_of(fourier.extents());
  std::vector<MeanWithError> waves, sites;
  for (const Batch& sums : sampled.sums) {
    RowStatistics of_waves(fourier.sites()), of_sites(fourier.sites());
    for (Index row = 0; row < sums.rows(); ++row) {
      const Column mean = sums.row(row).transpose() / static_cast<double>(sampled.array_draws);
      const std::span<const double> half{mean.data(), static_cast<std::size_t>(mean.size())};
      of_waves.add(fourier.unfold(half));
      of_sites.add(fourier.two_point(half));
    }
    waves.push_back(of_waves.result());
    sites.push_back(of_sites.result());
  }
  std::vector<Variable> variables;
  const auto add = [&](const std::string& name, const std::vector<std::string>& dimensions,
                       const MeanWithError& values) {
    variables.push_back({name, dimensions, std::span<const double>(values.mean)});
    variables.push_back({name + "_error", dimensions, std::span<const double>(values.error)});
  };
  for (std::size_t i = 0; i < waves.size(); ++i) {
    const std::string suffix = plan.arrays[i]->is_of_pairs() ? "_q" : "";
    add(plan.arrays[i]->name(), axes.waves, waves[i]);
    add("two_point" + suffix, axes.sites, sites[i]);
  }
  archive::write_xarray_group(file, "/correlations", axes.dimensions, variables);
  file.set_attribute("/correlations", "draws", static_cast<std::int64_t>(sampled.array_draws));
  file.set_attribute("/correlations", "every",
                     static_cast<std::int64_t>(plan.simulation.arrays_every));
}

}  // namespace nmc::drivers
