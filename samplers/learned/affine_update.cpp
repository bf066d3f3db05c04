#include "samplers/learned/affine_update.hpp"

#include "core/simd/functions.hpp"

namespace nmc {
namespace {

std::span<double> numbers_in(Batch& x) {
  return {x.data(), static_cast<std::size_t>(x.size())};
}

Batch exp_of(Batch x) {
  simd::exp(numbers_in(x), numbers_in(x));
  return x;
}

Batch tanh_of(Batch x) {
  simd::tanh(numbers_in(x), numbers_in(x));
  return x;
}

}  // namespace

AffineUpdate::Terms AffineUpdate::terms(const Batch& inputs, TanhNet::Trace* trace) const {
  const Batch out = net_.forward(inputs, trace);
  const Index sites = shape_.a.size();
  return {tanh_of(out.leftCols(sites)), tanh_of(out.middleCols(sites, sites)),
          out.rightCols(sites)};
}

Column AffineUpdate::forward(const Batch& inputs, const Batch& w, Batch& u, Record* record) const {
  Terms t = terms(inputs, record == nullptr ? nullptr : &record->trace);
  const Batch scaled = times_a(t.S);
  if (record != nullptr) {
    record->u = u;
    record->w = w;
    record->S = t.S;
    record->Q = t.Q;
  }
  u = u * exp_of(scaled) + times_a(w * exp_of(shape_.epsilon * t.Q) + t.T);
  return sum_sites(scaled);
}

Column AffineUpdate::inverse(const Batch& inputs, const Batch& w, Batch& u) const {
  const Terms t = terms(inputs, nullptr);
  const Batch scaled = times_a(t.S);
  u = (u - times_a(w * exp_of(shape_.epsilon * t.Q) + t.T)) * exp_of(-scaled);
  return -sum_sites(scaled);
}

AffineUpdate::Slopes AffineUpdate::backward(const Record& record, const Column& by_log_det,
                                            Batch& g_u, std::span<double> grad) const {
  const Index sites = shape_.a.size();
  const Batch stretch = exp_of(times_a(record.S));
  const Batch drive = exp_of(shape_.epsilon * record.Q);
  const Batch pushed = times_a(g_u);
  Batch by_out(g_u.rows(), 3 * sites);
  const Batch by_S = times_a((g_u * record.u * stretch).colwise() + by_log_det);
  by_out.leftCols(sites) = by_S * (1 - record.S.square());
  by_out.middleCols(sites, sites) =
      shape_.epsilon * pushed * record.w * drive * (1 - record.Q.square());
  by_out.rightCols(sites) = pushed;
  Slopes slopes{pushed * drive, net_.backward(record.trace, by_out, grad)};
  g_u *= stretch;
  return slopes;
}

}  // namespace nmc
