#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/fourier/torus_filter.hpp"
#include "core/parallel/ranks.hpp"
#include "core/roles/wave_function.hpp"
#include "drivers/job/job.hpp"
#include "drivers/report/network_note.hpp"
#include "samplers/ladder/tempering.hpp"
#include "samplers/simulation/simulation.hpp"

namespace nmc::drivers {

/// [stop]: what must hold of the draws for a run to end before run.draws; 0 and none: nothing.
struct StopRule {
  struct Error {
    std::string name;        ///< observable
    std::size_t column = 0;  ///< of Plan::observables
    double most = 0;
  };
  double rhat = 0, ess = 0;
  std::vector<Error> errors{};
  [[nodiscard]] bool is_set() const { return rhat > 0 || ess > 0 || !errors.empty(); }
};

/// Everything a job stands for, made and checked before the first file is written.
struct Plan {
  System system;
  std::unique_ptr<Trainable> model;  ///< null without a network
  /// Of mode = ground_state, of whose square the system's target is the density; null else.
  std::unique_ptr<WaveFunction> wave{};
  std::unique_ptr<const Target> basis{};  ///< what that was before, which holds the graph
  bool seeks_ground_state = false;        ///< whether it is still to be found
  bool is_model_trained = false;          ///< read from a file, not made anew
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
  StopRule stop;
  double memory = 0;  ///< bytes for the draws between two checkpoints
  bool trains = false;
  /// Whether chains with a network begin where it does not choose, with the classical sampler.
  bool starts_classically = false;
  bool samples = false;
};

/// Whether column i of the observables belongs to pairs of chains.
[[nodiscard]] bool is_of_pairs(const Plan& plan, std::size_t column);

/// Rows of one chain: the temperatures of its ladder, or 1.
[[nodiscard]] Index rows_per_chain(const Plan& plan);

}  // namespace nmc::drivers
