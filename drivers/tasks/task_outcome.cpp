#include "drivers/tasks/task_outcome.hpp"

#include <fmt/format.h>

#include <sstream>

namespace nmc::drivers {

std::vector<TaskOutcome> gather(const Ranks& ranks, const std::vector<TaskOutcome>& own) {
  std::string text;  // "TASK KIND LENGTH MESSAGE" for each
  for (const TaskOutcome& outcome : own)
    text += fmt::format("{} {} {} {}", outcome.task, static_cast<int>(outcome.kind),
                        outcome.message.size(), outcome.message);
  std::vector<TaskOutcome> all;
  for (const std::string& one : ranks.gather(text)) {
    std::istringstream in(one);
    int kind = 0;
    std::size_t length = 0;
    for (TaskOutcome outcome; in >> outcome.task >> kind >> length; all.push_back(outcome)) {
      outcome.kind = TaskOutcome::Kind(kind);
      outcome.message.resize(length);
      in.ignore(1).read(outcome.message.data(), static_cast<std::streamsize>(length));
    }
  }
  return all;
}

}  // namespace nmc::drivers
