#pragma once

#include <string>
#include <vector>

#include "core/parallel/threads.hpp"
#include "core/statistics/estimate.hpp"
#include "physics/system.hpp"

namespace nmc::drivers::rg {

/// A system at each of some inverse temperatures, ascending.
struct PhaseRequest {
  std::vector<double> betas;
  std::vector<System> systems;
  Index draws = 25600;  ///< of all together
  std::uint64_t seed = 1;
};

/// What two classifiers say of configurations that they have not seen.
struct Told {
  statistics::Estimate network;        ///< of all spins
  statistics::Estimate magnetisation;  ///< of |m| alone: logistic regression
};

/// Trained on the outermost temperatures with the labels ordered and disordered (Carrasquilla and
/// Melko, Nature Physics 13, 431 (2017)), asked at all of them.
struct PhasePoint {
  double beta = 0;
  bool is_trained_on = false;
  statistics::Estimate abs_m;
  Told ordered;  ///< mean probability of the label ordered
};

/// Trained with the labels of a guess, β above `at` or below, and how often they are right (van
/// Nieuwenburg, Liu and Huber, Nature Physics 13, 435 (2017)): high at the ends, where all have one
/// label, and at the true transition.
struct Guess {
  double at = 0;
  Told accuracy;
};

struct Phases {
  std::string title, sampler;
  Index chains = 0, draws = 0, hidden = 0;
  std::vector<PhasePoint> points;
  /// β at which half of the configurations are ordered, between the points; NaN for none.
  double network_half = statistics::not_a_number, magnetisation_half = statistics::not_a_number;
  std::vector<Guess> guesses;
  double cpu_seconds = 0;
};

/// Of Ising spins on an L×L torus, by classifiers with one hidden layer that see every training
/// configuration shifted and reflected at random. Half of the chains train, the others are asked.
/// UserError for other systems, too few temperatures or draws, and configurations beyond memory.
[[nodiscard]] Phases recognise_phases(const PhaseRequest& request, const Threads& threads);

[[nodiscard]] std::string phases_text(const Phases& phases);
/// An object for each temperature, each guess, and one of the whole.
[[nodiscard]] std::string phases_json(const Phases& phases);

}  // namespace nmc::drivers::rg
