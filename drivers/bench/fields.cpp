#include <cblas.h>

#include "drivers/bench/benchmark.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/dual_ising.hpp"

namespace nmc::drivers {
namespace {

constexpr int kChains = 512;
constexpr int kChunk = 64;

std::vector<Measurement> set_up() {
  return {time_of("dual_set_up_L128", [] {
    const DualIsing dual(make_graph(torus({128, 128})), kBetaCritical);
  })};
}

// 512 chains as a run has them: in chunks of 64 that stay in the cache.
std::vector<Batch> chunks(Index sites) {
  std::vector<Batch> all;
  for (int first = 0; first < kChains; first += kChunk) {
    all.emplace_back(kChunk, sites);
    fill_normal({1, 0, static_cast<std::uint32_t>(first), Purpose::test}, all.back());
  }
  return all;
}

Measurement force_of(const std::string& name, const Target& target, const std::vector<Batch>& x) {
  Batch grad;
  return time_of(name, [&] {
    for (const Batch& chunk : x) (void)target.log_density_grad(chunk, grad);
  });
}

// K⁻¹x alone, by the matrix that no lattice needs.
Measurement dense_product(Index sites) {
  const Eigen::MatrixXd x = Eigen::MatrixXd::Random(kChains, sites);
  const Eigen::MatrixXd dense = Eigen::MatrixXd::Random(sites, sites);
  Eigen::MatrixXd product(kChains, sites);
  const auto n = static_cast<int>(sites);
  return time_of("dense_product_L64", [&] {
    cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, kChains, n, n, 1, x.data(), kChains,
                dense.data(), n, 0, product.data(), kChains);
  });
}

// The force by transform and by stencil, and the dense product that both replace.
std::vector<Measurement> force() {
  const Graph graph = make_graph(torus({64, 64}));
  const std::vector<Batch> x = chunks(graph.sites);
  std::vector<Measurement> all{
      force_of("dual_force_L64", DualIsing(graph, kBetaCritical), x),
      force_of("dual_force_stencil_L64", DualStencil(graph, kBetaCritical), x),
      dense_product(graph.sites)};
  for (std::size_t i = 0; i < 2; ++i)
    all.push_back({all[i].name + "_ratio_to_dense", all[2].value / all[i].value, "ratio",
                   all[i].cpu_seconds + all[2].cpu_seconds, 1});
  return all;
}

}  // namespace

std::vector<Benchmark> field_benchmarks() {
  return {
      {"dual_set_up_L128", "set-up of the dual field at L = 128", set_up},
      {"dual_force_L64", "one force of 512 chains at L = 64, against the dense product", force}};
}

}  // namespace nmc::drivers
