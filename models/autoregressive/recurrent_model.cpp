#include "models/autoregressive/recurrent_model.hpp"

namespace nmc {
namespace {

RecurrentSpec checked_recurrent(RecurrentSpec spec) {
  check(spec);
  return spec;
}

}  // namespace

RecurrentModel::RecurrentModel(RecurrentSpec spec, Precision precision, std::uint64_t seed)
    : ConditionalModel(checked_recurrent(std::move(spec))), precision_(precision) {
  std::vector<double> parameters = initial_parameters(this->spec(), seed);
  if (precision == Precision::single)
    start(std::make_unique<RecurrentNet<float>>(this->spec()), std::move(parameters));
  else
    start(std::make_unique<RecurrentNet<double>>(this->spec()), std::move(parameters));
}

}  // namespace nmc
