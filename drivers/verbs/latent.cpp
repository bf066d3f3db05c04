#include "drivers/verbs/latent.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "core/archive/provenance.hpp"
#include "core/archive/publish.hpp"
#include "core/archive/sha256.hpp"
#include "core/errors.hpp"
#include "core/options/parse_values.hpp"
#include "drivers/latent/frequencies.hpp"
#include "drivers/latent/halves.hpp"
#include "drivers/latent/latent_grid.hpp"
#include "drivers/latent/latent_page.hpp"
#include "drivers/latent/latent_report.hpp"
#include "drivers/latent/renyi.hpp"
#include "drivers/report/finding.hpp"
#include "drivers/session/phase_clock.hpp"
#include "drivers/verbs/own_output.hpp"

namespace nmc::drivers {
namespace {

Index count_of(const CommandLine& line, const std::string& flag, Index fallback) {
  const std::string text = line.value(flag);
  if (text.empty()) return fallback;
  const std::int64_t count = parse_integer("--" + flag, text);
  require(count >= 0, fmt::format("--{} {}: it must not be negative", flag, text));
  return count;
}

latent::Request latent_request(const CommandLine& line) {
  latent::Request request;
  request.draws = count_of(line, "draws", request.draws);
  request.seed = static_cast<std::uint64_t>(count_of(line, "seed", 1));
  request.input = line.value("input");
  request.traces = line.has("traces");
  request.walks = line.has("walks");
  return request;
}

std::string publish_report(const Invocation& call, const latent::Source& source,
                           const latent::Report& report, archive::Provenance provenance) {
  const std::string asked = call.line.value("output");
  const std::string path =
      asked.empty() ? (std::filesystem::path(source.directory) / "latent.h5").string() : asked;
  provenance.command_line = call.command;
  provenance.host = archive::host_name();
  provenance.mpi_library = mpi_library();
  provenance.weights_sha256 = archive::sha256(source.network.file.model->parameters());
  archive::publish_file(path, [&](archive::File& file) {
    latent::write_report(file, report);
    archive::write_provenance(file, provenance);
  });
  return path;
}

int print_halves(const Invocation& call, const latent::Request& request) {
  const CommandLine& line = call.line;
  const StatedNetwork network = load_network(latent::model_in(line.positional[0]), line.overrides);
  latent::HalvesRequest halves_request;
  halves_request.draws = request.draws;
  halves_request.seed = request.seed;
  halves_request.inner = count_of(line, "inner", halves_request.inner);
  const latent::Halves halves =
      latent::halves_of(network, halves_request, Threads(Ranks().default_threads()));
  std::fputs((line.has("json") ? latent::halves_json(halves) : latent::halves_text(network, halves))
                 .c_str(),
             stdout);
  return 0;
}

int print_frequencies(const CommandLine& line) {
  const StatedNetwork network = load_network(latent::model_in(line.positional[0]), line.overrides);
  const std::vector<latent::Mode> modes = latent::modes_of(network);
  std::fputs(
      (line.has("json") ? latent::modes_json(modes) : latent::modes_text(network, modes)).c_str(),
      stdout);
  return 0;
}

int print_renyi(const Invocation& call, latent::Request request) {
  const CommandLine& line = call.line;
  require(line.overrides.empty(),
          "--renyi takes a wave function as its file says it, and no other "
          "value: leave --section.key=value out");
  // Of each region; the error of 0.5 % is a second's work for ten spins.
  constexpr Index kDraws = 65536;
  if (line.value("draws").empty()) request.draws = kDraws;
  const latent::RenyiReport report = latent::renyi_of(latent::model_in(line.positional[0]), request,
                                                      Threads(Ranks().default_threads()));
  std::fputs((line.has("json") ? latent::renyi_json(report) : latent::renyi_text(report)).c_str(),
             stdout);
  return latent::is_refused(report) ? kRefusedExit : 0;
}

}  // namespace

int latent_verb(const Invocation& call) {
  const CommandLine& line = call.line;
  require(line.positional.size() == 1,
          "nmc latent takes one RUN, an output directory, or a MODEL.h5");
  require(!line.has("html") || !line.has("json"),
          "--html and --json are two forms of one report: ask for one of them");
  const latent::Request request = latent_request(line);
  require_own_output(line.value("output"),
                     {line.positional[0], latent::model_in(line.positional[0]), request.input});
  require(line.value("inner").empty() || line.has("halves"),
          "--inner is of --halves: draws of one half given the other; leave it out");
  if (line.has("frequencies")) return print_frequencies(line);
  if (line.has("renyi")) return print_renyi(call, request);
  if (line.has("halves")) return print_halves(call, request);
  const PhaseClock clock({.name = "latent"});
  const latent::Source source = latent::find_source(line.positional[0], line.overrides);
  // Rank 0 acts alone: what all ranks do together would wait for the others.
  const Ranks alone;
  const Threads threads(alone.default_threads());
  const latent::Report report = latent::make_report(source, request, threads);
  archive::Provenance provenance;
  provenance.seed = static_cast<std::int64_t>(request.seed);
  provenance.threads = threads.count();
  provenance.phases = {clock.read(alone)};
  const std::string path = publish_report(call, source, report, std::move(provenance));
  if (line.has("html")) {
    const std::string page = (std::filesystem::path(path).replace_extension(".html")).string();
    archive::publish_text(page,
                          latent::latent_page(report, {latent::latent_grid(source, report.map)}));
    fmt::print("{}\n{}\n", path, page);
    return 0;
  }
  std::fputs((line.has("json") ? latent::report_json(report) : latent::report_text(report)).c_str(),
             stdout);
  if (!line.has("json")) fmt::print("\n{}\n", path);
  return 0;
}

}  // namespace nmc::drivers
