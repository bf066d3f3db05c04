#pragma once

#include <string>
#include <vector>

#include "drivers/job/job.hpp"
#include "physics/system.hpp"

namespace nmc::drivers {

/// A sampler that needs no training, with what is not its default: a [sampler] section, and, by
/// keys that begin with "model.", the [model] section of a tensor network.
struct Rival {
  std::string name;  ///< as in sampler.name
  std::vector<std::pair<std::string, std::string>> keys{};
  std::string warmup = "200";  ///< steps

  /// The value of one of the keys; empty where it is not given.
  [[nodiscard]] std::string key(const std::string& name) const;
  /// "tempering, inner = heat_bath".
  [[nodiscard]] std::string words() const;
  /// A name for a directory.
  [[nodiscard]] std::string folder() const;
};

/// The best samplers without training that are known for a system: classical ones, best first, then
/// the tensor network of its couplings where there is one.
[[nodiscard]] std::vector<Rival> rivals_of(const System& system);
/// Those of "wolff; tempering, replicas = 24". UserError where the text is none.
[[nodiscard]] std::vector<Rival> parse_rivals(const std::string& text);

/// The job with the rival in place of its sampler and network, in DIR/compare/FOLDER, with so many
/// draws at the sampler's own distance.
[[nodiscard]] JobSource rival_job(const JobSource& source, const Job& job, const Rival& rival,
                                  Index draws);

}  // namespace nmc::drivers
