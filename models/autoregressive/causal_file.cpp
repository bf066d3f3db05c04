#include "models/autoregressive/causal_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "core/errors.hpp"

namespace nmc {
namespace {

using archive::File;
using archive::Shape;

constexpr std::array<std::pair<const char*, simd::Activation>, 3> kActivations{
    {{"elu", simd::Activation::elu},
     {"tanh", simd::Activation::tanh},
     {"softplus", simd::Activation::softplus}}};
constexpr std::array<std::pair<const char*, CausalInput>, 2> kInputs{
    {{"spins", CausalInput::spins}, {"fields", CausalInput::fields}}};
constexpr std::array<std::pair<const char*, Precision>, 2> kPrecisions{
    {{"float", Precision::single}, {"double", Precision::twice}}};

template <class Table, class Value>
const char* name_in(const Table& table, Value value) {
  const auto is_it = [&](const auto& entry) { return entry.second == value; };
  return std::ranges::find_if(table, is_it)->first;
}

void write_ints(File& file, const std::string& dataset, const std::vector<Index>& numbers) {
  const std::vector<std::int64_t> wide(numbers.begin(), numbers.end());
  file.write(dataset, {std::ssize(wide)}, wide);
}

std::string layer_group(std::size_t layer) {
  return fmt::format("/model/layers/{:03}", layer);
}

void write_layer(File& file, const std::string& group, const CausalLayer& layer) {
  file.create_group(group);
  file.set_attribute(group, "units", static_cast<std::int64_t>(layer.units));
  file.set_attribute(group, "weights", static_cast<std::int64_t>(layer.weights));
  file.set_attribute(group, "biases", static_cast<std::int64_t>(layer.biases));
  file.set_attribute(group, "residual", layer.is_residual ? 1 : 0);
  write_ints(file, group + "/first", layer.first);
  std::vector<std::int64_t> runs;
  for (const CausalRun& run : layer.runs) runs.insert(runs.end(), {run.row, run.rows, run.weight});
  file.write(group + "/runs", {std::ssize(layer.runs), 3}, runs);
  write_ints(file, group + "/bias", layer.bias);
}

void write_couplings(File& file, const CausalSpec& spec) {
  file.create_group("/model/couplings");
  file.set_attribute("/model/couplings", "beta", spec.beta);
  std::vector<std::int64_t> ends;
  std::vector<double> J;
  for (const Bond& bond : spec.couplings.bonds) {
    ends.insert(ends.end(), {bond.i, bond.j});
    J.push_back(bond.J);
  }
  file.write("/model/couplings/bonds", {std::ssize(J), 2}, ends);
  file.write("/model/couplings/J", {std::ssize(J)}, J);
  if (!spec.couplings.field.empty())
    file.write("/model/couplings/field", {spec.sites}, spec.couplings.field);
}

/// What a reader of /model asks of the file; every refusal names file and object.
class Reader {
 public:
  explicit Reader(const File& file) : file_(file) {}

  [[nodiscard]] bool has(const std::string& object) const { return file_.has(object); }
  template <class Table>
  [[nodiscard]] auto choice(const char* attribute, const Table& table) const {
    const std::string value = file_.string_attribute("/model", attribute);
    std::vector<std::string> names;
    for (const auto& [name, meaning] : table) {
      if (value == name) return meaning;
      names.emplace_back(name);
    }
    throw UserError(fmt::format("{}: {} of /model is \"{}\"; it is one of {}", file_.path(),
                                attribute, value, fmt::join(names, ", ")));
  }
  [[nodiscard]] Index count(const std::string& object, const char* attribute) const {
    const std::int64_t value = file_.int_attribute(object, attribute);
    check(value >= 0 && value < (std::int64_t{1} << 40), object,
          fmt::format("{} = {} is out of range", attribute, value));
    return value;
  }
  [[nodiscard]] double number(const std::string& object, const char* attribute) const {
    return file_.double_attribute(object, attribute);
  }
  /// The entries of a dataset whose shape begins with `rows` (any number where it is negative) and
  /// has `columns` in the second place unless that is 0.
  [[nodiscard]] std::vector<Index> ints(const std::string& dataset, Index rows,
                                        Index columns = 0) const {
    check_shape(dataset, rows, columns);
    const auto wide = file_.read_ints(dataset);
    return {wide.begin(), wide.end()};
  }
  [[nodiscard]] std::vector<double> doubles(const std::string& dataset, Index rows) const {
    check_shape(dataset, rows, 0);
    std::vector<double> numbers = file_.read_doubles(dataset);
    const auto is_finite = [](double value) { return std::isfinite(value); };
    check(std::ranges::all_of(numbers, is_finite), dataset, "holds a number that is not finite");
    return numbers;
  }
  [[nodiscard]] std::vector<std::string> layers() const {
    check(file_.is_group("/model/layers"), "/model/layers", "is missing (docs/model-file.md)");
    return file_.children("/model/layers");
  }
  void check(bool holds, const std::string& object, const std::string& complaint) const {
    require(holds, fmt::format("{}: {} {}", file_.path(), object, complaint));
  }

 private:
  void check_shape(const std::string& dataset, Index rows, Index columns) const {
    check(file_.is_dataset(dataset), dataset, "is missing (docs/model-file.md)");
    const Shape shape = file_.shape(dataset);
    const bool has_rank = shape.size() == (columns == 0 ? 1U : 2U);
    check(has_rank && (rows < 0 || shape[0] == rows) && (columns == 0 || shape[1] == columns),
          dataset,
          fmt::format("has shape ({}), expected ({}{})", fmt::join(shape, ", "),
                      rows < 0 ? std::string("any") : std::to_string(rows),
                      columns == 0 ? "" : ", " + std::to_string(columns)));
  }

  const File& file_;
};

CausalLayer read_layer(const Reader& reader, const std::string& group, Index networks) {
  CausalLayer layer;
  layer.units = reader.count(group, "units");
  layer.weights = reader.count(group, "weights");
  layer.biases = reader.count(group, "biases");
  layer.is_residual = reader.count(group, "residual") != 0;
  layer.first = reader.ints(group + "/first", networks + 1);
  const std::vector<Index> runs = reader.ints(group + "/runs", -1, 3);
  for (std::size_t k = 0; k < runs.size(); k += 3)
    layer.runs.push_back({runs[k], runs[k + 1], runs[k + 2]});
  layer.bias = reader.ints(group + "/bias", networks);
  return layer;
}

void read_couplings(const Reader& reader, CausalSpec& spec) {
  const std::string group = "/model/couplings";
  if (!reader.has(group)) return;
  spec.beta = reader.number(group, "beta");
  reader.check(std::isfinite(spec.beta), group, "has a beta that is not finite");
  spec.couplings.sites = spec.sites;
  const std::vector<double> J = reader.doubles(group + "/J", -1);
  const std::vector<Index> ends = reader.ints(group + "/bonds", std::ssize(J), 2);
  for (std::size_t b = 0; b < J.size(); ++b)
    spec.couplings.bonds.push_back({ends[2 * b], ends[2 * b + 1], J[b]});
  if (reader.has(group + "/field"))
    spec.couplings.field = reader.doubles(group + "/field", spec.sites);
}

CausalSpec read_spec(const Reader& reader) {
  CausalSpec spec;
  spec.sites = reader.count("/model", "sites");
  spec.patch = reader.count("/model", "patch");
  spec.networks = reader.count("/model", "networks");
  spec.activation = reader.choice("activation", kActivations);
  spec.input = reader.choice("input", kInputs);
  spec.order = reader.ints("/model/order", spec.sites);
  if (spec.input == CausalInput::fields) {
    spec.field_first = reader.ints("/model/fields/first", spec.networks + 1);
    spec.field_sites = reader.ints("/model/fields/sites", -1);
  }
  for (const std::string& name : reader.layers())
    spec.layers.push_back(read_layer(reader, "/model/layers/" + name, spec.networks));
  read_couplings(reader, spec);
  return spec;
}

/// check() throws a logic_error for what a builder of architectures did wrong; here the file did.
void check_stored(const CausalSpec& spec, const std::string& path) {
  std::string complaint;
  try {
    check(spec);
    if (spec.couplings.sites != 0) check(spec.couplings);
  } catch (const UserError& error) {
    complaint = error.what();
  } catch (const std::logic_error& error) {
    complaint = error.what();
  }
  require(complaint.empty(), fmt::format("{}: /model does not hold together: {}", path, complaint));
}

}  // namespace

void write_causal(File& file, const CausalModel& model) {
  const CausalSpec& spec = model.spec();
  file.set_attribute("/model", "type", "autoregressive");
  file.set_attribute("/model", "sites", static_cast<std::int64_t>(spec.sites));
  file.set_attribute("/model", "precision", name_in(kPrecisions, model.precision()));
  file.set_attribute("/model", "patch", static_cast<std::int64_t>(spec.patch));
  file.set_attribute("/model", "networks", static_cast<std::int64_t>(spec.networks));
  file.set_attribute("/model", "activation", name_in(kActivations, spec.activation));
  file.set_attribute("/model", "input", name_in(kInputs, spec.input));
  write_ints(file, "/model/order", spec.order);
  if (spec.input == CausalInput::fields) {
    write_ints(file, "/model/fields/first", spec.field_first);
    write_ints(file, "/model/fields/sites", spec.field_sites);
  }
  file.create_group("/model/layers");
  for (std::size_t l = 0; l < spec.layers.size(); ++l)
    write_layer(file, layer_group(l), spec.layers[l]);
  if (spec.couplings.sites != 0) write_couplings(file, spec);
  file.write("/model/parameters", {std::ssize(model.parameters())}, model.parameters());
}

std::unique_ptr<CausalModel> read_causal(const File& file) {
  const Reader reader(file);
  CausalSpec spec = read_spec(reader);
  const Precision precision = reader.choice("precision", kPrecisions);
  check_stored(spec, file.path());
  const std::vector<double> parameters =
      reader.doubles("/model/parameters", spec.parameter_count());
  auto model = std::make_unique<CausalModel>(std::move(spec), precision, 0);
  std::ranges::copy(parameters, model->parameters().begin());
  model->parameters_changed();
  return model;
}

}  // namespace nmc
