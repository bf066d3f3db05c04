#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "core/archive/publish.hpp"
#include "drivers/anneal/anneal_phase.hpp"
#include "drivers/format.hpp"
#include "drivers/job/resolve_ground_state.hpp"
#include "drivers/machine/deep_phase.hpp"
#include "drivers/machine/generator_phase.hpp"
#include "drivers/machine/ising_phase.hpp"
#include "drivers/machine/learn_job.hpp"
#include "drivers/machine/learn_phase.hpp"
#include "drivers/run/estimate.hpp"
#include "drivers/run/run_job.hpp"
#include "drivers/run/run_size.hpp"
#include "drivers/search/search_probe.hpp"
#include "drivers/session/directory.hpp"
#include "drivers/text_table.hpp"
#include "drivers/tomography/tomography_job.hpp"
#include "drivers/tomography/tomography_phase.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {
namespace {

std::string free_text(const std::filesystem::path& directory) {
  std::filesystem::path parent = std::filesystem::absolute(directory);
  while (!std::filesystem::exists(parent)) parent = parent.parent_path();
  return fmt::format("{} free in {}", bytes_text(archive::free_bytes(parent.string())),
                     parent.string());
}

// "2.3 s", "0:01:10".
std::string duration_text(double seconds) {
  constexpr double kLong = 60;
  return seconds < kLong ? fmt::format("{:.2g} s", seconds) : clock_text(seconds);
}

// "0:01:10 (0:01:02 to 0:01:25)".
std::string time_text(const Estimate& estimate, double threads) {
  return fmt::format("{} ({} to {})", duration_text(estimate.seconds / threads),
                     duration_text(estimate.low / threads), duration_text(estimate.high / threads));
}

// The most that a phase takes: training, then sampling, then the table of the result.
struct Planned {
  const Job& job;
  const Plan& plan;
  int threads;
};
double memory_of(const Planned& planned, const Estimate& train, const Estimate& sample) {
  const auto& [job, plan, threads] = planned;
  const double seconds = std::max(1e-9, sample.seconds / threads);
  const double draws = static_cast<double>(plan.simulation.draws) *
                       std::min(1.0, job.run.seconds("checkpoint") / seconds);
  const MemorySize size = memory_size(plan, std::max(1.0, draws), threads);
  return kProgramBytes + std::max({train.bytes, size.sampling, size.report});
}

void print_plan(const Job& job, const Plan& plan, int threads) {
  const Estimate train = estimate_training(job, plan, kProbeSeconds, threads);
  const Estimate sample = estimate_sampling(plan);
  const Estimate importance = estimate_importance(job, plan);
  fmt::print("{}\n{:<10}{}: {}\n", resolved_text(job), "system", plan.system.name,
             plan.system.summary);
  if (plan.model)
    fmt::print("{:<10}{}, {} parameters{}\n", "model", job.model.text("name"),
               plan.model->parameters().size(), plan.is_model_trained ? ", trained" : "");
  if (plan.wave)
    fmt::print("{:<10}{}, {} parameters{}\n", "model", job.model.text("name"),
               plan.wave->parameters().size(), plan.is_model_trained ? ", found" : "");
  const SearchCost search = plan.seeks_ground_state ? probe_search(job, plan) : SearchCost{};
  if (plan.seeks_ground_state)
    fmt::print("{:<10}{} steps of {} samples, about {}\n", "search", job.train.text("steps"),
               job.train.text("samples"), duration_text(search.seconds / threads));
  if (!plan.note.empty()) fmt::print("{:<10}{}\n", "", plan.note);
  if (plan.trains)
    fmt::print("{:<10}{} steps of {}, about {}\n", "training", job.train.text("steps"),
               job.train.text("batch"), time_text(train, threads));
  if (plan.samples)
    fmt::print("{:<10}{} draws of {} chains, about {}\n", "sampling", plan.simulation.draws,
               plan.simulation.chains, time_text(sample, threads));
  if (plan.samples)
    fmt::print("{:<10}about {}, exact values apart\n", "report",
               duration_text(sample.report_seconds / threads));
  if (plan.model)
    fmt::print("{:<10}{} fresh draws of the network, about {}\n", "judgement",
               job.run.text("importance"), time_text(importance, threads));
  fmt::print("{:<10}about {}\n", "memory",
             bytes_text(search.bytes + memory_of({job, plan, threads}, train, sample)));
  fmt::print("{:<10}about {}, {}\n", "disk", bytes_text(disk_size(job, plan).all()),
             free_text(job.directory()));
  fmt::print(
      "times are of a short warm-up and some draws on this machine, for {} thread{}; in brackets "
      "what the\nfastest and the slowest pieces of them would make\n",
      threads, threads == 1 ? "" : "s");
}

int threads_of(const Job& job, const Ranks& ranks) {
  const Index asked = job.run.integer("threads");
  return asked > 0 ? static_cast<int>(asked) : ranks.default_threads();
}

Plan plan_of(const Job& job, const Ranks& ranks) {
  const bool has_wave = is_ground_state(job.run);
  require(has_wave || job.sampler_entry != nullptr || job.model_entry != nullptr,
          "the job has neither [sampler] nor [model]: there is nothing to run");
  const bool samples = has_wave || job.sampler_entry != nullptr;
  const Launch launch{ranks, "", {.train = true, .sample = samples, .must_train = !samples}};
  archive::require_free_directory(job.directory().string());
  return prepare_job(job, launch);
}

/// A row of the table of tasks.
struct Cost {
  double seconds = 0, memory = 0, disk = 0;
};

Cost cost_of(const Job& task, Index number, const Ranks& ranks, TextTable& table) {
  const Plan plan = plan_of(task, ranks);
  constexpr double kShort = 0.2;  // there may be hundreds of tasks
  const Estimate train = estimate_training(task, plan, kShort, threads_of(task, ranks));
  const Estimate sample = estimate_sampling(plan, kShort);
  const double seconds = train.seconds + sample.seconds + sample.report_seconds +
                         estimate_importance(task, plan).seconds;
  const Cost cost{seconds / threads_of(task, ranks),
                  memory_of({task, plan, threads_of(task, ranks)}, train, sample),
                  disk_size(task, plan).all()};
  const SimulationOptions& options = plan.simulation;
  const auto count = [&](Index n) { return plan.samples ? fmt::format("{}", n) : "-"; };
  table.add({task.task, fmt::format("{}", number), fmt::format("{}", plan.system.target->sites()),
             count(options.chains), count(options.draws), count(options.thin),
             clock_text(cost.seconds), bytes_text(cost.memory), bytes_text(cost.disk)});
  return cost;
}

void check_tasks(const Sweep& sweep, const Ranks& ranks) {
  OutputDirectory(sweep.directory).check_sweep(false);
  TextTable table({"task", "no.", "sites", "chains", "draws", "thin", "time", "memory", "disk"});
  Cost total;
  for (Index number = 0; const Job& task : sweep.tasks) {
    try {
      const Cost cost = cost_of(task, number++, ranks, table);
      total = {total.seconds + cost.seconds, std::max(total.memory, cost.memory),
               total.disk + cost.disk};
    } catch (const UserError& error) {
      throw UserError(fmt::format("{} (task {} of the sweep)", error.what(), task.task));
    }
  }
  require_free(sweep.directory, total.disk);
  fmt::print("{}\n{} tasks one after the other in {}: about {}, {} of memory, {} of disk, {}\n",
             table.text(), sweep.tasks.size(), sweep.directory.string(), clock_text(total.seconds),
             bytes_text(total.memory), bytes_text(total.disk), free_text(sweep.directory));
  fmt::print("times are of a short warm-up and some draws of every task on this machine\n");
}

// A job of nmc anneal alone.
void check_anneal(const Job& job, const Ranks& ranks) {
  const AnnealPlan plan = make_anneal_plan(job, ranks);
  const double rows = static_cast<double>(plan.options.population);
  const double sites = static_cast<double>(plan.system.target->sites());
  // A bit or a byte per spin, and some forty bytes of weights and families per configuration.
  constexpr double kPerRow = 40;
  fmt::print("{}\n{:<10}{}: {}\n{:<10}{} runs of {} configurations\n{:<10}about {}\n",
             resolved_text(job), "system", plan.system.name, plan.system.summary, "annealing",
             plan.runs, plan.options.population, "memory",
             bytes_text(kProgramBytes + rows * (sites + kPerRow)));
}

LearnEstimate learn_estimate(const Job& job, const Threads& threads) {
  const std::string& machine = job.train.text("machine");
  if (machine == "ising") return IsingPlan(job).estimate(threads);
  if (machine == "rbm") return LearnPlan(job).estimate(threads);
  if (machine == "dbm") return DeepPlan(job).estimate(threads);
  return GeneratorPlan(job).estimate();
}

LearnEstimate tomography_estimate(const Job& job, const Threads& threads) {
  return TomographyPlan(job).estimate(threads);
}

// A job with [learn] or [tomography].
using EstimateOf = LearnEstimate (*)(const Job&, const Threads&);
void check_learning(const Job& job, const Ranks& ranks, const EstimateOf& estimate_of) {
  OutputDirectory(job.directory()).check(job, false);
  const LearnEstimate estimate = estimate_of(job, Threads(threads_of(job, ranks)));
  fmt::print("{}\n{:<10}{}\n{:<10}{}\n{:<10}at most {} steps of {:.2g} CPU s, {} in all\n",
             resolved_text(job), "data", estimate.data, "method", estimate.method, "training",
             estimate.steps, estimate.seconds_per_step,
             duration_text(static_cast<double>(estimate.steps) * estimate.seconds_per_step));
}

}  // namespace

int check_verb(const Invocation& call) {
  const JobSource source = read_job(call.line);
  if (has_sweep(source.given)) {
    check_tasks(resolve_sweep(source, {}), call.ranks);
    return 0;
  }
  if (is_learning(source.given)) {
    check_learning(resolve_learning(source), call.ranks, learn_estimate);
    return 0;
  }
  if (is_tomography(source.given)) {
    check_learning(resolve_tomography(source), call.ranks, tomography_estimate);
    return 0;
  }
  const Job job = resolve_job(source, {});
  if (job.sampler_entry == nullptr && job.model_entry == nullptr && !job.anneal.all().empty()) {
    OutputDirectory(job.directory()).check(job, false);
    check_anneal(job, call.ranks);
    return 0;
  }
  const Plan plan = plan_of(job, call.ranks);
  print_plan(job, plan, threads_of(job, call.ranks));
  return 0;
}

}  // namespace nmc::drivers
