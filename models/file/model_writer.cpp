#include "core/errors.hpp"
#include "core/roles/stored.hpp"
#include "models/file/model_file.hpp"

namespace nmc {

void write_model(archive::File& file, const Trainable& model, const std::string& name,
                 const std::map<std::string, std::string>& target) {
  const Stored* const stored = model.abilities().stored;
  require(stored != nullptr, "this model has no place in a model file (docs/model-file.md)");
  file.set_attribute("/", "format", "neuralmc-model");
  file.set_attribute("/", "version", 2);
  file.create_group("/model");
  file.set_attribute("/model", "name", name);
  stored->write(file, "/model");
  if (target.empty()) return;
  file.create_group("/target");
  for (const auto& [key, value] : target) file.set_attribute("/target", key, value);
}

}  // namespace nmc
