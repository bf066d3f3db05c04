#include "drivers/run/network.hpp"

#include <fmt/format.h>

#include "core/archive/publish.hpp"
#include "models/model_file.hpp"

namespace nmc::drivers {

void write_network(const std::string& path, const Job& job, const Trainable& model) {
  std::map<std::string, std::string> target;
  for (const ResolvedOption& option : job.system.all())
    if (!option.value.empty()) target[option.spec.name] = option.value;
  archive::publish_file(
      path, [&](archive::File& file) { write_model(file, model, job.model.text("name"), target); });
}

std::unique_ptr<Trainable> read_network(const std::string& path, const Job& job,
                                        const catalog::System& system) {
  ModelFile file = read_model(path);
  const auto entry = [&](const char* key) {
    const auto it = file.target.find(key);
    return it == file.target.end() ? std::string() : it->second;
  };
  const Index sites = system.target->sites();
  if (file.model->sites() != sites) {
    const std::string beta = entry("beta").empty() ? "" : " at beta " + entry("beta");
    throw UserError(fmt::format("{} was trained for {} sites{}; the system has {} sites", path,
                                file.model->sites(), beta, sites));
  }
  const std::string trained_for = entry("name");
  require(trained_for.empty() || trained_for == job.system.text("name"),
          fmt::format("{} was trained for system {}; the job has system {}", path, trained_for,
                      job.system.text("name")));
  return std::move(file.model);
}

}  // namespace nmc::drivers
