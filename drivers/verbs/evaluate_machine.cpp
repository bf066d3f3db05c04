#include "drivers/verbs/evaluate_machine.hpp"

#include <fmt/format.h>

#include <limits>

#include "core/archive/publish.hpp"
#include "core/options/parse_values.hpp"
#include "drivers/report/finding.hpp"
#include "models/energy/dbm_mean_field.hpp"
#include "models/energy/inpainting.hpp"
#include "models/energy/machine_file.hpp"

namespace nmc::drivers {
namespace {

Batch read_visible(const std::string& path, Index units) {
  const auto file = archive::File::open(path);
  require(file.has("/x"),
          path + " must hold a dataset x (rows, visible units), NaN what is missing");
  Batch x = file.read_batch("/x");
  require(x.cols() == units, fmt::format("{}: x has {} units per row; the machine has {} visible "
                                         "ones",
                                         path, x.cols(), units));
  return x;
}

/// The even layers of a deep machine, of which none but v is given.
Batch with_hidden_missing(const Batch& v, Index even_units) {
  Batch all = Batch::Constant(v.rows(), even_units, std::numeric_limits<double>::quiet_NaN());
  all.leftCols(v.cols()) = v;
  return all;
}

InpaintingOptions read_inpainting(const Invocation& call) {
  InpaintingOptions options;
  const std::string sweeps = call.line.value("sweeps"), seed = call.line.value("seed");
  if (!sweeps.empty()) options.sweeps = parse_integer("--sweeps", sweeps);
  if (!seed.empty()) options.seed = static_cast<std::uint64_t>(parse_integer("--seed", seed));
  require(options.sweeps >= 2,
          fmt::format("--sweeps {}: two at least, half of which count", options.sweeps));
  return options;
}

void write_filled(archive::File& file, const Inpainted& filled, const char* name,
                  const Column& log_p) {
  file.write_batch("/x", filled.x);
  file.write_batch("/means", filled.means);
  const auto write = [&file](const char* of, const Column& numbers) {
    file.write(fmt::format("/{}", of), {numbers.size()},
               {numbers.data(), static_cast<std::size_t>(numbers.size())});
  };
  write(name, log_p);
  write("rhat", filled.rhat);
}

/// The exit code, and what is said of rows whose chains do not agree.
int judge(const Inpainted& filled, const InpaintingOptions& options) {
  const Index apart = (filled.rhat > kInpaintingRhat).count();
  if (apart == 0) return 0;
  Index worst = 0;
  const double rhat = filled.rhat.maxCoeff(&worst);
  fmt::print(
      "refused: x and means of {} of {} rows (rhat > {} in the file; {:.3g} of row {}): {} chains "
      "from random starts do not find the same completions in {} sweeps. More --sweeps, or fewer "
      "missing units: up to {} are summed over exactly\n",
      apart, filled.rhat.size(), kInpaintingRhat, rhat, worst, options.chains, options.sweeps,
      options.enumerated);
  return kRefusedExit;
}

}  // namespace

int evaluate_machine(const Invocation& call) {
  const std::string model = call.line.positional[0];
  const std::string input = call.line.value("input"), output = call.line.value("output");
  require(call.line.overrides.empty(),
          "nmc evaluate of a Boltzmann machine takes no keys of a job: the file says all of it");
  const InpaintingOptions options = read_inpainting(call);
  if (machine_type(model) == "rbm") {
    const auto rbm = read_machine(model);
    const Inpainted filled = inpainted(*rbm, read_visible(input, rbm->sites()), options);
    archive::publish_file(output, [&](archive::File& file) {
      write_filled(file, filled, "log_p", rbm->log_density(filled.x));
    });
    return judge(filled, options);
  }
  const auto dbm = read_deep_machine(model);
  const Rbm folded = dbm->folded();
  const Index visible = dbm->units_of(0);
  Inpainted filled =
      inpainted(folded, with_hidden_missing(read_visible(input, visible), folded.sites()), options);
  filled.x = filled.x.leftCols(visible).eval();
  filled.means = filled.means.leftCols(visible).eval();
  archive::publish_file(output, [&](archive::File& file) {
    write_filled(file, filled, "bound", mean_field(*dbm, filled.x).bound);
  });
  return judge(filled, options);
}

}  // namespace nmc::drivers
