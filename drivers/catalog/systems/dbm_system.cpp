#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "core/options/paths.hpp"
#include "drivers/catalog/entries/system_entries.hpp"
#include "drivers/catalog/entries/user_system.hpp"
#include "drivers/catalog/systems/machine_system.hpp"
#include "models/energy/dbm.hpp"
#include "models/energy/machine_file.hpp"

namespace nmc::catalog {
namespace {

Dbm read_dbm(const Options& options) {
  const std::string& file = options.text("file");
  if (!file.empty()) {
    for (const char* key : {"layers", "units", "width", "weights_seed"})
      if (options.is_given(key))
        options.fail(key, fmt::format("{} is of a random machine, and file = {} holds one: leave "
                                      "one of them out",
                                      key, file));
    return *read_deep_machine(file);
  }
  DbmShape shape{options.integers("layers"),
                 options.text("units") == "spin" ? Units::spin : Units::binary};
  if (shape.layers.size() < 2)
    options.fail("layers",
                 "a deep machine has a visible layer and one hidden layer or more, for "
                 "example layers = 16, 8, 4");
  return Dbm::random(shape, options.real("width"),
                     static_cast<std::uint64_t>(options.integer("weights_seed")));
}

System make_dbm(const Options& options) {
  const Dbm dbm = read_dbm(options);
  System system = machine_system(options, dbm.folded());
  system.name = "dbm";
  system.summary = fmt::format("layers of {}, beta {:.10g}; the even ones are sampled",
                               in_words(dbm.shape()), system.beta);
  return system;
}

}  // namespace

SystemEntry dbm_entry() {
  SystemEntry entry = user_entry(UserKeys{"dbm"});
  entry.name = "dbm";
  entry.summary =
      "deep Boltzmann machine of a file or random: the density of its even layers, v, h2, ..., "
      "with "
      "the odd ones summed out";
  entry.options = {
      option::with_path(option::text("file", "", "a trained machine; else a random one"),
                        PathForm::file),
      option::integers("layers", "16, 8, 4", "[1, 1e6]",
                       "units of a random machine, of the visible layer first"),
      option::choice("units", "binary", {"binary", "spin"}, "0 and 1, or -1 and 1"),
      option::real("width", "0.5", "(0, inf)", "standard deviation of its random weights"),
      option::integer("weights_seed", "1", "[0, 9007199254740992]", "key of the random weights"),
      option::real("beta", "1", "[0, inf)", "power of the density; 1 is the machine itself")};
  entry.example = "[system]\nname = dbm\nlayers = 8, 6, 4\n";
  entry.make = make_dbm;
  entry.family = [](const Options& options) { return machine_family(read_dbm(options).folded()); };
  return entry;
}

}  // namespace nmc::catalog
