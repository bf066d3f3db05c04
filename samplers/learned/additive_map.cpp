#include "samplers/learned/additive_map.hpp"

#include "samplers/learned/jump_loss.hpp"

namespace nmc {
namespace {

bool moves_momenta(Index shear) {
  return shear % 2 == 0;
}

}  // namespace

AdditiveMap::AdditiveMap(const Shape& shape) : shape_(shape) {
  require(shape.shears >= 3, "the map of A-NICE-MC begins as a reflection, which takes 3 shears");
  require(shape.hidden >= 1, "the nets of A-NICE-MC need at least one hidden unit");
  require(shape.reflection > 0, "the reflection that A-NICE-MC begins with must be positive");
  const int n = static_cast<int>(shape.sites);
  const int ends = shape.is_radial ? n + 1 : n;
  nets_.assign(static_cast<std::size_t>(shape.shears),
               TanhNet({ends, shape.hidden, shape.hidden, ends}));
  parameters_.resize(size_of_one() * nets_.size());
  const std::span<double> all = parameters_;
  const std::size_t square = size_of_one() - nets_.front().size();
  for (std::size_t k = 0; k < nets_.size(); ++k)
    nets_[k].start({.seed = k, .purpose = Purpose::weights},
                   all.subspan(k * size_of_one() + square, nets_[k].size()));
  const double c = shape.reflection;
  const std::array<double, 3> first{c, -2 / c, c};
  for (std::size_t k = 0; k < first.size(); ++k)
    for (Index i = 0; i < shape.sites; ++i)
      all[k * size_of_one() + static_cast<std::size_t>(i * (shape.sites + 1))] = first[k];
  parameters_changed();
}

std::size_t AdditiveMap::size_of_one() const {
  return static_cast<std::size_t>(shape_.sites * shape_.sites) + nets_.front().size();
}

std::span<const double> AdditiveMap::matrix(Index shear) const {
  return std::span<const double>(parameters_)
      .subspan(static_cast<std::size_t>(shear) * size_of_one(),
               static_cast<std::size_t>(shape_.sites * shape_.sites));
}

void AdditiveMap::parameters_changed() {
  for (Index k = 0; k < shape_.shears; ++k) {
    TanhNet& net = nets_[static_cast<std::size_t>(k)];
    net.pack({matrix(k).data() + matrix(k).size(), net.size()});
  }
}

Batch AdditiveMap::net_inputs(const Batch& u) const {
  if (!shape_.is_radial) return u;
  Batch in(u.rows(), u.cols() + 1);
  in << u, sum_sites(u.square()).sqrt();
  return in;
}

Batch AdditiveMap::shift(Index shear, const Batch& u, Passed* passed) const {
  const Batch net = nets_[static_cast<std::size_t>(shear)].forward(
      net_inputs(u), passed == nullptr ? nullptr : &passed->trace);
  Batch out = net.leftCols(u.cols());
  if (shape_.is_radial) {
    const Column factor = net.col(u.cols());
    out += u.colwise() * factor;
    if (passed != nullptr) passed->factor = factor;
  }
  const std::span<const double> A = matrix(shear);
  for (Index i = 0; i < shape_.sites; ++i)
    for (Index j = 0; j < shape_.sites; ++j)
      out.col(i) += A[static_cast<std::size_t>(i * shape_.sites + j)] * u.col(j);
  if (passed != nullptr) passed->u = u;
  return out;
}

Batch AdditiveMap::shift_vjp(Index shear, const Passed& passed, const Batch& g_shift,
                             std::span<double> grad) const {
  const TanhNet& net = nets_[static_cast<std::size_t>(shear)];
  const std::span<const double> A = matrix(shear);
  const std::span<double> own =
      grad.subspan(static_cast<std::size_t>(shear) * size_of_one(), size_of_one());
  const Batch& u = passed.u;
  Batch g_out = g_shift;
  if (shape_.is_radial) {
    g_out.conservativeResize(Eigen::NoChange, u.cols() + 1);
    g_out.col(u.cols()) = sum_sites(g_shift * u);
  }
  const Batch g_in = net.backward(passed.trace, g_out, own.last(net.size()));
  Batch g_u = g_in.leftCols(u.cols());
  if (shape_.is_radial) {
    const Column length = sum_sites(u.square()).sqrt();
    const Column by_length = (length > 0).select(g_in.col(u.cols()) / length, 0.0);
    g_u += u.colwise() * by_length + g_shift.colwise() * passed.factor;
  }
  for (Index i = 0; i < shape_.sites; ++i)
    for (Index j = 0; j < shape_.sites; ++j) {
      const auto at = static_cast<std::size_t>(i * shape_.sites + j);
      own[at] += (g_shift.col(i) * u.col(j)).sum();
      g_u.col(j) += A[at] * g_shift.col(i);
    }
  return g_u;
}

Column AdditiveMap::move(const Whitened& /*target*/, bool is_backward, PhasePoint& point) const {
  for (Index step = 0; step < shape_.shears; ++step) {
    const Index k = is_backward ? shape_.shears - 1 - step : step;
    Batch& moved = moves_momenta(k) ? point.v : point.y;
    const Batch by = shift(k, moves_momenta(k) ? point.y : point.v, nullptr);
    if (is_backward)
      moved -= by;
    else
      moved += by;
  }
  return Column::Zero(point.y.rows());
}

double AdditiveMap::add_loss_gradient(const Whitened& target, const PhasePoint& from,
                                      std::span<double> grad) const {
  std::vector<Passed> passed;
  PhasePoint end = from;
  for (Index k = 0; k < shape_.shears; ++k) {
    passed.emplace_back();
    (moves_momenta(k) ? end.v : end.y) +=
        shift(k, moves_momenta(k) ? end.y : end.v, &passed.back());
  }
  end.log_p = target.log_density_grad(end.y, end.grad);
  const Column log_ratio = log_ratio_of(from, end, Column::Zero(from.y.rows()));
  const JumpSlopes loss = jump_loss({log_ratio, from.y, end.y}, shape_.divergence_weight);
  Batch by_y = loss.by_end + end.grad.colwise() * loss.by_ratio;
  Batch by_v = end.v.colwise() * Column(-loss.by_ratio);
  for (Index k = shape_.shears; k-- > 0;) {
    const Passed& here = passed[static_cast<std::size_t>(k)];
    if (moves_momenta(k))
      by_y += shift_vjp(k, here, by_v, grad);
    else
      by_v += shift_vjp(k, here, by_y, grad);
  }
  return loss.loss;
}

}  // namespace nmc
