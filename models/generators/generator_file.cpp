#include "models/generators/generator_file.hpp"

namespace nmc {

void write_generator(archive::File& file, const Stored& generator, const std::string& name) {
  file.set_attribute("/", "format", "neuralmc-model");
  file.set_attribute("/", "version", 2);
  file.create_group("/model");
  file.set_attribute("/model", "name", name);
  generator.write(file, "/model");
}

std::string why_no_proposal(const std::string& type) {
  if (type == "vae")
    return "a variational autoencoder, which draws and knows ln q of no draw, an integral over its "
           "latent variables: without it a Metropolis step has no ratio, and it cannot propose; "
           "use a flow or an autoregressive network";
  if (type == "gan")
    return "the generator of a gan, which draws and has no density at all: without ln q a "
           "Metropolis step has no ratio, and it cannot propose; use a flow or an autoregressive "
           "network";
  return {};
}

}  // namespace nmc
