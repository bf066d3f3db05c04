#include "models/energy/machine_file.hpp"

#include "core/archive/model_entries.hpp"
#include "models/file/model_file.hpp"

namespace nmc {

void write_machine(archive::File& file, const Rbm& rbm) {
  file.set_attribute("/", "format", "neuralmc-model");
  file.set_attribute("/", "version", 2);
  file.create_group("/model");
  file.set_attribute("/model", "name", "rbm");
  rbm.write(file, "/model");
}

std::unique_ptr<Rbm> read_machine(const std::string& path) {
  const archive::File file = open_model_file(path, {"model"});
  require(file.has_attribute("/model", "type") && file.string_attribute("/model", "type") == "rbm",
          path +
              " holds a network that is normalised and no Boltzmann machine: use it as [model] "
              "file, or give the file of a training of [model] name = rbm");
  return Rbm::read(file, "/model");
}

}  // namespace nmc
