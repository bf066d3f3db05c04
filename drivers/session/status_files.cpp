#include "drivers/session/status_files.hpp"

#include "core/archive/append_line.hpp"
#include "core/archive/utc.hpp"
#include "core/errors.hpp"
#include "drivers/json_line.hpp"

namespace nmc::drivers {

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
  line.add("time", archive::utc_now()).add("event", event);
  std::string text = line.text();
  if (!json_members.empty()) text.insert(text.size() - 1, ", " + json_members);
  archive::append_line(directory.file("log.jsonl"), text);
}

}  // namespace nmc::drivers
