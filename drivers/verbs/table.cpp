#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {
namespace {

const FlagSpec kJson{"json", "", "one JSON object per line instead of a table"};
const FlagSpec kRestart{"restart", "", "move an existing output directory aside and begin anew"};

const char* const kRunDetails =
    "Trains the network if the sampler needs one that is not there yet, samples, reports.\n"
    "On a directory that holds an unfinished run of the same job it resumes, bit for bit as if it\n"
    "had never stopped. --restart moves the old directory aside; nothing is ever deleted.\n"
    "Every value of the job can be set here: --section.key=value wins over the file.\n"
    "A job with [sweep] is one task per point, in subdirectories: finished tasks are passed over.\n"
    "Works alike under mpirun -n N; results do not depend on the number of processes or threads.";
const char* const kAnnealDetails =
    "Independent populations are cooled from beta = 0 to the system's beta as [anneal] says; "
    "every\n"
    "run estimates lnZ, and the runs together its error. Writes anneal.h5. Under mpirun the runs\n"
    "are divided among the processes; a run that is stopped keeps those that were done.";
const char* const kExactDetails =
    "Exact lnZ, energy, heat (totals), the entropy, the ground state and its degeneracy and, "
    "where\n"
    "known, abs_m, m2, m4 and the overlap q2 of two replicas, with the method used: enumeration up "
    "to\n"
    "30 spins, the transfer matrix of any graph with a small frontier (strips up to 14 wide, "
    "small\n"
    "cubes, sparse graphs), Kaufman's formula on the square torus; phi^4 on tori with a side of 2, "
    "3\n"
    "or 4. --dos adds the density of states as exact integers, where every coupling is a whole\n"
    "multiple of one unit.";
const char* const kEvaluateDetails =
    "FILE.h5 of --input holds a dataset z (batch, sites…) or x. From z: x, log_det_dxdz, "
    "log_prior,\n"
    "log_q and, where the model file states its target, energy, grad_energy_x, U, grad_U_z; from "
    "x:\n"
    "z, log_det_dzdx, log_q, energy, grad_energy_x. A symmetric model adds log_q_sym, U_sym and\n"
    "grad_U_sym_z. Of spins: log_q, log_conditionals, energy. --system.beta=B sets the "
    "temperature\n"
    "of the target and of a network that was trained for a range of them; without it both are at\n"
    "that of the file. All in double precision. The file format is docs/model-file.md.";
const char* const kDiagnoseDetails =
    "tau_int (1/2 for independent draws) with its error, rank-normalised split R-hat, bulk and "
    "tail\n"
    "ESS of chains [chain, draw, ...] in HDF5, netCDF-4 or CSV (a column per variable, an "
    "optional\n"
    "column chain).";

const char* const kStatusDetails =
    "DIR is the output directory of a run or a sweep. Prints what it is at and how far, its rate\n"
    "and the time that is left, acceptance, tau, R-hat and ESS of the first observable, the age "
    "of\n"
    "the last checkpoint; of a sweep a line per task.\n"
    "Exit codes: 0 done, 1 running, 75 stopped with a checkpoint, 2 failed, or its process is\n"
    "gone without a word.\n\n"
    "example: nmc status runs/dual8; watch nmc status runs/dual8";

std::vector<Verb> make_table() {
  return {
      {"run",
       "JOB",
       "the whole job: train, sample, report",
       kRunDetails,
       {kRestart},
       true,
       true,
       run_verb},
      {"train",
       "JOB",
       "train the network of a job",
       kRunDetails,
       {kRestart},
       true,
       true,
       train_verb},
      {"sample",
       "JOB",
       "sample with the trained network or without one",
       kRunDetails,
       {kRestart},
       true,
       true,
       sample_verb},
      {"anneal",
       "JOB",
       "anneal populations of spins: lnZ and means at every temperature",
       kAnnealDetails,
       {kRestart, kJson},
       true,
       true,
       anneal_verb},
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
       "exact lnZ, energy, heat, magnetisation, ground state, density of states",
       kExactDetails,
       {kJson,
        {"dos", "", "the density of states as well"},
        {"limit", "TIME", "CPU time that may be spent, 120s by default"},
        {"threads", "N", "all cores by default; the values are the same for any number"}},
       true,
       false,
       exact_verb},
      {"evaluate",
       "MODEL.h5",
       "run a trained network on given z or x",
       kEvaluateDetails,
       {{"input", "FILE.h5", "what to run it on"}, {"output", "FILE.h5", "where the results go"}},
       true,
       false,
       evaluate_verb},
      {"diagnose",
       "FILE[:DATASET]",
       "tau, R-hat and ESS of anybody's chains",
       kDiagnoseDetails,
       {kJson},
       false,
       false,
       diagnose_verb},
      {"check",
       "JOB",
       "parse, resolve, estimate memory, disk and time; run nothing",
       "Exit code 0 says that `nmc run` of the same words will start.",
       {},
       true,
       false,
       check_verb},
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
      {"bench",
       "[NAME]",
       "the benchmarks",
       "CPU seconds of one thread, medians. NAME may be the beginning of several. Compare ratios "
       "of one\n"
       "call, never single times; benchmarks/compare.py runs the peers beside it.",
       {kJson},
       false,
       false,
       bench_verb},
      {"status",
       "DIR",
       "state of a run, also while it runs and from another shell",
       kStatusDetails,
       {kJson},
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
