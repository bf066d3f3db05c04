#include "drivers/result/ground_state_group.hpp"

#include <algorithm>

#include "drivers/report/ground_state.hpp"

namespace nmc::drivers {

void write_ground_state(archive::File& file, const Sampled& sampled, const Plan& plan,
                        const std::function<void()>& poll) {
  const auto energy = std::ranges::find(sampled.names, "energy");
  const bool is_binned = plan.simulation.bin > 1;  // a mean of energies is no energy
  const bool is_discrete = plan.system.spins != nullptr || plan.system.labels != nullptr;
  if (!is_discrete || energy == sampled.names.end() || is_binned) return;
  std::vector<DrawColumn> rungs;
  if (sampled.ladder)
    for (Index r = 0; r < std::ssize(sampled.ladder->betas); ++r)
      rungs.push_back(DrawColumn::stored(file, "/ladder/energy", r).polled(poll));
  const GroundState found =
      find_ground_state(rungs, DrawColumn::stored(file, "/posterior/energy").polled(poll));
  file.create_group("/ground_state");
  file.set_attribute("/ground_state", "lowest_energy", found.lowest);
  file.set_attribute("/ground_state", "chains_at_lowest",
                     static_cast<std::int64_t>(found.chains_at_lowest));
  file.set_attribute("/ground_state", "draws_at_lowest",
                     static_cast<std::int64_t>(found.draws_at_lowest));
}

}  // namespace nmc::drivers
