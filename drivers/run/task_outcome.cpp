#include "drivers/run/task_outcome.hpp"

#include <nlohmann/json.hpp>

namespace nmc::drivers {

std::vector<TaskOutcome> gather(const Ranks& ranks, const std::vector<TaskOutcome>& own) {
  nlohmann::json list = nlohmann::json::array();
  for (const TaskOutcome& outcome : own)
    list.push_back({outcome.task, static_cast<int>(outcome.kind), outcome.message});
  // Messages may hold bytes of a file name, which are no UTF-8.
  const std::vector<std::uint8_t> bytes = nlohmann::json::to_cbor(list);
  std::vector<TaskOutcome> all;
  for (const std::string& text : ranks.gather(std::string(bytes.begin(), bytes.end())))
    for (const nlohmann::json& item : nlohmann::json::from_cbor(text))
      all.push_back({item[0].get<std::size_t>(), TaskOutcome::Kind(item[1].get<int>()),
                     item[2].get<std::string>()});
  return all;
}

}  // namespace nmc::drivers
