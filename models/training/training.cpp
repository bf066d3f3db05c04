#include "models/training/training.hpp"

#include <algorithm>

namespace nmc {

TrainingState Training::state() const {
  TrainingState copy;
  visit([&](const TrainingView& view) {
    static_cast<TrainingProgress&>(copy) = view.progress;
    const auto all = [](std::span<const double> numbers) {
      return std::vector<double>(numbers.begin(), numbers.end());
    };
    copy.parameters = all(view.parameters);
    copy.optimiser = {view.optimiser_steps, all(view.m), all(view.v), all(view.v_max)};
    copy.data = all(view.data);
    copy.best_parameters = all(view.best_parameters);
  });
  return copy;
}

std::optional<TrainingEnd> end_of(const TrainingProgress& progress,
                                  const TrainingOptions& options) {
  if (progress.step >= options.steps) return TrainingEnd::steps;
  if (options.stop_at_ess > 0 && !progress.validations.empty() &&
      progress.validations.back().reverse.ess >= options.stop_at_ess)
    return TrainingEnd::ess;
  if (options.stop_after_seconds > 0 && progress.wall_seconds >= options.stop_after_seconds)
    return TrainingEnd::time;
  if (is_out_of_patience(progress, options.patience)) return TrainingEnd::patience;
  return std::nullopt;
}

bool is_out_of_patience(const TrainingProgress& progress, Index patience) {
  if (patience == 0 || progress.best_step < 0) return false;
  const auto later = std::ranges::count_if(
      progress.validations,
      [&](const ValidationRecord& record) { return record.step > progress.best_step; });
  return later - (progress.has_extra_validation ? 1 : 0) >= patience;
}

}  // namespace nmc
