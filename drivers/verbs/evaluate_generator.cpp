#include "drivers/verbs/evaluate_generator.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "core/archive/publish.hpp"
#include "core/errors.hpp"
#include "core/options/parse_values.hpp"
#include "models/file/generator_reader.hpp"

namespace nmc::drivers {
namespace {

/// Numbers that are held at a time.
constexpr double kMostDrawn = 1e9;

}  // namespace

void evaluate_generator(const Invocation& call) {
  const std::string model = call.line.positional[0];
  require(call.line.value("input").empty(),
          fmt::format("{} holds a generator, which draws and says the density of nothing that is "
                      "given: leave --input out, and say how many rows, --draws N",
                      model));
  require(call.line.value("sweeps").empty() && call.line.overrides.empty(),
          "nmc evaluate of a generator takes --draws, --seed and --output alone");
  const std::string draws = call.line.value("draws"), seed = call.line.value("seed");
  require(!draws.empty(), fmt::format("{} holds a generator: how many rows? --draws N", model));
  const std::int64_t count = parse_integer("--draws", draws);
  const auto generator = read_generator(model);
  require(count >= 1 && static_cast<double>(count * generator->sites()) <= kMostDrawn,
          fmt::format("--draws {}: one at least, and {:.0e} numbers at most; a row has {}", draws,
                      kMostDrawn, generator->sites()));
  Streams streams{1, 0, 0, Purpose::evaluate};
  if (!seed.empty()) streams.seed = static_cast<std::uint64_t>(parse_integer("--seed", seed));
  const Batch x = generator->sample(streams, count);
  archive::publish_file(call.line.value("output"),
                        [&](archive::File& file) { file.write_batch("/x", x); });
}

}  // namespace nmc::drivers
