#include "models/wave/wave_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "core/errors.hpp"
#include "models/file/model_file.hpp"
#include "models/wave/autoregressive_wave.hpp"
#include "models/wave/deep_wave.hpp"
#include "models/wave/jastrow_wave.hpp"
#include "models/wave/phased_wave.hpp"
#include "models/wave/rbm_wave.hpp"

namespace nmc {
namespace {

using Read = std::unique_ptr<WaveFunction>;

Read read_group(const archive::File& file, const std::string& group);

const std::initializer_list<Reader<Read>> kWaveReaders{
    {"deep_wave",
     [](const archive::File& file, const std::string& group) -> Read {
       return DeepWave::read(file, group);
     }},
    {"jastrow",
     [](const archive::File& file, const std::string& group) -> Read {
       return JastrowWave::read(file, group);
     }},
    {"phased_wave",
     [](const archive::File& file, const std::string& group) -> Read {
       return PhasedWave::read(file, group, read_group);
     }},
    {"rbm_wave", [](const archive::File& file, const std::string& group) -> Read {
       return RbmWave::read(file, group);
     }}};

Read read_group(const archive::File& file, const std::string& group) {
  const std::string type =
      file.has_attribute(group, "type") ? file.string_attribute(group, "type") : "";
  if (const auto* const reader = find_reader(kWaveReaders, type)) return reader->read(file, group);
  std::vector<std::string> types = types_in(kWaveReaders);
  for (const std::string& network : spin_network_types()) types.push_back(network);
  require(std::ranges::find(types, type) != types.end(),
          fmt::format("{} holds \"{}\" in {} and no wave function ({}): give the model.h5 of a run "
                      "with mode = ground_state, or of a tomography",
                      file.path(), type, group, fmt::join(types, ", ")));
  return std::make_unique<AutoregressiveWave>(read_spin_network(file, group));
}

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
  WaveFile read{read_group(file, "/model"), {}};
  for (const std::string& key : file.attributes("/target"))
    read.target[key] = file.string_attribute("/target", key);
  return read;
}

}  // namespace nmc
