#include "models/autoregressive/causal_model.hpp"

namespace nmc {
namespace {

CausalSpec checked(CausalSpec spec) {
  check(spec);
  return spec;
}

}  // namespace

CausalModel::CausalModel(CausalSpec spec, Precision precision, std::uint64_t seed)
    : ConditionalModel(checked(std::move(spec))), precision_(precision) {
  std::vector<double> parameters(static_cast<std::size_t>(this->spec().parameter_count()));
  initialise(this->spec(), seed, parameters);
  if (precision == Precision::single)
    start(std::make_unique<CausalNet<float>>(this->spec()), std::move(parameters));
  else
    start(std::make_unique<CausalNet<double>>(this->spec()), std::move(parameters));
}

}  // namespace nmc
