#include "drivers/latent/frequencies.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numbers>

#include "core/errors.hpp"
#include "drivers/json_line.hpp"
#include "drivers/text_table.hpp"
#include "models/flows/map/bijector_flow.hpp"

namespace nmc::drivers::latent {
namespace {

/// What the layers read at the condition of the target; empty where they read nothing.
std::vector<double> inputs_of(const StatedNetwork& network) {
  const std::vector<ConditionRange> ranges = network.flow->conditions();
  return ranges.empty() ? std::vector<double>{}
                        : network_inputs(ranges, condition_of(network.system, ranges));
}

}  // namespace

std::vector<Mode> modes_of(const StatedNetwork& network) {
  const BijectorFlow* const flow = network.flow != nullptr ? as_layers(network.flow) : nullptr;
  const std::vector<double> inputs = flow != nullptr ? inputs_of(network) : std::vector<double>{};
  const std::vector<double> omega =
      flow != nullptr ? flow->layers().front()->frequencies(inputs.data()) : std::vector<double>{};
  require(!omega.empty(),
          "--frequencies takes a network that begins with oscillators: train model.name = "
          "symplectic on a system with system.mass above 0");
  const Index n = std::ssize(omega);
  // A row for each position q_i, whose product is ∂q_i/∂z.
  const Batch origin = flow->forward(Batch::Zero(n, 2 * n)).y;
  const Batch slopes =
      flow->forward_vjp(origin, Eigen::MatrixXd::Identity(n, 2 * n).array(), Column::Zero(n), {});
  std::vector<Mode> modes;
  for (Index k = 0; k < n; ++k) {
    Mode mode{omega[static_cast<std::size_t>(k)]};
    for (Index i = 0; i < n; ++i) mode.shape.push_back(slopes(i, k) * mode.frequency);
    modes.push_back(std::move(mode));
  }
  std::ranges::sort(modes, {}, &Mode::frequency);
  return modes;
}

double participation(const std::vector<double>& shape) {
  double squares = 0, fourths = 0;
  for (const double v : shape) {
    squares += v * v;
    fourths += v * v * v * v;
  }
  return squares * squares / fourths;
}

std::string modes_text(const StatedNetwork& network, const std::vector<Mode>& modes) {
  TextTable table({"mode", "frequency", "period", "sites"});
  for (std::size_t k = 0; k < modes.size(); ++k)
    table.add({std::to_string(k), fmt::format("{:.6f}", modes[k].frequency),
               fmt::format("{:.4f}", 2 * std::numbers::pi / modes[k].frequency),
               fmt::format("{:.2f}", participation(modes[k].shape))});
  return fmt::format(
      "{}\nOscillators of the latent space, slow ones first\n\n{}\nas right as the network is: see "
      "its gap (nmc evaluate, nmc report);\nsites: over how many a mode spreads, of {}\n",
      network.system.summary, table.text(), modes.size());
}

std::string modes_json(const std::vector<Mode>& modes) {
  std::string lines;
  for (std::size_t k = 0; k < modes.size(); ++k) {
    JsonLine json;
    json.add("name", "mode")
        .add("mode", static_cast<std::int64_t>(k))
        .add("frequency", modes[k].frequency)
        .add("participation", participation(modes[k].shape))
        .add_raw("shape", fmt::format("[{}]", fmt::join(modes[k].shape, ", ")));
    lines += json.text() + "\n";
  }
  return lines;
}

}  // namespace nmc::drivers::latent
