#include <algorithm>

#include "core/errors.hpp"
#include "models/autoregressive/bernoulli_mixture.hpp"
#include "models/autoregressive/model_fields.hpp"
#include "models/autoregressive/recurrent_model.hpp"

namespace nmc {
namespace {

using archive::File;

constexpr std::array<std::pair<const char*, RecurrentCell>, 2> kCells{
    {{"gru", RecurrentCell::gru}, {"lstm", RecurrentCell::lstm}}};

/// What the two kinds share.
void write_common(File& file, const std::string& group, const char* type,
                  const Autoregressive& model) {
  write_weights_digest(file, group, model.parameters());
  file.set_attribute(group, "type", type);
  file.set_attribute(group, "sites", static_cast<std::int64_t>(model.sites()));
  write_numbers(file, group + "/order", {model.order().begin(), model.order().end()});
  file.write(group + "/parameters", {std::ssize(model.parameters())}, model.parameters());
}

/// Gives a model the parameters of the file.
template <class M>
std::unique_ptr<M> with_parameters(std::unique_ptr<M> model, const std::vector<double>& stored) {
  std::ranges::copy(stored, model->parameters().begin());
  model->parameters_changed();
  return model;
}

RecurrentSpec read_recurrent_spec(const ModelFields& fields) {
  const std::string& model = fields.model();
  fields.refuse_others(
      model, {{"type", "sites", "precision", "name", "cell", "width", "shared", "weights_sha256"},
              {"order", "parents", "beta", "parameters", "symmetry"}});
  RecurrentSpec spec;
  spec.sites = fields.count(model, "sites");
  spec.order = fields.ints(model + "/order", spec.sites);
  spec.cell = fields.choice("cell", kCells);
  spec.width = fields.count(model, "width", Index{1} << 20);
  spec.is_shared = fields.count(model, "shared", 1) != 0;
  fields.hold_together([&] { require(spec.sites >= 1, "a network needs at least one site"); });
  const std::vector<Index> parents = fields.ints(model + "/parents", -1, spec.sites);
  for (auto at = parents.begin(); at != parents.end(); at += spec.sites)
    spec.parents.emplace_back(at, at + spec.sites);
  read_beta(fields, spec);
  return spec;
}

}  // namespace

void RecurrentModel::write(File& file, const std::string& group) const {
  const RecurrentSpec& spec = this->spec();
  write_common(file, group, "recurrent", *this);
  file.set_attribute(group, "precision", name_in(kPrecisionNames, precision_));
  file.set_attribute(group, "cell", name_in(kCells, spec.cell));
  file.set_attribute(group, "width", static_cast<std::int64_t>(spec.width));
  file.set_attribute(group, "shared", spec.is_shared ? 1 : 0);
  std::vector<std::int64_t> parents;
  for (const auto& list : spec.parents) parents.insert(parents.end(), list.begin(), list.end());
  file.write(group + "/parents", {spec.directions(), spec.sites}, parents);
  write_beta(file, group, spec);
}

void BernoulliMixture::write(File& file, const std::string& group) const {
  write_common(file, group, "bernoulli_mixture", *this);
  file.set_attribute(group, "components", static_cast<std::int64_t>(spec().components));
  write_beta(file, group, spec());
}

std::unique_ptr<Autoregressive> RecurrentModel::read(const File& file, const std::string& group) {
  const ModelFields fields(file, group);
  RecurrentSpec spec = read_recurrent_spec(fields);
  const Precision precision = fields.choice("precision", kPrecisionNames);
  fields.hold_together([&] { check(spec); });
  const Index count = spec.parameter_count();
  const std::vector<double> stored = fields.doubles(group + "/parameters", count);
  return with_parameters(std::make_unique<RecurrentModel>(std::move(spec), precision, 0), stored);
}

std::unique_ptr<Autoregressive> BernoulliMixture::read(const File& file, const std::string& group) {
  const ModelFields fields(file, group);
  fields.refuse_others(group, {{"type", "sites", "name", "components", "weights_sha256"},
                               {"order", "beta", "parameters", "symmetry"}});
  MixtureSpec spec;
  spec.sites = fields.count(group, "sites");
  spec.order = fields.ints(group + "/order", spec.sites);
  spec.components = fields.count(group, "components", Index{1} << 20);
  read_beta(fields, spec);
  fields.hold_together([&] { check(spec); });
  const std::vector<double> stored = fields.doubles(group + "/parameters", spec.parameter_count());
  return with_parameters(std::make_unique<BernoulliMixture>(std::move(spec), 0), stored);
}

}  // namespace nmc
