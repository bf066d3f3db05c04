#include "drivers/run/run_size.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <system_error>

#include "core/archive/publish.hpp"
#include "core/errors.hpp"
#include "core/parallel/available_memory.hpp"
#include "core/spins/spin_numbers.hpp"
#include "drivers/format.hpp"
#include "drivers/plan/plan_rows.hpp"
#include "drivers/report/draw_column.hpp"
#include "drivers/report/page_threads.hpp"
#include "drivers/result/result_file.hpp"
#include "drivers/sample/held_draws.hpp"

namespace nmc::drivers {
namespace {

constexpr double kNumber = sizeof(double);
// Of names, attributes and the tables of HDF5, whatever the run.
constexpr double kResultHead = 36e3, kCheckpointHead = 12e3, kPartHead = 11e3;

double rows_of_run(const Plan& plan) {
  return static_cast<double>(rows_of(plan).rows());
}

double sites_of(const Plan& plan) {
  return static_cast<double>(plan.system.target->sites());
}

double kept_draws(const Plan& plan) {
  const SimulationOptions& options = plan.simulation;
  if (options.keep_every == 0) return 0;
  return std::ceil(static_cast<double>(options.draws) / static_cast<double>(options.keep_every));
}

double array_numbers(const Plan& plan) {
  double numbers = 0;
  for (const auto& array : plan.arrays) numbers += static_cast<double>(array->size());
  return numbers;
}

double binned_numbers(const Plan& plan) {
  const SimulationOptions& options = plan.simulation;
  if (options.variates == nullptr) return 0;
  return static_cast<double>(options.bins.begun(options.draws) *
                             std::ssize(options.variates->names()));
}

double part_bytes(const Plan& plan) {
  const auto draws = static_cast<double>(plan.simulation.draws);
  const double files = std::ceil(draws / static_cast<double>(most_held_draws(plan)));
  const double numbers =
      draws * static_cast<double>(measured_columns(plan)) + kept_draws(plan) * sites_of(plan);
  return kNumber * rows_of_run(plan) * numbers + kPartHead * files;
}

// Columns at the system's own temperature, those of pairs half as long, and truth values in a byte;
// of a ladder the observables at all temperatures, too.
double result_columns_bytes(const Plan& plan) {
  const auto draws = static_cast<double>(plan.simulation.draws);
  const auto chains = static_cast<double>(plan.simulation.chains);
  double columns = static_cast<double>(measured_columns(plan)), on_ladder = 0;
  for (std::size_t i = 0; i < plan.observables.size(); ++i) {
    const double length = is_of_pairs(plan, i) ? 0.5 : 1;
    columns -= 1 - length;
    if (!plan.observables[i]->traits().has_temperature) on_ladder += length;
  }
  if (!plan.sampler.sampler->traits().has_fast_steps) columns -= 1 - 1 / kNumber;
  if (plan.tempering == nullptr) on_ladder = 0;
  constexpr double kGroups = 2;  // each with the numbers of its draws
  return kNumber * draws * (chains * columns + rows_of_run(plan) * on_ladder + kGroups);
}

double result_bytes(const Job& job, const Plan& plan) {
  const auto chains = static_cast<double>(plan.simulation.chains);
  double bytes = kResultHead + result_columns_bytes(plan);
  bytes += kNumber * chains * kept_draws(plan) * sites_of(plan);
  bytes += kNumber * chains * binned_numbers(plan);
  constexpr double kPerArray = 4;  // over distances and over wave vectors, each with an error
  bytes += kNumber * kPerArray * static_cast<double>(plan.arrays.size()) * sites_of(plan);
  if (plan.model)
    bytes += 2 * kNumber *
             static_cast<double>(job.run.integer("importance") + job.run.integer("forward"));
  constexpr double kBond = 24;  // two sites and a coupling
  if (plan.system.disorder != nullptr)
    bytes +=
        kBond * static_cast<double>(std::min(plan.system.disorder->bonds.size(), kMaxStoredBonds));
  return bytes;
}

// What a configuration takes in a checkpoint: spins that are updated as bits stay bits.
double stored_sites(const Plan& plan) {
  const bool is_packed =
      plan.system.spins != nullptr && plan.sampler.sampler->traits().has_fast_steps;
  return is_packed ? std::ceil(sites_of(plan) / static_cast<double>(kSpinsPerNumber))
                   : sites_of(plan);
}

double checkpoint_bytes(const Plan& plan) {
  const bool has_gradient = plan.system.target->support().kind == Support::Kind::real;
  constexpr double kColumns = 4;  // log p, log q, rejections now and longest
  const double of_row = (has_gradient ? 2 : 1) * stored_sites(plan) + kColumns +
                        array_numbers(plan) + binned_numbers(plan);
  return 2 * (kNumber * rows_of_run(plan) * of_row + kCheckpointHead);
}

// Of the parts and checkpoints of an earlier start, which the run goes on with.
double bytes_in(const std::filesystem::path& directory) {
  double bytes = 0;
  std::error_code ignored;
  for (const char* name : {"parts", "."})
    for (const auto& entry : std::filesystem::directory_iterator(directory / name, ignored))
      if (entry.is_regular_file(ignored) && entry.path().filename() != "result.h5")
        bytes += static_cast<double>(entry.file_size(ignored));
  return bytes;
}

/// Read once in a tenth of a second: the tasks of a sweep ask for it thousands of times.
double memory_left() {
  using Clock = std::chrono::steady_clock;
  static Clock::time_point read{};
  static double left = 0;
  if (const auto now = Clock::now();
      read == Clock::time_point{} || now - read > std::chrono::milliseconds(100)) {
    left = available_memory();
    read = now;
  }
  return left;
}

}  // namespace

DiskSize disk_size(const Job& job, const Plan& plan) {
  if (!plan.samples) return {};
  return {part_bytes(plan), result_bytes(job, plan), checkpoint_bytes(plan)};
}

MemorySize memory_size(const Plan& plan, double draws_between, int threads) {
  if (!plan.samples) return {};
  const double rows = rows_of_run(plan);
  const auto draws = static_cast<double>(plan.simulation.draws);
  const double held = std::min({draws_between, draws, static_cast<double>(most_held_draws(plan))});
  // As in most_held_draws(): the records and what is gathered of them; configurations five times.
  double of_draw = 2 * static_cast<double>(measured_columns(plan));
  if (plan.simulation.keep_every > 0)
    of_draw += 5 * sites_of(plan) / static_cast<double>(plan.simulation.keep_every);
  // The state, the one that a segment goes back to, and its way into a checkpoint.
  constexpr double kStates = 5;
  MemorySize size;
  size.sampling = kNumber * rows *
                  (held * of_draw +
                   kStates * (stored_sites(plan) + array_numbers(plan) + binned_numbers(plan)));
  const double column = draws * static_cast<double>(plan.simulation.chains);
  const int pages = threads_of_pages(threads).count();
  // Measured: copies of a column and its ranks while it is judged, those of its pieces on the way
  // there, and of a large one blocks and first draws.
  constexpr double kCopies = 8, kCopiesOfPieces = 2.5, kMostOfPieces = 14e6, kCopiesOfBlocks = 2;
  if (column <= static_cast<double>(kMostExactNumbers)) {
    const double at_once = std::clamp(static_cast<double>(kMostExactNumbers) / column, 1.0,
                                      static_cast<double>(pages));
    size.report = at_once * (kNumber * kCopies * column +
                             std::min(kMostOfPieces, kNumber * kCopiesOfPieces * column));
  } else {
    size.report =
        kNumber * static_cast<double>(kBlockNumbers) *
        (kCopies * pages + kCopiesOfBlocks * static_cast<double>(plan.observables.size()));
  }
  return size;
}

void require_free(std::filesystem::path directory, double bytes) {
  directory = std::filesystem::absolute(directory);
  const double there = bytes_in(directory);
  while (!std::filesystem::exists(directory)) directory = directory.parent_path();
  const double free = archive::free_bytes(directory.string());
  if (bytes - there < free) return;
  const std::string less =
      "set run.thin and fewer run.draws, fewer output.observables, or leave out "
      "output.configurations";
  const std::string sizes =
      fmt::format("would write {} and {} are free in {}", bytes_text(bytes - there),
                  bytes_text(free), directory.string());
  std::error_code ignored;
  // What an empty disk would hold waits for space; what it would not is a mistake in the job.
  const auto capacity = static_cast<double>(std::filesystem::space(directory, ignored).capacity);
  require(bytes - there < capacity, fmt::format("{}: {}", sizes, less));
  throw Interrupted(fmt::format("no space left: {}: free some and run again, or {}", sizes, less));
}

void require_fits(const Job& job, const Plan& plan, int threads) {
  if (!plan.samples) return;
  require_free(job.directory(), disk_size(job, plan).all());
  const MemorySize size = memory_size(plan, static_cast<double>(plan.simulation.draws), threads);
  const double bytes = kProgramBytes + std::max(size.sampling, size.report);
  const double free = memory_left();
  require(bytes < free, fmt::format("would take {} of memory and {} are free: {}",
                                    bytes_text(bytes), bytes_text(free),
                                    size.sampling > size.report
                                        ? "set a smaller run.memory, or fewer sampler.chains"
                                        : "set fewer run.threads, or fewer sampler.chains"));
}

}  // namespace nmc::drivers
