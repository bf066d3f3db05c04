#include "models/training/flow_matching.hpp"

#include <string>

#include "core/errors.hpp"
#include "core/random/streams.hpp"
#include "models/training/fresh_draws.hpp"

namespace nmc {
namespace {

const char* const kWayOut =
    "flow matching trains the velocity of a continuous_flow that is one network of one target: "
    "take "
    "that model, or objective = forward";

const BijectorFlow& checked_flow(const Trainable& model) {
  const BijectorFlow* const flow = as_layers(&model);
  require(flow != nullptr && flow->conditions().empty(), kWayOut);
  return *flow;
}

/// Looked up for every batch, since the number of steps makes another layer.
const VelocityField& velocity_of(const BijectorFlow& flow) {
  const VelocityField* const velocity = flow.layers().front()->velocity();
  require(velocity != nullptr && flow.layers().size() == 1, kWayOut);
  return *velocity;
}

}  // namespace

FlowMatching::FlowMatching(const Trainable& model, DataSource& data, DrawJudge judge)
    : model_(model), flow_(checked_flow(model)), data_(data), judge_(judge) {
  (void)velocity_of(flow_);
  if (judge.target != nullptr) check_fit(model, *judge.target);
  require(data.sites() == model.sites(), "the model has " + std::to_string(model.sites()) +
                                             " sites, the data set has " +
                                             std::to_string(data.sites()));
}

std::vector<LossColumn> FlowMatching::columns() const {
  return {{.name = "velocity_loss", .formula = "|v - (x - z)|^2"}};
}

std::vector<LossColumn> FlowMatching::validation_columns() const {
  std::vector<LossColumn> all{{.name = "forward_loss", .formula = "-ln q"}, columns().front()};
  if (judge_.target != nullptr)
    all.insert(all.begin(), {"loss", "ln q - ln p", true, judge_.log_z});
  return all;
}

Batch FlowMatching::evaluate(const BatchPart& part, std::span<double> grad) const {
  const Batch data = data_.rows(part.streams, part.rows);
  Batch z(part.rows, data.cols());
  fill_normal(part.streams, z);
  const Column time = uniform_column(part.streams.nested(), part.rows);
  const Batch velocity = data - z;
  const Batch x = z + velocity.colwise() * time;
  const double weight = 1 / (static_cast<double>(part.batch) * weight_of_sum(part.batch));
  return velocity_of(flow_).mismatch({x, time, velocity}, flow_.precision(), weight, grad);
}

Column FlowMatching::validate(Index column, const BatchPart& part) const {
  const std::string name = validation_columns()[static_cast<std::size_t>(column)].name;
  if (name == "loss") return fresh_draws(model_, *judge_.target, part.streams, part.rows).loss;
  if (name == "forward_loss") return -model_.log_prob(data_.rows(part.streams, part.rows));
  return evaluate(part, {}).col(0);
}

}  // namespace nmc
