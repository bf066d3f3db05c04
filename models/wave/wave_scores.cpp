#include "models/wave/wave_scores.hpp"

#include <algorithm>

#include "core/errors.hpp"

namespace nmc {
namespace {

/// Numbers of a block of scores, and samples of one.
constexpr Index kBlockNumbers = 1 << 20, kMostSamples = 512;
/// Rows that chains are made for at once; numbers do not depend on it.
constexpr Index kScoredAtOnce = 64;

Index parts_of(const WaveFunction& psi) {
  return psi.is_real() ? 1 : 2;
}

}  // namespace

Index WaveScores::block_samples(const WaveFunction& psi) {
  const Index numbers = parts_of(psi) * std::max<Index>(1, std::ssize(psi.parameters()));
  const Index chunks = kBlockNumbers / numbers / kScoredAtOnce;
  return std::clamp(chunks * kScoredAtOnce, kScoredAtOnce, kMostSamples);
}

Index WaveScores::block_count(const WaveFunction& psi, Index samples) {
  const Index of_block = block_samples(psi);
  return (samples + of_block - 1) / of_block;
}

double WaveScores::block_bytes(const WaveFunction& psi, Index samples) {
  const Index rows = parts_of(psi) * std::min(samples, block_samples(psi));
  return static_cast<double>(sizeof(double)) * static_cast<double>(rows) *
         static_cast<double>(std::ssize(psi.parameters()));
}

void WaveScores::begin(SpinBytes s, Index held) {
  require(held >= 1 && s.rows() >= 1, "scores of no samples");
  s_ = std::move(s);
  kept_.resize(static_cast<std::size_t>(std::min(held, blocks())));
  for (Kept& kept : kept_) kept.number = -1;  // their memory stays
  add_means();
}

// Block by block, whatever is held; those that stay lose their means in place.
void WaveScores::add_means() {
  means_.resize(0, 0);
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(parts(), parameters());
  for (Index k = 0; k < blocks(); ++k) {
    const Eigen::MatrixXd& own = block(k);
    const Index count = own.rows() / parts();
    for (Index part = 0; part < parts(); ++part)
      sum.row(part) += own.middleRows(part * count, count).colwise().sum();
  }
  means_ = sum / static_cast<double>(s_.rows());
  for (Kept& kept : kept_) {
    if (kept.number < 0) continue;
    const Index count = kept.scores.rows() / parts();
    for (Index part = 0; part < parts(); ++part)
      kept.scores.middleRows(part * count, count).rowwise() -= means_.row(part);
  }
}

WaveScores::Kept& WaveScores::find(Index k) {
  const auto found =
      std::find_if(kept_.begin(), kept_.end(), [k](const Kept& kept) { return kept.number == k; });
  if (found != kept_.end()) return *found;
  return *std::min_element(kept_.begin(), kept_.end(), [](const Kept& a, const Kept& b) {
    return (a.number < 0 ? -1 : a.used) < (b.number < 0 ? -1 : b.used);
  });
}

const Eigen::MatrixXd& WaveScores::block(Index k) {
  Kept& kept = find(k);
  kept.used = ++asked_;
  if (kept.number != k) make(k, kept.scores);
  kept.number = k;
  return kept.scores;
}

void WaveScores::make(Index k, Eigen::MatrixXd& scores) const {
  const Index first = first_sample(k), count = first_sample(k + 1) - first;
  scores.setZero(parts() * count, parameters());
  threads_.for_each((count + kScoredAtOnce - 1) / kScoredAtOnce, [&](Index task) {
    const Index row = task * kScoredAtOnce, rows = std::min(kScoredAtOnce, count - row);
    Batch of_abs, of_phase;
    psi_.chains(s_.middleRows(first + row, rows).cast<double>())->scores(of_abs, of_phase);
    scores.middleRows(row, rows) = of_abs.matrix();
    if (of_phase.size() > 0 && parts() == 2)
      scores.middleRows(count + row, rows) = of_phase.matrix();
  });
  if (means_.size() == 0) return;
  for (Index part = 0; part < parts(); ++part)
    scores.middleRows(part * count, count).rowwise() -= means_.row(part);
}

}  // namespace nmc
