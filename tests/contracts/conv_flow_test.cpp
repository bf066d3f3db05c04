#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>

#include "core/archive/file.hpp"
#include "models/file/model_file.hpp"
#include "models/flows/conv/conv_layout.hpp"
#include "models/flows/linear/free_field.hpp"
#include "models/flows/map/latent_map.hpp"
#include "models/symmetry/lattice_symmetry.hpp"
#include "tests/contracts/flow_contract.hpp"
#include "tests/contracts/plain_conv.hpp"
#include "tests/support/message_of.hpp"

/// Convolutional couplings: the net beside one written out site by site, symmetries, files.
namespace nmc::contracts {
namespace {

ConvSpec spec_of(const ConvCase& of, int conditions = 0) {
  ConvSpec spec;
  spec.extents = of.extents;
  spec.kernel = of.kernel;
  spec.is_isotropic = of.is_isotropic;
  spec.net = of.net;
  spec.conditions = conditions;
  return spec;
}

void stir(BijectorFlow& flow, double width) {
  const Batch noise = normals(1, std::ssize(flow.parameters()), width, 3);
  for (std::size_t k = 0; k < flow.parameters().size(); ++k)
    flow.parameters()[k] += noise(0, static_cast<Index>(k));
  flow.parameters_changed();
}

/// Away from its start, with a free field that has the symmetries of the kernels.
std::unique_ptr<BijectorFlow> stirred(const ConvCase& of, Precision precision = Precision::twice) {
  auto layers = conv_layers(spec_of(of), 4);
  layers.push_back(
      std::make_unique<FreeFieldLayer>(of.extents, wave_orbits(of.extents, of.is_isotropic)));
  auto flow = std::make_unique<BijectorFlow>(std::move(layers), precision, 5);
  stir(*flow, 0.2);
  return flow;
}

TEST(ConvCoupling, IsTheNetWrittenOutSiteBySite) {
  const ConvCase cases[] = {
      {"", {6, 4}, {{7, 5}, simd::Activation::elu}, false},
      {"", {4, 8}, {{6}, simd::Activation::tanh, ConvMap::affine, true}, false},
      {"", {6, 8}, {{3, 2}, simd::Activation::tanh, ConvMap::affine, true}, false, 5},
      {"", {4, 4}, {{2, 9}, simd::Activation::softplus, ConvMap::additive}, false}};
  for (const ConvCase& of : cases) {
    BijectorFlow flow(conv_layers(spec_of(of), 1), Precision::twice, 5);
    stir(flow, 0.2);
    const Batch z = normals(1, flow.sites(), 1.0);
    std::vector<double> phi(z.data(), z.data() + z.size());
    const double log_det = PlainConv(of, flow.parameters()).apply(phi);
    const Mapped x = flow.forward(z);
    EXPECT_NEAR(x.log_det(0), log_det, 1e-13 * static_cast<double>(z.size()));
    for (Index s = 0; s < z.size(); ++s)
      EXPECT_NEAR(x.y(0, s), phi[static_cast<std::size_t>(s)], 1e-13 * 10) << s;
  }
}

class ConvFlow : public testing::TestWithParam<ConvCase> {};

/// In place of x = g(z): g(h z) = h g(z) of every operation h, which leaves ln det as it is.
void expect_equivariant(const Flow& flow, const SymmetryOperation& operation, double tolerance) {
  const Batch z = normals(5, flow.sites(), 1.0);
  const Mapped x = flow.forward(z), moved = flow.forward(apply(operation, z));
  EXPECT_LE((moved.y - apply(operation, x.y)).abs().maxCoeff(), tolerance);
  EXPECT_LE((moved.log_det - x.log_det).abs().maxCoeff(), tolerance * 10);
}

Index bonds_of(Index site, const std::vector<Index>& extents) {
  Index bonds = 0;
  for (const Index extent : extents) {
    bonds += site % extent;
    site /= extent;
  }
  return bonds;
}

TEST_P(ConvFlow, CommutesWithEvenTranslations) {
  const auto flow = stirred(GetParam());
  Index even = 0;
  double odd_change = 0;
  for (const auto& shift : translation_group(GetParam().extents)) {
    if (bonds_of(shift.permutation[0], GetParam().extents) % 2 == 0) {
      expect_equivariant(*flow, shift, 1e-12);
      ++even;
    } else {
      const Batch z = normals(1, flow->sites(), 1.0);
      odd_change = std::max(
          odd_change,
          (flow->forward(apply(shift, z)).y - apply(shift, flow->forward(z).y)).abs().maxCoeff());
    }
  }
  EXPECT_EQ(2 * even, flow->sites());
  EXPECT_GT(odd_change, 1e-2);
}

TEST_P(ConvFlow, CommutesWithTheSignExactlyWhereItIsOdd) {
  const auto flow = stirred(GetParam());
  const auto single = stirred(GetParam(), Precision::single);
  for (const BijectorFlow* each : {flow.get(), single.get()}) {
    const Batch z = normals(9, each->sites(), 1.0);
    const Mapped x = each->forward(z), minus = each->forward(-z);
    if (GetParam().net.is_odd) {
      EXPECT_TRUE((minus.y == -x.y).all());
      EXPECT_TRUE((minus.log_det == x.log_det).all());
      EXPECT_TRUE((each->log_prob(-x.y) == each->log_prob(x.y)).all());
    } else {
      EXPECT_GT((minus.y + x.y).abs().maxCoeff(), 1e-2);
    }
  }
}

/// About a site, which the colours are kept by: those of the point group are about the middle of
/// the lattice.
std::vector<SymmetryOperation> about_a_site(const std::vector<Index>& extents) {
  std::vector<SymmetryOperation> all;
  const SymmetryOperation by_one = translation_group(extents)[1];
  for (const auto& operation : point_group(extents))
    all.push_back(bonds_of(operation.permutation[0], extents) % 2 == 0
                      ? operation
                      : compose(operation, by_one));
  return all;
}

TEST_P(ConvFlow, CommutesWithThePointGroupWhereItIsIsotropic) {
  const auto flow = stirred(GetParam());
  double change = 0;
  for (const auto& operation : about_a_site(GetParam().extents)) {
    if (GetParam().is_isotropic) expect_equivariant(*flow, operation, 1e-12);
    const Batch z = normals(1, flow->sites(), 1.0);
    change = std::max(change,
                      (flow->forward(apply(operation, z)).y - apply(operation, flow->forward(z).y))
                          .abs()
                          .maxCoeff());
  }
  if (!GetParam().is_isotropic) {
    EXPECT_GT(change, 1e-2);
  }
}

TEST_P(ConvFlow, IsReadAsItWasWritten) {
  for (const int conditions : {0, 2}) {
    FlowConditions known;
    for (int k = 0; k < conditions; ++k) {
      known.ranges.push_back({"c" + std::to_string(k), 0, 1});
      known.own.values.push_back(0.3);
    }
    BijectorFlow flow(conv_layers(spec_of(GetParam(), conditions), 3), Precision::twice, 5, known);
    stir(flow, 0.2);
    const auto path = std::filesystem::temp_directory_path() /
                      (std::string("nmc-conv-flow-") + GetParam().name + ".h5");
    {
      auto file = archive::File::create(path.string());
      write_model(file, flow, "conv_flow", {});
      file.close();
    }
    const ModelFile stored = read_model(path.string());
    std::filesystem::remove(path);
    const Draw a = flow.sample({3}, 70), b = stored.model->sample({3}, 70);
    EXPECT_TRUE((a.x == b.x).all());
    EXPECT_TRUE((a.log_q == b.log_q).all());
  }
}

/// A site depends on all that its light cone names, and on nothing else.
TEST_P(ConvFlow, KnowsItsLightCone) {
  BijectorFlow flow(conv_layers(spec_of(GetParam()), 2), Precision::twice, 5);
  stir(flow, 0.3);
  const LatentMap map = flow.latent_map();
  const Batch z = normals(1, flow.sites(), 1.0);
  const Batch x = flow.forward(z).y;
  for (Index latent = 0; latent < flow.sites(); ++latent) {
    Batch other = z;
    other(0, latent) += 1;
    const Batch moved = flow.forward(other).y;
    for (Index site = 0; site < flow.sites(); ++site)
      EXPECT_EQ(map.reaches(latent, site), moved(0, site) != x(0, site)) << latent << ' ' << site;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, ConvFlow,
    testing::Values(
        ConvCase{"Elu", {6, 4}, {{6, 7}, simd::Activation::elu}, false},
        ConvCase{"Odd", {4, 8}, {{3, 5}, simd::Activation::tanh, ConvMap::affine, true}, false},
        ConvCase{"Isotropic", {8, 8}, {{4}, simd::Activation::tanh, ConvMap::affine, true}, true},
        ConvCase{"Rectangle", {8, 6}, {{4}, simd::Activation::elu}, true, 5},
        ConvCase{"Cube", {4, 4, 4}, {{3, 2}, simd::Activation::tanh, ConvMap::affine, true}, true},
        ConvCase{"Chain", {12}, {{5}, simd::Activation::tanh, ConvMap::additive, true}, false}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(ConvCoupling, RefusesWhatIsNoNetOfALattice) {
  const auto message = [](ConvCase of) {
    return message_of([&] { (void)ConvCoupling(spec_of(of)); });
  };
  EXPECT_EQ(
      message({"", {4, 4}, {{3}}, false, 5}),
      "kernel = 5 is wider than the lattice, whose extent 4 it would wrap around; take kernel "
      "= 3 or a larger lattice");
  EXPECT_EQ(message({"", {4, 5}, {{3}}, false}),
            "an extent of the lattice is 5: a checkerboard needs even extents; take model.name = "
            "real_nvp");
  EXPECT_EQ(message({"", {4, 4}, {{3}}, false, 2}),
            "kernel = 2: a kernel has a middle and sites on both sides; take 3");
  EXPECT_EQ(message({"", {4, 4}, {{}}, false}),
            "a convolutional net needs at least one hidden layer");
  EXPECT_EQ(message({"", {4, 4}, {{3, 0}}, false}), "channels = 0: a hidden layer has at least 1");
  EXPECT_EQ(message({"", {4, 4}, {{3}, simd::Activation::elu, ConvMap::affine, true}, false}),
            "a map that commutes with x -> -x needs hidden units that are odd: activation = tanh");
}

}  // namespace
}  // namespace nmc::contracts
