#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <string>
#include <utility>

#include "core/archive/file.hpp"
#include "models/file/model_file.hpp"
#include "models/flows/continuous/kernel_flow.hpp"
#include "models/flows/conv/conv_layout.hpp"
#include "models/flows/linear/free_field.hpp"
#include "models/flows/map/bijector_flow.hpp"
#include "models/symmetry/lattice_symmetry.hpp"
#include "tests/contracts/flow_contract.hpp"
#include "tests/support/message_of.hpp"

/// Kernel flows: the linear one beside a free field, derivatives, symmetries, errors, files.
namespace nmc::contracts {
namespace {

KernelFieldShape shape_of(std::vector<Index> extents, int steps) {
  KernelFieldShape shape;
  shape.extents = std::move(extents);
  shape.channels = 2;
  shape.harmonics = 2;
  shape.times = 2;
  shape.steps = steps;
  return shape;
}

void stir_kernels(BijectorFlow& flow, double width) {
  const Batch noise = normals(1, std::ssize(flow.parameters()), width, 3);
  for (std::size_t k = 0; k < flow.parameters().size(); ++k)
    flow.parameters()[k] += noise(0, static_cast<Index>(k));
  flow.parameters_changed();
}

/// A flow of one layer, its parameters moved by normals of this width.
std::unique_ptr<BijectorFlow> kernel_flow(const KernelFieldShape& shape, double width = 0.1,
                                          Precision precision = Precision::twice,
                                          FlowConditions conditions = {}) {
  BijectorFlow::Layers layers;
  layers.push_back(std::make_unique<KernelFlow>(shape, std::ssize(conditions.ranges)));
  auto flow =
      std::make_unique<BijectorFlow>(std::move(layers), precision, 5, std::move(conditions));
  stir_kernels(*flow, width);
  return flow;
}

/// u' = (l0 + l1 (2 t - 1)) u and x = e^a u, whose integral is a filter of a free field by e^{l0 +
/// a}: the largest difference of images and log-determinants from that layer's, an own transform.
double linear_error(const std::vector<Index>& extents, int steps) {
  const auto flow = kernel_flow(shape_of(extents, steps), 0);
  const auto& at = static_cast<const KernelFlow&>(*flow->layers().front()).numbers();
  const auto parameters = flow->parameters();
  const Index orbits = at.linear - at.log_scale;
  for (Index k = at.weight; k < at.frequency; ++k) parameters[static_cast<std::size_t>(k)] = 0;
  const Batch numbers = normals(1, 3 * orbits, 0.5, 3);
  BijectorFlow::Layers layers;
  layers.push_back(std::make_unique<FreeFieldLayer>(extents, wave_orbits(extents, true)));
  BijectorFlow free(std::move(layers), Precision::twice, 1);
  for (Index o = 0; o < orbits; ++o) {
    const auto put = [&](Index first, double value) {
      parameters[static_cast<std::size_t>(first + o)] = value;
    };
    put(at.log_scale, numbers(0, o));
    put(at.linear, numbers(0, orbits + o));
    put(at.linear + orbits, numbers(0, 2 * orbits + o));
    free.parameters()[static_cast<std::size_t>(o)] = numbers(0, o) + numbers(0, orbits + o);
  }
  flow->parameters_changed();
  free.parameters_changed();
  const Batch z = normals(3, flow->sites(), 1.0);
  const Mapped x = flow->forward(z), exact = free.forward(z);
  EXPECT_LE((x.log_det - exact.log_det).abs().maxCoeff(), 1e-11);
  return (x.y - exact.y).abs().maxCoeff();
}

const std::vector<Index> kLattices[] = {{6, 6}, {8, 4}, {5, 4}, {12}, {7}, {4, 4, 2}, {2, 2}};

TEST(KernelFlow, IsTheExponentialOfALinearVelocityToOrderFour) {
  for (const auto& extents : kLattices) EXPECT_LE(linear_error(extents, 128), 1e-9);
  const double coarse = linear_error({6, 6}, 8), fine = linear_error({6, 6}, 16);
  EXPECT_NEAR(coarse / fine, 16, 1.6);
}

TEST(KernelFlow, HasTheDivergenceOfItsVelocity) {
  for (const auto& extents : {std::vector<Index>{4, 3}, {5, 2}, {3, 2, 2}}) {
    const auto flow = kernel_flow(shape_of(extents, 96), 0.1);
    EXPECT_LE(jacobian_error(*flow, normals(1, flow->sites(), 1.0)), 1e-7);
  }
}

/// Of the steps themselves, however coarse they are.
TEST(KernelFlow, HasTheGradientsOfItsSteps) {
  FlowConditions conditions;
  conditions.ranges.push_back({"lambda", 0, 1});
  conditions.own.values.push_back(0.3);
  for (const int steps : {2, 5}) {
    const auto flow = kernel_flow(shape_of({4, 4}, steps), 0.1, Precision::twice, conditions);
    for (const bool forward : {true, false}) {
      const GradientError error = gradient_error(*flow, normals(3, flow->sites(), 0.7), forward);
      EXPECT_LE(error.input, 1e-7) << steps << forward;
      EXPECT_LE(error.parameter, 1e-7) << steps << forward;
    }
  }
}

/// The gradient of a likelihood is that of the steps of inference, in single precision too.
TEST(KernelFlow, LikelihoodsHaveTheGradientOfTheirOwnSteps) {
  for (const bool has_potential : {false, true}) {
    KernelFieldShape shape = shape_of({4, 6}, 2);
    shape.has_potential = has_potential;
    const auto twice = kernel_flow(shape, 0.1);
    const auto once = kernel_flow(shape, 0.1, Precision::single);
    const Batch x = normals(70, twice->sites(), 0.7);
    const Column weight = normals(70, 1, 1.0, 4).col(0);
    std::vector<double> grad(twice->parameters().size()), plain(grad.size()), single(grad.size());
    twice->add_grad(x, weight, grad);
    twice->Flow::add_grad(x, weight, plain);
    once->add_grad(x, weight, single);
    EXPECT_LE(largest_difference(grad, plain), 1e-11);
    EXPECT_LE(largest_difference(grad, single), 1e-5);
  }
}

TEST(KernelFlow, CommutesWithTheLatticeAndTheSign) {
  for (const auto& extents : {std::vector<Index>{6, 6}, {8, 4}, {5, 3}, {4, 4, 2}}) {
    const auto flow = kernel_flow(shape_of(extents, 4), 0.2);
    const Batch z = normals(3, flow->sites(), 1.0);
    const Mapped x = flow->forward(z);
    std::vector<SymmetryOperation> operations = point_group(extents);
    for (const auto& shift : translation_group(extents)) operations.push_back(shift);
    for (const auto& operation : operations) {
      const Mapped moved = flow->forward(apply(operation, z));
      EXPECT_LE((moved.y - apply(operation, x.y)).abs().maxCoeff(), 1e-12);
      EXPECT_LE((moved.log_det - x.log_det).abs().maxCoeff(), 1e-12 * 10);
    }
    for (const Precision precision : {Precision::single, Precision::twice}) {
      const auto each = kernel_flow(shape_of(extents, 4), 0.2, precision);
      const Mapped plus = each->forward(z), minus = each->forward(-z);
      EXPECT_TRUE((minus.y == -plus.y).all());
      EXPECT_TRUE((minus.log_det == plus.log_det).all());
    }
  }
}

TEST(KernelFlow, ErrsByOrderFourAndSaysSo) {
  const auto error_of = [](int steps) {
    return kernel_flow(shape_of({4, 4}, steps), 0.2)->log_q_error();
  };
  const double coarse = error_of(8), fine = error_of(16);
  EXPECT_GT(coarse / fine, 11);
  EXPECT_LT(coarse / fine, 23);
  // What ln q is off from that of the discrete map, whose Jacobian is taken by differences.
  const auto flow = kernel_flow(shape_of({4, 4}, 4), 0.2);
  double off = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed)
    off = std::max(off, jacobian_error(*flow, normals(1, flow->sites(), 1.0, seed)));
  EXPECT_GT(off, 1e-6);
  EXPECT_LE(off, flow->log_q_error());
  EXPECT_LE(round_trip_error(*flow, normals(64, flow->sites(), 1.0)), flow->log_q_error());
}

TEST(KernelFlow, TakesAsManyStepsAsItsErrorAsksFor) {
  const auto flow = kernel_flow(shape_of({4, 4}, 3), 0.2);
  const auto steps = [&] { return flow->layers().front()->steps(); };
  EXPECT_GT(flow->log_q_error(), 1e-6);
  flow->refine(1e-6);
  EXPECT_LE(flow->log_q_error(), 1e-6);
  EXPECT_LT(steps(), 200);
  const Index fine = steps();
  flow->refine(1e-6);
  EXPECT_LE(steps(), fine);
  flow->refine(std::numeric_limits<double>::infinity());
  EXPECT_EQ(steps(), 3);
}

TEST(KernelFlow, TakesStepsForAllOfItsConditions) {
  FlowConditions conditions;
  conditions.ranges.push_back({"lambda", 0, 1});
  conditions.own.values.push_back(0.5);
  const auto flow = kernel_flow(shape_of({4, 4}, 3), 0.2, Precision::twice, conditions);
  flow->refine(1e-5);
  for (const double value : {0.0, 0.5, 1.0}) {
    flow->set_condition({{value}});
    EXPECT_LE(flow->log_q_error(), 1e-5) << value;
  }
}

TEST(KernelFlow, SinglePrecisionIsTheSameMap) {
  const auto a = kernel_flow(shape_of({6, 4}, 6), 0.2);
  const auto b = kernel_flow(shape_of({6, 4}, 6), 0.2, Precision::single);
  const Batch z = normals(70, a->sites(), 1.0);
  const Mapped x = a->forward(z), y = b->forward(z);
  EXPECT_LE((x.y - y.y).abs().maxCoeff(), 2e-5);
  EXPECT_LE((x.log_det - y.log_det).abs().maxCoeff(), 1e-4);
}

TEST(KernelFlow, IsReadAsItWasWritten) {
  for (const int count : {0, 2}) {
    FlowConditions conditions;
    for (int k = 0; k < count; ++k) {
      conditions.ranges.push_back({"c" + std::to_string(k), 0, 1});
      conditions.own.values.push_back(0.3);
    }
    KernelFieldShape shape = shape_of({6, 4}, 3);
    shape.has_potential = count > 0;
    const auto flow = kernel_flow(shape, 0.2, Precision::single, conditions);
    flow->refine(1e-3);
    const auto path = std::filesystem::temp_directory_path() / "nmc-kernel-flow.h5";
    {
      auto file = archive::File::create(path.string());
      write_model(file, *flow, "kernel_flow", {});
      file.close();
    }
    const ModelFile stored = read_model(path.string());
    std::filesystem::remove(path);
    const Draw a = flow->sample({3}, 70), b = stored.model->sample({3}, 70);
    EXPECT_TRUE((a.x == b.x).all());
    EXPECT_TRUE((a.log_q == b.log_q).all());
    const BijectorFlow* const read = as_layers(stored.model.get());
    EXPECT_EQ(read->log_q_error(), flow->log_q_error());
    EXPECT_EQ(read->layers().front()->least_steps(), 3);
  }
}

/// A gradient velocity is that of equal kernels, with the gradients of both for one.
TEST(KernelFlow, WithAPotentialHasEqualKernels) {
  KernelFieldShape shape = shape_of({4, 3}, 3);
  const auto plain = kernel_flow(shape, 0.1);
  shape.has_potential = true;
  const auto tied = kernel_flow(shape, 0.1);
  const auto numbers = [](const BijectorFlow& flow) {
    return static_cast<const KernelFlow&>(*flow.layers().front()).numbers();
  };
  const KernelNumbers from = numbers(*tied), to = numbers(*plain);
  const auto source = tied->parameters();
  const auto target = plain->parameters();
  std::copy_n(source.begin(), from.weight, target.begin());
  std::copy_n(source.begin() + from.in, from.weight - from.in, target.begin() + to.out);
  std::copy_n(source.begin() + from.weight, from.count - from.weight, target.begin() + to.weight);
  plain->parameters_changed();
  const Batch z = normals(5, tied->sites(), 1.0);
  const Mapped x = tied->forward(z), y = plain->forward(z);
  EXPECT_TRUE((x.y == y.y).all());
  EXPECT_TRUE((x.log_det == y.log_det).all());
  const GradientError error = gradient_error(*tied, normals(3, tied->sites(), 0.7), true);
  EXPECT_LE(error.input, 1e-7);
  EXPECT_LE(error.parameter, 1e-7);
}

TEST(KernelFlow, RefusesWhatHasNoSteps) {
  KernelFieldShape shape = shape_of({4, 4}, 0);
  EXPECT_EQ(message_of([&] { (void)KernelFlow(shape); }),
            "steps = 0: a kernel flow has at least 1");
  shape = shape_of({}, 1);
  EXPECT_EQ(message_of([&] { (void)KernelFlow(shape); }), "a kernel flow needs a lattice");
}

}  // namespace
}  // namespace nmc::contracts
