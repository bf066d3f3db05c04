#include "models/wave/wave_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/errors.hpp"
#include "models/file/model_file.hpp"
#include "models/wave/rbm_wave.hpp"

namespace nmc {
namespace {

using Read = std::unique_ptr<WaveFunction>;

const std::initializer_list<Reader<Read>> kWaveReaders{
    {"rbm_wave", [](const archive::File& file, const std::string& group) -> Read {
       return RbmWave::read(file, group);
     }}};

}  // namespace

void write_wave(archive::File& file, const Stored& psi, const std::string& name,
                const std::map<std::string, std::string>& target) {
  file.set_attribute("/", "format", "neuralmc-model");
  file.set_attribute("/", "version", 2);
  file.create_group("/model");
  file.set_attribute("/model", "name", name);
  psi.write(file, "/model");
  file.create_group("/target");
  for (const auto& [key, value] : target) file.set_attribute("/target", key, value);
}

WaveFile read_wave(const std::string& path) {
  const archive::File file = open_model_file(path, {"model", "target"});
  const std::string type =
      file.has_attribute("/model", "type") ? file.string_attribute("/model", "type") : "";
  const auto* const reader = find_reader(kWaveReaders, type);
  require(reader != nullptr,
          fmt::format("{} holds \"{}\" and no wave function ({}): give the model.h5 of a run with "
                      "mode = ground_state",
                      path, type, fmt::join(types_in(kWaveReaders), ", ")));
  WaveFile read{reader->read(file, "/model"), {}};
  for (const std::string& key : file.attributes("/target"))
    read.target[key] = file.string_attribute("/target", key);
  return read;
}

}  // namespace nmc
