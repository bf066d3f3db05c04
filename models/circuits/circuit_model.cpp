#include "models/circuits/circuit_model.hpp"

#include <array>
#include <numbers>
#include <utility>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"
#include "models/autoregressive/model_fields.hpp"

namespace nmc {
namespace {

using archive::File;

constexpr std::array<std::pair<const char*, Entangler>, 2> kEntanglers{
    {{"chain", Entangler::chain}, {"ring", Entangler::ring}}};

CircuitSpec checked_circuit(CircuitSpec spec) {
  check(spec);
  return spec;
}

std::vector<double> random_angles(const CircuitSpec& spec, std::uint64_t seed) {
  Batch u(1, static_cast<Index>(spec.circuit().angles));
  fill_uniform({seed, 0, 0, Purpose::weights}, u);
  std::vector<double> angles;
  for (Index k = 0; k < u.cols(); ++k) angles.push_back(std::numbers::pi * (u(0, k) - 0.5));
  return angles;
}

}  // namespace

CircuitModel::CircuitModel(CircuitSpec spec, std::uint64_t seed)
    : TiledModel(checked_circuit(std::move(spec))) {
  begin(random_angles(this->spec(), seed));
}

CircuitModel::CircuitModel(CircuitSpec spec, std::vector<double> angles)
    : TiledModel(checked_circuit(std::move(spec))) {
  begin(std::move(angles));
}

void CircuitModel::begin(std::vector<double> angles) {
  auto net = std::make_unique<CircuitNet>(spec());
  net_ = net.get();
  start(std::move(net), std::move(angles));
}

Index CircuitModel::number_of(const Batch& x, Index row) const {
  Index number = 0;
  for (const Index site : spec().order) number = 2 * number + (x(row, site) > 0 ? 0 : 1);
  return number;
}

void CircuitModel::write(File& file, const std::string& group) const {
  file.set_attribute(group, "type", "circuit");
  file.set_attribute(group, "sites", static_cast<std::int64_t>(sites()));
  file.set_attribute(group, "depth", static_cast<std::int64_t>(spec().depth));
  file.set_attribute(group, "entangler", name_in(kEntanglers, spec().entangler));
  write_numbers(file, group + "/order", spec().order);
  file.write(group + "/parameters", {std::ssize(parameters())}, parameters());
  write_weights_digest(file, group, parameters());
}

std::unique_ptr<Autoregressive> CircuitModel::read(const File& file, const std::string& group) {
  const ModelFields fields(file, group);
  fields.refuse_others(group, {{"type", "sites", "name", "depth", "entangler", "weights_sha256"},
                               {"order", "parameters", "symmetry"}});
  CircuitSpec spec;
  spec.sites = fields.count(group, "sites");
  spec.order = fields.ints(group + "/order", spec.sites);
  spec.depth = fields.count(group, "depth");
  spec.entangler = fields.choice("entangler", kEntanglers);
  fields.hold_together([&] { check(spec); });
  std::vector<double> angles =
      fields.doubles(group + "/parameters", static_cast<Index>(spec.circuit().angles));
  return std::make_unique<CircuitModel>(std::move(spec), std::move(angles));
}

}  // namespace nmc
