#include <cblas.h>

#include "drivers/bench/benchmark.hpp"
#include "physics/dual_ising.hpp"
#include "physics/lattice.hpp"

namespace nmc::drivers {
namespace {

constexpr double kBetaCritical = 0.44068679350977151;  // ln(1 + √2)/2
constexpr int kChains = 512;

std::vector<Measurement> set_up() {
  return {time_of("dual_set_up_L128", [] {
    const DualIsing dual(make_graph(torus({128, 128})), kBetaCritical);
  })};
}

// The force by transform and by stencil, and the dense product K⁻¹x that both replace.
std::vector<Measurement> force() {
  const Graph graph = make_graph(torus({64, 64}));
  const DualIsing dual(graph, kBetaCritical);
  const DualStencil stencil(graph, kBetaCritical);
  Batch x(kChains, graph.sites);
  fill_normal({1, 0, 0, Purpose::test}, x);
  Batch grad;
  const Eigen::MatrixXd dense = Eigen::MatrixXd::Random(graph.sites, graph.sites);
  Eigen::MatrixXd product(kChains, graph.sites);
  const auto n = static_cast<int>(graph.sites);
  const auto multiply = [&] {
    cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, kChains, n, n, 1, x.data(), kChains,
                dense.data(), n, 0, product.data(), kChains);
  };
  std::vector<Measurement> results{
      time_of("dual_force_L64", [&] { (void)dual.log_density_grad(x, grad); }),
      time_of("dual_force_stencil_L64", [&] { (void)stencil.log_density_grad(x, grad); }),
      time_of("dense_product_L64", multiply)};
  results.push_back({"dual_force_L64_ratio_to_dense", results[2].value / results[0].value, "ratio",
                     results[0].cpu_seconds + results[2].cpu_seconds, 1});
  return results;
}

}  // namespace

std::vector<Benchmark> field_benchmarks() {
  return {
      {"dual_set_up_L128", "set-up of the dual field at L = 128", set_up},
      {"dual_force_L64", "one force of 512 chains at L = 64, against the dense product", force}};
}

}  // namespace nmc::drivers
