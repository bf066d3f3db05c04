#include "drivers/search/search_phase.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "core/archive/checkpoint.hpp"
#include "drivers/format.hpp"
#include "drivers/search/plan_wave.hpp"
#include "drivers/session/phase_clock.hpp"

namespace nmc::drivers {
namespace {

constexpr const char* kSearchFile = "search.h5";

class SearchRun {
 public:
  SearchRun(const Job& job, Plan& plan, Session& session)
      : job_(job),
        plan_(plan),
        session_(session),
        sampler_(wave_sampler(job, plan)),
        search_({*plan.system.hamiltonian,
                 *plan.wave,
                 *sampler_.sampler,
                 {&session.ranks(), &session.threads()}},
                search_options(job, std::ssize(std::as_const(*plan.wave).parameters()))),
        checkpoints_(session.directory().file(kSearchFile)),
        clock_(resume()) {}

  void run() {
    session_.begin_phase("search", "steps", static_cast<double>(search_.steps_done()),
                         static_cast<double>(search_.options().steps));
    while (search_.steps_done() < search_.options().steps) {
      step();
      const bool must_stop = session_.must_stop();
      if (must_stop || session_.is_checkpoint_due()) save();
      if (must_stop)
        throw Interrupted(fmt::format(
            "stopped at step {} of the search after a checkpoint in {}: "
            "{}",
            search_.steps_done(), session_.directory().path().string(), session_.way_to_resume()));
    }
    save();
    session_.on_root(
        [&] { publish_wave(session_.directory().file("model.h5"), job_, *plan_.wave); });
  }

 private:
  archive::PhaseTime resume() {
    const archive::LoadedCheckpoint loaded = checkpoints_.load();
    for (const std::string& message : loaded.messages) session_.progress().say(message);
    if (!loaded.file) return stored_.time;
    stored_ = read_search(*loaded.file);
    search_.set_state(stored_.state);
    session_.progress().say(fmt::format("search resumes at step {} of {}", search_.steps_done(),
                                        search_.options().steps));
    return stored_.time;
  }

  void step() {
    try {
      stored_.log.push_back(search_.step());
    } catch (const NumericalError&) {
      save();
      throw;
    }
    session_.advance(static_cast<double>(search_.steps_done()), [&](RunStatus& status) {
      status.loss = stored_.log.back().energy;
      status.acceptance = stored_.log.back().acceptance;
    });
    session_.progress().show([&] {
      const SearchRecord& record = stored_.log.back();
      Pace pace = session_.pace();
      pace.draws_per_unit = static_cast<double>(search_.samples());
      return ProgressLine()
          .add(Worth::tag, session_.tag())
          .add(pace_line(pace))
          .add(Worth::loss, "E " + with_error(record.energy, record.error))
          .add(Worth::ess, fmt::format("var {:.3g}", record.variance))
          .add(Worth::acceptance, fmt::format("acc {:.2g}", record.acceptance));
    });
  }

  void save() {
    stored_.state = search_.state();
    stored_.is_done = search_.steps_done() >= search_.options().steps;
    stored_.time = clock_.read(session_.ranks());
    session_.on_root([&] {
      checkpoints_.save(fmt::format("step {} of {}", search_.steps_done(), search_.options().steps),
                        [&](archive::File& file) { write_search(file, stored_); });
    });
    session_.note_checkpoint(static_cast<double>(search_.steps_done()));
  }

  const Job& job_;
  Plan& plan_;
  Session& session_;
  catalog::SamplerParts sampler_;
  GroundStateSearch search_;
  archive::Checkpoints checkpoints_;
  StoredSearch stored_;
  PhaseClock clock_;  // after what resume() sets
};

}  // namespace

void search_phase(const Job& job, Plan& plan, Session& session) {
  SearchRun(job, plan, session).run();
}

std::optional<StoredSearch> stored_search(const OutputDirectory& directory) {
  const archive::LoadedCheckpoint loaded = archive::Checkpoints(directory.file(kSearchFile)).load();
  if (!loaded.file) return std::nullopt;
  return read_search(*loaded.file);
}

}  // namespace nmc::drivers
