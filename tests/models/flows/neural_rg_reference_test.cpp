#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "core/archive/file.hpp"
#include "models/flows/coupling/coupling.hpp"
#include "models/flows/coupling/mera.hpp"
#include "models/symmetry/symmetrised_flow.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/dual_ising.hpp"
#include "tests/support/paths.hpp"

// A whole network computed elsewhere in float64, data/neuralrg_L4.h5: values agree to 1e-12 and
// gradients to 1e-9, relative to the largest entry.
namespace nmc {
namespace {

const std::string kFile = tests::shared_data() + "/neuralrg_L4.h5";
const std::string kRoot = "/L4_headline";

class NeuralRgReference : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kFile)) GTEST_SKIP() << kFile << " is not here";
    file_ = std::make_unique<archive::File>(archive::File::open(kFile));
    blocks_ = static_cast<int>(file_->children(kRoot + "/block").size());
    target_ = std::make_unique<DualIsing>(make_graph(torus({4, 4})),
                                          1 / file_->double_attribute(kRoot, "T"));
  }

  [[nodiscard]] std::string block(int k) const { return fmt::format("{}/block/{:02}", kRoot, k); }
  [[nodiscard]] Column column(const std::string& name) const {
    const auto values = file_->read_doubles(kRoot + name);
    return Eigen::Map<const Column>(values.data(), std::ssize(values));
  }
  [[nodiscard]] Batch batch(const std::string& name) const {
    return file_->read_batch(kRoot + name);
  }

  /// Layers in generation order: the last block of the file first.
  [[nodiscard]] std::unique_ptr<BijectorFlow> flow() const {
    BijectorFlow::Layers layers;
    for (int k = blocks_; k-- > 0;) {
      CouplingSpec spec;
      spec.sites = 16;
      spec.hidden = {10, 10, 10};
      const auto row = file_->read_ints(block(k) + "/site_row");
      const auto column = file_->read_ints(block(k) + "/site_col");
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (i % 4 == 0) spec.patches.emplace_back();
        spec.patches.back().push_back(static_cast<int>(row[i] * 4 + column[i]));
      }
      const auto mask = file_->read_doubles(block(k) + "/mask");
      for (std::size_t i = 0; i < mask.size(); ++i) {
        if (i % 4 == 0) spec.masks.emplace_back();
        spec.masks.back().push_back(mask[i] > 0.5);
      }
      layers.push_back(std::make_unique<CouplingLayer>(std::move(spec)));
    }
    auto result = std::make_unique<BijectorFlow>(std::move(layers), Precision::twice, 1);
    gather("/block", *result, result->parameters());
    result->parameters_changed();
    return result;
  }

  /// The live entries of the file's stacked arrays under `group`, in the order of the parameters.
  void gather(const std::string& group, const BijectorFlow& flow, std::span<double> out) const {
    std::size_t at = 0;
    for (int k = blocks_; k-- > 0;) {
      const std::string base = fmt::format("{}{}/{:02}", kRoot, group, k);
      const auto& layer = static_cast<const CouplingLayer&>(
          *flow.layers()[static_cast<std::size_t>(blocks_ - 1 - k)]);
      Index c = 0;
      for (const auto& coupling : layer.packed<double>()) {
        for (const char* net : {"/t", "/s"}) {
          const auto& parts = *net == '/' && net[1] == 't' ? coupling.shift : coupling.log_scale;
          for (std::size_t l = 0; l < parts.size(); ++l) {
            const auto w = file_->read_doubles(fmt::format("{}{}/W{}", base, net, l));
            const auto b = file_->read_doubles(fmt::format("{}{}/b{}", base, net, l));
            const bool is_last = l + 1 == parts.size();
            const Index rows = is_last ? 4 : 10, columns = l == 0 ? 4 : 10;
            const auto row = [&](int o) {
              return c * rows + (is_last ? coupling.moved[static_cast<std::size_t>(o)] : o);
            };
            for (int o = 0; o < parts[l].outputs; ++o)
              for (int i = 0; i < parts[l].inputs; ++i)
                out[at++] = w[static_cast<std::size_t>(
                    row(o) * columns + (l == 0 ? coupling.kept[static_cast<std::size_t>(i)] : i))];
            for (int o = 0; o < parts[l].outputs; ++o)
              out[at++] = b[static_cast<std::size_t>(row(o))];
          }
        }
        const auto scale = file_->read_doubles(base + "/s/scale");
        for (const int j : coupling.moved) out[at++] = scale[static_cast<std::size_t>(c * 4 + j)];
        ++c;
      }
    }
    ASSERT_EQ(at, out.size());
  }

  std::unique_ptr<archive::File> file_;
  std::unique_ptr<DualIsing> target_;
  int blocks_ = 0;
};

double error(const Batch& a, const Batch& b) {
  return (a - b).abs().maxCoeff() / b.abs().maxCoeff();
}

TEST_F(NeuralRgReference, GenerationAndInferenceAgree) {
  const auto f = flow();
  const Mapped x = f->forward(batch("/batch/z"));
  EXPECT_LE(error(x.y, batch("/batch/x")), 1e-12);
  EXPECT_LE(error(x.log_det, column("/batch/log_det_dxdz")), 1e-12);
  const Mapped z = f->inverse(batch("/inference/x"));
  EXPECT_LE(error(z.y, batch("/inference/z")), 1e-12);
  EXPECT_LE(error(z.log_det, column("/inference/log_det_dzdx")), 1e-12);
  EXPECT_LE(error(f->log_prob(batch("/inference/x")), column("/inference/log_q")), 1e-12);
  EXPECT_LE(error(log_normal_density(batch("/batch/z")), column("/batch/log_prior")), 1e-12);
}

TEST_F(NeuralRgReference, OurPatchesAreTheirs) {
  const auto ours = neural_rg_layers({.L = 4});
  const auto theirs = flow();
  for (std::size_t k = 0; k < ours.size(); ++k)
    EXPECT_EQ(static_cast<const CouplingLayer&>(*ours[k]).spec().patches,
              static_cast<const CouplingLayer&>(*theirs->layers()[k]).spec().patches);
}

TEST_F(NeuralRgReference, PlainLossAndItsGradientAgree) {
  const auto f = flow();
  std::vector<double> grad(f->parameters().size()), expected(grad.size());
  const Column loss = f->loss_grad_at(*target_, batch("/batch/z"), grad);
  EXPECT_NEAR(loss.mean(), column("/loss_plain")(0), 1e-12 * std::abs(loss.mean()));
  gather("/grad_plain/block", *f, expected);
  const auto as_array = [](const std::vector<double>& v) {
    return Eigen::Map<const Column>(v.data(), std::ssize(v));
  };
  EXPECT_LE(error(as_array(grad) / 32, as_array(expected)), 1e-9);
}

TEST_F(NeuralRgReference, SymmetrisedLossAndItsGradientAgree) {
  auto base = flow();
  const auto layout = flow();
  const SymmetrisedFlow f(std::move(base), z2_group(16));
  std::vector<double> grad(f.parameters().size()), expected(grad.size());
  const Batch z = batch("/batch/z");
  const Column loss = f.loss_grad_at(*target_, z, std::vector<Index>(32, 0), grad);
  EXPECT_NEAR(loss.mean(), column("/loss_sym")(0), 1e-12 * std::abs(loss.mean()));
  EXPECT_LE(error(f.log_prob(batch("/batch/x")), column("/batch/log_q_sym")), 1e-12);
  gather("/grad_sym/block", *layout, expected);
  const auto as_array = [](const std::vector<double>& v) {
    return Eigen::Map<const Column>(v.data(), std::ssize(v));
  };
  EXPECT_LE(error(as_array(grad) / 32, as_array(expected)), 1e-9);
  Batch grad_u;
  EXPECT_LE(error(f.latent_potential(*target_, z, grad_u), column("/batch/U_sym")), 1e-12);
  EXPECT_LE(error(grad_u, batch("/batch/grad_U_sym_z")), 1e-9);
}

}  // namespace
}  // namespace nmc
