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

/// Median CPU seconds of `action` over repetitions that fill about `seconds`, after one to warm up;
/// CPU time because shared machines make wall time worthless.
[[nodiscard]] Measurement time_of(const std::string& name, const std::function<void()>& action,
                                  double seconds = 1);

/// Critical inverse temperature of the square lattice, ln(1 + sqrt 2)/2.
inline constexpr double kBetaCritical = 0.44068679350977151;

/// Whole steps of the trainer on one thread: draws, gradient, clipping, Adam, the log.
[[nodiscard]] Measurement time_of_training_step(const std::string& name, Trainable& model,
                                                const Target& target, Index batch);

[[nodiscard]] std::vector<Benchmark> network_benchmarks();
[[nodiscard]] std::vector<Benchmark> autoregressive_benchmarks();
[[nodiscard]] std::vector<Benchmark> autoregressive_flow_benchmarks();
[[nodiscard]] std::vector<Benchmark> field_benchmarks();
[[nodiscard]] std::vector<Benchmark> spin_benchmarks();
[[nodiscard]] std::vector<Benchmark> cluster_benchmarks();
[[nodiscard]] std::vector<Benchmark> label_benchmarks();
[[nodiscard]] std::vector<Benchmark> tensor_benchmarks();
[[nodiscard]] std::vector<Benchmark> machine_benchmarks();
[[nodiscard]] std::vector<Benchmark> born_benchmarks();
[[nodiscard]] std::vector<Benchmark> wave_benchmarks();

/// Attempted flips of Metropolis per nanosecond of one thread, the energy after ten sweeps
/// included, of one kind of couplings on one lattice.
struct ShapeRow {
  std::string kind;                ///< "torus", "+-J", "open", "field"
  std::string size;                ///< "64x64"
  std::vector<Measurement> cells;  ///< one for each of kShapeChains
};

inline constexpr Index kShapeChains[] = {1, 8, 64, 512};

/// Lattices of many kinds and sizes with few and with many chains, so that a cliff is seen. Calls
/// `visit` with every row as it is measured; what would take too much memory has no cell.
void measure_shapes(const std::function<void(const ShapeRow&)>& visit);

}  // namespace nmc::drivers
