#include "core/options/job_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <fstream>
#include <map>
#include <sstream>

#include "core/errors.hpp"
#include "core/options/spelled_default.hpp"

namespace po = boost::program_options;

namespace nmc {
namespace {

std::string without_comment(const std::string& line) {
  const std::string text = line.substr(0, line.find('#'));
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Whether the comment of a line is the one that resolved.ini gives to what nobody wrote.
bool spells_default(const std::string& line) {
  const auto comment = line.find('#');
  if (comment == std::string::npos) return false;
  return without_comment(line.substr(comment + 1)) == "default";
}

// Boost's reader gives no line numbers, so it is given one line at a time.
GivenOption parse_line(const std::string& section, const std::string& line,
                       const std::string& origin) {
  std::istringstream stream("[" + section + "]\n" + line + "\n");
  const po::options_description none;
  try {
    const auto parsed = po::parse_config_file(stream, none, true);
    const po::option& option = parsed.options.at(0);
    return {section, option.string_key.substr(section.size() + 1), option.value.at(0), origin};
  } catch (const po::error&) {
    throw UserError(fmt::format("{}: \"{}\" is not of the form key = value", origin, line));
  }
}

// Editors write marks before the text that would become part of its first word.
void refuse_byte_order_mark(const std::string& text, const std::string& name) {
  require(!text.starts_with("\xEF\xBB\xBF"),
          fmt::format("{} begins with a byte order mark; save it as UTF-8 without one: "
                      "sed -i '1s/^\\xEF\\xBB\\xBF//' {}",
                      name, name));
  require(!text.starts_with("\xFF\xFE") && !text.starts_with("\xFE\xFF"),
          fmt::format("{} is text in UTF-16; convert it: iconv -f UTF-16 -t UTF-8 {} > NEW", name,
                      name));
}

}  // namespace

std::vector<GivenOption> parse_job_text(const std::string& text, const std::string& name) {
  refuse_byte_order_mark(text, name);
  std::istringstream stream(text);
  std::vector<GivenOption> values;
  std::map<std::string, std::string> first_origin;
  std::string section;
  std::string raw;
  for (int number = 1; std::getline(stream, raw); ++number) {
    const std::string origin = fmt::format("{}:{}", name, number);
    const std::string line = without_comment(raw);
    if (line.empty()) continue;
    if (line.front() == '[') {
      require(line.back() == ']', fmt::format("{}: \"{}\" lacks its closing ]", origin, line));
      section = without_comment(line.substr(1, line.size() - 2));
      continue;
    }
    require(!section.empty(),
            fmt::format("{}: \"{}\" stands before the first [section]", origin, line));
    values.push_back(parse_line(section, line, origin));
    if (spells_default(raw)) values.back().origin += spelled_default;
    const std::string key = section + "." + values.back().key;
    const auto [it, is_new] = first_origin.emplace(key, origin);
    require(is_new, fmt::format("{}: {} is already set at {}", origin, key, it->second));
  }
  return values;
}

JobFile read_job_file(const std::filesystem::path& path) {
  require(!std::filesystem::is_directory(path),
          fmt::format("{} is a directory; a job file is expected", path.string()));
  std::ifstream file(path, std::ios::binary);
  require(file.good(), fmt::format("cannot read the job file {}", path.string()));
  std::ostringstream text;
  text << file.rdbuf();
  JobFile job{path, text.str(), {}};
  job.values = parse_job_text(job.text, path.filename().string());
  const auto base = std::filesystem::canonical(std::filesystem::absolute(path).parent_path());
  for (GivenOption& option : job.values) option.base = base.string();
  return job;
}

const GivenOption* find_given(const std::vector<GivenOption>& given, const std::string& section,
                              const std::string& key) {
  const auto it = std::ranges::find_if(given, [&](const auto& option) {
    return option.section == section && option.key == key && !is_unset(option);
  });
  return it == given.end() ? nullptr : &*it;
}

std::vector<GivenOption> merge(std::vector<GivenOption> command_line,
                               const std::vector<GivenOption>& file) {
  std::vector<GivenOption> merged;
  const auto is_in = [](const GivenOption& option, const std::vector<GivenOption>& options) {
    return std::ranges::any_of(options, [&](const GivenOption& other) {
      return other.section == option.section && other.key == option.key;
    });
  };
  for (GivenOption& option : command_line)
    if (!is_unset(option) || !is_in(option, file)) merged.push_back(option);
  std::erase_if(command_line, [](const GivenOption& option) { return !is_unset(option); });
  for (const GivenOption& option : file)
    if (!is_in(option, command_line)) merged.push_back(option);
  return merged;
}

}  // namespace nmc
