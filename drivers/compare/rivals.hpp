#pragma once

#include <string>
#include <vector>

#include "drivers/job/job.hpp"
#include "physics/system.hpp"

namespace nmc::drivers {

/// A classical sampler with what is not its default: a [sampler] section.
struct Rival {
  std::string name;  ///< as in sampler.name
  std::vector<std::pair<std::string, std::string>> keys{};
  std::string warmup = "200";  ///< steps

  /// "tempering, inner = heat_bath".
  [[nodiscard]] std::string words() const;
  /// A name for a directory.
  [[nodiscard]] std::string folder() const;
};

/// The best classical samplers that are known for a system, best first; the first is the one that
/// networks are held against.
[[nodiscard]] std::vector<Rival> rivals_of(const System& system);
/// Those of "wolff; tempering, replicas = 24". UserError where the text is none.
[[nodiscard]] std::vector<Rival> parse_rivals(const std::string& text);

/// The job with the rival in place of its sampler and network, in DIR/compare/FOLDER, with so many
/// draws at the sampler's own distance.
[[nodiscard]] JobSource rival_job(const JobSource& source, const Job& job, const Rival& rival,
                                  Index draws);

}  // namespace nmc::drivers
