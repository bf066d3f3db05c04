#include "physics/systems/dual_ising.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "core/errors.hpp"
#include "core/simd/functions.hpp"
#include "physics/systems/ising.hpp"

namespace nmc {

namespace {

std::span<const double> view(const Column& column) {
  return {column.data(), static_cast<std::size_t>(column.size())};
}
std::span<double> view(Column& column) {
  return {column.data(), static_cast<std::size_t>(column.size())};
}

/// Local field βh_i that the spin at site i sees beside x_i.
double bias(const Graph& graph, double beta, Index i) {
  return graph.field.empty() ? 0 : beta * graph.field[i];
}

/// ln cosh and tanh of one site of all chains.
struct Site {
  Column argument, log_cosh, tanh;
  explicit Site(Index chains) : argument(chains), log_cosh(chains), tanh(chains) {}
  void evaluate(const Batch& x, Index i, double shift) {
    argument = x.col(i) + shift;
    simd::log_cosh_tanh(view(std::as_const(argument)), view(log_cosh), view(tanh));
  }
};

/// s = +1 where u < p(+1 | x) = (1 + tanh x)/2.
Batch draw_spins(const Batch& tanh_x, const Batch& uniforms) {
  return (2 * uniforms - 1 < tanh_x)
      .select(Batch::Ones(tanh_x.rows(), tanh_x.cols()),
              Batch::Constant(tanh_x.rows(), tanh_x.cols(), -1));
}

}  // namespace

DualIsing::DualIsing(Graph graph, double beta)
    : DualIsing(graph, beta, make_dual_kernel(graph, beta)) {}

DualIsing::DualIsing(Graph graph, double beta, std::unique_ptr<const DualKernel> kernel)
    : graph_(std::move(graph)),
      beta_(beta),
      kernel_(std::move(kernel)),
      shapes_{{graph_.sites, Support::real}, {graph_.sites, Support::spin}} {
  require(graph_.plaquettes.empty(),
          "the dual field turns pairs of spins into a Gaussian and has none for plaquettes: set "
          "K = 0, or use system ising");
}

Column DualIsing::log_density(const Batch& x) const {
  Batch kx;
  kernel_->apply_inverse(x, kx);
  Site site(x.rows());
  Column log_p = Column::Zero(x.rows());
  for (Index i = 0; i < sites(); ++i) {
    site.evaluate(x, i, bias(graph_, beta_, i));
    log_p += site.log_cosh - 0.5 * (x.col(i) * kx.col(i));
  }
  return log_p;
}

Column DualIsing::log_density_grad(const Batch& x, Batch& grad) const {
  kernel_->apply_inverse(x, grad);
  Site site(x.rows());
  Column log_p = Column::Zero(x.rows());
  for (Index i = 0; i < sites(); ++i) {
    site.evaluate(x, i, bias(graph_, beta_, i));
    log_p += site.log_cosh - 0.5 * (x.col(i) * grad.col(i));
    grad.col(i) = site.tanh - grad.col(i);
  }
  return log_p;
}

Batch DualIsing::mean_spins(const Batch& x) const {
  Batch t(x.rows(), x.cols());
  Site site(x.rows());
  for (Index i = 0; i < sites(); ++i) {
    site.evaluate(x, i, bias(graph_, beta_, i));
    t.col(i) = site.tanh;
  }
  return t;
}

Batch DualIsing::spins_given_field(const Batch& x, const Batch& uniforms) const {
  return draw_spins(mean_spins(x), uniforms);
}

Batch DualIsing::field_given_spins(const Batch& s, const Batch& normals) const {
  Batch x = kernel_->apply(s);
  x += kernel_->apply_sqrt(normals);
  return x;
}

Batch DualIsing::draw(Index block, std::span<const Batch> all, const Batch& numbers) const {
  return block == 0 ? field_given_spins(all[1], numbers) : spins_given_field(all[0], numbers);
}

Column DualIsing::log_joint(std::span<const Batch> all) const {
  const Batch &x = all[0], &s = all[1];
  Batch kx;
  kernel_->apply_inverse(x, kx);
  Column log_p = Column::Constant(x.rows(), -static_cast<double>(sites()) * std::numbers::ln2);
  for (Index i = 0; i < sites(); ++i)
    log_p += s.col(i) * (x.col(i) + bias(graph_, beta_, i)) - 0.5 * (x.col(i) * kx.col(i));
  return log_p;
}

double DualIsing::lnZ_minus_lnZ_spin() const {
  const double ln_2pi = std::log(2 * std::numbers::pi);
  const double per_site = kernel_->alpha() + ln_2pi - 2 * std::numbers::ln2;
  return 0.5 * (static_cast<double>(sites()) * per_site + kernel_->ln_det());
}

DualStencil::DualStencil(Graph graph, double beta) : dual_(std::move(graph), beta) {}

Column DualStencil::log_density(const Batch& y) const {
  const Batch x = to_field(y);
  Site site(y.rows());
  Column log_p = Column::Constant(y.rows(), dual_.kernel().ln_det());
  for (Index i = 0; i < sites(); ++i) {
    site.evaluate(x, i, bias(dual_.graph(), dual_.beta(), i));
    log_p += site.log_cosh - 0.5 * (y.col(i) * x.col(i));
  }
  return log_p;
}

Column DualStencil::log_density_grad(const Batch& y, Batch& grad) const {
  const Batch x = to_field(y);
  Site site(y.rows());
  Batch force(y.rows(), y.cols());  // tanh x − y; the gradient is K times this
  Column log_p = Column::Constant(y.rows(), dual_.kernel().ln_det());
  for (Index i = 0; i < sites(); ++i) {
    site.evaluate(x, i, bias(dual_.graph(), dual_.beta(), i));
    log_p += site.log_cosh - 0.5 * (y.col(i) * x.col(i));
    force.col(i) = site.tanh - y.col(i);
  }
  grad = to_field(force);
  return log_p;
}

Batch DualStencil::draw(Index block, std::span<const Batch> all, const Batch& numbers) const {
  if (block == 1) return dual_.spins_given_field(to_field(all[0]), numbers);
  Batch y;
  dual_.kernel().apply_inverse(dual_.field_given_spins(all[1], numbers), y);
  return y;
}

Column DualStencil::log_joint(std::span<const Batch> all) const {
  const std::array<Batch, 2> field{to_field(all[0]), all[1]};
  return dual_.log_joint(field) + dual_.kernel().ln_det();
}

}  // namespace nmc
