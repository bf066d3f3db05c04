#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "core/archive/file.hpp"
#include "core/archive/publish.hpp"
#include "core/errors.hpp"
#include "core/roles/born.hpp"
#include "drivers/row_check.hpp"
#include "drivers/training/stated_network.hpp"
#include "drivers/verbs/evaluate_generator.hpp"
#include "drivers/verbs/evaluate_machine.hpp"
#include "drivers/verbs/own_output.hpp"
#include "drivers/verbs/verb.hpp"
#include "models/born_machines/canonical.hpp"
#include "models/energy/machine_file.hpp"
#include "models/file/generator_reader.hpp"
#include "models/flows/map/bijector_flow.hpp"

namespace nmc::drivers {
namespace {

/// Input configurations with the shape that results are given in.
struct Input {
  std::string name;  ///< "z" or "x"
  Batch values;
  archive::Shape shape;
};

Input read_input(const std::string& path, Index sites) {
  const auto file = archive::File::open(path);
  const bool has_z = file.has("/z");
  require(has_z != file.has("/x"),
          fmt::format("{} must hold one dataset, z or x (batch, sites)", path));
  Input input{has_z ? "z" : "x", {}, {}};
  const std::string dataset = "/" + input.name;
  input.values = file.read_batch(dataset);
  input.shape = file.shape(dataset);
  require(input.values.cols() == sites,
          fmt::format("{}: {} has {} entries per configuration; the network has {} sites", path,
                      input.name, input.values.cols(), sites));
  require(input.values.isFinite().all(),
          fmt::format("{}: {} holds numbers that are not finite", path, input.name));
  return input;
}

class Writer {
 public:
  Writer(archive::File& file, archive::Shape shape) : file_(file), shape_(std::move(shape)) {}
  void field(const std::string& name, const Batch& values) {
    require_numbers(values, name);
    // Files are row-major: the transpose of a column-major batch.
    const Batch rows = values.transpose();
    file_.write("/" + name, shape_, {rows.data(), static_cast<std::size_t>(rows.size())});
  }
  void batch(const std::string& name, const Batch& values) {
    require_numbers(values, name);
    file_.write_batch("/" + name, values);
  }
  void column(const std::string& name, const Column& values) {
    require_numbers(values, name);
    file_.write("/" + name, {values.size()},
                {values.data(), static_cast<std::size_t>(values.size())});
  }
  void describe(const std::string& name, const std::string& meaning) {
    file_.set_attribute("/" + name, "meaning", meaning);
  }

 private:
  archive::File& file_;
  archive::Shape shape_;
};

// Energy of x with its gradient where there is one; returns it. It is -ln p up to ln Z, of spins
// and labels beta H, which the file says.
Column write_energy(const StatedNetwork& network, const Batch& x, Batch& grad, Writer& out) {
  const Target& target = *network.system.target;
  const bool has_gradient = target.is_differentiable();
  const Column energy =
      has_gradient ? Column(-target.log_density_grad(x, grad)) : Column(-target.log_density(x));
  out.column("energy", energy);
  out.describe("energy",
               "-ln p of the target up to ln Z: beta H of spins, labels and angles, the "
               "action of fields");
  if (!has_gradient) return energy;
  grad = -grad;
  out.field("grad_energy_x", grad);
  return energy;
}

void write_latent_energy(const StatedNetwork& network, const Batch& z, const Mapped& mapped,
                         Writer& out) {
  Batch grad_x;
  const Column energy = write_energy(network, mapped.y, grad_x, out);
  if (grad_x.size() == 0) return;
  const Column minus_one = Column::Constant(z.rows(), -1.0);
  out.column("U", energy - mapped.log_det);
  out.field("grad_U_z", network.flow->forward_vjp(mapped.y, grad_x, minus_one, {}));
  if (network.mixture == nullptr) return;
  Batch grad_z;
  out.column("U_sym", network.mixture->latent_potential(*network.system.target, z, grad_z));
  out.field("grad_U_sym_z", grad_z);
}

// A network that follows an equation by steps knows ln q up to an error, beyond which a run would
// refuse it.
void describe_log_q(const StatedNetwork& network, Writer& out) {
  const BijectorFlow* const flow = as_layers(std::as_const(network.file.model).get());
  const double error = flow == nullptr ? 0 : flow->log_q_error();
  if (!(error <= kLogQError))
    fmt::print(stderr,
               "warning: ln q of this network is off by {:.1e} at some draws, and samplers take "
               "{:g} at most\n",
               error, kLogQError);
  if (error > 0)
    out.describe("log_q", fmt::format("ln q, true to {:.1e} by 256 draws both ways and in twice "
                                      "the steps",
                                      error));
}

void from_z(const StatedNetwork& network, const Batch& z, Writer& out) {
  const Mapped mapped = network.flow->forward(z);
  const Column log_prior = log_normal_density(z);
  out.field("x", mapped.y);
  out.column("log_det_dxdz", mapped.log_det);
  out.column("log_prior", log_prior);
  out.column("log_q", log_prior - mapped.log_det);
  describe_log_q(network, out);
  if (network.mixture != nullptr) out.column("log_q_sym", network.mixture->log_prob(mapped.y));
  if (network.system.target) write_latent_energy(network, z, mapped, out);
}

void from_x(const StatedNetwork& network, const Batch& x, Writer& out) {
  const Mapped mapped = network.flow->inverse(x);
  out.field("z", mapped.y);
  out.column("log_det_dzdx", mapped.log_det);
  out.column("log_q", log_normal_density(mapped.y) + mapped.log_det);
  describe_log_q(network, out);
  if (network.mixture != nullptr) out.column("log_q_sym", network.mixture->log_prob(x));
  Batch grad;
  if (network.system.target) write_energy(network, x, grad, out);
}

/// Of a squared wave function: spins that are 0 are drawn given the others.
Batch fill_in(const BornState& state, const Batch& s, Writer& out) {
  const Draw filled = state.fill(s, {.purpose = Purpose::evaluate});
  out.field("x", filled.x);
  out.column("log_given", state.log_marginal(s));
  out.column("log_filled", filled.log_q);
  return filled.x;
}

/// The entanglement of every cut: Schmidt values, the largest first and 0 behind the last, and
/// −Σ λ² ln λ².
void write_cuts(const BornState& state, Writer& out) {
  if (!state.has_cuts()) return;
  const std::vector<Eigen::VectorXd> cuts = state.schmidt_values();
  Index most = 0;
  for (const Eigen::VectorXd& values : cuts) most = std::max(most, values.size());
  Batch all = Batch::Zero(std::ssize(cuts), most);
  Column entropy = Column::Zero(all.rows());
  for (Index cut = 0; cut < all.rows(); ++cut) {
    const Eigen::VectorXd& values = cuts[static_cast<std::size_t>(cut)];
    all.row(cut).head(values.size()) = values.transpose().array();
    entropy(cut) = entanglement_entropy(values);
  }
  out.batch("schmidt", all);
  out.column("entanglement_entropy", entropy);
}

/// UserError where a network draws other numbers.
void require_drawn(const Batch& s, Support support) {
  if (support == Support::spin)
    require((s.abs() == 1).all(), "x holds numbers other than 1 and -1; the network draws spins");
  else
    require(
        (s == s.floor()).all() && (s >= 0).all() && (s < static_cast<double>(support.states)).all(),
        fmt::format("x holds numbers that are no label; the network draws {}", in_words(support)));
}

/// Of a network of spins or labels: ln q of configurations, and of each token given those before
/// it.
void from_discrete(const StatedNetwork& network, const Batch& given, Writer& out) {
  Batch s = given;
  const BornState* const born = born_state(*network.file.model);
  if (born != nullptr) write_cuts(*born, out);
  const Support support = network.file.model->support();
  if (support == Support::spin && (s == 0).any()) {
    require(
        born != nullptr && (s == 0 || s.abs() == 1).all(),
        "x holds numbers other than 1 and -1; the network draws spins, and a Born machine those "
        "that are 0");
    s = fill_in(*born, s, out);
  }
  require_drawn(s, support);
  const Autoregressive* const causal = network.file.model->abilities().tokens;
  out.column("log_q", network.file.model->log_prob(s));
  if (causal != nullptr) out.batch("log_conditionals", causal->log_conditionals(s));
  Batch grad;
  if (network.system.target) write_energy(network, s, grad, out);
}

}  // namespace

int evaluate_verb(const Invocation& call) {
  const std::string input_path = call.line.value("input");
  const std::string output_path = call.line.value("output");
  constexpr const char* kUsage =
      "usage: nmc evaluate MODEL.h5 --input FILE.h5 --output FILE.h5 [--system.beta=BETA], or of a "
      "generator --draws N --output FILE.h5";
  require(call.line.positional.size() == 1 && !output_path.empty(), kUsage);
  require_own_output(output_path, {call.line.positional[0], input_path});
  if (!generator_type(call.line.positional[0]).empty()) {
    evaluate_generator(call);
    return 0;
  }
  require(!input_path.empty(), kUsage);
  require(
      call.line.value("draws").empty(),
      "--draws is of a generator, a vae or a gan: leave it out, nmc evaluate takes what --input "
      "holds");
  if (!machine_type(call.line.positional[0]).empty()) return evaluate_machine(call);
  for (const char* flag : {"sweeps", "seed"})
    require(call.line.value(flag).empty(),
            fmt::format("--{} is of a Boltzmann machine that fills in what is missing, and this is "
                        "a network that says its density: leave it out",
                        flag));
  const StatedNetwork network = load_network(call.line.positional[0], call.line.overrides);
  const Input input = read_input(input_path, network.file.model->sites());
  require(network.flow != nullptr || input.name == "x",
          input_path + " holds z; a network of spins or labels has no latent variables: give x");
  archive::publish_file(output_path, [&](archive::File& file) {
    Writer out(file, input.shape);
    if (network.flow == nullptr)
      from_discrete(network, input.values, out);
    else if (input.name == "z")
      from_z(network, input.values, out);
    else
      from_x(network, input.values, out);
  });
  return 0;
}

}  // namespace nmc::drivers
