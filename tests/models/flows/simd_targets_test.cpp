#include <gtest/gtest.h>

#include "core/simd/functions.hpp"
#include "hwy/targets.h"
#include "models/flows/coupling/mera.hpp"

// Every instruction set that this processor has runs the same network. Rounding differs with the
// order of sums and with fused products: some tens of roundings through 16 couplings.
namespace nmc {
namespace {

class Targets : public testing::Test {
 protected:
  void TearDown() override { choose(0); }

  /// Makes run-time dispatch choose among `targets` alone; 0: all again.
  static void choose(std::int64_t targets) {
    hwy::SetSupportedTargetsForTest(targets);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }

  static BijectorFlow flow(Precision precision) {
    NeuralRgSpec spec;
    spec.L = 4;
    spec.couplings = 4;
    spec.hidden = {10, 13};
    return BijectorFlow(neural_rg_layers(spec), precision, 3);
  }
};

struct Result {
  Mapped x;
  Batch gz;
  std::vector<double> grad;
};

Result run(const BijectorFlow& flow) {
  Batch z(67, 16);
  fill_normal({1, 0, 0, Purpose::test}, z);
  Result result{flow.forward(z), {}, std::vector<double>(flow.parameters().size())};
  result.gz = flow.forward_vjp(result.x.y, result.x.y, Column::Ones(67), result.grad);
  return result;
}

TEST_F(Targets, AllInstructionSetsGiveTheSameNetwork) {
  for (const Precision precision : {Precision::single, Precision::twice}) {
    const double tolerance = precision == Precision::single ? 2e-5 : 1e-13;
    const BijectorFlow f = flow(precision);
    const Result best = run(f);
    int tried = 0;
    for (const std::int64_t target : {HWY_AVX3, HWY_AVX2, HWY_SSE4, HWY_SCALAR}) {
      if (target != HWY_SCALAR && !(hwy::SupportedTargets() & target)) continue;
      choose(target);
      const Result other = run(f);
      const std::string name = simd::target_name();
      choose(0);
      ++tried;
      EXPECT_LE((other.x.y - best.x.y).abs().maxCoeff(), tolerance * best.x.y.abs().maxCoeff())
          << name;
      EXPECT_LE((other.gz - best.gz).abs().maxCoeff(), tolerance * best.gz.abs().maxCoeff())
          << name;
      for (std::size_t k = 0; k < best.grad.size(); k += 7)
        EXPECT_NEAR(other.grad[k], best.grad[k], 67 * 16 * tolerance) << name;
      RecordProperty(name, precision == Precision::single ? "float" : "double");
      if (precision == Precision::single) std::printf("ran on %s\n", name.c_str());
    }
    EXPECT_GE(tried, 2);
  }
}

}  // namespace
}  // namespace nmc
