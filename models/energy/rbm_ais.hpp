#pragma once

#include "core/parallel/threads.hpp"
#include "models/energy/packed_rbm.hpp"

namespace nmc {

struct AisOptions {
  Index temperatures = 1000;  ///< steps from 0 to 1, >= 1
  Index chains = 256;         ///< of each direction, >= 2
  Index burn_in = 100;        ///< steps of block Gibbs from the data before the way back
  std::uint64_t seed = 1;
};

/// ln Z of a restricted machine by annealed importance sampling (Neal, Stat. Comput. 11, 125
/// (2001); Salakhutdinov and Murray, ICML 2008) along
///   p̃_β(v) = e^{(1 − β) c·v + β a·v} Π_j (1 + e^{β x_j}),
/// from independent units with fields c, whose Z is known. Forward from draws of those: ⟨w⟩ = Z is
/// unbiased. Backward from draws of the machine itself, which burn-in from the data stands for
/// (Burda, Grosse and Salakhutdinov, AISTATS 2015): ⟨1/w⟩ = 1/Z. ⟨ln w⟩ forward is below ln Z, and
/// backward above.
struct AisEstimate {
  double log_z = 0, error = 0;              ///< ln of the mean weight forward, relative error of it
  double backward = 0, backward_error = 0;  ///< NaN without data
  double lower = 0, upper = 0;              ///< ⟨ln w⟩ of both directions
  double ess = 0;                           ///< of the weights forward, 0 … 1
  Index steps = 0;                          ///< chains times temperatures, of both directions
};
/// `data` (rows, visible units) serve the fit of the independent units and the way back; with none
/// the fields are a, and there is no way back. The same bits for any number of threads.
[[nodiscard]] AisEstimate annealed_log_z(const Rbm& rbm, const BitRows& data,
                                         const AisOptions& options, const Threads& threads);

}  // namespace nmc
