// The readers of files alone, for builds in which every check of the compiler is on: exact and
// convert read their graph, diagnose its chains, check its job (see serve.hpp).

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "core/archive/chains/chain_reader.hpp"
#include "core/archive/graphs/formats.hpp"
#include "core/archive/graphs/reader.hpp"
#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "core/statistics/summary.hpp"
#include "tests/fuzz/serve.hpp"

namespace {

void read_graph(const std::vector<std::string>& words) {
  const std::string option = "--system.bonds=";
  for (const std::string& word : words)
    if (word.starts_with(option))
      (void)nmc::archive::read_graph_file(word.substr(option.size()), {});
}

int read_file(const std::vector<std::string>& words) {
  try {
    const std::string& verb = words.at(0);
    if (verb == "exact") {
      read_graph(words);
    } else if (verb == "convert") {
      const auto file = nmc::archive::read_graph_file(words.at(1), {.takes_constant = true});
      (void)nmc::archive::write_graph_file(words.at(2), "", file);
    } else if (verb == "diagnose") {
      const nmc::archive::ChainFile file = nmc::archive::read_chains(words.at(1), {});
      for (const auto& variable : file.variables) (void)nmc::statistics::summarise(variable.chains);
    } else if (verb == "check") {
      (void)nmc::read_job_file(words.at(1));
    } else {
      std::fprintf(stderr, "defect: no reader for %s\n", verb.c_str());
      return 1;
    }
    return 0;
  } catch (const nmc::UserError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}

}  // namespace

int main() {
  return nmc::fuzz::serve(read_file);
}
