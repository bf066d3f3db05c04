#include "samplers/local/local_labels.hpp"

#include <vector>

#include "core/random/xoshiro.hpp"
#include "samplers/local/label_rule.hpp"

namespace nmc {
namespace {

/// One label given its energies, (q), and a word.
class LabelVisit {
 public:
  LabelVisit(const LabelTarget& target, LocalRule rule)
      : beta_(target.beta()),
        rule_(rule),
        energies_(static_cast<std::size_t>(target.states())),
        thresholds_(energies_.size() - 1) {}

  Index draw(const Batch& energies, Index row, Index current, std::uint64_t word) {
    if (rule_ == LocalRule::metropolis) {
      const LabelProposal next = propose_label(word, energies.cols(), current);
      const double cost = energies(row, next.label) - energies(row, current);
      return next.word < label_acceptance(beta_, cost) ? next.label : current;
    }
    for (std::size_t a = 0; a < energies_.size(); ++a)
      energies_[a] = energies(row, static_cast<Index>(a));
    label_thresholds(beta_, energies_, thresholds_);
    return draw_label(word, thresholds_);
  }

 private:
  double beta_;
  LocalRule rule_;
  std::vector<double> energies_;
  std::vector<std::uint64_t> thresholds_;
};

}  // namespace

StepInfo LocalLabels::step(ChainState& state, const Streams& streams) const {
  const Index rows = state.x.rows();
  std::vector<Xoshiro> random;
  for (Index row = 0; row < rows; ++row) random.emplace_back(streams.with(Purpose::spins), row);
  LabelVisit visit(target_, options_.rule);
  Column changed = Column::Zero(rows);
  std::vector<std::uint32_t> drawn;
  for (const std::uint32_t site : order_.at(streams, drawn)) {
    const Batch energies = target_.site_energies(state.x, site);
    for (Index row = 0; row < rows; ++row) {
      const auto before = static_cast<Index>(state.x(row, site));
      const std::uint64_t word = random[static_cast<std::size_t>(row)].next();
      const Index after = visit.draw(energies, row, before, word);
      state.x(row, site) = static_cast<double>(after);
      changed(row) += after != before ? 1 : 0;
    }
  }
  set_label_energy(state, target_);
  return {changed / static_cast<double>(sites()), Column::Ones(rows), Column::Zero(rows), 0, 0, {}};
}

}  // namespace nmc
