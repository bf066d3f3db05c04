#include "drivers/sample/sample_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/archive/checkpoint.hpp"
#include "core/archive/publish.hpp"
#include "core/archive/write_error.hpp"

namespace nmc::drivers {
namespace {

SimulationState gather_state(const Ranks& ranks, SimulationState state) {
  if (ranks.size() == 1) return state;
  state.chains.x = ranks.gather_rows(state.chains.x);
  state.spins = ranks.gather_rows(state.spins);
  state.chains.grad = ranks.gather_rows(state.chains.grad);
  state.chains.memory = ranks.gather_rows(state.chains.memory);
  state.chains.log_p = ranks.gather(state.chains.log_p);
  state.chains.log_q = ranks.gather(state.chains.log_q);
  state.rejected_now = ranks.gather(state.rejected_now);
  state.rejected_longest = ranks.gather(state.rejected_longest);
  state.sums = ranks.gather_rows(state.sums);
  state.binned = ranks.gather_rows(state.binned);
  return state;
}

void write_column(archive::File& file, const std::string& name, const Column& values) {
  file.write(name, {values.size()}, {values.data(), static_cast<std::size_t>(values.size())});
}

void write_cost(archive::File& file, const SamplingCost& cost) {
  file.set_attribute("/state", "wall_seconds", cost.time.wall_seconds);
  file.set_attribute("/state", "cpu_seconds", cost.time.cpu_seconds);
  file.set_attribute("/state", "started", cost.time.started);
  file.create_group("/parts");
  for (const auto& [name, part] : cost.parts) {
    file.create_group("/parts/" + name);
    file.set_attribute("/parts/" + name, "runs", static_cast<std::int64_t>(part.runs));
    file.set_attribute("/parts/" + name, "cpu_seconds", part.cpu_seconds);
  }
}

SamplingCost read_cost(const archive::File& file) {
  SamplingCost cost{{"sample", file.double_attribute("/state", "wall_seconds"),
                     file.double_attribute("/state", "cpu_seconds")}};
  if (file.has_attribute("/state", "started"))
    cost.time.started = file.string_attribute("/state", "started");
  if (!file.has("/parts")) return cost;
  for (const std::string& name : file.children("/parts"))
    cost.parts.push_back({name,
                          {file.int_attribute("/parts/" + name, "runs"),
                           file.double_attribute("/parts/" + name, "cpu_seconds")}});
  return cost;
}

void write_state(archive::File& file, const SimulationState& state, Index draws,
                 const SamplingCost& cost) {
  file.create_group("/state");
  file.set_attribute("/state", "steps", state.steps);
  file.set_attribute("/state", "draws", draws);
  write_cost(file, cost);
  file.write("/state/tuning", {std::ssize(state.tuning)}, std::span<const double>(state.tuning));
  if (state.spins.size() > 0)
    file.write_batch("/state/spins", state.spins);
  else
    file.write_batch("/state/x", state.chains.x);
  if (state.chains.grad.size() > 0) file.write_batch("/state/grad", state.chains.grad);
  if (state.chains.memory.size() > 0) file.write_batch("/state/memory", state.chains.memory);
  if (state.sums.size() > 0) file.write_batch("/state/sums", state.sums);
  if (state.binned.size() > 0) file.write_batch("/state/binned", state.binned);
  write_column(file, "/state/log_p", state.chains.log_p);
  write_column(file, "/state/log_q", state.chains.log_q);
  write_column(file, "/state/rejected_now", state.rejected_now);
  write_column(file, "/state/rejected_longest", state.rejected_longest);
}

Column read_column(const archive::File& file, const std::string& name, const Range& rows) {
  const std::vector<double> values = file.read_doubles(name);
  if (values.empty()) return {};
  return Eigen::Map<const Column>(values.data() + rows.first, rows.count);
}

SimulationState read_state(const archive::File& file, const Range& rows) {
  SimulationState state;
  state.steps = file.int_attribute("/state", "steps");
  state.tuning = file.read_doubles("/state/tuning");
  // Checkpoints of earlier versions hold spins as doubles.
  const bool is_packed = file.has("/state/spins");
  Batch& x = is_packed ? state.spins : state.chains.x;
  x = file.read_batch(is_packed ? "/state/spins" : "/state/x")
          .middleRows(rows.first, rows.count)
          .eval();
  if (file.has("/state/grad"))
    state.chains.grad = file.read_batch("/state/grad").middleRows(rows.first, rows.count).eval();
  if (file.has("/state/memory"))
    state.chains.memory =
        file.read_batch("/state/memory").middleRows(rows.first, rows.count).eval();
  if (file.has("/state/sums"))
    state.sums = file.read_batch("/state/sums").middleRows(rows.first, rows.count).eval();
  if (file.has("/state/binned"))
    state.binned = file.read_batch("/state/binned").middleRows(rows.first, rows.count).eval();
  state.chains.log_p = read_column(file, "/state/log_p", rows);
  state.chains.log_q = read_column(file, "/state/log_q", rows);
  state.rejected_now = read_column(file, "/state/rejected_now", rows);
  state.rejected_longest = read_column(file, "/state/rejected_longest", rows);
  return state;
}

// The kept configurations of each local chain one after the other, one row per chain.
Batch kept_rows(const Simulation& simulation, const Kept& configurations) {
  const Index chains = simulation.local_rows().count;
  if (configurations.empty()) return {chains, 0};
  const Index sites = simulation.sites();
  const Index kept = std::ssize(configurations) / (chains * sites);
  Batch rows(chains, kept * sites);
  for (Index k = 0; k < kept; ++k)
    for (Index chain = 0; chain < chains; ++chain)
      for (Index site = 0; site < sites; ++site)
        rows(chain, k * sites + site) =
            configurations[static_cast<std::size_t>((k * chains + chain) * sites + site)];
  return rows;
}

}  // namespace

Index stored_draws(const OutputDirectory& directory) {
  const archive::LoadedCheckpoint loaded = archive::Checkpoints(directory.file("sample.h5")).load();
  return loaded.file ? loaded.file->int_attribute("/state", "draws") : 0;
}

std::vector<std::string> measured_names(const OutputDirectory& directory) {
  const archive::LoadedCheckpoint loaded = archive::Checkpoints(directory.file("sample.h5")).load();
  if (!loaded.file || loaded.file->int_attribute("/state", "draws") == 0) return {};
  // Checkpoints of earlier versions do not name the columns.
  std::vector<std::string> names =
      loaded.file->has("/names")
          ? loaded.file->read_strings("/names")
          : archive::File::open(DrawParts::path(directory, 0)).read_strings("/names");
  // The statistics of the sampler follow the observables, and begin with lp.
  names.erase(std::ranges::find(names, "lp"), names.end());
  return names;
}

void SampleFiles::save(const Simulation& simulation, const Kept& configurations,
                       const SamplingCost& cost) {
  const Ranks& ranks = session_.ranks();
  const Records& records = simulation.records();
  const Range held = simulation.held();
  std::vector<Batch> columns;
  for (const Batch& values : records.values)
    columns.push_back(ranks.gather_rows(values.topRows(held.count).transpose()));
  const Batch kept = ranks.gather_rows(kept_rows(simulation, configurations));
  const SimulationState state = gather_state(ranks, simulation.state());
  session_.on_root([&] {
    if (held.count > 0) write_part(held.first, records.names, columns, kept);
    checkpoints_.save(fmt::format("draw {}", held.end()), [&](archive::File& file) {
      write_state(file, state, held.end(), cost);
      file.write("/names", {std::ssize(records.names)}, records.names);
    });
  });
}

void SampleFiles::write_part(Index first, const std::vector<std::string>& names,
                             const std::vector<Batch>& columns, const Batch& kept) const {
  // The directory alone: where the run's own was removed meanwhile, no other takes its place.
  std::error_code error;
  std::filesystem::create_directory(session_.directory().file("parts"), error);
  if (error) archive::fail_to_write(session_.directory().file("parts"), error.value());
  archive::publish_file(DrawParts::path(session_.directory(), first), [&](archive::File& file) {
    file.write("/names", {std::ssize(names)}, names);
    for (std::size_t i = 0; i < names.size(); ++i)
      file.write_batch("/columns/" + names[i], columns[i]);
    if (kept.cols() > 0) file.write_batch("/x", kept);
  });
}

void SampleFiles::say(const std::string& message) const {
  if (session_.ranks().is_root()) fmt::print(stderr, "{}\n", message);
}

DrawParts::Poll SampleFiles::poll() const {
  return [this] { session_.require_unasked(); };
}

// Where a part before the newest checkpoint is damaged, the checkpoint before that part: what lies
// between is drawn again, to the same numbers.
SampleFiles::Place SampleFiles::find_place() const {
  const auto draws_of = [](const archive::File& file) {
    return file.int_attribute("/state", "draws");
  };
  archive::LoadedCheckpoint newest = checkpoints_.load();
  for (const std::string& message : newest.messages) say(message);
  if (!newest.file) return {};
  const Index draws = draws_of(*newest.file);
  std::string damage;
  try {
    return {DrawParts(session_.directory(), draws, poll()), std::move(newest.file)};
  } catch (const UserError& error) {
    damage = error.what();
  }
  archive::LoadedCheckpoint older = checkpoints_.load_previous();
  const Index before = older.file ? draws_of(*older.file) : draws;
  try {
    if (before == draws) throw UserError(damage);
    DrawParts parts(session_.directory(), before, poll());
    say(fmt::format("{}; going back to {} at draw {}: draws {} to {} are lost and drawn again",
                    damage, older.file->path(), before, before, draws - 1));
    return {std::move(parts), std::move(older.file)};
  } catch (const UserError& error) {
    throw UserError(
        fmt::format("{}; no checkpoint that is kept lies before it: run again with "
                    "--restart, which measures anew",
                    error.what()));
  }
}

std::optional<StoredSampling> SampleFiles::load(const SimulationOptions& options,
                                                const Range& rows) const {
  Place place = find_place();
  if (!place.file) return std::nullopt;
  require(place.parts.draws() <= options.draws,
          fmt::format("run.draws = {} are fewer than the {} draws that are done", options.draws,
                      place.parts.draws()));
  return StoredSampling{read_state(*place.file, rows), std::move(place.parts),
                        read_cost(*place.file)};
}

}  // namespace nmc::drivers
