#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"
#include "models/flows/coupling/coupling.hpp"
#include "models/flows/nets/layer_fields.hpp"

namespace nmc {
namespace {

using archive::File;
using archive::Shape;

/// Where the rows and columns of a layer lie in the patch; null where they are those of the layer.
struct Places {
  const std::vector<int>* rows = nullptr;
  const std::vector<int>* columns = nullptr;
};

/// Columns of the first matrix in the file: the kept sites at their places in the patch, and after
/// the patch the conditions.
std::vector<int> columns_of(const PackedCoupling<double>& coupling, Index patch_size) {
  std::vector<int> columns = coupling.kept;
  for (int k = 0; k < coupling.conditions; ++k) columns.push_back(static_cast<int>(patch_size) + k);
  return columns;
}

/// Weights of one layer of one net stacked over the couplings, rows and columns spread to their
/// places in the patch where the layer is the first or the last.
class Stack {
 public:
  Stack(Index couplings, Index rows, Index columns)
      : rows_(rows), columns_(columns), w_(couplings * rows * columns), b_(couplings * rows) {}

  void add(Index c, const PackedLayer<double>& layer, std::span<const double> parameters,
           const Places& places) {
    for (int o = 0; o < layer.outputs; ++o) {
      const Index row = places.rows ? (*places.rows)[o] : o;
      b_[c * rows_ + row] = parameters[layer.grad_bias + o];
      for (int i = 0; i < layer.inputs; ++i) {
        const Index column = places.columns ? (*places.columns)[i] : i;
        w_[(c * rows_ + row) * columns_ + column] =
            parameters[layer.grad_weight + o * layer.inputs + i];
      }
    }
  }
  void write(File& file, const std::string& net, std::size_t k) const {
    const Index couplings = std::ssize(b_) / rows_;
    file.write(fmt::format("{}/W{}", net, k), {couplings, rows_, columns_}, w_);
    file.write(fmt::format("{}/b{}", net, k), {couplings, rows_}, b_);
  }

 private:
  Index rows_, columns_;
  std::vector<double> w_, b_;
};

void write_net(File& file, const std::string& net, const CouplingLayer& layer,
               std::span<const double> parameters) {
  const bool is_shift = net.back() == 't';
  const auto& couplings = layer.packed<double>();
  const Index count = std::ssize(couplings), p = std::ssize(layer.spec().patches.front());
  const std::size_t depth = layer.spec().hidden.size();
  for (std::size_t k = 0; k <= depth; ++k) {
    const bool is_first = k == 0, is_last = k == depth;
    const Index rows = is_last ? p : layer.spec().hidden[k];
    const Index columns = is_first ? p + layer.conditions() : layer.spec().hidden[k - 1];
    Stack stack(count, rows, columns);
    for (Index c = 0; c < count; ++c) {
      const auto& coupling = couplings[static_cast<std::size_t>(c)];
      const std::vector<int> fed = columns_of(coupling, p);
      stack.add(c, (is_shift ? coupling.shift : coupling.log_scale)[k], parameters,
                {is_last ? &coupling.moved : nullptr, is_first ? &fed : nullptr});
    }
    stack.write(file, net, k);
  }
}

std::vector<int> hidden_widths(const File& file, const std::string& net) {
  std::vector<int> hidden;
  for (int k = 0; file.has(fmt::format("{}/W{}", net, k)); ++k) {
    const Shape shape = file.shape(fmt::format("{}/W{}", net, k));
    require(shape.size() == 3 && shape[1] >= 1 && shape[1] < std::numeric_limits<int>::max(),
            fmt::format("{}: {}/W{} must be (couplings, outputs, inputs)", file.path(), net, k));
    hidden.push_back(static_cast<int>(shape[1]));
  }
  require(!hidden.empty(), fmt::format("{}: {} needs W0 at least", file.path(), net));
  KnownEntries known;
  for (std::size_t k = 0; k < hidden.size(); ++k) {
    known.children.push_back(fmt::format("W{}", k));
    known.children.push_back(fmt::format("b{}", k));
  }
  if (net.back() == 's') known.children.emplace_back("scale");
  refuse_others(file, net, known);
  hidden.pop_back();
  return hidden;
}

/// Gathers the live rows and columns of the stacked arrays of one net into the parameters.
void read_net(const File& file, const std::string& net, const CouplingLayer& layer,
              std::span<double> parameters) {
  const bool is_shift = net.back() == 't';
  const auto& couplings = layer.packed<double>();
  const Index p = std::ssize(layer.spec().patches.front());
  const auto& hidden = layer.spec().hidden;
  for (std::size_t k = 0; k <= hidden.size(); ++k) {
    const bool is_first = k == 0, is_last = k == hidden.size();
    const Index rows = is_last ? p : hidden[k];
    const Index columns = is_first ? p + layer.conditions() : hidden[k - 1];
    const std::string w_name = fmt::format("{}/W{}", net, k),
                      b_name = fmt::format("{}/b{}", net, k);
    require_shape(file, w_name, {std::ssize(couplings), rows, columns});
    require_shape(file, b_name, {std::ssize(couplings), rows});
    const auto w = file.read_doubles(w_name), b = file.read_doubles(b_name);
    for (std::size_t c = 0; c < couplings.size(); ++c) {
      const auto& part = (is_shift ? couplings[c].shift : couplings[c].log_scale)[k];
      const std::vector<int> fed = columns_of(couplings[c], p);
      for (int o = 0; o < part.outputs; ++o) {
        const Index row = static_cast<Index>(c) * rows + (is_last ? couplings[c].moved[o] : o);
        parameters[part.grad_bias + o] = b[row];
        for (int i = 0; i < part.inputs; ++i)
          parameters[part.grad_weight + o * part.inputs + i] =
              w[row * columns + (is_first ? fed[i] : i)];
      }
    }
  }
}

void read_scale(const File& file, const std::string& dataset, const CouplingLayer& layer,
                std::span<double> parameters) {
  const Index p = std::ssize(layer.spec().patches.front());
  require_shape(file, dataset, {std::ssize(layer.spec().masks), p});
  const auto scale = file.read_doubles(dataset);
  Index c = 0;
  for (const auto& coupling : layer.packed<double>()) {
    for (std::size_t j = 0; j < coupling.moved.size(); ++j)
      parameters[coupling.grad_scale + j] = scale[c * p + coupling.moved[j]];
    ++c;
  }
}

}  // namespace

void CouplingLayer::write(File& file, const std::string& group,
                          std::span<const double> parameters) const {
  const CouplingSpec& spec = spec_;
  const Index p = std::ssize(spec.patches.front());
  file.set_attribute(group, "type", "coupling");
  file.set_attribute(group, "kind", spec.is_affine ? "affine" : "additive");
  file.set_attribute(group, "activation", name_of(spec.activation));
  write_condition_count(file, group, conditions());
  std::vector<std::int64_t> sites;
  for (const auto& patch : spec.patches) sites.insert(sites.end(), patch.begin(), patch.end());
  file.write(group + "/sites", {std::ssize(spec.patches), p}, sites);
  std::vector<std::int8_t> masks;
  for (const auto& mask : spec.masks) masks.insert(masks.end(), mask.begin(), mask.end());
  file.write(group + "/mask", {std::ssize(spec.masks), p}, masks);
  write_net(file, group + "/t", *this, parameters);
  if (!spec.is_affine) return;
  write_net(file, group + "/s", *this, parameters);
  std::vector<double> scale(static_cast<std::size_t>(std::ssize(spec.masks) * p));
  Index c = 0;
  for (const auto& coupling : packed<double>()) {
    for (std::size_t j = 0; j < coupling.moved.size(); ++j)
      scale[c * p + coupling.moved[j]] = parameters[coupling.grad_scale + j];
    ++c;
  }
  file.write(group + "/s/scale", {std::ssize(spec.masks), p}, scale);
}

StoredLayer CouplingLayer::read(const File& file, const std::string& group, Index sites) {
  CouplingSpec spec;
  spec.sites = sites;
  spec.is_affine = one_of(file, group, "kind", {"affine", "additive"}) == "affine";
  spec.activation = read_activation(file, group);
  spec.conditions = read_condition_count(file, group);
  refuse_others(file, group,
                {{"type", "kind", "activation", "conditions"},
                 spec.is_affine ? std::vector<std::string>{"sites", "mask", "t", "s"}
                                : std::vector<std::string>{"sites", "mask", "t"}});
  const auto flat = read_int_vector(file, group + "/sites");
  const auto mask = read_int_vector(file, group + "/mask");
  const Shape shape = file.shape(group + "/sites");
  require(shape.size() == 2 && shape[0] > 0 && shape[1] > 0,
          fmt::format("{}: {}/sites must be (patches, sites of a patch)", file.path(), group));
  const Index p = shape[1];
  require_shape(file, group + "/mask", {std::ssize(mask) / p, p});
  require(std::ranges::all_of(mask, [](int m) { return m <= 1; }),
          fmt::format("{}: {}/mask holds more than 0 and 1", file.path(), group));
  for (auto at = flat.begin(); at != flat.end(); at += p) spec.patches.emplace_back(at, at + p);
  for (auto at = mask.begin(); at != mask.end(); at += p) spec.masks.emplace_back(at, at + p);
  spec.hidden = hidden_widths(file, group + "/t");
  require(!spec.is_affine || hidden_widths(file, group + "/s") == spec.hidden,
          fmt::format("{}: {} has nets of different widths", file.path(), group));
  auto layer = std::make_unique<CouplingLayer>(std::move(spec));
  std::vector<double> parameters(static_cast<std::size_t>(layer->parameter_count()));
  read_net(file, group + "/t", *layer, parameters);
  if (layer->spec().is_affine) {
    read_net(file, group + "/s", *layer, parameters);
    read_scale(file, group + "/s/scale", *layer, parameters);
  }
  return {std::move(layer), std::move(parameters)};
}

}  // namespace nmc
