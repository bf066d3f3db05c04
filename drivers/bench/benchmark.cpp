#include "drivers/bench/benchmark.hpp"

#include <algorithm>

#include "core/cpu_clock.hpp"
#include "core/parallel/threads.hpp"
#include "models/training/reverse_kl.hpp"
#include "models/training/trainer.hpp"

namespace nmc::drivers {
Measurement time_of(const std::string& name, const std::function<void()>& action, double seconds) {
  constexpr std::size_t kMost = 1000;
  action();
  std::vector<double> times;
  double total = 0;
  while ((total < seconds && times.size() < kMost) || times.size() < 3) {
    const double start = cpu_now();
    action();
    times.push_back(cpu_now() - start);
    total += times.back();
  }
  std::ranges::nth_element(times, times.begin() + std::ssize(times) / 2);
  return {name, times[times.size() / 2], "s", total, 1};
}

Measurement time_of_training_step(const std::string& name, Trainable& model, const Target& target,
                                  Index batch) {
  const Ranks ranks;
  const Threads threads(1);
  ReverseKl objective(model, target);
  TrainingOptions options;
  options.steps = 1'000'000;
  options.schedule.steps = options.steps;
  options.batch = batch;
  options.validate_every = 0;
  Trainer trainer(model, objective, options, {&ranks, &threads});
  return time_of(name, [&] { (void)trainer.run([](const StepRecord&) { return false; }); });
}

const std::vector<Benchmark>& benchmarks() {
  static const std::vector<Benchmark> table = [] {
    std::vector<Benchmark> all = network_benchmarks();
    for (const auto& more :
         {autoregressive_benchmarks(), autoregressive_flow_benchmarks(), field_benchmarks(),
          spin_benchmarks(), cluster_benchmarks(), label_benchmarks(), tensor_benchmarks(),
          machine_benchmarks(), born_benchmarks(), wave_benchmarks()})
      all.insert(all.end(), more.begin(), more.end());
    return all;
  }();
  return table;
}

}  // namespace nmc::drivers
