#include "drivers/latent/pulled_back.hpp"

#include <fmt/format.h>

#include "core/archive/provenance.hpp"
#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "drivers/job/resolve_named.hpp"
#include "drivers/sample/classical_draws.hpp"

namespace nmc::drivers::latent {
namespace {

PulledBack pull_back(const Source& source, const Batch& x, std::uint64_t seed) {
  PulledBack result;
  const Streams streams{.seed = seed, .step = 1, .first_chain = 0, .purpose = Purpose::evaluate};
  const auto density = source.network.file.model->latent_density(*source.system().target);
  require(density != nullptr, "the network gives no latent density of its target");
  result.z = density->latent(x, streams);
  result.x = source.flow().forward(result.z).y;
  const auto bad = [](const Batch& numbers) { return !numbers.isFinite().all(); };
  require(!bad(result.z) && !bad(result.x),
          "a configuration has no finite image in latent space: it lies where the network never "
          "draws");
  return result;
}

// Of a result the system is known; a plain file has numbers alone.
void require_same_system(const archive::File& file, const Source& source) {
  if (!file.has("/provenance")) return;
  const archive::Provenance from = archive::read_provenance(file);
  const catalog::SystemEntry* entry = nullptr;
  const Options options = resolve_system(parse_job_text(from.resolved_job, "resolved.ini"), entry);
  const System other = catalog::make_system(*entry, options);
  require(other.name == source.system().name && other.summary == source.system().summary,
          fmt::format("{} holds configurations of {} ({}); the network is for {} ({})", file.path(),
                      other.name, other.summary, source.system().name, source.system().summary));
}

}  // namespace

PulledBack pull_back_exact(const Source& source, Index wanted, std::uint64_t seed,
                           const Threads& threads) {
  const ClassicalDraws draws = classical_draws(source.system(), wanted, seed, threads);
  PulledBack result = pull_back(source, draws.x, seed);
  result.origin = fmt::format("{}, {} chains", draws.sampler, draws.chains);
  return result;
}

PulledBack pull_back_file(const Source& source, const std::string& path, std::uint64_t seed) {
  const auto file = archive::File::open(path);
  require_same_system(file, source);
  const std::string dataset = file.has("/configurations/x") ? "/configurations/x" : "/x";
  require(file.has(dataset),
          fmt::format("{} holds no configurations: neither /x (draws, sites) nor, in a result, "
                      "/configurations/x (output.configurations = 1)",
                      path));
  const Index sites = source.flow().sites();
  const std::vector<double> numbers = file.read_doubles(dataset);
  require(file.shape(dataset).back() == sites,
          fmt::format("{}: {} has {} entries per configuration; the network has {} sites", path,
                      dataset, file.shape(dataset).back(), sites));
  using Rows = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Batch x = Eigen::Map<const Rows>(numbers.data(), std::ssize(numbers) / sites, sites);
  require(x.isFinite().all(),
          fmt::format("{}: {} holds numbers that are not finite", path, dataset));
  PulledBack result = pull_back(source, x, seed);
  result.origin = path;
  return result;
}

}  // namespace nmc::drivers::latent
