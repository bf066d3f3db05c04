#include "core/simd/layers.hpp"

#include <gtest/gtest.h>

#include <Eigen/Core>
#include <cmath>

namespace {

using nmc::simd::activate;
using nmc::simd::Activation;
using nmc::simd::activation_vjp;
using nmc::simd::dense_forward;
using nmc::simd::dense_weight_grad;
using nmc::simd::DenseShape;
using nmc::simd::kTile;

template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Plain Eigen layer in double beside the tile kernels in T.
template <class T>
struct Layer {
  int inputs, outputs;
  Matrix<double> w, b, in, g;

  Layer(int inputs, int outputs) : inputs(inputs), outputs(outputs) {
    std::srand(1);  // Eigen's Random
    w = Matrix<double>::Random(outputs, inputs);
    b = Matrix<double>::Random(outputs, 1);
    in = Matrix<float>::Random(inputs, kTile).template cast<double>();
    g = Matrix<float>::Random(outputs, kTile).template cast<double>();
  }
};

/// 64-byte aligned copy of a matrix in T.
template <class T>
class Tile {
 public:
  explicit Tile(const Matrix<double>& m) : rows_(m.rows()), storage_(m.size() + 16) {
    const auto address = reinterpret_cast<std::uintptr_t>(storage_.data());
    data_ = storage_.data() + (64 - address % 64) % 64 / sizeof(T);
    Eigen::Map<Matrix<T>>(data_, rows_, kTile) = m.template cast<T>();
  }
  T* data() { return data_; }
  Matrix<double> matrix() const {
    return Eigen::Map<const Matrix<T>>(data_, rows_, kTile).template cast<double>();
  }

 private:
  Eigen::Index rows_;
  std::vector<T> storage_;
  T* data_;
};

template <class T>
class DenseKernels : public testing::Test {
 protected:
  // Sums of n products of numbers below 1 in T: n roundings of one epsilon.
  static double tolerance(int n) { return n * std::numeric_limits<T>::epsilon(); }
};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(DenseKernels, Precisions);

constexpr int kWidths[] = {1, 2, 3, 4, 5, 7, 10, 11, 32, 64};

TYPED_TEST(DenseKernels, ForwardEqualsEigen) {
  for (const int inputs : kWidths)
    for (const int outputs : kWidths) {
      Layer<TypeParam> l(inputs, outputs);
      const auto packed = nmc::simd::pack_weights<TypeParam>(l.w.data(), outputs, inputs);
      std::vector<TypeParam> bias(l.b.data(), l.b.data() + outputs);
      Tile<TypeParam> in(l.in), out(l.g);
      dense_forward(packed.data(), bias.data(), DenseShape{inputs, outputs}, in.data(), out.data());
      const Matrix<double> plain = (l.w * l.in).colwise() + Eigen::VectorXd(l.b.col(0));
      EXPECT_LE((out.matrix() - plain).cwiseAbs().maxCoeff(), this->tolerance(inputs + 2));
    }
}

TYPED_TEST(DenseKernels, InputVjpIsTheTransposedProduct) {
  for (const int inputs : kWidths)
    for (const int outputs : kWidths) {
      Layer<TypeParam> l(inputs, outputs);
      const auto packed = nmc::simd::pack_transposed<TypeParam>(l.w.data(), outputs, inputs);
      Tile<TypeParam> g(l.g), out(l.in);
      const TypeParam* none = nullptr;
      dense_forward(packed.data(), none, DenseShape{outputs, inputs}, g.data(), out.data());
      const Matrix<double> plain = l.w.transpose() * l.g;
      EXPECT_LE((out.matrix() - plain).cwiseAbs().maxCoeff(), this->tolerance(outputs + 2));
    }
}

TYPED_TEST(DenseKernels, WeightGradEqualsEigenAndIsAdded) {
  for (const int inputs : kWidths)
    for (const int outputs : kWidths) {
      Layer<TypeParam> l(inputs, outputs);
      Tile<TypeParam> g(l.g), in(l.in);
      Matrix<double> grad_w = Matrix<double>::Ones(outputs, inputs);
      std::vector<double> grad_b(static_cast<std::size_t>(outputs), 1.0);
      dense_weight_grad(g.data(), in.data(), DenseShape{inputs, outputs}, grad_w.data(),
                        grad_b.data());
      const Matrix<double> plain = (l.g * l.in.transpose()).array() + 1;
      EXPECT_LE((grad_w - plain).cwiseAbs().maxCoeff(), this->tolerance(kTile));
      for (int o = 0; o < outputs; ++o)
        EXPECT_NEAR(grad_b[static_cast<std::size_t>(o)], 1 + l.g.row(o).sum(),
                    this->tolerance(kTile));
    }
}

TYPED_TEST(DenseKernels, ActivationVjpIsTheFiniteDifference) {
  const double h = std::is_same_v<TypeParam, float> ? 1e-2 : 1e-5;
  const double tolerance = std::is_same_v<TypeParam, float> ? 1e-4 : 1e-9;
  for (const auto kind : {Activation::elu, Activation::tanh, Activation::softplus}) {
    Matrix<double> x = 3 * Matrix<double>::Random(4, kTile);
    x = (x.array().abs() < 0.05).select(0.05, x);  // the second derivative of elu jumps at 0
    Tile<TypeParam> at(x), up(x.array() + h), down(x.array() - h);
    Tile<TypeParam> g(Matrix<double>::Ones(4, kTile));
    for (auto* tile : {&at, &up, &down}) activate(kind, 4, tile->data());
    activation_vjp(kind, 4, at.data(), g.data());
    const Matrix<double> fd = (up.matrix() - down.matrix()) / (2 * h);
    EXPECT_LE((g.matrix() - fd).cwiseAbs().maxCoeff(), tolerance);
  }
}

}  // namespace
