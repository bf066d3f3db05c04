#pragma once

#include "core/optimise/tanh_net.hpp"

namespace nmc {

/// One line of the generalised leapfrog (Levy, Hoffman and Sohl-Dickstein, ICLR 2018, eqs 6 to 9):
///   u_i ← u_i e^{a_i S_i} + a_i (w_i e^{ε Q_i} + T_i),
/// with (S, Q, T) of a net that does not read u: S and Q are tanh of its first two thirds, T is the
/// last. ln |det| = Σ a_i S_i. Where a net is 0 this is u ← u + a w.
class AffineUpdate {
 public:
  struct Shape {
    Eigen::RowVectorXd a;  ///< (sites); 0 where u stays as it is
    double epsilon = 0;
  };
  /// What backward() needs.
  struct Record {
    Batch u, w;  ///< before the update
    Batch S, Q;  ///< (chains, sites)
    TanhNet::Trace trace{};
  };
  AffineUpdate(const TanhNet& net, Shape shape) : net_(net), shape_(std::move(shape)) {}

  /// From the net's inputs; ln |det|, (chains). record may be null.
  Column forward(const Batch& inputs, const Batch& w, Batch& u, Record* record) const;
  Column inverse(const Batch& inputs, const Batch& w, Batch& u) const;
  /// Gradients by w and by the net's inputs; g_u is that by the new u, then by the old one.
  struct Slopes {
    Batch by_w, by_inputs;
  };
  [[nodiscard]] Slopes backward(const Record& record, const Column& by_log_det, Batch& g_u,
                                std::span<double> grad) const;

 private:
  struct Terms {
    Batch S, Q, T;
  };
  [[nodiscard]] Terms terms(const Batch& inputs, TanhNet::Trace* trace) const;
  [[nodiscard]] Batch times_a(const Batch& x) const { return x.rowwise() * shape_.a.array(); }

  const TanhNet& net_;
  Shape shape_;
};

}  // namespace nmc
