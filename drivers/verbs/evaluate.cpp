#include <fmt/format.h>

#include <cmath>

#include "core/archive/file.hpp"
#include "core/archive/publish.hpp"
#include "core/options/parse_values.hpp"
#include "core/options/spelled_default.hpp"
#include "drivers/catalog/catalog.hpp"
#include "drivers/catalog/user_model.hpp"
#include "drivers/run/network.hpp"
#include "drivers/verbs/verb.hpp"
#include "models/file/model_file.hpp"
#include "models/flows/bijector_flow.hpp"
#include "models/symmetry/symmetrised_flow.hpp"

namespace nmc::drivers {
namespace {

/// A model file with the target that it states, if any.
struct Network {
  ModelFile file;
  const Flow* flow = nullptr;                ///< null where the model is none
  const SymmetrisedFlow* mixture = nullptr;  ///< null without a symmetry
  System system;                             ///< system.target is null without a target
};

/// What --system.beta said, the one value of a job that means something to a network in a file;
/// null where it was not given.
const GivenOption* given_beta(const CommandLine& line) {
  const GivenOption* beta = nullptr;
  for (const GivenOption& value : line.overrides) {
    require(value.section == "system" && value.key == "beta",
            fmt::format("{}: nmc evaluate takes --system.beta and no other value; the model file "
                        "says the rest",
                        value.origin));
    beta = &value;
  }
  return beta;
}

/// `beta`, unless null, in place of that of the file.
System make_target(const ModelFile& file, const GivenOption* beta) {
  if (file.target.empty()) return {};
  std::vector<GivenOption> given;
  for (const auto& [key, value] : file.target)
    if (beta == nullptr || key != "beta")
      given.push_back(
          {"system", key, value, "/target of the model file" + std::string(spelled_default)});
  if (beta != nullptr) given.push_back(*beta);
  const auto name = file.target.find("name");
  require(name != file.target.end(), "/target of the model file lacks the attribute name");
  const auto& entry = catalog::find_system(name->second, "/target of the model file: ");
  std::vector<OptionSpec> specs{option::text("name", "", "system")};
  specs.insert(specs.end(), entry.options.begin(), entry.options.end());
  return entry.make(resolve_section("system", given, specs, ""));
}

/// As for sampling: the network, where it knows a range of temperatures, and the target are at this
/// beta.
void set_beta(const std::string& path, const GivenOption& beta, Network& network) {
  const bool has_target = network.system.target != nullptr;
  require(has_target || network.file.model->beta_range(),
          fmt::format("{}: {} holds a network of one temperature and no target: there is nothing "
                      "whose beta could be set; leave it out",
                      beta.origin, path));
  take_beta(path, has_target ? network.system.beta : parse_real("system.beta", beta.value),
            *network.file.model);
}

Network load(const std::string& path, const GivenOption* beta) {
  Network network;
  network.file = read_model(path, catalog::read_own_model);
  // U_sym is a notion of this type alone, and this verb the one place that prints it.
  network.mixture = dynamic_cast<const SymmetrisedFlow*>(network.file.model.get());
  network.flow = network.file.model->abilities().flow;
  network.system = make_target(network.file, beta);
  if (network.system.target)
    require(network.system.target->sites() == network.file.model->sites(),
            fmt::format("{}: the network has {} sites, its target {}", path,
                        network.file.model->sites(), network.system.target->sites()));
  if (beta != nullptr) set_beta(path, *beta, network);
  return network;
}

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
    // Files are row-major: the transpose of a column-major batch.
    const Batch rows = values.transpose();
    file_.write("/" + name, shape_, {rows.data(), static_cast<std::size_t>(rows.size())});
  }
  void batch(const std::string& name, const Batch& values) {
    file_.write_batch("/" + name, values);
  }
  void column(const std::string& name, const Column& values) {
    file_.write("/" + name, {values.size()},
                {values.data(), static_cast<std::size_t>(values.size())});
  }

 private:
  archive::File& file_;
  archive::Shape shape_;
};

// Energy of x with its gradient where there is one; returns it.
Column write_energy(const Network& network, const Batch& x, Batch& grad, Writer& out) {
  const Target& target = *network.system.target;
  if (!target.is_differentiable()) {
    const Column energy = -target.log_density(x);
    out.column("energy", energy);
    return energy;
  }
  const Column energy = -target.log_density_grad(x, grad);
  grad = -grad;
  out.column("energy", energy);
  out.field("grad_energy_x", grad);
  return energy;
}

void write_latent_energy(const Network& network, const Batch& z, const Mapped& mapped,
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

void from_z(const Network& network, const Batch& z, Writer& out) {
  const Mapped mapped = network.flow->forward(z);
  const Column log_prior = log_normal_density(z);
  out.field("x", mapped.y);
  out.column("log_det_dxdz", mapped.log_det);
  out.column("log_prior", log_prior);
  out.column("log_q", log_prior - mapped.log_det);
  if (network.mixture != nullptr) out.column("log_q_sym", network.mixture->log_prob(mapped.y));
  if (network.system.target) write_latent_energy(network, z, mapped, out);
}

void from_x(const Network& network, const Batch& x, Writer& out) {
  const Mapped mapped = network.flow->inverse(x);
  out.field("z", mapped.y);
  out.column("log_det_dzdx", mapped.log_det);
  out.column("log_q", log_normal_density(mapped.y) + mapped.log_det);
  if (network.mixture != nullptr) out.column("log_q_sym", network.mixture->log_prob(x));
  Batch grad;
  if (network.system.target) write_energy(network, x, grad, out);
}

/// Of a network of spins: ln q of configurations, and of each token given those before it.
void from_spins(const Network& network, const Batch& s, Writer& out) {
  require((s.abs() == 1).all(), "x holds numbers other than 1 and -1; the network draws spins");
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
  require(call.line.positional.size() == 1 && !input_path.empty() && !output_path.empty(),
          "usage: nmc evaluate MODEL.h5 --input FILE.h5 --output FILE.h5 [--system.beta=BETA]");
  const Network network = load(call.line.positional[0], given_beta(call.line));
  const Input input = read_input(input_path, network.file.model->sites());
  require(network.flow != nullptr || input.name == "x",
          input_path + " holds z; a network of spins has no latent variables: give x");
  archive::publish_file(output_path, [&](archive::File& file) {
    Writer out(file, input.shape);
    if (network.flow == nullptr)
      from_spins(network, input.values, out);
    else if (input.name == "z")
      from_z(network, input.values, out);
    else
      from_x(network, input.values, out);
  });
  return 0;
}

}  // namespace nmc::drivers
