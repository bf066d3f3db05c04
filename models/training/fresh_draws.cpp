#include "models/training/fresh_draws.hpp"

#include <string>

#include "core/errors.hpp"

namespace nmc {

FreshDraws fresh_draws(const Model& model, const Target& target, const Streams& streams,
                       Index rows) {
  const Draw draw = model.sample(streams, rows);
  Column log_p = target.log_density(draw.x);
  return {draw.log_q - log_p, std::move(log_p)};
}

FreshDraws fresh_draws(const Model& model, const Target& target, const BatchRows& batch) {
  const Batch all = gather_chunks(batch, 2, [&](Index, const BatchPart& part) {
    const FreshDraws here = fresh_draws(model, target, part.streams, part.rows);
    Batch both(part.rows, 2);
    both.col(0) = here.loss;
    both.col(1) = here.log_p;
    return both;
  });
  return {all.col(0), all.col(1)};
}

void check_fit(const Model& model, const Target& target) {
  require(target.sites() == model.sites(), "the model has " + std::to_string(model.sites()) +
                                               " sites, the system has " +
                                               std::to_string(target.sites()));
  require(target.support() == model.support(), "the model has " + in_words(model.support()) +
                                                   " and the system " + in_words(target.support()));
}

}  // namespace nmc
