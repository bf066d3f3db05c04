#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/interfaces.hpp"

namespace nmc::drivers {

/// One measured number of `nmc bench`.
struct Measurement {
  std::string name;
  double value = 0;
  std::string unit;
  double cpu_seconds = 0;  ///< of all repetitions
  int threads = 1;
};

struct Benchmark {
  std::string name;
  std::string summary;
  std::function<std::vector<Measurement>()> run;
};

/// All benchmarks; a new one is one entry of a table in this folder.
[[nodiscard]] const std::vector<Benchmark>& benchmarks();

/// Median CPU seconds of `action` over repetitions that fill about a second, after one to warm up;
/// CPU time because shared machines make wall time worthless.
[[nodiscard]] Measurement time_of(const std::string& name, const std::function<void()>& action);

/// Critical inverse temperature of the square lattice, ln(1 + sqrt 2)/2.
inline constexpr double kBetaCritical = 0.44068679350977151;

/// Whole steps of the trainer on one thread: draws, gradient, clipping, Adam, the log.
[[nodiscard]] Measurement time_of_training_step(const std::string& name, Trainable& model,
                                                const Target& target, Index batch);

[[nodiscard]] std::vector<Benchmark> network_benchmarks();
[[nodiscard]] std::vector<Benchmark> autoregressive_benchmarks();
[[nodiscard]] std::vector<Benchmark> field_benchmarks();
[[nodiscard]] std::vector<Benchmark> spin_benchmarks();
[[nodiscard]] std::vector<Benchmark> cluster_benchmarks();
[[nodiscard]] std::vector<Benchmark> label_benchmarks();
[[nodiscard]] std::vector<Benchmark> tensor_benchmarks();

}  // namespace nmc::drivers
