#include "drivers/compare/rivals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "core/errors.hpp"
#include "core/roles/pair_labels.hpp"
#include "drivers/catalog/samplers/classical.hpp"
#include "models/tensor_networks/row_couplings.hpp"
#include "models/tensor_networks/sheet_heat_bath.hpp"

namespace nmc::drivers {
namespace {

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\n");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

/// Parts between separators outside brackets.
std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts{""};
  int depth = 0;
  for (const char c : text) {
    if (c == '[') ++depth;
    if (c == ']') --depth;
    if (c == separator && depth == 0)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  for (std::string& part : parts) part = trimmed(part);
  return parts;
}

Rival parse_rival(const std::string& text) {
  const std::vector<std::string> parts = split(text, ',');
  Rival rival{parts.front()};
  require(!rival.name.empty(),
          "--with names samplers, \"wolff; tempering, replicas = 24\", and one of them is empty");
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto equals = parts[i].find('=');
    require(equals != std::string::npos,
            fmt::format("--with {}: {} is no key = value", text, parts[i]));
    const std::string key = trimmed(parts[i].substr(0, equals));
    const std::string value = trimmed(parts[i].substr(equals + 1));
    if (key == "warmup")
      rival.warmup = value;
    else
      rival.keys.emplace_back(key, value);
  }
  return rival;
}

const std::string kModelKey = "model.";

template <class Make>
bool can(const Make& make) {
  try {
    make();
  } catch (const UserError&) {
    return false;
  }
  return true;
}

/// The tensor network of the couplings: independent draws where the lattice is open, sheets of a
/// torus, all but a row and a column at once; none where there is neither.
std::vector<Rival> tensor_rivals(const System& system) {
  const Graph& graph = system.pairs != nullptr ? system.pairs->graph() : system.spins->graph();
  if (!system.has_lattice) return {};
  if (can([&] { (void)row_couplings(graph, system.extents); }))
    return {{"independence", {{"model.name", "tensor_network"}, {"model.chi", "16"}}, "5"}};
  const bool is_torus = system.spins != nullptr && system.periodic.extents.size() == 2;
  if (is_torus && can([&] { SheetHeatBath(graph, system.extents, system.beta, 8); }))
    return {{"sheet_heat_bath", {{"chi", "8"}}, "20"}};
  return {};
}

std::vector<Rival> rivals_of_spins(const System& system) {
  std::vector<Rival> rivals;
  if (catalog::is_ferromagnet(system.spins->graph()))
    rivals = {{"wolff", {}, "1000"}, {"swendsen_wang", {}, "50"}, {"metropolis", {}, "1000"}};
  else if (system.beta > 0 && system.at_beta)
    rivals = {{"tempering", {{"inner", "heat_bath"}}, "500"}, {"heat_bath", {}, "1000"}};
  else
    rivals = {{"heat_bath", {}, "1000"}};
  for (Rival& rival : tensor_rivals(system)) rivals.push_back(std::move(rival));
  return rivals;
}

std::vector<Rival> rivals_of_labels(const System& system) {
  std::vector<Rival> rivals{
      {"wolff", {}, "1000"}, {"swendsen_wang", {}, "100"}, {"heat_bath", {}, "500"}};
  for (Rival& rival : tensor_rivals(system)) rivals.push_back(std::move(rival));
  return rivals;
}

}  // namespace

std::string Rival::key(const std::string& name) const {
  const auto found = std::ranges::find(keys, name, &std::pair<std::string, std::string>::first);
  return found == keys.end() ? "" : found->second;
}

std::string Rival::words() const {
  std::string words = name;
  for (const auto& [key, value] : keys) words += fmt::format(", {} = {}", key, value);
  return words;
}

std::string Rival::folder() const {
  std::string folder;
  for (const char c : words()) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    if (is_plain)
      folder += c;
    else if (!folder.empty() && folder.back() != '-')
      folder += '-';
  }
  while (!folder.empty() && folder.back() == '-') folder.pop_back();
  return folder;
}

std::vector<Rival> rivals_of(const System& system) {
  if (system.spins != nullptr) return rivals_of_spins(system);
  if (system.pairs != nullptr) return rivals_of_labels(system);
  if (system.labels != nullptr || system.spin_energies != nullptr)
    return {{"heat_bath", {}, "500"}, {"metropolis", {}, "500"}};
  if (system.auxiliary != nullptr) {
    const bool has_clusters = catalog::is_ferromagnet(system.auxiliary_spins->graph());
    return {{"block_gibbs", {{"updates", has_clusters ? "2" : "10"}}, "50"}, {"hmc", {}, "300"}};
  }
  if (system.coupled_angles != nullptr)
    return {
        {"[wolff x 1, heat_bath x 2]", {}, "100"}, {"hmc", {}, "300"}, {"heat_bath", {}, "500"}};
  if (system.field != nullptr)
    return {{"[metropolis x 1, phi4_cluster x 2]", {}, "200"}, {"hmc", {}, "300"}};
  if (system.target->is_differentiable())
    return {{"hmc", {{"start_width", "3"}}, "300"}, {"metropolis", {{"start_width", "3"}}, "2000"}};
  return {{"metropolis", {{"start_width", "3"}}, "2000"}};
}

std::vector<Rival> parse_rivals(const std::string& text) {
  std::vector<Rival> rivals;
  for (const std::string& part : split(text, ';')) rivals.push_back(parse_rival(part));
  return rivals;
}

JobSource rival_job(const JobSource& source, const Job& job, const Rival& rival, Index draws) {
  JobSource other{source.text, source.name, {}};
  const auto is_own = [](const GivenOption& option) {
    const bool is_length = option.key == "draws" || option.key == "thin" || option.key == "bin" ||
                           option.key == "warmup" || option.key == "walltime";
    const bool is_place = option.key == "dir" || option.key == "configurations";
    return (option.section == "run" && is_length) || (option.section == "output" && is_place) ||
           (option.section != "system" && option.section != "run" && option.section != "output");
  };
  for (const GivenOption& option : source.given)
    if (!is_own(option)) other.given.push_back(option);
  const auto add = [&](const char* section, const std::string& key, const std::string& value) {
    other.given.push_back({section, key, value, "nmc compare"});
  };
  add("sampler", "name", rival.name);
  for (const auto& [key, value] : rival.keys) {
    const bool is_of_model = key.starts_with(kModelKey);
    add(is_of_model ? "model" : "sampler", is_of_model ? key.substr(kModelKey.size()) : key, value);
  }
  add("sampler", "chains", job.sampler.text("chains"));
  add("run", "warmup", rival.warmup);
  add("run", "draws", fmt::format("{}", draws));
  add("output", "dir", (job.directory() / "compare" / rival.folder()).string());
  other.text = given_text(other);
  return other;
}

}  // namespace nmc::drivers
