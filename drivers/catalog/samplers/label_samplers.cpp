#include "drivers/catalog/samplers/label_samplers.hpp"

#include <fmt/format.h>

#include "drivers/catalog/read/read_lattice.hpp"
#include "samplers/cluster/label_clusters.hpp"
#include "samplers/local/local_labels.hpp"
#include "samplers/local/pair_sweeps.hpp"

namespace nmc::catalog {
namespace {

LabelStart read_label_start(const Options& options) {
  return options.text("start") == "up" ? LabelStart::zero : LabelStart::random;
}

std::optional<SiteOrder> read_label_order(const Options& options) {
  const std::string& order = options.text("order");
  if (order == "colours") return SiteOrder::colours;
  if (order == "sequential") return SiteOrder::sequential;
  if (order == "random") return SiteOrder::random;
  return std::nullopt;
}

const PairLabels& pairs_of(const Options& options, const System& system) {
  if (system.pairs == nullptr)
    options.fail("name", fmt::format("{} grows clusters along bonds, and {} gives its energies "
                                     "alone. Use metropolis or heat_bath",
                                     options.text("name"), system.name));
  return *system.pairs;
}

}  // namespace

SamplerParts make_local_labels(const Options& options, const System& system, LocalRule rule) {
  const LocalLabelsOptions local{rule, read_label_order(options), read_label_start(options)};
  return at_key(options, "order", [&]() -> SamplerParts {
    if (system.pairs != nullptr)
      return {nullptr, std::make_unique<PairSweeps>(*system.pairs, local)};
    return {nullptr, std::make_unique<LocalLabels>(*system.labels, local)};
  });
}

SamplerParts make_label_wolff(const Options& options, const System& system) {
  const PairLabels& pairs = pairs_of(options, system);
  const LabelWolffOptions wolff{options.integer("clusters"), read_label_start(options)};
  return {nullptr, std::make_unique<LabelWolff>(pairs, wolff)};
}

SamplerParts make_label_swendsen_wang(const Options& options, const System& system) {
  const PairLabels& pairs = pairs_of(options, system);
  return {nullptr, std::make_unique<LabelSwendsenWang>(pairs, read_label_start(options))};
}

}  // namespace nmc::catalog
