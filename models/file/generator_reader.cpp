#include "models/file/generator_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/archive/model_entries.hpp"
#include "models/file/model_file.hpp"
#include "models/generators/generator_file.hpp"
#include "models/generators/push_forward.hpp"
#include "models/generators/vae.hpp"

namespace nmc {
namespace {

const char* const kGeneratorGroup = "/model";

std::string type_of_generator(const archive::File& file) {
  const std::string type = file.has_attribute(kGeneratorGroup, "type")
                               ? file.string_attribute(kGeneratorGroup, "type")
                               : "";
  return why_no_proposal(type).empty() ? "" : type;
}

/// What the files of both hold, and how many numbers of each kind there may be at most.
class GeneratorFields {
 public:
  GeneratorFields(const archive::File& file, const char* latent) : file_(file) {
    refuse_others(file, kGeneratorGroup,
                  {{"type", "name", "sites", latent, "hidden", "scale", "weights_sha256"},
                   {"centre", "parameters"}});
    parameters_ = numbers("parameters");
    check_weights_digest(file, kGeneratorGroup, parameters_);
    units_ = size("sites", 1);
    latent_ = size(latent, 1);
    hidden_ = size("hidden", 0);
    standard_.scale = file.double_attribute(kGeneratorGroup, "scale");
    require(std::isfinite(standard_.scale) && standard_.scale > 0,
            fmt::format("{}: scale = {} is none", file.path(), standard_.scale));
    const std::vector<double> centre = numbers("centre");
    require(std::ssize(centre) == units_, fmt::format("{}: {} numbers in centre for {} sites",
                                                      file.path(), centre.size(), units_));
    standard_.centre = Eigen::Map<const Column>(centre.data(), units_);
  }

  [[nodiscard]] Index units() const { return units_; }
  [[nodiscard]] Index latent() const { return latent_; }
  [[nodiscard]] Index hidden() const { return hidden_; }
  [[nodiscard]] const Standard& standard() const { return standard_; }
  /// UserError where nets of these widths have other numbers, `more` beside those of the nets.
  [[nodiscard]] const std::vector<double>& parameters(const std::vector<std::vector<int>>& nets,
                                                      double more) const {
    double count = more;
    for (const std::vector<int>& widths : nets)
      for (std::size_t k = 1; k < widths.size(); ++k)
        count += (static_cast<double>(widths[k - 1]) + 1) * static_cast<double>(widths[k]);
    require(count == static_cast<double>(parameters_.size()),
            fmt::format("{}: {} numbers in parameters; nets of its sizes have {:.0f}", file_.path(),
                        parameters_.size(), count));
    return parameters_;
  }

 private:
  [[nodiscard]] std::vector<double> numbers(const char* name) const {
    const std::string dataset = fmt::format("{}/{}", kGeneratorGroup, name);
    require(file_.is_dataset(dataset) && file_.shape(dataset).size() == 1,
            fmt::format("{} holds no list {}", file_.path(), dataset));
    std::vector<double> values = file_.read_doubles(dataset);
    require(std::ranges::all_of(values, [](double value) { return std::isfinite(value); }),
            fmt::format("{}: a number of {} is not finite", file_.path(), dataset));
    return values;
  }
  /// Each unit has a parameter of its own, so that no more are asked for than the file has.
  [[nodiscard]] Index size(const char* name, Index least) const {
    require(file_.has_attribute(kGeneratorGroup, name),
            fmt::format("{}: {} lacks the attribute {}", file_.path(), kGeneratorGroup, name));
    const Index value = file_.int_attribute(kGeneratorGroup, name);
    require(value >= least && value <= std::ssize(parameters_),
            fmt::format("{}: {} = {} is none", file_.path(), name, value));
    return value;
  }

  const archive::File& file_;
  std::vector<double> parameters_;
  Index units_ = 0, latent_ = 0, hidden_ = 0;
  Standard standard_;
};

std::unique_ptr<Generator> read_vae(const archive::File& file) {
  const GeneratorFields fields(file, "latent");
  const VaeShape shape{fields.units(), fields.latent(), fields.hidden()};
  const auto& parameters =
      fields.parameters({net_widths(shape.latent, shape.hidden, shape.units, 1),
                         net_widths(shape.units, shape.hidden, 2 * shape.latent, 1)},
                        1);
  return std::make_unique<Vae>(shape, fields.standard(), parameters);
}

std::unique_ptr<Generator> read_gan(const archive::File& file) {
  const GeneratorFields fields(file, "noise");
  const PushForwardShape shape{fields.units(), fields.latent(), fields.hidden()};
  require(shape.hidden >= 1, file.path() + ": hidden = 0 is none");
  const auto& parameters =
      fields.parameters({net_widths(shape.noise, shape.hidden, shape.units, 2)}, 0);
  auto generator = std::make_unique<PushForward>(shape, fields.standard(), 0);
  std::ranges::copy(parameters, generator->parameters().begin());
  generator->parameters_changed();
  return generator;
}

}  // namespace

std::string generator_type(const std::string& path) {
  return type_of_generator(open_model_file(path, {"model", "target"}));
}

std::unique_ptr<Generator> read_generator(const std::string& path) {
  const archive::File file = open_model_file(path, {"model"});
  const std::string type = type_of_generator(file);
  require(!type.empty(), path +
                             " holds no generator: give the file of a training of [learn] machine "
                             "= vae or gan");
  return type == "vae" ? read_vae(file) : read_gan(file);
}

}  // namespace nmc
