#include "models/autoregressive/causal_model.hpp"

#include <stdexcept>

namespace nmc {
namespace {

CausalSpec checked(CausalSpec spec) {
  check(spec);
  return spec;
}

}  // namespace

CausalModel::CausalModel(CausalSpec spec, Precision precision, std::uint64_t seed)
    : TiledModel(checked(std::move(spec))), precision_(precision) {
  std::vector<double> parameters(static_cast<std::size_t>(this->spec().parameter_count()));
  initialise(this->spec(), seed, parameters);
  if (precision == Precision::single)
    start(std::make_unique<CausalNet<float>>(this->spec()), std::move(parameters));
  else
    start(std::make_unique<CausalNet<double>>(this->spec()), std::move(parameters));
}

/// A conditional network at another beta than its own. It has no weights, so that a ladder of
/// temperatures holds the network once.
class CausalAtBeta final : public Autoregressive {
 public:
  CausalAtBeta(const CausalModel& model, double beta) : model_(model), beta_(beta) {}

  [[nodiscard]] Index sites() const override { return model_.sites(); }
  [[nodiscard]] Index tokens() const override { return model_.tokens(); }
  [[nodiscard]] std::span<const Index> order() const override { return model_.order(); }
  [[nodiscard]] Draw sample(const Streams& streams, Index chains) const override {
    return model_.draw_at(beta_, streams, chains);
  }
  [[nodiscard]] Draw redraw(const Batch& s, std::span<const Index> kept,
                            const Streams& streams) const override {
    return model_.redraw_at(beta_, s, kept, streams);
  }
  [[nodiscard]] Batch log_conditionals(const Batch& s) const override {
    return model_.log_conditionals_at(beta_, s);
  }
  void add_grad(const Batch& s, const Column& weight, std::span<double> grad) const override {
    model_.add_grad_at(beta_, s, weight, grad);
  }
  Column loss_grad(const Target& target, const Streams& streams, Index chains,
                   std::span<double> grad) const override {
    return model_.loss_grad(target, streams, chains, grad);
  }
  [[nodiscard]] std::span<const double> parameters() const override { return model_.parameters(); }
  [[nodiscard]] std::span<double> parameters() override {
    throw std::logic_error("a network at another beta is for reading");
  }
  [[nodiscard]] std::optional<BetaRange> beta_range() const override { return model_.beta_range(); }
  void set_beta(double beta) override {
    model_.require_beta(beta);
    beta_ = beta;
  }
  [[nodiscard]] std::unique_ptr<Autoregressive> network_at(double beta) const override {
    return model_.network_at(beta);
  }

 private:
  const CausalModel& model_;
  double beta_;
};

void CausalModel::require_beta(double beta) const {
  if (!beta_range()) throw std::logic_error("this network has no range of beta");
  check_beta_in(*beta_range(), beta);
}

void CausalModel::set_beta(double beta) {
  require_beta(beta);
  own_spec().beta = beta;
}

std::unique_ptr<Autoregressive> CausalModel::network_at(double beta) const {
  require_beta(beta);
  return std::make_unique<CausalAtBeta>(*this, beta);
}

}  // namespace nmc
