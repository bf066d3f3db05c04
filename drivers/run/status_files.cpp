#include "drivers/run/status_files.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <ctime>
#include <fstream>

#include "core/archive/provenance.hpp"
#include "core/archive/publish.hpp"
#include "core/errors.hpp"

namespace nmc::drivers {
namespace {

std::string utc_now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

}  // namespace

void on_root(const Ranks& ranks, const std::function<void()>& action) {
  // The first letter says what was thrown, so that every rank throws the same.
  std::string outcome = "-";
  if (ranks.is_root()) {
    try {
      action();
    } catch (const UserError& error) {
      outcome = std::string("u") + error.what();
    } catch (const Interrupted& error) {
      outcome = std::string("i") + error.what();
    }
  }
  outcome = ranks.broadcast(outcome);
  if (outcome[0] == 'u') throw UserError(outcome.substr(1));
  if (outcome[0] == 'i') throw Interrupted(outcome.substr(1));
}

void write_log(const OutputDirectory& directory, const std::string& event,
               const std::string& json_members) {
  JsonLine line;
  line.add("time", utc_now()).add("event", event);
  std::string text = line.text();
  if (!json_members.empty()) text.insert(text.size() - 1, ", " + json_members);
  std::ofstream(directory.file("log.jsonl"), std::ios::app) << text << "\n";
}

void write_status(const OutputDirectory& directory, JsonLine state) {
  state.add("updated", utc_now());
  state.add("host", archive::host_name()).add("pid", static_cast<int>(::getpid()));
  archive::publish_text(directory.file("status.json"), state.text() + "\n");
}

}  // namespace nmc::drivers
