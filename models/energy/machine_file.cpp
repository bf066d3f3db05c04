#include "models/energy/machine_file.hpp"

#include "core/archive/model_entries.hpp"
#include "models/file/model_file.hpp"

namespace nmc {
namespace {

template <class Machine>
void write_as(archive::File& file, const char* name, const Machine& machine) {
  file.set_attribute("/", "format", "neuralmc-model");
  file.set_attribute("/", "version", 2);
  file.create_group("/model");
  file.set_attribute("/model", "name", name);
  machine.write(file, "/model");
}

std::string type_in(const archive::File& file) {
  return file.has_attribute("/model", "type") ? file.string_attribute("/model", "type") : "";
}

}  // namespace

void write_machine(archive::File& file, const Rbm& rbm) {
  write_as(file, "rbm", rbm);
}

void write_machine(archive::File& file, const Dbm& dbm) {
  write_as(file, "dbm", dbm);
}

std::string machine_type(const std::string& path) {
  const archive::File file = open_model_file(path, {"model", "target"});
  const std::string type = type_in(file);
  return type == "rbm" || type == "dbm" ? type : "";
}

std::unique_ptr<Rbm> read_machine(const std::string& path) {
  const archive::File file = open_model_file(path, {"model"});
  require(type_in(file) != "dbm",
          path +
              " holds a deep Boltzmann machine: take [system] name = dbm, or train a restricted "
              "one, [learn] machine = rbm");
  require(type_in(file) == "rbm",
          path +
              " holds a network that is normalised and no Boltzmann machine: use it as [model] "
              "file, or give the file of a training of [model] name = rbm");
  return Rbm::read(file, "/model");
}

std::unique_ptr<Dbm> read_deep_machine(const std::string& path) {
  const archive::File file = open_model_file(path, {"model"});
  require(type_in(file) == "dbm",
          path +
              " holds no deep Boltzmann machine: give the file of a training of [learn] machine "
              "= dbm" +
              (type_in(file) == "rbm" ? ", or take [system] name = rbm" : ""));
  return Dbm::read(file, "/model");
}

}  // namespace nmc
