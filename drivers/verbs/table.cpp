#include "drivers/verbs/certify.hpp"
#include "drivers/verbs/compare.hpp"
#include "drivers/verbs/convert.hpp"
#include "drivers/verbs/file_verbs.hpp"
#include "drivers/verbs/init.hpp"
#include "drivers/verbs/pages.hpp"
#include "drivers/verbs/plot.hpp"
#include "drivers/verbs/reweight.hpp"
#include "drivers/verbs/rg.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {
namespace {

const FlagSpec kJson{"json", "", "one JSON object per line instead of a table"};
const FlagSpec kRestart{"restart", "", "move an existing output directory aside and begin anew"};
const FlagSpec kTasks{"tasks", "LIST", "of a sweep those: 3, 0-9,20, or part I/N (from 0 on)"};

/// What carries out a job.
std::vector<Verb> job_verbs() {
  return {
      {"run",
       "JOB",
       "the whole job: train, sample, report",
       pages::run,
       "nmc run examples/dual_ising_L4.ini --run.draws=4000",
       {kRestart, kTasks},
       true,
       true,
       run_verb},
      {"train",
       "JOB",
       "train its network alone; nmc sample JOB: sample alone",
       pages::train,
       "nmc train examples/dual_ising_L4.ini",
       {kRestart, kTasks},
       true,
       true,
       train_verb},
      {"sample",
       "JOB",
       "sample with the trained network or without one",
       pages::sample,
       "nmc sample examples/ising_wolff.ini",
       {kRestart, kTasks},
       true,
       true,
       sample_verb,
       false},
      {"anneal",
       "JOB",
       "anneal populations of spins: lnZ, means",
       pages::anneal,
       "nmc anneal examples/ea3d_population_annealing.ini",
       {kRestart, kJson},
       true,
       true,
       anneal_verb},
  };
}

/// What shows a run.
std::vector<Verb> result_verbs() {
  return {
      {"compare",
       "JOB",
       "the job's sampler against the best classical ones",
       pages::compare,
       "nmc compare examples/quickstart.ini -o costs.svg",
       {kJson,
        {"with", "SAMPLERS", "rivals: \"wolff; tempering, replicas = 24\""},
        {"budget", "X", "CPU time of each rival over that of the job; 1 by default"},
        {"output", "FILE", "figure of costs, .svg, .pdf or .png; -o for short"}},
       true,
       true,
       compare_verb},
      {"report",
       "RUN",
       "mean, error, tau, ESS, R-hat, z against exact values",
       pages::report,
       "nmc report runs/dual_ising_L4",
       {kJson,
        {"html", "", "a page with figures, RUN/report.html, in one file"},
        {"output", "FILE", "of the page; -o for short"}},
       false,
       false,
       report_verb},
  };
}

std::vector<Verb> curve_verbs() {
  return {
      {"plot",
       "RUN",
       "one figure: an observable along a sweep",
       pages::plot,
       "nmc plot runs/scan --observable m2 --x system.beta -o m2.svg",
       {{"observable", "NAME", "what is drawn (nmc report RUN names them)"},
        {"x", "KEY", "along what: a key of the sweep, beta, draw, or task"},
        {"reweight", "", "of a sweep along beta the curves between its points"},
        {"output", "FILE", "figure.svg, or .pdf, .png; -o for short"}},
       false,
       false,
       plot_verb},
      {"reweight",
       "RUN",
       "means and errors at temperatures between those sampled",
       pages::reweight,
       "nmc reweight runs/scan --beta 0.42:0.46:0.01 --observable energy,m2",
       {kJson,
        {"beta", "LIST", "0.42,0.44 or 0.42:0.46:0.01; by default between the runs"},
        {"T", "LIST", "the same as temperatures"},
        {"observable", "NAMES", "energy,m2,binder,...; all by default"},
        {"output", "FILE.csv", "the table with all digits as well; -o for short"}},
       false,
       false,
       reweight_verb},
  };
}

/// What answers for a system.
std::vector<Verb> answer_verbs() {
  return {
      {"exact",
       "[JOB]",
       "exact lnZ, energy, heat, magnetisation, ground state",
       pages::exact,
       "nmc exact --system.name=ising --system.L=16 --system.beta=0.44068679",
       {kJson,
        {"dos", "", "the density of states as well, as exact integers"},
        {"moments", "", "abs_m, m2, m4 also where they take more than half a second"},
        {"limit", "TIME", "CPU time that may be spent, 120s by default"},
        {"threads", "N", "all cores by default; any number gives the same values"}},
       true,
       false,
       exact_verb},
      {"rg",
       "[JOB]",
       "block spins: flowing couplings, exponents, components",
       pages::rg,
       "nmc rg --system.name=ising --system.L=64 --system.beta=0.44068679350977",
       {kJson,
        {"rule", "NAME", "majority, the default, or decimation"},
        {"phases", "", "no blocking: classifiers tell ordered from disordered"},
        {"betas", "B,B,...", "with --phases; 13 from 0.7 to 1.3 of beta by default"},
        {"draws", "N", "configurations; 25600 by default"},
        {"seed", "N", "1 by default"}},
       true,
       false,
       rg_verb},
  };
}

std::vector<Verb> tool_verbs() {
  return {
      {"convert",
       "IN OUT",
       "graph files between the field's formats and ours",
       pages::convert,
       "nmc convert examples/spin_glass.sg glass.h5",
       {{"from", "FORMAT", "of IN, where beginning and ending do not say it"},
        {"to", "FORMAT", "of OUT, where the ending does not say it"}},
       false,
       false,
       convert_verb},
      {"check",
       "JOB",
       "estimate memory, disk and time; run nothing",
       pages::check,
       "nmc check examples/dual_ising_L8.ini",
       {},
       true,
       false,
       check_verb},
      {"list",
       "[KIND]",
       "names; nmc describe NAME: keys, ranges, an example",
       pages::list,
       "nmc list samplers",
       {},
       false,
       false,
       list_verb},
      {"describe",
       "NAME",
       "keys, defaults, ranges and an example of one of them",
       pages::describe,
       "nmc describe neural_rg",
       {},
       false,
       false,
       describe_verb,
       false},
  };
}

std::vector<Verb> begin_verbs() {
  return {
      {"init",
       "SYSTEM [NAME]",
       "a commented job with settings that were tried here",
       pages::init,
       "nmc init ising wolff --system.L=32 -o ising.ini",
       {{"output", "FILE", "where the job goes, the terminal by default; -o for short"}},
       true,
       false,
       init_verb},
  };
}

std::vector<Verb> watch_verbs() {
  return {
      {"certify",
       "NAME",
       "hold a system, sampler or network against checks",
       pages::certify,
       "nmc certify ising --sampler.name=heat_bath",
       {kJson},
       true,
       false,
       certify_verb},
      {"bench",
       "[NAME]",
       "the benchmarks",
       pages::bench,
       "nmc bench ising",
       {kJson, {"shapes", "", "local updates over kinds of lattices, sizes and chains"}},
       false,
       false,
       bench_verb},
      {"status",
       "DIR",
       "state of a run, also while it runs",
       pages::status,
       "nmc status runs/dual4",
       {kJson, {"watch", "", "look every two seconds until nothing runs any more"}},
       false,
       false,
       status_verb},
  };
}

std::vector<Verb> make_table() {
  std::vector<Verb> table;
  for (const auto& part : {begin_verbs(), job_verbs(), result_verbs(), curve_verbs(),
                           answer_verbs(), file_verbs(), tool_verbs(), watch_verbs()})
    table.insert(table.end(), part.begin(), part.end());
  return table;
}

}  // namespace

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> table = make_table();
  return table;
}

}  // namespace nmc::drivers
