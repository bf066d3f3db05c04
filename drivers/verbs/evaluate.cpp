#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

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

using Given = std::vector<GivenOption>;

/// UserError for a value on the command line that means nothing to a network in a file: beta does,
/// and what else it has as an input.
void check_given(const Given& given, const Trainable& model) {
  std::vector<std::string> known{"--system.beta"};
  for (const ConditionRange& input : model.conditions())
    if (input.name != "beta") known.push_back("--system." + input.name);
  for (const GivenOption& value : given)
    require(
        std::ranges::find(known, fmt::format("--{}.{}", value.section, value.key)) != known.end(),
        fmt::format("{}: nmc evaluate takes {} and no other value; the model file says the "
                    "rest",
                    value.origin, fmt::join(known, ", ")));
}

/// What is given in place of that of the file.
System make_target(const ModelFile& file, const Given& instead) {
  if (file.target.empty()) return {};
  const auto is_given = [&](const std::string& key) {
    return std::ranges::find(instead, key, &GivenOption::key) != instead.end();
  };
  std::vector<GivenOption> given = instead;
  for (const auto& [key, value] : file.target)
    if (!is_given(key) && !(key == "T" && is_given("beta")))
      given.push_back(
          {"system", key, value, "/target of the model file" + std::string(spelled_default)});
  const auto name = file.target.find("name");
  require(name != file.target.end(), "/target of the model file lacks the attribute name");
  const auto& entry = catalog::find_system(name->second, "/target of the model file: ");
  std::vector<OptionSpec> specs{option::text("name", "", "system")};
  specs.insert(specs.end(), entry.options.begin(), entry.options.end());
  return entry.make(resolve_section("system", given, specs, ""));
}

/// The condition that was given to a network that comes with no target.
Condition given_condition(const std::string& path, const Given& given,
                          const std::vector<ConditionRange>& inputs) {
  require(!inputs.empty(),
          fmt::format("{}: {} holds a network of one condition and no target: there is nothing "
                      "whose {} could be set; leave it out",
                      given.front().origin, path, given.front().key));
  Condition condition;
  for (const ConditionRange& input : inputs) {
    const GivenOption* value = nullptr;  // the last one counts
    for (const GivenOption& option : given)
      if (option.key == input.name) value = &option;
    require(value != nullptr,
            fmt::format("{} has {} inputs and no target: give --system.{} as well", path,
                        inputs.size(), input.name));
    condition.values.push_back(parse_real("system." + input.name, value->value));
  }
  return condition;
}

/// As for sampling: the network, where it is a conditional one, and the target are at what was
/// given.
void set_condition(const std::string& path, const Given& given, Network& network) {
  Trainable& model = *network.file.model;
  if (network.system.target != nullptr)
    take_condition_of(path, network.system, model);
  else
    take_condition(path, given_condition(path, given, model.conditions()), model);
}

Network load(const std::string& path, const Given& given) {
  Network network;
  network.file = read_model(path, catalog::read_own_model);
  // U_sym is a notion of this type alone, and this verb the one place that prints it.
  network.mixture = dynamic_cast<const SymmetrisedFlow*>(network.file.model.get());
  network.flow = network.file.model->abilities().flow;
  check_given(given, *network.file.model);
  network.system = make_target(network.file, given);
  if (network.system.target)
    require(network.system.target->sites() == network.file.model->sites(),
            fmt::format("{}: the network has {} sites, its target {}", path,
                        network.file.model->sites(), network.system.target->sites()));
  if (!given.empty()) set_condition(path, given, network);
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
  const Network network = load(call.line.positional[0], call.line.overrides);
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
