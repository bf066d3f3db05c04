#include "models/autoregressive/recurrent_file.hpp"

#include <algorithm>

#include "core/errors.hpp"
#include "models/autoregressive/model_fields.hpp"

namespace nmc {
namespace {

using archive::File;

constexpr std::array<std::pair<const char*, RecurrentCell>, 2> kCells{
    {{"gru", RecurrentCell::gru}, {"lstm", RecurrentCell::lstm}}};

/// What the two kinds share.
void write_common(File& file, const char* type, const Autoregressive& model) {
  file.set_attribute("/model", "type", type);
  file.set_attribute("/model", "sites", static_cast<std::int64_t>(model.sites()));
  write_numbers(file, "/model/order", {model.order().begin(), model.order().end()});
  file.write("/model/parameters", {std::ssize(model.parameters())}, model.parameters());
}

/// Gives a model the parameters of the file.
template <class M>
std::unique_ptr<M> with_parameters(std::unique_ptr<M> model, const std::vector<double>& stored) {
  std::ranges::copy(stored, model->parameters().begin());
  model->parameters_changed();
  return model;
}

RecurrentSpec read_recurrent_spec(const ModelFields& fields) {
  fields.refuse_others("/model", {{"type", "sites", "precision", "name", "cell", "width", "shared",
                                   "weights_sha256"},
                                  {"order", "parents", "beta", "parameters", "symmetry"}});
  RecurrentSpec spec;
  spec.sites = fields.count("/model", "sites");
  spec.order = fields.ints("/model/order", spec.sites);
  spec.cell = fields.choice("cell", kCells);
  spec.width = fields.count("/model", "width", Index{1} << 20);
  spec.is_shared = fields.count("/model", "shared", 1) != 0;
  fields.hold_together([&] { require(spec.sites >= 1, "a network needs at least one site"); });
  const std::vector<Index> parents = fields.ints("/model/parents", -1, spec.sites);
  for (auto at = parents.begin(); at != parents.end(); at += spec.sites)
    spec.parents.emplace_back(at, at + spec.sites);
  read_beta(fields, spec);
  return spec;
}

}  // namespace

void write_recurrent(File& file, const RecurrentModel& model) {
  const RecurrentSpec& spec = model.spec();
  write_common(file, "recurrent", model);
  file.set_attribute("/model", "precision", name_in(kPrecisionNames, model.precision()));
  file.set_attribute("/model", "cell", name_in(kCells, spec.cell));
  file.set_attribute("/model", "width", static_cast<std::int64_t>(spec.width));
  file.set_attribute("/model", "shared", spec.is_shared ? 1 : 0);
  std::vector<std::int64_t> parents;
  for (const auto& list : spec.parents) parents.insert(parents.end(), list.begin(), list.end());
  file.write("/model/parents", {spec.directions(), spec.sites}, parents);
  write_beta(file, spec);
}

void write_mixture(File& file, const BernoulliMixture& model) {
  write_common(file, "bernoulli_mixture", model);
  file.set_attribute("/model", "components", static_cast<std::int64_t>(model.spec().components));
  write_beta(file, model.spec());
}

std::unique_ptr<RecurrentModel> read_recurrent(const File& file) {
  const ModelFields fields(file);
  RecurrentSpec spec = read_recurrent_spec(fields);
  const Precision precision = fields.choice("precision", kPrecisionNames);
  fields.hold_together([&] { check(spec); });
  const Index count = spec.parameter_count();
  const std::vector<double> stored = fields.doubles("/model/parameters", count);
  return with_parameters(std::make_unique<RecurrentModel>(std::move(spec), precision, 0), stored);
}

std::unique_ptr<BernoulliMixture> read_mixture(const File& file) {
  const ModelFields fields(file);
  fields.refuse_others("/model", {{"type", "sites", "name", "components", "weights_sha256"},
                                  {"order", "beta", "parameters", "symmetry"}});
  MixtureSpec spec;
  spec.sites = fields.count("/model", "sites");
  spec.order = fields.ints("/model/order", spec.sites);
  spec.components = fields.count("/model", "components", Index{1} << 20);
  read_beta(fields, spec);
  fields.hold_together([&] { check(spec); });
  const std::vector<double> stored = fields.doubles("/model/parameters", spec.parameter_count());
  return with_parameters(std::make_unique<BernoulliMixture>(std::move(spec), 0), stored);
}

}  // namespace nmc
