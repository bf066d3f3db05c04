#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/fourier/torus_filter.hpp"
#include "core/parallel/ranks.hpp"
#include "drivers/job/job.hpp"
#include "drivers/report/network_note.hpp"
#include "samplers/ladder/tempering.hpp"
#include "samplers/simulation/simulation.hpp"

namespace nmc::drivers {

/// Which parts of a job a verb carries out.
struct Phases {
  bool train = false;       ///< train if the network is not there yet
  bool sample = false;      ///< sample and report
  bool must_train = false;  ///< train even where the sampler would do without
};

/// Everything a job stands for, made and checked before the first file is written.
struct Plan {
  System system;
  std::unique_ptr<Trainable> model;  ///< null without a network
  bool is_model_trained = false;     ///< read from a file, not made anew
  /// What is not quite as the job says about that network, also after this run's training.
  NetworkNotes network_notes;
  std::string note;  ///< what the user should know of that file; may be empty
  catalog::SamplerParts sampler;
  std::unique_ptr<Observable> log_weight;  ///< of samplers that do not keep log q themselves
  std::vector<const Observable*> observables;
  std::unique_ptr<const TorusFilter> fourier;                  ///< of the arrays; null without them
  std::vector<std::unique_ptr<const ArrayObservable>> arrays;  ///< simulation.arrays
  /// Where the sampler is a ladder of temperatures: itself, and the rung at the system's beta.
  const Tempering* tempering = nullptr;
  Index own_rung = 0;
  SimulationOptions simulation;
  bool trains = false;
  /// Whether chains with a network begin where it does not choose, with the classical sampler.
  bool starts_classically = false;
  bool samples = false;
};

/// Throws UserError for all that is wrong with the job: sizes that do not fit, samplers that cannot
/// work on the system, data and networks of another system, more ranks than chains. With `restart`
/// networks in the output directory do not count.
[[nodiscard]] Plan make_plan(const Job& job, const Phases& phases, const Ranks& ranks,
                             bool restart);

/// What a run has to measure on: chains of which two and two are replicas of each other, single
/// chains, or populations that go through many temperatures.
enum class MeasuredOn { pairs, chains, populations };

/// The observables that the job asks for, or those of the system's choice that can be measured.
/// UserError for unknown names, and for what cannot be measured on populations.
[[nodiscard]] std::vector<const Observable*> find_observables(const Job& job, const System& system,
                                                              MeasuredOn on);

/// Whether column i of the observables belongs to pairs of chains.
[[nodiscard]] bool is_of_pairs(const Plan& plan, std::size_t column);

/// Rows of one chain: the temperatures of its ladder, or 1.
[[nodiscard]] Index rows_per_chain(const Plan& plan);

/// Bytes that the result and the stored configurations will take.
[[nodiscard]] double estimated_bytes(const Plan& plan);

/// Throws UserError where so many bytes do not fit on the disk of `directory`.
void require_free(std::filesystem::path directory, double bytes);
/// The same of the output of a job.
void require_disk_space(const Job& job, const Plan& plan);

}  // namespace nmc::drivers
