#include "drivers/verbs/file_verbs.hpp"

#include "drivers/verbs/latent.hpp"
#include "drivers/verbs/pages.hpp"

namespace nmc::drivers {
namespace {

const FlagSpec kAsJson{"json", "", "one JSON object per line instead of a table"};

std::vector<FlagSpec> latent_flags() {
  return {kAsJson,
          {"html", "", "a page with sliders beside latent.h5, in one file"},
          {"traces", "", "HMC in the physical and in the latent space as well"},
          {"walks", "", "along latent variables and between configurations"},
          {"halves", "", "of a network of spins: information of two halves, no more"},
          {"inner", "N", "of --halves: draws of one given the other; 16 by default"},
          {"frequencies", "", "of a symplectic network: its modes, slow ones first"},
          {"renyi", "", "entropies of a wave function, 65536 draws each, no more"},
          {"draws", "N", "of the flow, and exact configurations; 4096 by default"},
          {"seed", "N", "of both; 1 by default"},
          {"input", "FILE.h5", "configurations x in place of the classical sampler's"},
          {"output", "FILE.h5", "latent.h5 beside the network by default; -o for short"}};
}

}  // namespace

std::vector<Verb> file_verbs() {
  return {
      {"evaluate",
       "MODEL.h5",
       "run a trained network on given z or x",
       pages::evaluate,
       "nmc evaluate runs/dual4/model.h5 --input z.h5 --output x.h5",
       {{"input", "FILE.h5", "what to run it on"},
        {"output", "FILE.h5", "where the results go"},
        {"draws", "N", "of a vae or gan: rows to draw, in place of --input"},
        {"sweeps", "N", "of a machine that draws what is missing; 500 by default"},
        {"seed", "N", "of these draws; 1 by default"}},
       true,
       false,
       evaluate_verb},
      {"latent", "RUN|MODEL.h5", "what a trained network knows, level by level", pages::latent,
       "nmc latent runs/dual_ising_rg", latent_flags(), true, false, latent_verb},
      {"diagnose",
       "FILE[:NAME]...",
       "tau, R-hat and ESS of anybody's chains",
       pages::diagnose,
       "nmc diagnose chains.npy --axes draw,chain",
       {kAsJson, {"axes", "NAMES", "chain,draw,... in order, or NAME=chain,NAME=draw"}},
       false,
       false,
       diagnose_verb},
  };
}

}  // namespace nmc::drivers
