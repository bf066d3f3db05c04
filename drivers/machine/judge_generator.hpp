#pragma once

#include <vector>

#include "drivers/machine/learned_file.hpp"
#include "models/generators/kernel_mean.hpp"
#include "models/generators/vae.hpp"

namespace nmc::drivers {

/// Rows that a generator is held against; the second may have none.
struct JudgingRows {
  const Batch& learned;
  const Batch& held_out;
  /// Those held out where there are some.
  [[nodiscard]] const Batch& judges() const { return held_out.rows() > 0 ? held_out : learned; }
};

/// How a density that is known by estimates is judged.
struct VaeEffort {
  Index importance = 1000;  ///< draws of z for each row
  std::uint64_t seed = 1;
};

/// Mean of the evidence lower bound over the rows, by one draw of z each.
[[nodiscard]] double mean_elbo(const Vae& vae, const Batch& x, const Streams& streams);
/// Bound, NLL by importance sampling and, of linear nets, exactly; variances of the gradients,
/// measured and, where a rule of Gauss has few enough points, exactly.
[[nodiscard]] std::vector<LearnedNumber> judge_vae(const Vae& vae, const JudgingRows& rows,
                                                   const VaeEffort& effort);

/// MMD² between draws and data, and between two halves of the data, of a thousand rows at most.
[[nodiscard]] std::vector<LearnedNumber> judge_draws(const Batch& draws, const JudgingRows& rows,
                                                     const GaussianKernel& kernel);

}  // namespace nmc::drivers
