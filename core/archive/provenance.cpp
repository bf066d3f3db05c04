#include "core/archive/provenance.hpp"

#include <unistd.h>

#include <array>

#include "core/archive/utc.hpp"

namespace nmc::archive {
namespace {

const std::string root = "/provenance";
const std::string library_group = root + "/libraries";
const std::string phase_group = root + "/phases";

void write_build(File& file, const BuildInfo& build) {
  file.set_attribute(root, "version", build.version);
  file.set_attribute(root, "git_revision", build.git_revision);
  file.set_attribute(root, "git_dirty", build.is_dirty ? 1 : 0);
  file.set_attribute(root, "compiler", build.compiler);
  file.set_attribute(root, "flags", build.flags);
  file.create_group(library_group);
  for (const auto& [library, version] : build.libraries) {
    file.set_attribute(library_group, library, version);
  }
}

BuildInfo read_build(const File& file) {
  BuildInfo build;
  build.version = file.string_attribute(root, "version");
  build.git_revision = file.string_attribute(root, "git_revision");
  build.is_dirty = file.int_attribute(root, "git_dirty") != 0;
  build.compiler = file.string_attribute(root, "compiler");
  build.flags = file.string_attribute(root, "flags");
  for (const std::string& library : file.attributes(library_group)) {
    build.libraries.emplace_back(library, file.string_attribute(library_group, library));
  }
  return build;
}

}  // namespace

std::string host_name() {
  std::array<char, 256> name{};  // POSIX allows 255 letters
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

void stamp(File& file, const std::string& group, const std::string& created_at) {
  file.set_attribute(group, "created_at", created_at);
  file.set_attribute(group, "inference_library", "NeuralMC");
  file.set_attribute(group, "inference_library_version", build_info().version);
}

void write_provenance(File& file, const Provenance& provenance) {
  file.create_group(root);
  file.set_attribute(root, "created_at", utc_now());
  write_build(file, provenance.build);
  file.set_attribute(root, "mpi_library", provenance.mpi_library);
  file.set_attribute(root, "host", provenance.host);
  file.set_attribute(root, "ranks", provenance.ranks);
  file.set_attribute(root, "threads", provenance.threads);
  file.set_attribute(root, "command_line", provenance.command_line);
  file.set_attribute(root, "resolved_job", provenance.resolved_job);
  file.set_attribute(root, "seed", provenance.seed);
  file.set_attribute(root, "generator", provenance.generator);
  file.set_attribute(root, "weights_sha256", provenance.weights_sha256);
  file.create_group(phase_group);
  for (const PhaseTime& phase : provenance.phases) {
    const std::string group = phase_group + "/" + phase.name;
    file.create_group(group);
    file.set_attribute(group, "wall_seconds", phase.wall_seconds);
    file.set_attribute(group, "cpu_seconds", phase.cpu_seconds);
    if (!phase.started.empty()) file.set_attribute(group, "started", phase.started);
    if (!phase.ended.empty()) file.set_attribute(group, "ended", phase.ended);
  }
}

Provenance read_provenance(const File& file) {
  Provenance provenance;
  provenance.build = read_build(file);
  provenance.mpi_library = file.string_attribute(root, "mpi_library");
  provenance.host = file.string_attribute(root, "host");
  provenance.ranks = static_cast<int>(file.int_attribute(root, "ranks"));
  provenance.threads = static_cast<int>(file.int_attribute(root, "threads"));
  provenance.command_line = file.string_attribute(root, "command_line");
  provenance.resolved_job = file.string_attribute(root, "resolved_job");
  provenance.seed = file.int_attribute(root, "seed");
  provenance.generator = file.string_attribute(root, "generator");
  provenance.weights_sha256 = file.string_attribute(root, "weights_sha256");
  for (const std::string& name : file.children(phase_group)) {
    const std::string group = phase_group + "/" + name;
    const auto date = [&](const char* end) {
      return file.has_attribute(group, end) ? file.string_attribute(group, end) : std::string();
    };
    provenance.phases.push_back({name, file.double_attribute(group, "wall_seconds"),
                                 file.double_attribute(group, "cpu_seconds"), date("started"),
                                 date("ended")});
  }
  return provenance;
}

}  // namespace nmc::archive
