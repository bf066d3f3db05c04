#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {
namespace {

const FlagSpec kJson{"json", "", "one JSON object per line instead of a table"};

const char* const kExactDetails =
    "Exact lnZ, energy, heat (totals) and, where known, abs_m, m2, m4, with the method used:\n"
    "enumeration up to 26 spins, Kaufman's formula on the square torus.";
const char* const kDiagnoseDetails =
    "tau_int (1/2 for independent draws) with its error, rank-normalised split R-hat, bulk and "
    "tail\n"
    "ESS of chains [chain, draw, ...] in HDF5, netCDF-4 or CSV (a column per variable, an "
    "optional\n"
    "column chain).";

std::vector<Verb> make_table() {
  return {
      {"report",
       "RUN",
       "mean, error, tau, ESS, R-hat and z against the exact value",
       "RUN is an output directory or its result.h5.",
       {kJson, {"html", "FILE", "one page with plots (arrives with a later version)"}},
       false,
       false,
       report_verb},
      {"exact",
       "[JOB]",
       "exact lnZ, energy, heat and magnetisation",
       kExactDetails,
       {kJson},
       true,
       false,
       exact_verb},
      {"diagnose",
       "FILE[:DATASET]",
       "tau, R-hat and ESS of anybody's chains",
       kDiagnoseDetails,
       {kJson},
       false,
       false,
       diagnose_verb},
      {"list",
       "[systems|models|samplers|observables]",
       "what there is",
       "",
       {},
       false,
       false,
       list_verb},
      {"describe",
       "NAME",
       "options, defaults, ranges and an example of one entry",
       "",
       {},
       false,
       false,
       describe_verb},
      {"status",
       "DIR",
       "state of a run (arrives with a later version)",
       "",
       {},
       false,
       false,
       status_verb},
  };
}

}  // namespace

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> table = make_table();
  return table;
}

}  // namespace nmc::drivers
