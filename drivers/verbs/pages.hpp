#pragma once

/// What `nmc VERB --help` says between the usage and the flags. A page fits a terminal of 24 lines
/// of 80 letters (tests/programs/help_test.py).
namespace nmc::drivers::pages {

inline constexpr const char* run = R"(
Trains the network if the sampler needs one that is not there yet, samples,
reports. On a directory that holds an unfinished run of the same job it resumes,
bit for bit as if it had never stopped; nothing is ever deleted.
--section.key=value wins over the file, --section.key= unsets a key of the file.
A job with [sweep] is one task per point, in subdirectories: finished tasks are
passed over. With --tasks any number of jobs share one sweep: nmc check numbers
its tasks. Works alike under mpirun -n N; results do not depend on N.)";

inline constexpr const char* train = R"(
Trains the network of [model] as [train] says, whatever the sampler, and writes
DIR/model.h5; an interrupted training resumes. Otherwise as nmc run.)";

inline constexpr const char* sample = R"(
Samples and reports; a network that the sampler needs must be there already, in
DIR/model.h5 or as model.file. Otherwise as nmc run.)";

inline constexpr const char* anneal = R"(
Independent populations are cooled from beta = 0 to the system's beta as
[anneal] says; every run estimates lnZ, and the runs together its error. Writes
anneal.h5. Under mpirun the runs are divided among the processes; a run that is
stopped keeps those that were done.)";

inline constexpr const char* report = R"(
RUN is an output directory or its result.h5; of a sweep a row per task. With
--html one page of text, tables and figures, which any browser opens from the
disk, also of sweeps, ladders, annealings and runs that are not done.)";

inline constexpr const char* init = R"(
Writes a job for a system, with the best classical sampler that is known for it,
another sampler, or a network where the sampler needs one. A pilot run of two
CPU seconds chooses the number of draws and says at the head of the file what
they take and what they are worth. Every other key is there as a comment, with
its default and its meaning. --section.key=value sets keys.)";

inline constexpr const char* compare = R"(
Runs the job, where its result is not there yet, and then the best classical
samplers of its system for as much CPU time (nmc describe SYSTEM names the
first), into DIR/compare. Prints the CPU seconds per independent value of every
observable, the training, how many values pay for it, and a verdict. A result
that is there is not made anew. Exit code 4 where means disagree.)";

inline constexpr const char* plot = R"(
Draws an observable with its error bars along a key of a sweep, a curve for each
combination of the other keys, and the exact values where they are known; of a
ladder or an annealing along beta, of another run its draws. --reweight draws
the curve of all draws with its error (nmc reweight). 86 mm wide, a column of a
journal. What is refused is left out and named; exit code 4.
pdf and png need rsvg-convert (package librsvg2-bin).)";

inline constexpr const char* reweight = R"(
Numbers at temperatures between and beside those that were sampled, each draw
with the weight that it has there: of one run its histogram, of a sweep over
beta (or T) or a ladder all draws at once (MBAR). Errors by a jackknife over
blocks of all runs. Where fewer than 50 independent draws carry a number, or
its energies were not drawn, it is refused; exit code 4. Of a sweep over sizes
also where Binder and xi/L of neighbouring sizes cross; docs/reweighting.md.)";

inline constexpr const char* status = R"(
DIR is the output directory of a run or a sweep. Prints what it is at and how
far, its rate and the time that is left, acceptance, tau, R-hat and ESS of the
first observable, the age of the last checkpoint; of a sweep a line per task; of
a directory above runs a line per run. --watch stays until nothing runs, and
draws how the loss or the first observable went. Exit codes: 0 done, 1 running,
75 stopped with a checkpoint, 2 failed, or its process is gone without a word.)";

inline constexpr const char* exact = R"(
Exact lnZ, energy, heat (totals), entropy, ground state and, where known, abs_m,
m2, m4 and the overlap q2, with the method: enumeration up to 30 spins, the
transfer matrix of any graph with a small frontier (strips up to 14 wide, small
cubes, sparse graphs), Kaufman's formula on the square torus; phi^4 on tori with
a side of 2, 3 or 4. The density of states is there where every coupling is a
whole multiple of one unit. Beyond them lnZ, energy and entropy of spins on a
plane that is open in one direction are estimated from draws of two tensor
networks, with errors, and said to be an estimate.)";

inline constexpr const char* latent = R"(
Which latent variable of a flow belongs to which scale, what is left where finer
ones are not known, how far each reaches, how normal and how independent they
are, and what the coarse ones fix. All numbers go to latent.h5; docs/latent.md)";

inline constexpr const char* rg = R"(
Draws Ising spins on a square torus by the best classical sampler and blocks
2x2 of them into one, again and again: correlations and couplings of every
lattice, the exponents y_t and y_h of the linearised step (Swendsen's Monte
Carlo renormalisation group) with errors, and the principal components of the
configurations. A closed chain (dim = 1) is decimated exactly. docs/latent.md.)";

inline constexpr const char* evaluate = R"(
--input holds a dataset z or x (batch, sites). From z: x, log_det_dxdz, log_q
and, where the model file states its target, energy, U and their gradients; from
x: z, log_det_dzdx, log_q, energy. A symmetric model adds log_q_sym, U_sym. Of
spins: log_q, log_conditionals, energy = beta H. --system.beta=B sets the
temperature of the target and of a network trained for a range of them; without
it both are at that of the file. Of a Boltzmann machine: visible units of x that
are NaN are drawn given the others, x, with their means, means, and log_p or, of
a deep one, bound. Of a vae or gan --draws rows, x. docs/model-file.md.)";

inline constexpr const char* diagnose = R"(
tau_int (1/2 for independent draws) with its error, rank-normalised split R-hat,
bulk and tail ESS. Reads HDF5, netCDF, .npy, CSV and other tables, Stan CSV,
emcee's backend; a directory stands for its result.h5. Several files are chains
of the same variables. Axes and columns are taken by name (chain, walker; draw,
step, iteration ...); arrays without names as [chain, draw, ...], and only with
fewer chains than draws. What is left out is said; docs/diagnose.md.)";

inline constexpr const char* convert = R"(
Reads a graph and writes it in another format, sites renumbered, signs turned,
and says what it wrote. Told by the ending: .txt, .csv, .json, .h5 are this
program's own; .sg, .rudy (J = weight), .mc (maximum cut, J = -weight), .coo
(dimod), .qubo, .mtx (Matrix Market), .graphml, .col (DIMACS). BQM and
node-link files are JSON too, known by their content, and written with --to bqm,
--to node_link. What OUT cannot hold is refused; nothing is overwritten.)";

inline constexpr const char* certify = R"(
NAME is a system with the samplers that take it, or a sampler, network or
observable on a small system: gradients and flips against differences, sum q
= 1, pi P = pi and one closed class (enumerated where the sampler can say its
outcomes, else by chains, with a false alarm in 10^6 checks at most), round
trips, the way through a file, the same bits in other chunks and threads and
after a stop. Every check must see a fault that is planted on purpose. Sizes
that are not given are small. Exit code 0: all is well, 4: a check failed or
saw no fault.)";

inline constexpr const char* check = R"(
Exit code 0 says that `nmc run` of the same words will start. Of a sweep a row
per task.)";

inline constexpr const char* list = R"(
KIND is systems, models, samplers or observables; without it all of them.)";

inline constexpr const char* describe = R"(
NAME is a system, model, sampler or observable (nmc list), or a section of the
job file: system, model, train, sampler, anneal, run, output, sweep.)";

inline constexpr const char* bench = R"(
CPU seconds of one thread, medians. NAME may be the beginning of several.
Compare ratios of one call, never single times; benchmarks/compare.py runs the
peers beside it.)";

}  // namespace nmc::drivers::pages
